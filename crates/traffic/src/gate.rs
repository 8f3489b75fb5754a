//! What must be true before a step, and what sends everything back.

use crate::goal::{ALPHA, BAD_REQUESTS_MIN, Goal};
use crate::guard::eprocess::Total;
use crate::planted::{self, Bug};
use crate::preflight::verdict::Verdict;
use crate::preflight::{self, CheckId};
use crate::seen::{Counted, Seen};
use crate::step::Judged;
use jiff::Timestamp;
use model::Reason;
use model::code::{Code, traffic as code};
use model::facts::Facts;
use model::ports::{Counts, GroupSeen, Weight};

/// Checks that only a drill can prove.
const BY_DRILL: [&str; 6] = ["Z4", "Z5", "Z13", "Z14", "Z17", "Z23"];

/// How far the checks before the start can be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The drills are still to come.
    Before,
    /// They have ended.
    Drilled,
}

/// A check that holds the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Whether it failed; otherwise nobody can prove it.
    pub failed: bool,
    /// What it says.
    pub because: Reason,
}

/// What the checks before the start hold it for; `None` if all have passed or are waived.
pub fn preflight(facts: &Facts, goal: &Goal, now: Timestamp, stage: Stage) -> Option<Open> {
    let terms = goal.preflight.as_ref()?;
    let checked = preflight::check(facts, terms, now);
    let by_drill = |id: &CheckId| BY_DRILL.iter().any(|name| CheckId::find(name) == Some(*id));
    let counts = |id: &CheckId| stage == Stage::Drilled || !goal.drills || !by_drill(id);
    let open = checked.checks.iter().filter(|one| counts(&one.id));
    let open = open.filter(|one| matches!(one.verdict, Verdict::Failed | Verdict::Unproven));
    // What has failed before what nobody can prove: it is the better thing to mend first.
    let first = open.min_by_key(|one| one.verdict != Verdict::Failed)?;
    Some(Open { failed: first.verdict == Verdict::Failed, because: first.evidence.clone() })
}

/// Whether the drills that were ordered at `began` have ended.
pub fn drilled(facts: &Facts, began: Timestamp) -> bool {
    let drills = &facts.drills;
    [
        drills.end_target.as_ref().map(|fact| fact.at),
        drills.idle.as_ref().map(|fact| fact.at),
        drills.smoke.as_ref().map(|fact| fact.at),
    ]
    .into_iter()
    .all(|at| at.is_some_and(|at| at >= began))
}

/// What holds the step to `share` back; `None` if nothing does.
///
/// Both sides must be able to carry it: the new one because it is about to get that much, the old
/// one because everything may have to go back to it.
pub fn before_step(seen: &Seen, goal: &Goal, share: Weight) -> Option<Reason> {
    if planted::is(Bug::WeightOnEmpty) {
        return None;
    }
    side_is_fit("new", &seen.new, goal.new_need(share))
        .or_else(|| side_is_fit("old", &seen.old, goal.old_need()))
        .or_else(|| {
            let (zones, needed) = (seen.new.zones, goal.zones_min);
            (zones < needed)
                .then(|| Reason::new(&code::ZONES).with("zones", zones).with("needed", needed))
        })
}

/// What is missing on the side that `share` sends requests to; `None` if each side with weight
/// has a healthy target.
pub fn side_for(seen: &Seen, share: Weight) -> Option<Reason> {
    let new = (share > Weight::NONE).then(|| side_is_fit("new", &seen.new, 1)).flatten();
    let old = (share < Weight::ALL).then(|| side_is_fit("old", &seen.old, 1)).flatten();
    new.or(old)
}

/// Held if a side has too few healthy targets.
fn side_is_fit(side: &str, group: &GroupSeen, needed: u32) -> Option<Reason> {
    (group.healthy < needed).then(|| {
        Reason::new(&code::TARGETS)
            .with("side", side)
            .with("healthy", group.healthy)
            .with("total", group.total)
            .with("needed", needed)
    })
}

