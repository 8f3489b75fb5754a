//! What the checkers of the twin hold a shift to: its goal in their words.

use std::time::Duration;

use traffic::Goal;
use traffic::goal::Finish;
use twin::Script;
use twin::check::{HoldTerms, JobTerms, SideTerms, Terms};
use twin::script::{Names, Service, Side};

/// The service that the shift of `goal` moves: that of its name, or the one with its names.
pub(super) fn service<'a>(goal: &Goal, script: &'a Script) -> Option<&'a Service> {
    let named = || script.services.values().find(|service| names(goal, service).is_some());
    script.services.get(&goal.shift).or_else(named)
}

/// The names of `service`, if it is those that `goal` turns.
fn names<'a>(goal: &Goal, service: &'a Service) -> Option<&'a Names> {
    service.names.as_ref().filter(|names| names.rule == goal.rule)
}

/// The terms of the shift of `goal` in the world's `service`.
pub fn terms(goal: &Goal, service: &Service, deadline: Duration) -> Terms {
    let copies = goal.copies.as_ref();
    // Behind both balancers of a name are the copies of the new side; the shift of its weights
    // answers for them.
    let scales = names(goal, service).is_none();
    let fleet = |side: &Side| if scales { side.fleet.clone() } else { String::new() };
    let quiet = match goal.finish {
        Finish::Keep => Duration::ZERO,
        Finish::Remove { quiet } => quiet,
    };
    let job = |job: &traffic::goal::Job| JobTerms {
        old: job.old.clone(),
        new: job.new.clone(),
        single_owner: true,
    };
    Terms {
        rule: goal.rule.clone(),
        old: SideTerms {
            group: goal.old.clone(),
            fleet: fleet(&service.old),
            need: copies.map_or(0, |copies| copies.old_need),
        },
        new: SideTerms {
            group: goal.new.clone(),
            fleet: fleet(&service.new),
            need: copies.map_or(0, |copies| copies.new_need),
        },
        steps: goal.steps.iter().map(|step| u32::from(step.percent())).collect(),
        hold: HoldTerms {
            tick_millis: u64::try_from(goal.hold.tick.as_millis()).unwrap_or(u64::MAX),
            ticks: goal.hold.ticks,
            requests_min: goal.hold.requests_min,
        },
        settle_secs: goal.dial.settle.as_secs(),
        author: goal.author.clone(),
        blast_radius: goal.budget.moving_max,
        // A budget names what is shared; without one the service has its own.
        database: goal.budget.connections.keys().next().cloned().unwrap_or_default(),
        connections_per_copy: service.connections_per_copy,
        connections_max: service.connections_max,
        deadline_secs: deadline.as_secs(),
        jobs: goal.jobs.iter().map(job).collect(),
        may_decommission: quiet > Duration::ZERO,
        quiet_secs: quiet.as_secs(),
        requires: goal.after.iter().chain(&goal.requires).cloned().collect(),
        ..Terms::of(service)
    }
}
