//! A shift as it is shown: made of its page, anew each time.

use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::code::serve as serve_code;
use model::code::traffic as code;
use model::ports::Weight;
use traffic::{Phase, weight};

use super::page::{Look, Page, as_float, bad, quantile};
use super::{gates, words};
use crate::serve::book::{Bank, Decision, Fate, Probes, Shares, ShiftStatus, Standing, StepStatus};

/// Whether the long parts are wanted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// History and series too.
    All,
    /// All but those.
    Short,
}

/// What is known of a shift.
pub(super) fn of(page: &Page, parts: Parts) -> ShiftStatus {
    let (goal, state) = (&page.goal, &page.state);
    let ended = state.ended();
    let long = parts == Parts::All;
    ShiftStatus {
        name: goal.shift.clone(),
        service: page.declared.service.clone(),
        environment: page.declared.environment.clone(),
        author: goal.author.clone(),
        rule: goal.rule.clone(),
        fate: fate(page),
        phase: words::phase(&state.phase),
        since: state.since,
        began: state.began_at,
        ended: ended.then(|| page.history.last().map(|last| last.at)).flatten(),
        paused: state.paused,
        steps: steps(page),
        weights: weights(page),
        old: bank(page, |look| &look.old, (&goal.old, goal.copies.as_ref().map(|both| &both.old))),
        new: bank(page, |look| &look.new, (&goal.new, goal.copies.as_ref().map(|both| &both.new))),
        gates: gates::of(page),
        held: held(page),
        next: next(page),
        because: because(page),
        roll_back: goal.dial.settle.saturating_add(goal.hold.tick.saturating_mul(2)),
        approved: state.approved.iter().cloned().collect(),
        probes: page.witness.as_ref().map(|witness| Probes::from(&witness.prober)),
        history: if long { page.history.clone() } else { Vec::new() },
        series: if long { page.series.clone() } else { Vec::new() },
    }
}

fn fate(page: &Page) -> Fate {
    let state = &page.state;
    match &state.phase {
        _ if page.run.is_none() => Fate::Planned,
        Phase::Done => Fate::Done,
        Phase::RolledBack { .. } => Fate::RolledBack,
        Phase::Frozen { .. } => Fate::Frozen,
        Phase::RollingBack => Fate::RollingBack,
        _ if state.paused => Fate::Paused,
        Phase::Approve => Fate::Waiting,
        _ if held(page).iter().any(needs_a_person) => Fate::Waiting,
        Phase::Planned
        | Phase::Preflight
        | Phase::Provision
        | Phase::Warm
        | Phase::Rehearse
        | Phase::Stepping
        | Phase::Hold
        | Phase::HandOver
        | Phase::Drain
        | Phase::Decommission => Fate::Running,
    }
}

/// Whether only a person can end the wait.
fn needs_a_person(because: &Reason) -> bool {
    [code::UNPROVEN.id, code::UNAPPROVED.id].contains(&because.code.id)
}

fn steps(page: &Page) -> Vec<StepStatus> {
    let (goal, state) = (&page.goal, &page.state);
    let share = state.share;
    let holding = state.holding.as_ref();
    let back = matches!(state.phase, Phase::RollingBack | Phase::RolledBack { .. });
    // Past the steps nothing of one is under way any more.
    let after = [Phase::HandOver, Phase::Drain, Phase::Approve, Phase::Decommission];
    let climbed = after.contains(&state.phase);
    let counted = gates::counted(page);
    let step = |step: Weight| {
        let standing = match () {
            () if state.phase == Phase::Done => Standing::Passed,
            () if back && state.asked.contains(&step) => Standing::Failed,
            () if step < share || climbed => Standing::Passed,
            () if step == share && state.holding.is_some() => Standing::Now,
            () => Standing::Ahead,
        };
        let now = standing == Standing::Now;
        let ticks = holding.filter(|_| now).map_or(0, |holding| holding.ticks);
        let ended = counted.filter(|_| now).map_or(0, |counted| counted.new.ended());
        StepStatus {
            share: step.percent(),
            standing,
            ticks: if now { (ticks, goal.hold.ticks) } else { (0, 0) },
            requests: if now { (ended, goal.hold.requests_min) } else { (0, 0) },
        }
    };
    goal.steps.iter().map(step).collect()
}

