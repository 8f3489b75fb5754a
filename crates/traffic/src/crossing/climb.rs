//! A step: it converges, is observed, judged, and left.

use model::code::traffic as code;
use model::ports::Weight;
use model::{Held, Plan, Reason};

use super::before::began;
use super::{Moment, later, since};
use crate::action::{Action, Entry};
use crate::board;
use crate::evidence::Slow;
use crate::gate;
use crate::goal::{Finish, SHARE_REQUESTS_MIN};
use crate::planted::{self, Bug};
use crate::preflight::Moment as Watched;
use crate::seen::Counted;
use crate::step::{Holding, Phase};
use crate::weight::{Share, realised, share};

impl Moment<'_> {
    /// The first step, or what follows from the one that has landed.
    pub(super) fn climb(&self) -> Plan<Action> {
        if self.state.share == Weight::ALL
            && let Some(plan) = self.shrink(Bug::RemovedBeforeConverged)
        {
            return plan;
        }
        if self.state.share == Weight::ALL && self.state.phase == Phase::Stepping {
            return self.enter(Phase::Hold, began("hold"));
        }
        match &self.state.holding {
            None => self.up("start").unwrap_or_else(|because| self.wait(because)),
            Some(holding) if planted::is(Bug::Unconverged) => self.observe(holding),
            Some(holding) if !self.settled(holding) => self.settle_down(holding),
            Some(holding) if !holding.converged => self.converge(holding),
            Some(holding) => self.observe(holding),
        }
    }

    /// The next step up, if both sides can carry it; else why not.
    fn up(&self, evidence: &str) -> Result<Plan<Action>, Reason> {
        let from = self.state.share;
        let Some(next) = self.goal.steps.after(from) else {
            return Ok(self.across(evidence));
        };
        let skipped = planted::is(Bug::StepSkipped).then(|| self.goal.steps.after(next)).flatten();
        let next = skipped.unwrap_or(next);
        if self.state.paused {
            return Err(Reason::new(&code::PAUSED));
        }
        if let Some(because) = self.not_yet() {
            return Err(because);
        }
        if from > Weight::NONE
            && let Some(plan) = self.shrink(Bug::OldShrunkEarly)
        {
            return Ok(plan);
        }
        let moment = Watched::Step { from: from.percent(), to: next.percent() };
        let held = gate::before_step(self.seen, self.goal, next)
            .or_else(|| gate::held(self.seen, self.goal, moment, self.now));
        match held {
            Some(because) => Err(because),
            None => Ok(self.turn(next, step(from, next, evidence))),
        }
    }

    /// Whether what was counted since the share landed means this share alone.
    pub(super) fn settled(&self, holding: &Holding) -> bool {
        holding.settled || self.goal.dial.settle.is_zero()
    }

    /// Others may have fallen or frozen since this shift was let in: asked again before the first
    /// request moves.
    fn not_yet(&self) -> Option<Reason> {
        let first = self.state.share == Weight::NONE;
        first.then(|| board::admits(&self.seen.board, self.goal)).flatten()
    }

    /// Nothing is counted until the nodes of the balancer, or the resolvers, have the new weight.
    fn settle_down(&self, holding: &Holding) -> Plan<Action> {
        if let Some(due) = self.due(holding.landed_at, self.goal.dial.settle) {
            let because = Reason::new(&code::SETTLING)
                .with("share", self.state.share)
                .with("seconds", self.goal.dial.settle.as_secs());
            return self.wait_until(due, because);
        }
        self.recount(holding, "the new weight has reached everybody")
    }

    /// The control plane agrees; the requests have to follow.
    pub(super) fn converge(&self, holding: &Holding) -> Plan<Action> {
        let weight = self.state.share;
        let Some(counted) = self.seen.counted().since(&holding.from) else {
            return self.recount(holding, "the balancer was started anew");
        };
        let off = share_reason(&code::SHARE, weight, &counted);
        match share(&counted, weight, self.goal.dial.clients) {
            Share::TooFew if counted.chosen() < SHARE_REQUESTS_MIN => {
                let seen = (counted.chosen(), "on both sides", SHARE_REQUESTS_MIN);
                self.wait(too_few(weight, seen))
            }
            Share::TooFew => self.wait(too_few(weight, (0, "on the new side", 1))),
            Share::Off => self.wait(off),
            Share::Agrees => {
                let because = share_reason(&code::CONVERGED, weight, &counted);
                let slow = Slow::measure(&self.seen.old, &self.seen.new, &holding.latency);
                let (seq, split) = (holding.seq, self.goal.dial.split());
                let counted = self.seen.counted();
                let entry = Entry::Converged { seq, at: self.now, counted, slow, split };
                self.note(entry, because)
            }
        }
    }

    /// The step is held: count a tick, or go on, or wait.
    fn observe(&self, holding: &Holding) -> Plan<Action> {
        let (Some(counted), Some(fresh)) = (
            self.seen.counted().since(&holding.from),
            self.seen.counted().since(&holding.tick_counted),
        ) else {
            return self.recount(holding, "the balancer was started anew");
        };
        let promoted = self.state.promoted == Some(holding.seq)
            || self.soaked(holding)
            || self.started_anew(holding);
        if holding.ticks >= self.goal.hold.ticks || promoted {
            return self.leave(holding, &counted);
        }
        let due = later(holding.tick_at, self.goal.hold.tick);
        if self.now < due {
            return self.hold_on(holding.ticks, due);
        }
        if let Some(silent) = silent_side(&fresh, self.state.share) {
            let because = Reason::new(&code::NO_DATA)
                .with("side", silent)
                .with("since", holding.tick_at.strftime("%H:%M:%S"));
            return self.wait(because);
        }
        self.tick(holding, self.observed(holding, &counted))
    }

    /// What the next tick of the step says.
    fn observed(&self, holding: &Holding, counted: &Counted) -> Reason {
        let tick = holding.ticks.saturating_add(1);
        Reason::new(&code::OBSERVED)
            .with("tick", tick)
            // A step that something holds goes on after its last tick.
            .with("ticks", self.goal.hold.ticks.max(tick))
            .with("failed", counted.new.bad())
            .with("requests", counted.new.ended())
    }

    /// One more tick.
    pub(super) fn tick(&self, holding: &Holding, because: Reason) -> Plan<Action> {
        let (old, new) = (&self.seen.old, &self.seen.new);
        let entry = Entry::Observed {
            seq: holding.seq,
            at: self.now,
            counted: self.seen.counted(),
            within: self.listens(),
            fresh: holding.slow.fresh(old, new),
            slow: Slow::measure(old, new, &holding.latency),
        };
        self.note(entry, because)
    }

    /// All ticks were observed: the next step, or the end, if the evidence carries it.
    fn leave(&self, holding: &Holding, counted: &Counted) -> Plan<Action> {
        let weight = self.state.share;
        if counted.new.ended() < self.goal.hold.requests_min {
            return self.not_enough(holding, counted);
        }
        if let Some(because) = gate::suspect(counted, self.goal) {
            return self.not_enough_but(holding, counted, because);
        }
        if share(counted, weight, self.goal.dial.clients) == Share::Off {
            let because = share_reason(&code::SHARE, weight, counted);
            return self.not_enough_but(holding, counted, because);
        }
        if weight < Weight::ALL
            && self.state.promoted != Some(holding.seq)
            && let Some(because) = self.doubtful()
        {
            return self.not_enough_but(holding, counted, because);
        }
        let mut evidence =
            format!("{} of {} requests failed", counted.new.bad(), counted.new.ended());
        if weight < Weight::ALL {
            let standing = gate::standing(&self.state.judged, self.goal);
            evidence = format!("{evidence}; {standing}");
        }
        self.up(&evidence).unwrap_or_else(|held| self.not_enough_but(holding, counted, held))
    }

    /// Why only a person may let the step go, though nothing is proven against the new side.
    fn doubtful(&self) -> Option<Reason> {
        let judged = &self.state.judged;
        gate::unproven(judged, self.goal).or_else(|| gate::unclear(judged, self.goal))
    }

    fn not_enough(&self, holding: &Holding, counted: &Counted) -> Plan<Action> {
        let needed = self.goal.hold.requests_min;
        let seen = (counted.new.ended(), "on the new side", needed);
        self.not_enough_but(holding, counted, too_few(self.state.share, seen))
    }

    /// The step is held on, and observed on: the guard hears of every tick.
    fn not_enough_but(
        &self,
        holding: &Holding,
        counted: &Counted,
        because: Reason,
    ) -> Plan<Action> {
        let fresh = self.seen.counted().since(&holding.tick_counted);
        let heard = fresh.is_some_and(|fresh| silent_side(&fresh, self.state.share).is_none());
        if heard && since(self.now, holding.tick_at) >= self.goal.hold.tick {
            return self.tick(holding, self.observed(holding, counted));
        }
        self.wait(because)
    }

    /// All steps were held.
    fn across(&self, evidence: &str) -> Plan<Action> {
        let because = Reason::new(&code::DONE).with("evidence", evidence);
        if self.goal.finish == Finish::Keep && self.goal.jobs.is_empty() {
            return Plan::empty().then(Action::Journal(Entry::Done), because);
        }
        self.enter(Phase::HandOver, began("hand-over"))
    }

    /// Nothing until the tick is due.
    fn hold_on(&self, ticks: u32, due: jiff::Timestamp) -> Plan<Action> {
        let because = Reason::new(&code::HOLDING)
            .with("weight", self.state.share)
            .with("tick", ticks)
            .with("ticks", self.goal.hold.ticks);
        let held = Held { what: self.goal.subject(), because };
        Plan { steps: Vec::new(), held: vec![held], wake_at: Some(due) }
    }

    /// The counts of the step start again.
    pub(super) fn recount(&self, holding: &Holding, cause: &str) -> Plan<Action> {
        let because = Reason::new(&code::RECOUNTED).with("cause", cause);
        let counted = self.seen.counted();
        self.note(Entry::Recounted { seq: holding.seq, at: self.now, counted }, because)
    }
}

/// Held for want of requests: how many were seen, where, and how many are needed.
fn too_few(weight: Weight, (requests, place, needed): (u64, &str, u64)) -> Reason {
    Reason::new(&code::EVIDENCE)
        .with("requests", requests)
        .with("place", place)
        .with("weight", weight)
        .with("needed", needed)
}

/// The side that has weight and ended no request.
fn silent_side(fresh: &Counted, weight: Weight) -> Option<&'static str> {
    if weight > Weight::NONE && fresh.new.ended() == 0 {
        return Some("new");
    }
    (weight < Weight::ALL && fresh.old.ended() == 0).then_some("old")
}

pub(super) fn share_reason(
    code: &'static model::code::Code,
    weight: Weight,
    counted: &Counted,
) -> Reason {
    Reason::new(code)
        .with("realised", realised(counted))
        .with("requests", counted.chosen())
        .with("weight", weight)
}

fn step(from: Weight, to: Weight, evidence: &str) -> Reason {
    Reason::new(&code::STEP).with("from", from).with("to", to).with("evidence", evidence)
}
