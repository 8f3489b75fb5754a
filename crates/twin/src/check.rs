//! The invariants, checked on the world itself, at every event that can matter.
//!
//! The checkers know no planner. They know the world's truth ([`truth`]), the public format of the
//! journal ([`entry`]), and what each service is held to ([`terms`]). Engines cannot ask them
//! anything. A breach is a [`Violation`]; nothing here panics, and nothing here changes the world.
//!
//! - [`invariant`]: what must hold, by number
//! - [`hooks`]: where the world calls: one line at each event
//! - `record`: what the journal says; `order`: what takes effect, with `weights` and `copies` for
//!   their kinds; `reads`: what engines could learn; `health`: groups that empty; `end`
//! - [`lines`]: what happened, for people

pub mod entry;
pub mod hooks;
pub mod invariant;
pub mod lines;
pub mod terms;
pub mod truth;

mod copies;
mod end;
mod health;
mod order;
mod reads;
mod record;
mod shift;
mod weights;

use std::collections::BTreeMap;

pub use entry::{Effect, Entry};
pub use invariant::{Invariant, Violation};
pub use lines::Line;
pub use order::{Applied, Cause};
pub use shift::Ending;
pub use terms::{HoldTerms, JobTerms, SideTerms, Terms};
pub use truth::{Copies, Owner, Truth};

use lines::Lines;
use shift::{Shift, Which};

use crate::time::Micros;

/// Violations that are kept; more are counted only.
const VIOLATIONS_MAX: usize = 200;

/// The invariants, checked on the world itself.
#[derive(Debug, Clone, Default)]
pub struct Checks {
    shifts: BTreeMap<String, Shift>,
    /// Who the rules, groups, fleets and jobs belong to.
    rules: BTreeMap<String, String>,
    /// A group may be the new side of weights and the old side of names at the same time.
    groups: BTreeMap<String, Vec<(String, Which)>>,
    fleets: BTreeMap<String, (String, Which)>,
    jobs: BTreeMap<String, (String, usize, Which)>,
    violations: Vec<Violation>,
    /// Violations that were not kept.
    dropped: u64,
    lines: Lines,
    /// Until when faults keep engines from acting.
    hindered_until: Micros,
    /// How old the answers of a fault have been at most.
    stale: Micros,
    /// Whether a fault has made rules slower than anybody can know.
    lagging: bool,
    /// Whether a fault has brought calls a second time.
    duplicates: bool,
}

impl Checks {
    /// Checks of these services, from the present state of the world on.
    pub fn new(terms: BTreeMap<String, Terms>, truth: &dyn Truth) -> Self {
        let mut checks = Self::default();
        for (service, terms) in terms {
            checks.rules.insert(terms.rule.clone(), service.clone());
            for (side, which) in [(&terms.old, Which::Old), (&terms.new, Which::New)] {
                let owners = checks.groups.entry(side.group.clone()).or_default();
                owners.push((service.clone(), which));
                checks.fleets.insert(side.fleet.clone(), (service.clone(), which));
            }
            for (index, job) in terms.jobs.iter().enumerate() {
                checks.jobs.insert(job.old.clone(), (service.clone(), index, Which::Old));
                checks.jobs.insert(job.new.clone(), (service.clone(), index, Which::New));
            }
            let mut shift = Shift::new(terms);
            let empty = |group: &str| (truth.healthy(group) == 0).then_some(truth.now());
            shift.empty_since = [empty(&shift.terms.old.group), empty(&shift.terms.new.group)];
            checks.shifts.insert(service, shift);
        }
        checks
    }

    /// What did not hold, in the order of time.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Violations beyond those that are kept.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// What happened, for people.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// How many things that happened are kept for people; the rest is counted only.
    pub fn keep_lines(&mut self, most: usize) {
        self.lines.keep(most);
    }

    /// What the services are held to, by name.
    pub fn terms(&self) -> impl Iterator<Item = (&str, &Terms)> {
        self.shifts.iter().map(|(service, shift)| (service.as_str(), &shift.terms))
    }

    /// How and when a service's shift ended.
    pub fn ending(&self, service: &str) -> Option<(Ending, Micros)> {
        self.shifts.get(service)?.ended
    }

    /// Whether every shift has ended, one way or another.
    pub fn all_ended(&self) -> bool {
        self.shifts.values().all(|shift| shift.ended.is_some())
    }

    /// The result of a replay of a service's journal, which only those who know the planner can
    /// make: an error says how the state differs.
    pub fn replayed(&mut self, at: Micros, service: &str, result: Result<(), String>) {
        if let Err(difference) = result {
            self.violate(Invariant::Replays, at, service, difference);
        }
    }

    fn violate(&mut self, invariant: Invariant, at: Micros, service: &str, sentence: String) {
        if self.violations.len() >= VIOLATIONS_MAX {
            self.dropped += 1;
            return;
        }
        let (number, service) = (invariant.number(), service.to_owned());
        self.lines.add(at, &service, || format!("violation {number}: {sentence}"));
        self.violations.push(Violation { invariant, number, at, service, sentence });
    }

    fn violate_all(&mut self, at: Micros, service: &str, found: Vec<Found>) {
        for (invariant, sentence) in found {
            self.violate(invariant, at, service, sentence);
        }
    }
}

/// A breach before it is put down.
type Found = (Invariant, String);
