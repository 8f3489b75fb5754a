//! The smallest run that still fails in the same way.

use super::{Rehearsal, breaks};

/// Takes away faults, people and services one by one for as long as the run still breaks the same
/// invariant.
pub fn shrink(rehearsal: &Rehearsal, invariant: u8) -> Rehearsal {
    let mut best = rehearsal.clone();
    loop {
        let smaller = candidates(&best).into_iter().find(|one| breaks(one, invariant));
        match smaller {
            Some(smaller) => best = smaller,
            None => return best,
        }
    }
}

/// The same run with one thing less, the largest things first.
fn candidates(of: &Rehearsal) -> Vec<Rehearsal> {
    let mut all = Vec::new();
    for name in of.script.services.keys().filter(|_| of.script.services.len() > 1) {
        let mut less = of.clone();
        less.script.services.remove(name);
        less.goals.remove(name);
        for goal in less.goals.values_mut() {
            goal.after.retain(|first| first != name);
            goal.requires.retain(|first| first != name);
        }
        less.script.people.retain(|deed| deed.service != *name);
        all.push(less);
    }
    for index in 0..of.script.faults.len() {
        let mut less = of.clone();
        less.script.faults.remove(index);
        all.push(less);
    }
    for index in 0..of.script.people.len() {
        let mut less = of.clone();
        less.script.people.remove(index);
        all.push(less);
    }
    for (name, service) in &of.script.services {
        if !service.jobs.is_empty() {
            let mut less = of.clone();
            if let Some(service) = less.script.services.get_mut(name) {
                service.jobs.clear();
            }
            if let Some(goal) = less.goals.get_mut(name) {
                goal.jobs.clear();
            }
            all.push(less);
        }
    }
    all
}