fn weights(page: &Page) -> Shares {
    let stated = page.lately().and_then(|(_, last)| last.stated);
    let measured = gates::counted(page).filter(|counted| counted.chosen() > 0);
    Shares {
        asked: page.asked(),
        stated,
        measured: measured
            .map(|counted| as_float(counted.new.chosen) * 100.0 / as_float(counted.chosen())),
    }
}

fn bank(
    page: &Page,
    side: impl Fn(&Look) -> &model::ports::GroupSeen,
    (group, fleet): (&str, Option<&String>),
) -> Bank {
    let named = Bank {
        group: group.to_owned(),
        fleet: fleet.cloned().unwrap_or_default(),
        ..Bank::default()
    };
    let Some((first, last)) = page.lately() else { return named };
    let (before, now) = (side(first), side(last));
    let fresh = now.counts.since(&before.counts).unwrap_or_default();
    let seconds = as_float(u64::try_from(last.at - first.at).unwrap_or(0)) / 1_000.0;
    let took = |per_mille| quantile(before, now, per_mille);
    Bank {
        healthy: now.healthy,
        total: now.total,
        requests: now.counts.chosen,
        rps: if seconds > 0.0 { as_float(fresh.ended()) / seconds } else { 0.0 },
        errors: bad(&fresh),
        p50: took(500),
        p95: took(950),
        p99: took(990),
        ..named
    }
}

/// What holds it now.
fn held(page: &Page) -> Vec<Reason> {
    if page.state.ended() || page.run.is_none() {
        return Vec::new();
    }
    if let Some(fault) = &page.fault {
        return vec![
            Reason::new(&serve_code::RETRYING).with("cause", fault.sentence()),
            fault.clone(),
        ];
    }
    let Some((_, _, plan)) = &page.turn else { return Vec::new() };
    let usual = [code::HOLDING.id, code::SETTLING.id, code::WAITING.id];
    let held = plan.held.iter().map(|held| held.because.clone());
    held.filter(|because| !usual.contains(&because.code.id)).collect()
}

/// Why the weight is what it is, or why the shift has ended.
fn because(page: &Page) -> Option<Reason> {
    match &page.state.phase {
        Phase::RolledBack { because } | Phase::Frozen { because } => Some(because.clone()),
        Phase::RollingBack => page.state.back.clone(),
        _ => page.history.iter().rev().find_map(|moment| moment.because.clone()),
    }
}

fn next(page: &Page) -> Option<Decision> {
    let (goal, state) = (&page.goal, &page.state);
    let says = |what: String, at| Some(Decision { what, at });
    let look = page.turn.as_ref().and_then(|(_, _, plan)| plan.wake_at);
    match &state.phase {
        _ if page.run.is_none() => says("a person starts it".to_owned(), None),
        Phase::Done | Phase::RolledBack { .. } => None,
        Phase::Frozen { .. } => says("a person takes it over".to_owned(), None),
        Phase::RollingBack => says(format!("{} back to {}", state.share, goal.old), look),
        _ if state.paused => says("a person resumes it".to_owned(), None),
        Phase::Approve => says(format!("a person other than {} approves", goal.author), None),
        Phase::Stepping | Phase::Hold => {
            let due = due(page);
            match goal.steps.after(state.share) {
                Some(next) => says(format!("{} to {next}", state.share), due),
                None => says("the last step ends".to_owned(), due),
            }
        }
        Phase::Planned => says("it begins when nothing holds it".to_owned(), look),
        Phase::Preflight | Phase::Provision | Phase::Warm | Phase::Rehearse => {
            let first = goal.steps.after(Weight::NONE).unwrap_or(Weight::ALL);
            says(format!("0 % to {first}, when both sides are fit"), look)
        }
        Phase::HandOver => says("jobs change hands".to_owned(), look),
        Phase::Drain => says("the old side falls silent".to_owned(), look),
        Phase::Decommission => says("the old side is removed".to_owned(), look),
    }
}

/// When the ticks of this step are over, if requests keep coming.
fn due(page: &Page) -> Option<Timestamp> {
    let holding = page.state.holding.as_ref().filter(|holding| holding.converged)?;
    let left = page.goal.hold.ticks.saturating_sub(holding.ticks);
    let wait: Duration = page.goal.hold.tick.saturating_mul(left);
    holding.tick_at.checked_add(wait).ok()
}

/// The realised share as people read it.
pub(super) fn realised(counted: &traffic::Counted) -> String {
    weight::realised(counted)
}
