//! `plan`: what to do next in one crossing.

use jiff::Timestamp;
use model::code::traffic as code;
use model::ports::{Weight, WeightOrder};
use model::{Held, Plan, Reason};

use crate::action::{Action, Entry, Intent};
use crate::gate;
use crate::goal::{AGAIN_AFTER, Goal, SHARE_REQUESTS_MIN};
use crate::seen::{Counted, Seen};
use crate::step::Phase;
use crate::weight::{Share, realised, share};

/// What to do now, what is held back and why, and when to look again.
///
/// Total and deterministic: any input gives a plan, equal input an equal one. Its actions are to
/// be done in their order, and the first that fails ends it; the next plan starts from what is.
pub fn plan(now: Timestamp, seen: &Seen, goal: &Goal) -> Plan<Action> {
    let at = Moment { now, seen, goal };
    match &seen.state.phase {
        Phase::Planned => at.start(),
        Phase::Asked { intent, tried } => at.settle(intent, *tried),
        Phase::Converging { intent, from } => at.converge(intent, from),
        Phase::Observing { intent, from, ticks, tick_at, tick_counted } => {
            let tick = Tick { number: *ticks, at: *tick_at, counted: tick_counted };
            at.observe(intent, from, &tick)
        }
        Phase::Done | Phase::RolledBack { .. } | Phase::Frozen { .. } => Plan::empty(),
    }
}

/// The input of one call.
struct Moment<'a> {
    now: Timestamp,
    seen: &'a Seen,
    goal: &'a Goal,
}

/// The last observed tick.
struct Tick<'a> {
    number: u32,
    at: Timestamp,
    counted: &'a Counted,
}

