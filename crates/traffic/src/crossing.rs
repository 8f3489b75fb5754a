//! `plan`: what to do next in one crossing.

mod after;
mod back;
mod before;
mod climb;
mod settle;
mod time;
mod wrong;

use std::time::Duration;

use jiff::Timestamp;
use model::code::traffic as code;
use model::ports::Weight;
use model::{Plan, Reason};

use crate::action::{Action, Entry, Intent, Order};
use crate::effect::Effect;
use crate::goal::Goal;
use crate::planted::{self, Bug};
use crate::seen::Seen;
use crate::step::{Phase, State};

/// What to do now, what is held back and why, and when to look again.
///
/// Total and deterministic: any input gives a plan, equal input an equal one. Its actions are to
/// be done in their order, and the first that fails ends it; the next plan starts from what is.
pub fn plan(now: Timestamp, seen: &Seen, goal: &Goal) -> Plan<Action> {
    let at = Moment { now, seen, goal, state: &seen.state };
    if at.state.ended() {
        return Plan::empty();
    }
    at.keep_time()
        .or_else(|| at.settle())
        .or_else(|| at.doubt())
        .or_else(|| at.turn_back())
        .unwrap_or_else(|| at.go_on())
}

/// The input of one call.
#[derive(Clone, Copy)]
struct Moment<'a> {
    now: Timestamp,
    seen: &'a Seen,
    goal: &'a Goal,
    state: &'a State,
}

impl Moment<'_> {
    /// Nothing is open and nothing is wrong: the phase says what comes next.
    fn go_on(&self) -> Plan<Action> {
        match &self.state.phase {
            Phase::Planned => self.start(),
            Phase::Preflight => self.preflight(),
            Phase::Provision => self.provision(),
            Phase::Warm => self.warm(),
            Phase::Rehearse => self.rehearse(),
            Phase::Stepping | Phase::Hold => self.climb(),
            Phase::HandOver => self.hand_over(),
            Phase::Drain => self.drain(),
            Phase::Approve => self.approve(),
            Phase::Decommission => self.decommission(),
            Phase::RollingBack if planted::is(Bug::UpOnTheWayBack) => self.climb(),
            Phase::RollingBack => self.roll_back(),
            Phase::Done | Phase::RolledBack { .. } | Phase::Frozen { .. } => Plan::empty(),
        }
    }

    /// Intent first, effect second; the read-back is the next plan's.
    fn ask(&self, (expected, effect): (Effect, Effect), because: Reason) -> Plan<Action> {
        let seq = self.state.seq.saturating_add(1);
        let evidence = because.facts.get("evidence").cloned();
        let intent = Intent {
            seq,
            at: self.now,
            effect: effect.clone(),
            expected: expected.clone(),
            deadline: later(self.now, self.goal.limits.order),
            actor: format!("segue, for {}", self.goal.author),
            evidence: evidence.unwrap_or_else(|| because.sentence()),
            because: because.clone(),
        };
        let order = Order { effect, expected, epoch: self.state.epoch, seq };
        let plan = Plan::empty()
            .then(Action::Journal(Entry::Asked(intent)), because.clone())
            .then(Action::Order(order), because)
            .wake(self.now);
        wrong::twisted(plan)
    }

    /// Another share of the new side.
    fn turn(&self, to: Weight, because: Reason) -> Plan<Action> {
        let from = self.state.share;
        self.ask((self.goal.turned(from), self.goal.turned(to)), because)
    }

    /// One entry of the journal, and another look at once.
    fn note(&self, entry: Entry, because: Reason) -> Plan<Action> {
        Plan::empty().then(Action::Journal(entry), because).wake(self.now)
    }

    /// On to another phase.
    fn enter(&self, to: Phase, because: Reason) -> Plan<Action> {
        let entry = Entry::Phase { to, at: self.now, because: because.clone() };
        self.note(entry, because)
    }

    /// Nothing now; another look in a tick.
    fn wait(&self, because: Reason) -> Plan<Action> {
        self.wait_until(later(self.now, self.goal.hold.tick), because)
    }

    /// Nothing until `at`, or the next tick if that comes first.
    fn wait_until(&self, at: Timestamp, because: Reason) -> Plan<Action> {
        let tick = later(self.now, self.goal.hold.tick);
        Plan::empty().hold(self.goal.subject(), because).wake(at.min(tick))
    }

    /// The traffic stays; a person decides.
    fn freeze(&self, because: Reason) -> Plan<Action> {
        let entry = Entry::Frozen { because: because.clone() };
        Plan::empty()
            .then(Action::Journal(entry), because.clone())
            .hold(self.goal.subject(), because)
    }

    fn rule_says(&self, share: Weight) -> bool {
        self.seen.rule.weights.same_as(&self.goal.weights(share))
    }

    /// The share that the rule shows, if this shift ever asked for it, or found it there.
    fn ours(&self) -> Option<Weight> {
        let known = self.state.asked.iter().copied().chain([Weight::NONE]);
        known.into_iter().find(|share| self.rule_says(*share))
    }

    fn foreign(&self, expected: Weight) -> Reason {
        Reason::new(&code::FOREIGN)
            .with("rule", &self.goal.rule)
            .with("found", &self.seen.rule.weights)
            .with("expected", self.goal.weights(expected))
    }
}

/// `wait` after `at`, at the end of time at the latest.
fn later(at: Timestamp, wait: Duration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// How long ago `at` was; nothing if it lies ahead.
fn since(now: Timestamp, at: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}

/// The shift ends where it began: no request ever left the old side, or all are back.
fn end_back(cause: &Reason) -> Plan<Action> {
    let because = Reason::new(&code::ROLLED_BACK).with("cause", cause);
    let entry = Entry::RolledBack { because: cause.clone() };
    Plan::empty().then(Action::Journal(entry), because)
}
