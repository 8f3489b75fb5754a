//! What takes effect in the world, whoever ordered it.

use super::entry::Effect;
use super::shift::Shift;
use super::{Checks, Found, Invariant, Truth};
use crate::time::{Micros, SECOND};

/// No call is on its way for longer.
const CALL_MAX: Micros = 10 * SECOND;

/// Something that has just taken effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What the world shows now.
    pub effect: Effect,
    /// Who made it happen.
    pub cause: Cause,
}

/// Who made something happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An order of an engine.
    Order {
        /// The engine's epoch.
        epoch: u64,
        /// The number of its intent.
        seq: u64,
    },
    /// A fault: somebody else, or an order that the network brought a second time.
    Fault,
}

impl Checks {
    /// Something has taken effect; the world shows it already.
    pub fn applied(&mut self, truth: &dyn Truth, applied: &Applied) {
        let now = truth.now();
        let Some(service) = self.service_of(&applied.effect) else {
            if applied.cause != Cause::Fault {
                let text = format!("{} took effect and belongs to no shift", applied.effect);
                self.violate(Invariant::IntentFirst, now, "", text);
            }
            return;
        };
        let Some(mut shift) = self.shifts.remove(&service) else {
            return;
        };
        let mut found = Vec::new();
        let changes = shift.changes(&applied.effect);
        let cause = match applied.cause {
            Cause::Order { epoch, seq } if self.duplicates && !shift.is_new(epoch, seq) => {
                Cause::Fault
            }
            cause => cause,
        };
        if let Cause::Order { epoch, seq } = cause {
            shift.prove(now, (epoch, seq), &applied.effect, changes, &mut found);
        }
        match &applied.effect {
            Effect::Weights { weights, .. } => {
                self.weights(truth, &mut shift, weights, cause, &mut found);
            }
            Effect::Replicas { fleet, replicas } if cause != Cause::Fault => {
                self.scaled(truth, &service, &shift, (fleet, *replicas), &mut found);
            }
            Effect::Job { job, enabled } => self.job(truth, &shift, (job, *enabled), &mut found),
            Effect::Replicas { .. } | Effect::Drill => {}
        }
        if changes {
            let by = if cause == Cause::Fault { " (not by an engine)" } else { "" };
            self.lines.add(now, &service, || format!("{}{by}", applied.effect));
        }
        shift.count_lost(truth, &service, &mut found);
        self.shifts.insert(service.clone(), shift);
        self.violate_all(now, &service, found);
    }

    /// Drills of a shift have begun.
    pub fn drilled(&mut self, truth: &dyn Truth, service: &str, epoch: u64, seq: u64) {
        let Some(shift) = self.shifts.get_mut(service) else {
            return;
        };
        let mut found = Vec::new();
        shift.prove(truth.now(), (epoch, seq), &Effect::Drill, true, &mut found);
        self.lines.add(truth.now(), service, || "drills begin".to_owned());
        self.violate_all(truth.now(), service, found);
    }

    fn service_of(&self, effect: &Effect) -> Option<String> {
        match effect {
            Effect::Weights { rule, .. } => self.rules.get(rule).cloned(),
            Effect::Replicas { fleet, .. } => Some(self.fleets.get(fleet)?.0.clone()),
            Effect::Job { job, .. } => Some(self.jobs.get(job)?.0.clone()),
            Effect::Drill => None,
        }
    }
}

impl Shift {
    /// Whether an order comes for the first time.
    fn is_new(&mut self, epoch: u64, seq: u64) -> bool {
        self.orders.insert((epoch, seq))
    }

    /// Whether an effect is news.
    fn changes(&self, effect: &Effect) -> bool {
        match effect {
            Effect::Weights { weights, .. } => self.weights != *weights,
            _ => self.applied.get(&effect.resource()).is_none_or(|(_, last)| last != effect),
        }
    }

    /// An order needs its intent, the right epoch, a growing number, and reasons.
    fn prove(
        &mut self,
        now: Micros,
        (epoch, seq): (u64, u64),
        effect: &Effect,
        changes: bool,
        found: &mut Vec<Found>,
    ) {
        let resource = effect.resource();
        self.prove_intent(epoch, seq, effect, found);
        // A call of the engine before may still be on its way, and its successor may have taken its
        // intent over as it is.
        let in_flight = now <= self.epoch_at.saturating_add(CALL_MAX);
        let open = self.intents.get(&seq).is_some_and(|intent| intent.open);
        if epoch < self.asking && changes && !open && !in_flight {
            let asking = self.asking;
            let text = format!(
                "{effect} by epoch {epoch} took effect after epoch {asking} had asked for something"
            );
            found.push((Invariant::IntentFirst, text));
        }
        if let Some((last, before)) = self.applied.get(&resource)
            && (seq < *last || (seq == *last && before != effect))
        {
            let text = format!("order {seq} on {resource} took effect after order {last}");
            found.push((Invariant::SequenceGrows, text));
        }
        let last = self.applied.get(&resource).map_or(0, |(last, _)| *last);
        if seq >= last {
            self.applied.insert(resource, (seq, effect.clone()));
        }
    }

    fn prove_intent(&self, epoch: u64, seq: u64, effect: &Effect, found: &mut Vec<Found>) {
        let missing = |text: String| (Invariant::IntentFirst, text);
        let Some(intent) = self.intents.get(&seq) else {
            found.push(missing(format!("{effect} took effect without intent {seq}")));
            return;
        };
        if intent.asked.effect != *effect {
            let asked = &intent.asked.effect;
            found.push(missing(format!("{effect} took effect, intent {seq} asked for {asked}")));
        }
        if !intent.epochs.contains(&epoch) {
            let text = format!("{effect} took effect by epoch {epoch}, which never asked for it");
            found.push(missing(text));
        }
        let asked = &intent.asked;
        let says = [
            (asked.actor.is_empty(), "who acts"),
            (asked.code.is_empty(), "why, by a code"),
            (!asked.has_evidence, "on which numbers it rests"),
        ];
        for (silent, what) in says {
            if silent {
                let text = format!("intent {seq} ({effect}) does not say {what}");
                found.push((Invariant::Explained, text));
            }
        }
    }
}
