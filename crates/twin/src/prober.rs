//! What is known of a shift, and the drills that find out more.
//!
//! - [`facts`]: what the world tells of itself; what it does not model stays unknown
//! - [`drill`]: what is tried on purpose on the new side, before any client is on it

pub mod drill;
pub mod facts;
mod sides;

use std::collections::BTreeMap;

use model::facts::drills::Drills;
use model::ports::{Epoch, Latency};

use crate::rng;
use crate::time::Micros;

/// What the prober remembers, by shift.
#[derive(Default)]
pub struct Prober {
    shifts: BTreeMap<String, Memory>,
    rng: Option<fastrand::Rng>,
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
}

impl Prober {
    /// A prober that draws from the seed of the run.
    pub(crate) fn new(seed: u64) -> Self {
        Self { shifts: BTreeMap::new(), rng: Some(rng::stream(seed, "prober")) }
    }

    fn memory(&mut self, shift: &str) -> &mut Memory {
        self.shifts.entry(shift.to_owned()).or_default()
    }

    /// A number from 0 to 1.
    fn draw(&mut self) -> f64 {
        self.rng.as_mut().map_or(0.5, fastrand::Rng::f64)
    }
}
