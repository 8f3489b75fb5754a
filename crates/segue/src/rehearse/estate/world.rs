//! One service of the plan as the twin has it.

use twin::script::{Behaviour, Clients, Dial, Job, Platform, Service, Side, TargetGroup};

use super::{Declared, Moving};

/// Messages a second of a service without a balancer.
pub(super) const MESSAGES: f64 = 2.0;
/// Requests that end badly by themselves, as a share: what a sound service has.
const ERRORS: f64 = 0.000_5;

pub(super) fn of(moving: &Moving, declared: &Declared) -> Service {
    let rps = declared.rps_per_copy * f64::from(moving.copies);
    let side = |(group, fleet): &(String, String), platform, replicas| Side {
        group: group.clone(),
        fleet: fleet.clone(),
        platform,
        replicas,
        behaviour: Behaviour { error_rate: ERRORS, ..Behaviour::default() },
        target_group: TargetGroup { drain_secs: 60, ..TargetGroup::default() },
        ..Side::default()
    };
    let new = if moving.to_kubernetes { Platform::Kubernetes } else { Platform::Ecs };
    Service {
        dial: Dial::Rule { rule: moving.rule.clone(), balancer: moving.balancer.clone() },
        old: side(&moving.old, Platform::Ecs, moving.copies),
        new: side(&moving.new, new, 0),
        clients: Clients {
            rps: if moving.served { rps } else { MESSAGES },
            thinning: declared.thinning,
            ..Clients::default()
        },
        jobs: jobs(moving),
        ..Service::default()
    }
}

/// Schedules change hands one by one; a worker without a schedule is one job itself.
pub(super) fn jobs(moving: &Moving) -> Vec<Job> {
    let pair = |name: &str, every_secs, run_secs| Job {
        old: format!("{} on {}", name, moving.old.1),
        new: format!("{} on {}", name, moving.new.1),
        every_secs,
        run_secs,
    };
    let scheduled =
        moving.schedules.iter().map(|name| pair(&format!("schedule {name}"), 3_600, 60));
    if moving.served || !moving.schedules.is_empty() {
        return scheduled.collect();
    }
    vec![pair("worker", 0, 20)]
}
