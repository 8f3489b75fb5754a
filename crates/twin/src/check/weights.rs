//! Weights that take effect.

use std::collections::BTreeMap;

use super::order::Cause;
use super::shift::{Said, Shift, Which, share_of, sum_of};
use super::{Checks, Found, Invariant, Terms, Truth};
use crate::time::{Micros, SECOND};

/// Target groups that one action of a balancer may name.
const GROUPS_MAX: usize = 5;

/// Highest weight that a balancer takes for one group, in percent of the whole.
const WEIGHT_MAX: u32 = 100;

impl Checks {
    pub(super) fn weights(
        &self,
        truth: &dyn Truth,
        shift: &mut Shift,
        weights: &BTreeMap<String, u32>,
        cause: Cause,
        found: &mut Vec<Found>,
    ) {
        let now = truth.now();
        let changes = shift.weights != *weights;
        let before = std::mem::replace(&mut shift.weights, weights.clone());
        let Cause::Order { seq, .. } = cause else {
            if changes {
                // Nobody can know of it before it is read: the moment counts as for an order.
                shift.foreign = true;
                shift.weights_at = now;
            }
            return;
        };
        in_range(weights, found);
        let to = share_of(weights, &shift.terms.new.group);
        let from = shift.ordered;
        let knowledge = self.stale.saturating_add(Terms::micros(shift.terms.knowledge_secs));
        shift.onto_empty(now, &before, seq, knowledge, found);
        if from != to {
            shift.moves(now, seq, (from, to), found);
            if to > from {
                self.starts(truth, shift, (from, to), found);
            }
            shift.step.begin(now);
            shift.complained = false;
        }
        if changes {
            shift.weights_at = now;
        }
        shift.foreign = false;
        shift.ordered = to;
    }

    /// What a growing weight needs besides the service's own evidence.
    fn starts(
        &self,
        truth: &dyn Truth,
        shift: &Shift,
        (from, to): (u32, u32),
        found: &mut Vec<Found>,
    ) {
        let terms = &shift.terms;
        let wanted = truth.copies(&terms.old.fleet).wanted;
        if shift.no_return.is_none() && wanted < terms.old.need {
            let need = terms.old.need;
            let text = format!("{to} % on the new side with {wanted} of {need} old copies");
            found.push((Invariant::WayBack, text));
        }
        if from > 0 {
            return;
        }
        // This service is not among the others while it is looked at.
        let moving = 1 + self.shifts.values().filter(|other| other.is_moving()).count();
        let limit = usize::try_from(terms.blast_radius).unwrap_or(usize::MAX);
        if limit > 0 && moving > limit {
            let text = format!("{moving} services have split traffic, the limit is {limit}");
            found.push((Invariant::Budgets, text));
        }
        for required in &terms.requires {
            // What somebody else has turned is his act, and may not be known yet.
            let other = self.shifts.get(required).filter(|other| !other.foreign);
            let share = other.map(|other| other.share(Which::New));
            if let Some(share) = share.filter(|share| *share < 100) {
                let text =
                    format!("it begins while {required}, which it requires, is at {share} %");
                found.push((Invariant::Order, text));
            }
        }
    }
}

impl Shift {
    /// The way of the new side's share.
    fn moves(&self, now: Micros, seq: u64, (from, to): (u32, u32), found: &mut Vec<Found>) {
        // An order that was on its way when its shift turned round may still arrive.
        let intent = self.intents.get(&seq);
        let on_way_back = intent.map_or(self.rolling_back, |intent| intent.on_way_back);
        if on_way_back && to > from {
            let text = format!("from {from} to {to} % on the way back");
            found.push((Invariant::Monotone, text));
        } else if !self.rolling_back && to < from {
            let text = format!("from {from} to {to} % without a roll back in the journal");
            found.push((Invariant::Monotone, text));
        }
        let step = self.terms.step_after(from);
        if to > step {
            let text = format!("from {from} to {to} %, the next step is {step} %");
            found.push((Invariant::StepSize, text));
        }
        if let Some(since) = self.no_return {
            let asked = |said: &Said| said.what == "abort" && said.at >= since;
            if !self.said.iter().any(asked) {
                let text = format!("from {from} to {to} % after the point of no return");
                found.push((Invariant::NoMoveAfterReturn, text));
            }
        }
        if to > from && from > 0 {
            // What the intent rested on; an order without one rests on what is known now.
            let premature = match self.intents.get(&seq) {
                Some(intent) => intent.premature.clone(),
                None => self.step.premature(now, &self.terms.hold),
            };
            found.extend(premature.map(|text| (Invariant::ObservedSteps, text)));
        }
    }

    /// Weight that an order adds to a group that was empty when its engine could know it.
    fn onto_empty(
        &self,
        now: Micros,
        before: &BTreeMap<String, u32>,
        seq: u64,
        knowledge: Micros,
        found: &mut Vec<Found>,
    ) {
        let asked_at = self.intents.get(&seq).map_or(now, |intent| intent.at);
        for (which, since) in [(Which::Old, self.empty_since[0]), (Which::New, self.empty_since[1])]
        {
            let Some(since) = since else {
                continue;
            };
            let group = &self.side(which).group;
            let share = share_of(&self.weights, group);
            if share <= share_of(before, group) || since.saturating_add(knowledge) > asked_at {
                continue;
            }
            let (side, secs) = (which.word(), asked_at.saturating_sub(since) / SECOND);
            let text = format!(
                "{share} % ordered onto the {side} side, which had no healthy target for {secs} s"
            );
            found.push((Invariant::NoWeightOnEmpty, text.clone()));
            if share == 100 {
                found.push((Invariant::NotAllOnUnhealthy, text));
            }
        }
    }
}

fn in_range(weights: &BTreeMap<String, u32>, found: &mut Vec<Found>) {
    let over = weights.iter().find(|(_, weight)| **weight > WEIGHT_MAX);
    let text = if sum_of(weights) == 0 {
        "the sum of the weights is 0".to_owned()
    } else if let Some((group, weight)) = over {
        format!("the weight of {group} is {weight}")
    } else if weights.len() > GROUPS_MAX {
        format!("{} groups in one action, {GROUPS_MAX} are allowed", weights.len())
    } else {
        return;
    };
    found.push((Invariant::WeightsInRange, text));
}
