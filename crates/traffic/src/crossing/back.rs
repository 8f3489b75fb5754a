//! The way back: what starts it, how far the old side can carry it, and when it is over.

use std::time::Duration;

use model::code::traffic as code;
use model::ports::Weight;
use model::{Plan, Reason};

use super::{Moment, end_back, since};
use crate::action::Action;
use crate::board;
use crate::gate;
use crate::planted::{self, Bug};
use crate::preflight::Moment as Watched;
use crate::preflight::verdict::Runtime;
use crate::step::{Holding, Phase};
use crate::weight::{Share, share};

/// How long the rule may show an older share of ours before it is put right: a read may be stale,
/// and an order may come twice.
pub(super) const DOUBT: Duration = Duration::from_secs(20);

impl Moment<'_> {
    /// Turns round, if something says so. After the point of no return nothing does.
    pub(super) fn turn_back(&self) -> Option<Plan<Action>> {
        if self.state.past_return() || self.state.phase == Phase::Planned {
            return None;
        }
        if self.state.phase == Phase::RollingBack {
            let limit = self.goal.limits.back;
            return self.over(self.state.since, limit).then(|| {
                let because = self.state.back.clone();
                self.freeze(because.unwrap_or_else(|| Reason::new(&code::NOT_SHOWN)))
            });
        }
        let late = self.too_late();
        if late.is_some()
            && matches!(self.state.phase, Phase::HandOver | Phase::Drain | Phase::Approve)
        {
            // All requests are on the new side and it does well: that nobody comes to agree is no
            // reason to move them all once more.
            return late.map(|because| self.freeze(because));
        }
        if let Some(because) = self.unsafe_now(Runtime::freezes) {
            return Some(self.freeze(because));
        }
        let because =
            self.alarm().or_else(|| self.recalled()).or_else(|| self.silence()).or(late)?;
        let untouched = self.state.holding.is_none() && self.state.abandoned.is_none();
        if self.state.share == Weight::NONE && untouched {
            // No request has ever left the old side.
            return Some(end_back(&because));
        }
        Some(self.enter(Phase::RollingBack, because))
    }

    /// What the new side itself says: dead, failing, worse than the old one.
    pub(super) fn alarm(&self) -> Option<Reason> {
        let holding = self.state.holding.as_ref()?;
        if self.state.share == Weight::NONE || self.deaf() {
            return None;
        }
        let counted = self.seen.counted().since(&holding.from);
        gate::roll_back(self.seen, counted.as_ref(), self.goal)
            .or_else(|| gate::guard(&self.state.judged, self.goal))
            .or_else(|| self.unsafe_now(Runtime::goes_back))
    }

    /// What the checks that guard the steps say of the present share, if both sides have clients.
    fn unsafe_now(&self, ask: impl Fn(&Runtime) -> Option<&Reason>) -> Option<Reason> {
        if !matches!(self.state.phase, Phase::Stepping | Phase::Hold) {
            return None;
        }
        let moment = Watched::Watch { weight: self.state.share.percent() };
        let checked = gate::runtime(self.seen, self.goal, moment, self.now)?;
        ask(&checked).cloned()
    }

    /// What others say: a person, or a shift that this one cannot do without.
    pub(super) fn recalled(&self) -> Option<Reason> {
        let aborted = self.state.aborted.as_ref();
        aborted.map(|by| Reason::new(&code::ABORTED).with("by", by)).or_else(|| {
            let fallen = board::fallen(&self.seen.board, self.goal)?;
            Some(Reason::new(&code::FALLEN).with("other", fallen))
        })
    }

    /// Nobody can tell how the new side does, for too long.
    fn silence(&self) -> Option<Reason> {
        let holding = self.state.holding.as_ref()?;
        if !matches!(self.state.phase, Phase::Stepping | Phase::Hold) {
            return None;
        }
        if !holding.converged {
            let limit = self.goal.limits.converge.saturating_add(self.goal.dial.settle);
            let late = self.over(Some(holding.landed_at), limit);
            return late
                .then(|| Reason::new(&code::NEVER_CONVERGED).with("share", self.state.share));
        }
        let limit = self.goal.limits.silence;
        (since(self.now, holding.tick_at) > limit)
            .then(|| Reason::new(&code::SILENT).with("minutes", limit.as_secs() / 60))
    }

    /// Everything goes back, as far as the old side can carry it.
    pub(super) fn roll_back(&self) -> Plan<Action> {
        let because = self.state.back.clone();
        let because = because.unwrap_or_else(|| Reason::new(&code::NOT_SHOWN));
        if planted::is(Bug::BackUnproven) {
            return end_back(&because);
        }
        if let Some(copies) = &self.goal.copies
            && self.wanted(&copies.old).is_some_and(|wanted| wanted < copies.old_need)
        {
            return self.scale(copies, (&copies.old, copies.old_need));
        }
        let (present, given_up) = (self.state.share, self.state.abandoned);
        if present > Weight::NONE || given_up.is_some() {
            return match gate::way_back(self.seen, self.goal, present, given_up) {
                Ok(share) => self.turn(share, because),
                Err(held) => self.wait(held),
            };
        }
        if let Some(plan) = self.jobs_back() {
            return plan;
        }
        match &self.state.holding {
            None => end_back(&because),
            Some(holding) => self.is_back(holding, &because),
        }
    }

    /// The roll back has landed: over once the requests have followed. A side that was never
    /// asked for anything else needs no proof.
    fn is_back(&self, holding: &Holding, because: &Reason) -> Plan<Action> {
        let settle = self.goal.dial.settle;
        let wait = if settle.is_zero() { settle } else { settle.max(DOUBT_ENDS) };
        if let Some(due) = self.due(holding.landed_at, wait) {
            let held = Reason::new(&code::SETTLING)
                .with("share", self.state.share)
                .with("seconds", wait.as_secs());
            return self.wait_until(due, held);
        }
        if !self.settled(holding) {
            return self.recount(holding, "the roll back has reached everybody");
        }
        let Some(counted) = self.seen.counted().since(&holding.from) else {
            return self.recount(holding, "the balancer was started anew");
        };
        match share(&counted, Weight::NONE, self.goal.dial.clients) {
            Share::Agrees => end_back(because),
            // No requests at all: the rule says so, and nothing contradicts it.
            Share::TooFew if since(self.now, holding.tick_at) > QUIET_BACK => end_back(because),
            Share::TooFew | Share::Off => {
                self.wait(super::climb::share_reason(&code::SHARE, Weight::NONE, &counted))
            }
        }
    }
}

/// A duplicate of an order that was given up may still arrive for this long; the roll back is not
/// over before.
const DOUBT_ENDS: Duration = Duration::from_secs(15);

/// Without requests, a roll back that the rule shows for so long is over.
const QUIET_BACK: Duration = Duration::from_mins(2);
