//! An open intent: the world says whether its effect has happened, never the reply.

use std::time::Duration;

use model::code::traffic as code;
use model::ports::Latency;
use model::{Plan, Reason};

use super::{Moment, later, since};
use crate::action::{Action, Entry, Order};
use crate::effect::Effect;
use crate::gate;
use crate::goal::AGAIN_AFTER;
use crate::planted::{self, Bug};
use crate::step::{Open, Phase};

/// Drills last a minute or two. To order them again is harmless: those that have begun go on.
const DRILL_AGAIN: Duration = Duration::from_secs(45);

/// What the world shows of an open intent.
enum Shown {
    /// What was asked for.
    Landed,
    /// Not yet what was asked for, and nothing that speaks against asking again.
    NotYet(String),
    /// It is on its way through the control plane.
    Pending,
    /// What nobody asked for.
    Foreign(Reason),
}

impl Moment<'_> {
    /// Settles the open intent, if there is one.
    pub(super) fn settle(&self) -> Option<Plan<Action>> {
        let open = self.state.open.as_ref()?;
        Some(self.give_up(open).unwrap_or_else(|| self.read_back(open)))
    }

    /// An open step up is given up when the new side dies, or a person wants everything back, or
    /// the world does not show it in time. A roll back is never given up, but a person is called.
    fn give_up(&self, open: &Open) -> Option<Plan<Action>> {
        if open.intent.is_roll_back() || self.state.past_return() {
            return self.called(open);
        }
        if self.state.phase == Phase::RollingBack {
            return self.called(open);
        }
        let late = || {
            self.over(Some(open.intent.at), self.goal.limits.order)
                .then(|| Reason::new(&code::NOT_SHOWN).with("effect", &open.intent.effect))
        };
        let dead = || gate::dead(self.seen).filter(|_| open.intent.shares().is_some());
        let because = self.alarm().or_else(dead).or_else(|| self.recalled()).or_else(late)?;
        let entry = Entry::Abandoned { seq: open.intent.seq, at: self.now };
        let because_up = Reason::new(&code::ABANDONED).with("effect", &open.intent.effect);
        let back = Entry::Phase { to: Phase::RollingBack, at: self.now, because: because.clone() };
        Some(
            Plan::empty()
                .then(Action::Journal(entry), because_up)
                .then(Action::Journal(back), because)
                .wake(self.now),
        )
    }

    /// A person is called when an order that cannot be given up is not shown in time.
    fn called(&self, open: &Open) -> Option<Plan<Action>> {
        let limit = self.goal.limits.back;
        self.over(Some(open.intent.at), limit)
            .then(|| self.freeze(Reason::new(&code::NOT_SHOWN).with("effect", &open.intent.effect)))
    }

    fn read_back(&self, open: &Open) -> Plan<Action> {
        if let Some(plan) = self.taken_over(open) {
            return plan;
        }
        match self.shown(&open.intent.effect, &open.intent.expected) {
            Shown::Landed => {
                let because = Reason::new(&code::LANDED).with("weights", &open.intent.effect);
                let (seq, at, counted) = (open.intent.seq, self.now, self.seen.counted());
                let weighed = open.intent.effect.share().is_some();
                let latency =
                    if weighed { self.seen.old.latency.clone() } else { Latency::default() };
                self.note(Entry::Landed { seq, at, counted, latency }, because)
            }
            Shown::Pending => {
                let because = Reason::new(&code::WAITING).with("to", &open.intent.effect);
                self.wait(because)
            }
            Shown::Foreign(because) => self.freeze(because),
            Shown::NotYet(found) => self.again(open, &found),
        }
    }

    /// An engine that takes over leaves the one before the time that its last call may take.
    fn taken_over(&self, open: &Open) -> Option<Plan<Action>> {
        if open.by >= self.state.epoch {
            return None;
        }
        let due = self.due(self.state.opened_at?, self.goal.dial.takeover)?;
        let because = Reason::new(&code::TAKEN_OVER).with("epoch", open.by);
        Some(self.wait_until(due, because))
    }

    /// The same absolute order again, not too often.
    fn again(&self, open: &Open, found: &str) -> Plan<Action> {
        let (intent, effect) = (&open.intent, &open.intent.effect);
        let wait = match effect {
            Effect::Drill { .. } => DRILL_AGAIN,
            Effect::Weights { .. } | Effect::Replicas { .. } | Effect::Job { .. } => AGAIN_AFTER,
        };
        if since(self.now, open.tried) < wait && self.now >= open.tried {
            let because = Reason::new(&code::WAITING).with("to", effect);
            return self.wait_until(later(open.tried, wait), because);
        }
        let because = Reason::new(&code::AGAIN).with("to", effect).with("found", found);
        if planted::is(Bug::TwoOpenIntents) && intent.seq < 20 {
            return self.ask((intent.expected.clone(), effect.clone()), because);
        }
        let again = Entry::AskedAgain { seq: intent.seq, at: self.now };
        let order = Order {
            effect: effect.clone(),
            expected: self.present(&intent.expected),
            epoch: self.state.epoch,
            seq: intent.seq,
        };
        Plan::empty()
            .then(Action::Journal(again), because.clone())
            .then(Action::Order(order), because)
            .wake(later(self.now, wait))
    }

    /// What the world shows now, where that is another share of ours than was expected: a compare
    /// and swap has to name it.
    fn present(&self, expected: &Effect) -> Effect {
        match expected {
            Effect::Weights { .. } => {
                self.ours().map_or_else(|| expected.clone(), |share| self.goal.turned(share))
            }
            Effect::Replicas { .. } | Effect::Job { .. } | Effect::Drill { .. } => expected.clone(),
        }
    }

    fn shown(&self, effect: &Effect, expected: &Effect) -> Shown {
        match effect {
            Effect::Weights { share, .. } => {
                if self.rule_says(*share) {
                    return if self.seen.rule.settled { Shown::Landed } else { Shown::Pending };
                }
                let before = expected.share().filter(|share| self.rule_says(*share));
                match before.or_else(|| self.ours()) {
                    Some(found) => Shown::NotYet(found.to_string()),
                    None => Shown::Foreign(self.foreign(*share)),
                }
            }
            Effect::Replicas { fleet, replicas } => match self.wanted(fleet) {
                Some(wanted) if wanted == *replicas => Shown::Landed,
                Some(wanted) => Shown::NotYet(format!("{wanted} copies")),
                None => Shown::Pending,
            },
            Effect::Job { job, enabled } => match self.seen.jobs.get(job) {
                Some(seen) if seen.enabled == *enabled => Shown::Landed,
                Some(seen) => Shown::NotYet(on_or_off(seen.enabled).to_owned()),
                None => Shown::Pending,
            },
            Effect::Drill { .. } => {
                let began = self.state.intent().map(|intent| intent.at);
                let ended = self.seen.facts.as_ref().zip(began);
                if ended.is_some_and(|(facts, began)| gate::drilled(facts, began)) {
                    Shown::Landed
                } else {
                    Shown::NotYet("not ended".to_owned())
                }
            }
        }
    }

    /// How many copies were asked for of a fleet of this shift.
    pub(super) fn wanted(&self, fleet: &str) -> Option<u32> {
        let (copies, fleets) = (self.goal.copies.as_ref()?, self.seen.fleets.as_ref()?);
        if fleet == copies.old {
            return Some(fleets.old.wanted);
        }
        (fleet == copies.new).then_some(fleets.new.wanted)
    }

    /// The rule shows what it should not while nothing is open. One of our own shares, twenty
    /// seconds later still: an order of an engine before us has come late, and is put right. Any
    /// other: somebody else turns the same rule.
    pub(super) fn doubt(&self) -> Option<Plan<Action>> {
        let expected = self.state.share;
        let given_up = self.state.abandoned.is_some_and(|share| self.rule_says(share));
        if self.rule_says(expected) || given_up {
            return None;
        }
        if self.ours().is_none() || self.state.past_return() {
            return Some(self.freeze(self.foreign(expected)));
        }
        let because = || self.foreign(expected);
        let Some(since_when) = self.state.doubt else {
            return Some(self.note(Entry::Doubted { at: self.now }, because()));
        };
        if let Some(due) = self.due(since_when, super::back::DOUBT) {
            return Some(self.wait_until(due, because()));
        }
        let found = self.ours().unwrap_or(expected);
        let turned = (self.goal.turned(found), self.goal.turned(expected));
        let because = Reason::new(&code::PUT_RIGHT).with("to", expected).with("found", found);
        Some(match gate::side_for(self.seen, expected) {
            Some(_) => self.wait(self.foreign(expected)),
            None => self.ask(turned, because),
        })
    }
}

fn on_or_off(enabled: bool) -> &'static str {
    if enabled { "enabled" } else { "disabled" }
}