/// How far everything can go back from `present` now: the share that the new side is left with.
///
/// Never more than `present`, even where an order upwards was `given_up` and may still land.
/// All at once where the old side can carry it. A side that has shrunk (a zone is gone, somebody
/// scaled it) gets what it can carry, and the rest as it grows: to send it everything would fail
/// the requests that the new side still answers.
pub fn way_back(
    seen: &Seen,
    goal: &Goal,
    present: Weight,
    given_up: Option<Weight>,
) -> Result<Weight, Reason> {
    let (healthy, need) = (seen.old.healthy, goal.old_need());
    let held = || Reason::new(&code::NO_WAY_BACK).with("total", seen.old.total);
    if planted::is(Bug::BackOntoShrunk) {
        return Ok(Weight::NONE);
    }
    if healthy == 0 {
        return Err(held());
    }
    if healthy >= need || seen.new.healthy == 0 {
        return Ok(Weight::NONE);
    }
    let carried = u8::try_from(u64::from(healthy) * 100 / u64::from(need)).unwrap_or(100);
    let left = Weight::new(carried).map_or(Weight::NONE, Weight::rest);
    if left < present {
        return Ok(left);
    }
    if given_up.is_some() {
        // Said again with a higher number: the order that was given up must not land after all.
        return Ok(present);
    }
    Err(Reason::new(&code::TARGETS)
        .with("side", "old")
        .with("healthy", healthy)
        .with("total", seen.old.total)
        .with("needed", need))
}

/// What the ticks so far prove against the new side, at [`ALPHA`] for each metric.
pub fn guard(judged: &Judged) -> Option<Reason> {
    let metrics = [
        ("failed requests", &judged.errors),
        ("answers slower than the old side's p95", &judged.p95),
        ("answers slower than the old side's p99", &judged.p99),
    ];
    let (metric, evidence) = metrics.into_iter().find(|(_, one)| one.alarmed(ALPHA))?;
    let share = |total: Total| format!("{} of {}", total.errors, total.requests);
    Some(
        Reason::new(&code::WORSE)
            .with("metric", metric)
            .with("new", share(evidence.new))
            .with("old", share(evidence.old))
            .with("e", whole(evidence.e_value())),
    )
}

/// E as people read it; beyond a million the rest is noise.
fn whole(e: f64) -> String {
    if e >= 1e6 { "over a million".to_owned() } else { format!("{e:.0}") }
}

/// Said if the new side has no healthy target.
pub fn dead(seen: &Seen) -> Option<Reason> {
    let total = seen.new.total;
    (seen.new.healthy == 0).then(|| Reason::new(&code::NO_TARGETS).with("total", total))
}

/// Why everything must go back to the old side; `None` if nothing says so.
///
/// `counted` is what came since the weight landed.
pub fn roll_back(seen: &Seen, counted: Option<&Counted>, goal: &Goal) -> Option<Reason> {
    if let Some(because) = dead(seen) {
        return Some(because);
    }
    let new = counted?.new;
    let proven = new.bad() >= BAD_REQUESTS_MIN && above_floor(&new, goal);
    proven.then(|| errors(&code::ERRORS, &new, goal))
}

/// What looks bad about the step, though too few requests failed to send everything back.
pub fn suspect(counted: &Counted, goal: &Goal) -> Option<Reason> {
    let bad = above_floor(&counted.new, goal) && !planted::is(Bug::AlarmIgnored);
    bad.then(|| errors(&code::SUSPECT, &counted.new, goal))
}

/// Whether more requests ended badly than the floor allows.
fn above_floor(new: &Counts, goal: &Goal) -> bool {
    u128::from(new.bad()) * 1000 > u128::from(new.ended()) * u128::from(goal.floor_per_mille)
}

fn errors(code: &'static Code, new: &Counts, goal: &Goal) -> Reason {
    Reason::new(code)
        .with("failed", new.bad())
        .with("requests", new.ended())
        .with("floor", per_mille(goal.floor_per_mille))
}

/// Thousandths as people write them: 10 is `1.0 %`.
fn per_mille(value: u64) -> String {
    format!("{}.{} %", value / 10, value % 10)
}
