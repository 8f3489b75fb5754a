//! Copies and jobs that are ordered.

use super::shift::{Shift, Which};
use super::{Checks, Found, Invariant, Terms, Truth};
use crate::time::SECOND;

impl Checks {
    /// A fleet was ordered to have so many copies. `shift` is not among `self.shifts` now.
    pub(super) fn scaled(
        &self,
        truth: &dyn Truth,
        service: &str,
        shift: &Shift,
        (fleet, replicas): (&str, u32),
        found: &mut Vec<Found>,
    ) {
        if shift.terms.old.fleet == fleet && replicas < shift.terms.old.need {
            shift.shrinks(truth, replicas, found);
        }
        self.connections(truth, service, shift, found);
    }

    /// The connections of all services that share this one's database and have two fleets.
    fn connections(&self, truth: &dyn Truth, service: &str, shift: &Shift, found: &mut Vec<Found>) {
        let database = |name: &str, terms: &Terms| {
            if terms.database.is_empty() { name.to_owned() } else { terms.database.clone() }
        };
        let mine = database(service, &shift.terms);
        let limit = shift.terms.connections_max;
        let held = |terms: &Terms| {
            let fleets = [&terms.old.fleet, &terms.new.fleet].map(|fleet| truth.copies(fleet));
            let both = fleets.iter().all(|fleet| fleet.wanted.max(fleet.running) > 0);
            let copies: u32 = fleets.iter().map(|fleet| fleet.wanted.max(fleet.running)).sum();
            if both { copies.saturating_mul(terms.connections_per_copy) } else { 0 }
        };
        let others =
            self.shifts.iter().filter(|(name, other)| database(name, &other.terms) == mine);
        let sum = others
            .map(|(_, other)| held(&other.terms))
            .fold(held(&shift.terms), u32::saturating_add);
        if limit > 0 && sum > limit {
            let text = format!("{sum} connections for two fleets, {limit} are allowed");
            found.push((Invariant::Budgets, text));
        }
    }

    /// A job may start work, or not, from now on.
    pub(super) fn job(
        &self,
        truth: &dyn Truth,
        shift: &Shift,
        (job, enabled): (&str, bool),
        found: &mut Vec<Found>,
    ) {
        let Some((_, index, which)) = self.jobs.get(job) else {
            return;
        };
        let Some(terms) = shift.terms.jobs.get(*index).filter(|terms| terms.single_owner) else {
            return;
        };
        let other = match which {
            Which::Old => &terms.new,
            Which::New => &terms.old,
        };
        let Some(owner) = truth.job(other).filter(|_| enabled) else {
            return;
        };
        if owner.enabled {
            found.push((Invariant::OneOwner, format!("{job} and {other} are both enabled")));
        } else if owner.at_work {
            let text = format!("{job} is enabled while {other} is still at work");
            found.push((Invariant::OneOwner, text));
        }
    }
}

impl Shift {
    /// The old side gets fewer copies than carry all requests.
    fn shrinks(&self, truth: &dyn Truth, replicas: u32, found: &mut Vec<Found>) {
        let need = self.terms.old.need;
        let share = self.share(Which::New);
        if self.no_return.is_none() && share > 0 {
            let text = format!(
                "the old side shrinks to {replicas} of {need} copies with {share} % on the new \
                 side, before the point of no return"
            );
            found.push((Invariant::WayBack, text));
        }
        let silent = truth
            .last_request(&self.terms.old.group)
            .map(|last| truth.now().saturating_sub(last))
            .filter(|silent| *silent < Terms::micros(self.terms.quiet_secs));
        if let Some(silent) = silent {
            let text = format!(
                "the old side shrinks to {replicas} of {need} copies {} s after a request",
                silent / SECOND
            );
            found.push((Invariant::OldKeepsNeed, text));
        }
    }
}
