//! What planted bugs do that needs more than a line; see [`crate::planted`].

use model::code::traffic as code;
use model::ports::Epoch;
use model::{Plan, Reason};

use super::{Moment, later, since};
use crate::action::{Action, Entry};
use crate::effect::Effect;
use crate::goal::Finish;
use crate::planted::{self, Bug};
use crate::step::Holding;

/// An intent and its order as a planted bug gives them.
pub(super) fn twisted(mut plan: Plan<Action>) -> Plan<Action> {
    if !planted::any() {
        return plan;
    }
    if planted::is(Bug::EffectFirst) {
        plan.steps.reverse();
    }
    for step in &mut plan.steps {
        match &mut step.action {
            Action::Journal(Entry::Asked(intent)) => {
                if planted::is(Bug::NoActor) {
                    intent.actor.clear();
                }
                if planted::is(Bug::NoEvidence) {
                    intent.evidence.clear();
                }
                if planted::is(Bug::NumberReused) {
                    intent.seq = 1;
                }
            }
            Action::Order(order) => {
                if planted::is(Bug::NumberReused) {
                    order.seq = 1;
                }
                if planted::is(Bug::OldEpoch) {
                    order.epoch = Epoch(order.epoch.0.saturating_sub(1));
                }
            }
            Action::Journal(_) => {}
        }
    }
    plan
}

impl Moment<'_> {
    /// Whether what the new side says against itself is not heard.
    pub(super) fn deaf(&self) -> bool {
        let dead = self.seen.new.healthy == 0;
        planted::is(Bug::AlarmIgnored) || (dead && planted::is(Bug::DeadIgnored))
    }

    /// Whether the step is over by a clock that also runs while nobody observes.
    pub(super) fn soaked(&self, holding: &Holding) -> bool {
        let hold = self.goal.hold.tick.saturating_mul(self.goal.hold.ticks);
        let due = later(holding.landed_at, self.goal.dial.settle);
        planted::is(Bug::WallClockSoak) && since(self.now, due) >= hold
    }

    /// Whether an engine has just started, which is no reason to leave a step.
    pub(super) fn started_anew(&self, holding: &Holding) -> bool {
        planted::is(Bug::ExtraStep) && self.state.opened_at > Some(holding.tick_at)
    }

    /// The old side is made smaller: half way up, or with the weight of the last step.
    pub(super) fn shrink(&self, bug: Bug) -> Option<Plan<Action>> {
        let copies = self.goal.copies.as_ref().filter(|_| planted::is(bug))?;
        let wanted = self.wanted(&copies.old)?;
        let left = match (bug, self.goal.finish) {
            (Bug::OldShrunkEarly, _) => copies.old_need / 2,
            (_, Finish::Remove { .. }) => 0,
            (_, Finish::Keep) => return None,
        };
        let effect = |replicas| Effect::Replicas { fleet: copies.old.clone(), replicas };
        let because = Reason::new(&code::REMOVED).with("fleet", &copies.old);
        (wanted > left).then(|| self.ask((effect(wanted), effect(left)), because))
    }
}
