//! What some seeds have besides: checks that guard the steps, or connections that are shared.

use model::ports::Weight;
use std::collections::BTreeMap;

use jiff::civil::date;
use traffic::Goal;
use traffic::preflight::{Fleet, Mechanism, Platform as Runs, Terms, Waiver};
use twin::prober::facts::NOT_MODELLED;
use twin::script::{Dial, Platform, Service, Side};

/// The copies that a side needs, if each zone is to have one.
const ZONES: u32 = 3;
/// The database that services share.
const DATABASE: &str = "db";
/// Connections that a copy holds.
const PER_COPY: u32 = 5;

/// Some goals ask the checks: their worlds are in order before the start, as they have to be.
pub(super) fn checks(
    rng: &mut fastrand::Rng,
    services: &mut BTreeMap<String, Service>,
    goals: &mut BTreeMap<String, Goal>,
) {
    for (name, service) in services {
        let Some(goal) = goals.get_mut(name).filter(|_| rng.u32(0..4) > 0) else {
            continue;
        };
        let need = service.old.replicas.max(ZONES);
        service.old.replicas = need;
        // The new side stands already, with one pod more than its budget keeps.
        service.new.replicas = need + 1;
        service.new.pod.min_available = need;
        if let Some(copies) = &mut goal.copies {
            (copies.old_need, copies.new_need) = (need, need);
        }
        // Six checks want drills.
        goal.drills = true;
        goal.preflight = Some(terms(rng, service, goal, need));
    }
}

fn terms(rng: &mut fastrand::Rng, service: &Service, goal: &Goal, need: u32) -> Terms {
    let mechanism = match service.dial {
        Dial::Rule { .. } => Mechanism::SameAlb,
        Dial::Records { .. } => Mechanism::Route53,
    };
    let mut waived: Vec<&str> = NOT_MODELLED.iter().map(|(check, _)| *check).collect();
    if mechanism == Mechanism::Route53 {
        // Nobody waits for a week here, and forty resolvers are few.
        waived.extend(["Z8", "Z50"]);
    }
    // On ECS nothing makes up for a run that was missed.
    if service.new.platform == Platform::Ecs {
        waived.push("Z18");
    }
    // What goes wrong in a world leaves traces that hold a shift for long.
    let often = ["Z10", "Z22", "Z24", "Z33", "Z35"];
    waived.extend(often.into_iter().filter(|_| rng.u32(0..3) == 0));
    let fleet = |side: &Side| Fleet {
        platform: match side.platform {
            Platform::Ecs => Runs::Ecs,
            Platform::Kubernetes => Runs::Kubernetes,
        },
        need,
    };
    let secs = |length: std::time::Duration| u32::try_from(length.as_secs()).unwrap_or(u32::MAX);
    Terms {
        shift: goal.shift.clone(),
        mechanism,
        old: fleet(&service.old),
        new: fleet(&service.new),
        steps: goal.steps.iter().map(Weight::percent).collect(),
        step_hold_secs: secs(goal.hold.tick.saturating_mul(goal.hold.ticks)),
        longest_request_secs: None,
        keep_old_secs: 3_600,
        single_owner: goal.jobs.iter().map(|job| job.old.clone()).collect(),
        recovery_secs: secs(goal.limits.back),
        author: goal.author.clone(),
        waivers: waived.into_iter().map(waiver).collect(),
    }
}

fn waiver(check: &str) -> Waiver {
    let (check, by) = (check.to_owned(), "grace".to_owned());
    Waiver { check, by, reason: "a run of the fuzzer".to_owned(), until: date(2027, 1, 1) }
}

/// All services share a database that does not hold the connections of all their fleets at once.
pub(super) fn connections(
    rng: &mut fastrand::Rng,
    services: &mut BTreeMap<String, Service>,
    goals: &mut BTreeMap<String, Goal>,
) {
    let of = |service: &Service| 2 * service.old.replicas * PER_COPY;
    let most = services.values().map(of).max().unwrap_or(0);
    let count = u32::try_from(services.len()).unwrap_or(1);
    let limit = most * rng.u32(1..=count);
    for (name, service) in services {
        let Some(goal) = goals.get_mut(name) else {
            continue;
        };
        goal.budget.connections.insert(DATABASE.to_owned(), of(service));
        goal.budget.connections_max.insert(DATABASE.to_owned(), limit);
        service.connections_per_copy = PER_COPY;
        // What a copy that ends still holds beside its successor is no breach.
        service.connections_max = limit + 2 * PER_COPY;
    }
}
