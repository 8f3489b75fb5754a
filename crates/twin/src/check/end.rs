//! What is known only when a run is over.

use super::{Checks, Ending, Found, Invariant, Terms, Truth};
use crate::time::SECOND;

impl Checks {
    /// The run is over.
    pub fn end(&mut self, truth: &dyn Truth) {
        let now = truth.now();
        let services: Vec<String> = self.shifts.keys().cloned().collect();
        for service in services {
            let Some(shift) = self.shifts.get_mut(&service) else {
                continue;
            };
            let mut found: Vec<Found> = Vec::new();
            let deadline = Terms::micros(shift.terms.deadline_secs);
            let late = shift.ended.map_or(now, |(_, at)| at);
            if shift.ended.is_none() {
                let text = format!("not ended after {} s", now / SECOND);
                found.push((Invariant::Ends, text));
            } else if late > deadline {
                let (late, deadline) = (late / SECOND, deadline / SECOND);
                let text = format!("ended after {late} s, the deadline is {deadline} s");
                found.push((Invariant::Ends, text));
            }
            if matches!(shift.ended, Some((Ending::Done | Ending::RolledBack, _)))
                && let Some(open) = shift.intents.values().find(|intent| intent.open)
            {
                let (seq, effect) = (open.asked.seq, &open.asked.effect);
                let text = format!("ended with intent {seq} ({effect}) open");
                found.push((Invariant::Ends, text));
            }
            for job in shift.terms.jobs.iter().filter(|job| job.single_owner) {
                let owner = |name: &str| truth.job(name).is_none_or(|owner| owner.enabled);
                let went = matches!(shift.ended, Some((Ending::Done | Ending::RolledBack, _)));
                if went && !owner(&job.old) && !owner(&job.new) {
                    let text = format!("ended, and nobody owns {}", job.old);
                    found.push((Invariant::Ends, text));
                }
                let times = truth.overlaps(&job.old);
                if times > 0 {
                    let text = format!("{times} times two owners of {} were at work", job.old);
                    found.push((Invariant::OneOwner, text));
                }
            }
            shift.total_lost(truth, &service, &mut found);
            self.violate_all(now, &service, found);
        }
    }
}
