//! Before the first request: who may start, the checks, copies, health, drills.

use model::code::traffic as code;
use model::ports::Weight;
use model::{Plan, Reason};

use super::time::{BEAT, hours};
use super::{Moment, end_back, later};
use crate::action::Action;
use crate::board;
use crate::effect::Effect;
use crate::gate::{self, Open, Stage};
use crate::goal::Copies;
use crate::step::Phase;

impl Moment<'_> {
    /// Nothing was done yet.
    pub(super) fn start(&self) -> Plan<Action> {
        if let Some(because) = self.never() {
            return end_back(&because);
        }
        if let Some(because) = board::admits(&self.seen.board, self.goal) {
            // Others are in the way, not the world: many that wait must not use its calls up.
            let wake = later(self.now, BEAT);
            return Plan::empty().hold(self.goal.subject(), because).wake(wake);
        }
        self.enter(Phase::Preflight, began("preflight"))
    }

    /// Why the shift will never begin.
    fn never(&self) -> Option<Reason> {
        let aborted = self.state.aborted.as_ref();
        let aborted = aborted.map(|by| Reason::new(&code::ABORTED).with("by", by));
        let other = || {
            let other = board::hopeless(&self.seen.board, self.goal)?;
            Some(Reason::new(&code::HOPELESS).with("other", other))
        };
        let late = || {
            let limit = self.goal.limits.wait;
            let late = self.over(self.state.first_at, limit);
            late.then(|| Reason::new(&code::TOO_LATE).with("hours", hours(limit)))
        };
        aborted.or_else(other).or_else(late)
    }

    /// The checks hold the start until all have passed or are waived.
    pub(super) fn preflight(&self) -> Plan<Action> {
        if self.goal.preflight.is_none() {
            return self.enter(Phase::Provision, began("provision"));
        }
        let Some(facts) = &self.seen.facts else {
            return self.wait(Reason::new(&code::NO_FACTS));
        };
        match gate::preflight(facts, self.goal, self.now, Stage::Before) {
            Some(Open { because, .. }) => self.wait(because),
            None => self.enter(Phase::Provision, began("provision")),
        }
    }

    /// Both sides get what they need: the old one so that it can take everything back at any
    /// time, whatever its autoscaler thinks of a fleet that has little to do.
    pub(super) fn provision(&self) -> Plan<Action> {
        let Some(copies) = &self.goal.copies else {
            return self.enter(Phase::Warm, began("warm"));
        };
        let needs = [(&copies.old, copies.old_need), (&copies.new, copies.new_need)];
        match needs.into_iter().find(|(fleet, _)| !self.state.copies.contains_key(*fleet)) {
            Some((fleet, need)) => self.scale(copies, (fleet, need)),
            None => self.enter(Phase::Warm, began("warm")),
        }
    }

    /// At least `need` copies of a fleet; never fewer than it has.
    pub(super) fn scale(&self, copies: &Copies, (fleet, need): (&str, u32)) -> Plan<Action> {
        let Some(wanted) = self.wanted(fleet) else {
            return self.wait(Reason::new(&code::NO_FLEET).with("fleet", fleet));
        };
        let side = if fleet == copies.old { "old" } else { "new" };
        let because = Reason::new(&code::COPIES)
            .with("fleet", fleet)
            .with("side", side)
            .with("wanted", wanted)
            .with("needed", need);
        let effect = |replicas| Effect::Replicas { fleet: fleet.to_owned(), replicas };
        self.ask((effect(wanted), effect(wanted.max(need))), because)
    }

    /// The new side gets healthy, the old one is.
    pub(super) fn warm(&self) -> Plan<Action> {
        match gate::before_step(self.seen, self.goal, Weight::ALL) {
            Some(held) => self.wait(held),
            None => self.enter(Phase::Rehearse, began("rehearse")),
        }
    }

    /// The new side is drilled, and the checks that need its copies are made. What fails a drill
    /// gets no request.
    pub(super) fn rehearse(&self) -> Plan<Action> {
        if !self.goal.drills && self.goal.preflight.is_none() {
            return self.enter(Phase::Stepping, began("steps"));
        }
        if self.goal.drills && !self.state.drilled {
            let effect = |ended| Effect::Drill { ended };
            return self.ask((effect(false), effect(true)), Reason::new(&code::DRILL));
        }
        let Some(facts) = &self.seen.facts else {
            return self.wait(Reason::new(&code::NO_FACTS));
        };
        let checked = gate::preflight(facts, self.goal, self.now, Stage::Ready);
        match checked {
            None => self.enter(Phase::Stepping, began("steps")),
            Some(Open { drill_failed: true, because }) => {
                let because = because.sentence();
                end_back(&Reason::new(&code::DRILL_FAILED).with("failed", because))
            }
            Some(Open { because, .. }) => self.wait(because),
        }
    }
}

/// Why the next phase begins.
pub(super) fn began(phase: &str) -> Reason {
    Reason::new(&code::PHASE).with("phase", phase)
}
