//! What is known of a shift, and the drills that find out more.
//!
//! - [`facts`]: what the world tells of itself; what it does not model stays unknown
//! - [`drill`]: what is tried on purpose on the new side, before any client is on it
//! - `sides`: each side; `steps`: what guards the steps; `probes`: requests of the prober itself

pub mod drill;
pub mod facts;
pub(crate) mod probes;
mod sides;
mod steps;

use std::collections::BTreeMap;

use model::facts::drills::Drills;
use model::ports::{Epoch, Latency, Weights};

use crate::rng;
use crate::time::Micros;

/// What the prober remembers, by shift.
#[derive(Default)]
pub struct Prober {
    shifts: BTreeMap<String, Memory>,
    rng: Option<fastrand::Rng>,
    /// The newest order for each rule and set of records: its number, and its weights.
    ordered: BTreeMap<String, ((Epoch, u64), Weights)>,
}

/// What the prober remembers of one shift.
#[derive(Default)]
struct Memory {
    /// The last order for a drill that was obeyed.
    last: (Epoch, u64),
    /// Outcomes so far.
    drills: Drills,
    /// The share of the new side, and when it was first read.
    share: Option<(u8, Micros)>,
    /// When answers were counted, and the counts of the old and the new group.
    latency: Vec<(Micros, [Latency; 2])>,
    /// Requests of the prober itself.
    probes: Option<probes::Probes>,
    /// The share of the new side, and how long requests waited for others before it and with it.
    waits: Option<(u8, u64, u64)>,
}

impl Prober {
    /// A prober that draws from the seed of the run.
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: Some(rng::stream(seed, "prober")), ..Self::default() }
    }

    /// An order for a rule or a set of records was obeyed. One that is older than the newest is
    /// not what the journal says, even where nothing fences it off.
    pub(crate) fn obeyed(&mut self, rule: &str, number: (Epoch, u64), weights: &Weights) {
        let newest = self.ordered.get(rule).map(|(newest, _)| *newest);
        if newest.is_none_or(|newest| newest <= number) {
            self.ordered.insert(rule.to_owned(), (number, weights.clone()));
        }
    }

    /// The weights of the newest order that was obeyed.
    fn ordered(&self, rule: &str) -> Option<&Weights> {
        self.ordered.get(rule).map(|(_, weights)| weights)
    }

    fn probes(&mut self) -> impl Iterator<Item = &mut probes::Probes> {
        self.shifts.values_mut().filter_map(|memory| memory.probes.as_mut())
    }

    fn memory(&mut self, shift: &str) -> &mut Memory {
        self.shifts.entry(shift.to_owned()).or_default()
    }

    /// A number from 0 to 1.
    fn draw(&mut self) -> f64 {
        self.rng.as_mut().map_or(0.5, fastrand::Rng::f64)
    }
}
