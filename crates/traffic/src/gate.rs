//! What must be true before a step, and what sends everything back.

use crate::goal::{BAD_REQUESTS_MIN, Goal};
use crate::guard::eprocess::Total;
use crate::guard::{Alarm, Judged, Standing, Verdict as Guarded, floor};
use crate::planted::{self, Bug};
use crate::preflight::verdict::{Runtime, Verdict};
use crate::preflight::{self, CheckId, Moment};
use crate::seen::{Counted, Seen};
use jiff::Timestamp;
use model::Reason;
use model::code::{Code, traffic as code};
use model::facts::Facts;
use model::ports::{Counts, GroupSeen, Weight};

/// Checks that only a drill can prove.
const BY_DRILL: [&str; 6] = ["Z4", "Z5", "Z13", "Z14", "Z17", "Z23"];

/// Checks that need the copies of both sides to stand: gates, capacity, disruption budgets.
const BY_COPIES: [&str; 3] = ["Z2", "Z10", "Z12"];

/// How far the checks before the start can be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Copies and drills are still to come.
    Before,
    /// The copies stand, and the drills have ended.
    Ready,
}

/// A check that holds the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Whether a drill has failed, which no waiting mends.
    pub drill_failed: bool,
    /// What it says.
    pub because: Reason,
}

/// What the checks before the start hold it for; `None` if all have passed or are waived.
pub fn preflight(facts: &Facts, goal: &Goal, now: Timestamp, stage: Stage) -> Option<Open> {
    let terms = goal.preflight.as_ref()?;
    let checked = preflight::check(facts, terms, now);
    let is_one_of =
        |id: CheckId, names: &[&str]| names.iter().any(|name| CheckId::find(name) == Some(id));
    let by_drill = |id: CheckId| goal.drills && is_one_of(id, &BY_DRILL);
    let by_copies = |id: CheckId| goal.copies.is_some() && is_one_of(id, &BY_COPIES);
    let counts = |id: CheckId| stage == Stage::Ready || !(by_drill(id) || by_copies(id));
    let open = checked.checks.iter().filter(|one| counts(one.id));
    let open = open.filter(|one| matches!(one.verdict, Verdict::Failed | Verdict::Unproven));
    // What has failed before what nobody can prove: it is the better thing to mend first.
    let first = open.min_by_key(|one| one.verdict != Verdict::Failed)?;
    let drill_failed = first.verdict == Verdict::Failed && by_drill(first.id);
    Some(Open { drill_failed, because: first.evidence.clone() })
}

/// What the checks that guard the steps say at `moment`; `None` where the shift has none, or where
/// nobody has looked this time.
pub fn runtime(seen: &Seen, goal: &Goal, moment: Moment, now: Timestamp) -> Option<Runtime> {
    let (facts, terms) = (seen.facts.as_ref()?, goal.preflight.as_ref()?);
    Some(preflight::runtime(facts, terms, moment, now))
}

/// What the checks that guard the steps hold the shift for at `moment`; `None` if nothing. Nobody
/// having looked is a reason too.
pub fn held(seen: &Seen, goal: &Goal, moment: Moment, now: Timestamp) -> Option<Reason> {
    goal.preflight.as_ref()?;
    match runtime(seen, goal, moment, now) {
        None => Some(Reason::new(&code::NO_FACTS)),
        Some(checked) => checked.held().next().map(|held| held.because),
    }
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

/// What the ticks so far prove against the new side.
pub fn guard(judged: &Judged, goal: &Goal) -> Option<Reason> {
    match judged.verdict(goal.guard.alpha) {
        Guarded::Worse(alarm) => Some(found(&code::WORSE, &alarm)),
        Guarded::Silent | Guarded::Unproven(..) => None,
    }
}

/// What speaks against the new side without being a proof: a person has to look.
pub fn unproven(judged: &Judged, goal: &Goal) -> Option<Reason> {
    match judged.verdict(goal.guard.alpha) {
        Guarded::Unproven(alarm, lacks) => {
            Some(found(&code::UNPROVEN, &alarm).with("lacks", lacks))
        }
        Guarded::Silent | Guarded::Worse(_) => None,
    }
}

/// What is still missing before the step counts as clear, where the shift asks for that.
pub fn unclear(judged: &Judged, goal: &Goal) -> Option<Reason> {
    let terms = goal.guard.clear?;
    match judged.standing(&terms) {
        Standing::Clear => None,
        Standing::Thin(metric) => {
            let new = judged.evidence(metric).new;
            Some(
                Reason::new(&code::UNCLEAR)
                    .with("metric", metric)
                    .with("times", terms.times)
                    .with("new", share_of(new)),
            )
        }
    }
}

/// How good the evidence is on which a step is left, in words.
pub fn standing(judged: &Judged, goal: &Goal) -> String {
    if let Guarded::Unproven(alarm, _) = judged.verdict(goal.guard.alpha) {
        // Only a person gets here: what they let go stands in the journal.
        return format!("{} differ, which is not proven", alarm.metric);
    }
    let terms = goal.guard.clear.unwrap_or_default();
    match judged.standing(&terms) {
        Standing::Clear => format!("clear of {} times as bad", terms.times),
        Standing::Thin(_) => "no alarm, evidence thin".to_owned(),
    }
}

fn found(code: &'static Code, Alarm { metric, evidence }: &Alarm<'_>) -> Reason {
    Reason::new(code)
        .with("metric", metric)
        .with("new", share_of(evidence.new))
        .with("old", share_of(evidence.old))
        .with("e", whole(evidence.e_value()))
}

fn share_of(total: Total) -> String {
    format!("{} of {}", total.errors, total.requests)
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
    // A balancer that cannot reach the side is no matter of chance.
    let unreached = Counts { failed: 0, ..new };
    let refused = unreached.bad() >= BAD_REQUESTS_MIN && above_floor(&unreached, goal);
    let total = Total { requests: new.ended(), errors: new.bad() };
    let proven = refused || floor::exceeded(total, share_allowed(goal), goal.guard.alpha);
    proven.then(|| errors(&code::ERRORS, &new, goal))
}

/// What looks bad about the step, though too few requests failed to send everything back.
pub fn suspect(counted: &Counted, goal: &Goal) -> Option<Reason> {
    let bad = above_floor(&counted.new, goal) && !planted::is(Bug::AlarmIgnored);
    bad.then(|| errors(&code::SUSPECT, &counted.new, goal))
}

/// What the shift allows to end badly, as a share of all requests.
fn share_allowed(goal: &Goal) -> f64 {
    f64::from(u32::try_from(goal.floor_per_mille).unwrap_or(u32::MAX)) / 1_000.0
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