impl Moment<'_> {
    /// Nothing was asked for yet.
    fn start(&self) -> Plan<Action> {
        if !self.rule_says(Weight::NONE) {
            return self.wait(self.foreign(Weight::NONE));
        }
        let Some(first) = self.goal.steps.after(Weight::NONE) else {
            return Plan::empty();
        };
        match gate::before_step(self.seen, self.goal) {
            Some(held) => self.wait(held.because),
            None => self.ask(Weight::NONE, first, step(Weight::NONE, first, "start")),
        }
    }

    /// An intent is open: the world says whether its effect has happened.
    fn settle(&self, intent: &Intent, tried: Timestamp) -> Plan<Action> {
        if self.rule_says(intent.to) {
            let weights = self.goal.weights(intent.to);
            let because = Reason::new(&code::LANDED).with("weights", weights);
            let counted = self.seen.counted();
            return self.note(Entry::Landed { seq: intent.seq, counted }, because);
        }
        if !self.rule_says(intent.from) {
            return self.freeze(self.foreign(intent.to));
        }
        if let Some(plan) = self.dead_on_arrival(intent) {
            return plan;
        }
        let again_at = later(tried, AGAIN_AFTER);
        if self.now < again_at && self.now >= tried {
            let because = Reason::new(&code::WAITING).with("to", intent.to);
            return Plan::empty().hold(self.goal.subject(), because).wake(again_at);
        }
        let because = Reason::new(&code::AGAIN).with("to", intent.to).with("found", intent.from);
        let again = Entry::AskedAgain { seq: intent.seq, at: self.now };
        Plan::empty()
            .then(Action::Journal(again), because.clone())
            .then(self.order((intent.from, intent.to), intent.seq), because)
            .wake(later(self.now, AGAIN_AFTER))
    }

    /// The new side died while more was about to be asked for it: back from where the rule is.
    fn dead_on_arrival(&self, intent: &Intent) -> Option<Plan<Action>> {
        if intent.is_roll_back() {
            return None;
        }
        let because = gate::roll_back(self.seen, None, self.goal)?;
        Some(match gate::no_way_back(self.seen, self.goal) {
            Some(held) => self.wait(held.because),
            None => self.ask(intent.from, Weight::NONE, because),
        })
    }

    /// The control plane agrees; the requests have to follow.
    fn converge(&self, intent: &Intent, from: &Counted) -> Plan<Action> {
        if let Some(plan) = self.alarm(intent, from) {
            return plan;
        }
        let Some(counted) = self.seen.counted().since(from) else {
            return self.recount(intent, "the balancer was started anew");
        };
        match share(&counted, intent.to) {
            Share::TooFew if counted.chosen() < SHARE_REQUESTS_MIN => {
                let seen = (counted.chosen(), "on both sides", SHARE_REQUESTS_MIN);
                self.wait(too_few(intent, seen))
            }
            Share::TooFew => self.wait(too_few(intent, (0, "on the new side", 1))),
            Share::Off => self.wait(share_reason(&code::SHARE, intent, &counted)),
            Share::Agrees => {
                let because = share_reason(&code::CONVERGED, intent, &counted);
                if intent.is_roll_back() {
                    let because = Reason::new(&code::ROLLED_BACK).with("cause", &intent.because);
                    let entry = Entry::RolledBack { because: intent.because.clone() };
                    return Plan::empty().then(Action::Journal(entry), because);
                }
                let counted = self.seen.counted();
                self.note(Entry::Converged { seq: intent.seq, at: self.now, counted }, because)
            }
        }
    }

    /// The step is held: count a tick, or go on, or wait.
    fn observe(&self, intent: &Intent, from: &Counted, tick: &Tick<'_>) -> Plan<Action> {
        if let Some(plan) = self.alarm(intent, from) {
            return plan;
        }
        let (Some(counted), Some(fresh)) =
            (self.seen.counted().since(from), self.seen.counted().since(tick.counted))
        else {
            return self.recount(intent, "the balancer was started anew");
        };
        if self.now < tick.at {
            return self.recount(intent, "the clock went back");
        }
        if tick.number >= self.goal.hold.ticks {
            return self.leave(intent, &counted);
        }
        let due = later(tick.at, self.goal.hold.tick);
        if self.now < due {
            return self.hold_on(intent, tick.number, due);
        }
        if let Some(silent) = silent_side(&fresh, intent.to) {
            let because = Reason::new(&code::NO_DATA)
                .with("side", silent)
                .with("since", tick.at.strftime("%H:%M:%S"));
            return self.wait(because);
        }
        let because = Reason::new(&code::OBSERVED)
            .with("tick", tick.number.saturating_add(1))
            .with("ticks", self.goal.hold.ticks)
            .with("failed", counted.new.bad())
            .with("requests", counted.new.ended());
        let counted = self.seen.counted();
        self.note(Entry::Observed { seq: intent.seq, at: self.now, counted }, because)
    }

    /// All ticks were observed: the next step, or the end, if the evidence carries it.
    fn leave(&self, intent: &Intent, counted: &Counted) -> Plan<Action> {
        if counted.new.ended() < self.goal.hold.requests_min {
            let needed = self.goal.hold.requests_min;
            return self.wait(too_few(intent, (counted.new.ended(), "on the new side", needed)));
        }
        if let Some(held) = gate::suspect(counted, self.goal) {
            return self.wait(held.because);
        }
        if share(counted, intent.to) == Share::Off {
            return self.wait(share_reason(&code::SHARE, intent, counted));
        }
        let evidence = format!("{} of {} requests failed", counted.new.bad(), counted.new.ended());
        let Some(next) = self.goal.steps.after(intent.to) else {
            let because = Reason::new(&code::DONE).with("evidence", evidence);
            return Plan::empty().then(Action::Journal(Entry::Done), because);
        };
        match gate::before_step(self.seen, self.goal) {
            Some(held) => self.wait(held.because),
            None => self.ask(intent.to, next, step(intent.to, next, &evidence)),
        }
    }

    /// What cannot wait while requests are on the new side: a foreign writer, or a roll back.
    fn alarm(&self, intent: &Intent, from: &Counted) -> Option<Plan<Action>> {
        if !self.rule_says(intent.to) {
            return Some(self.freeze(self.foreign(intent.to)));
        }
        if intent.is_roll_back() {
            return None;
        }
        let counted = self.seen.counted().since(from);
        let because = gate::roll_back(self.seen, counted.as_ref(), self.goal)?;
        Some(match gate::no_way_back(self.seen, self.goal) {
            Some(held) => self.wait(held.because),
            None => self.ask(intent.to, Weight::NONE, because),
        })
    }

    /// Intent first, effect second; the read-back is the next plan's.
    fn ask(&self, from: Weight, to: Weight, because: Reason) -> Plan<Action> {
        let seq = self.seen.state.seq.saturating_add(1);
        let intent = Intent { seq, at: self.now, from, to, because: because.clone() };
        Plan::empty()
            .then(Action::Journal(Entry::Asked(intent)), because.clone())
            .then(self.order((from, to), seq), because)
            .wake(self.now)
    }

    /// One entry of the journal, and another look at once.
    fn note(&self, entry: Entry, because: Reason) -> Plan<Action> {
        Plan::empty().then(Action::Journal(entry), because).wake(self.now)
    }

    /// Nothing now; another look in a tick.
    fn wait(&self, because: Reason) -> Plan<Action> {
        let at = later(self.now, self.goal.hold.tick);
        Plan::empty().hold(self.goal.subject(), because).wake(at)
    }

    /// Nothing until the tick is due.
    fn hold_on(&self, intent: &Intent, ticks: u32, due: Timestamp) -> Plan<Action> {
        let because = Reason::new(&code::HOLDING)
            .with("weight", intent.to)
            .with("tick", ticks)
            .with("ticks", self.goal.hold.ticks);
        let held = Held { what: self.goal.subject(), because };
        Plan { steps: Vec::new(), held: vec![held], wake_at: Some(due) }
    }

    /// The traffic stays; a person decides.
    fn freeze(&self, because: Reason) -> Plan<Action> {
        let entry = Entry::Frozen { because: because.clone() };
        Plan::empty()
            .then(Action::Journal(entry), because.clone())
            .hold(self.goal.subject(), because)
    }

    /// The counts of the step start again.
    fn recount(&self, intent: &Intent, cause: &str) -> Plan<Action> {
        let because = Reason::new(&code::RECOUNTED).with("cause", cause);
        self.note(Entry::Recounted { seq: intent.seq, counted: self.seen.counted() }, because)
    }

    fn order(&self, (from, to): (Weight, Weight), seq: u64) -> Action {
        Action::SetWeights(WeightOrder {
            rule: self.goal.rule.clone(),
            weights: self.goal.weights(to),
            expected: self.goal.weights(from),
            epoch: self.seen.state.epoch,
            seq,
        })
    }

    fn rule_says(&self, weight: Weight) -> bool {
        self.seen.rule.weights.same_as(&self.goal.weights(weight))
    }

    fn foreign(&self, expected: Weight) -> Reason {
        Reason::new(&code::FOREIGN)
            .with("rule", &self.goal.rule)
            .with("found", &self.seen.rule.weights)
            .with("expected", self.goal.weights(expected))
    }
}

/// Held for want of requests: how many were seen, where, and how many are needed.
fn too_few(intent: &Intent, (requests, place, needed): (u64, &str, u64)) -> Reason {
    Reason::new(&code::EVIDENCE)
        .with("requests", requests)
        .with("place", place)
        .with("weight", intent.to)
        .with("needed", needed)
}

/// The side that has weight and ended no request.
fn silent_side(fresh: &Counted, weight: Weight) -> Option<&'static str> {
    if weight > Weight::NONE && fresh.new.ended() == 0 {
        return Some("new");
    }
    (weight < Weight::ALL && fresh.old.ended() == 0).then_some("old")
}

fn share_reason(code: &'static model::code::Code, intent: &Intent, counted: &Counted) -> Reason {
    Reason::new(code)
        .with("realised", realised(counted))
        .with("requests", counted.chosen())
        .with("weight", intent.to)
}

fn step(from: Weight, to: Weight, evidence: &str) -> Reason {
    Reason::new(&code::STEP).with("from", from).with("to", to).with("evidence", evidence)
}

/// `at` plus `wait`; a time beyond the calendar is the last one of it.
fn later(at: Timestamp, wait: std::time::Duration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}
