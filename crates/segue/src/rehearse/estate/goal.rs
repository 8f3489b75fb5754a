//! The goal of one service of the plan.

use std::time::Duration;

use traffic::goal::{Budget, Copies, Dial, Finish, Limits, TARGETS_MIN};
use traffic::{Goal, Hold, Steps};

use super::Moving;
use super::world::jobs;

/// The steps of the consolidation's plan.
const STEPS: [u8; 5] = [1, 5, 25, 50, 100];
/// What no balancer divides moves at once.
const AT_ONCE: [u8; 1] = [100];
/// A rule reaches the nodes of an ALB by and by; no API says when (specification: 30 s).
const SETTLE: Duration = Duration::from_secs(30);

pub(super) fn of(moving: &Moving, moving_max: u32) -> Goal {
    let steps: &[u8] = if moving.served { &STEPS } else { &AT_ONCE };
    let copies = Copies {
        old: moving.old.1.clone(),
        new: moving.new.1.clone(),
        old_need: moving.copies,
        new_need: moving.copies,
    };
    let job = |job: twin::script::Job| traffic::goal::Job { old: job.old, new: job.new };
    Goal {
        author: "segue".to_owned(),
        dial: Dial { settle: SETTLE, ..Dial::default() },
        steps: Steps::new(steps).unwrap_or_default(),
        hold: Hold { tick: Duration::from_secs(5), ticks: 24, requests_min: 15 },
        // One copy is all that some services of a development environment have.
        targets_min: TARGETS_MIN.min(moving.copies),
        copies: Some(copies),
        jobs: jobs(moving).into_iter().map(job).collect(),
        finish: Finish::Remove { quiet: Duration::from_mins(3) },
        after: moving.after.clone(),
        budget: Budget { moving_max, ..Budget::default() },
        limits: Limits { shift: Duration::from_hours(6), ..Limits::default() },
        ..Goal::weights_only(&moving.name, &moving.rule, (&moving.old.0, &moving.new.0))
    }
}
