//! What goes wrong in a run, and when.
//!
//! This part keeps what is wrong at the moment; [`happen`] makes a fault of the script happen.
//! Other parts ask it: the calls of engines, clients, balancers, clocks. Which fault explains the
//! loss of a request is kept at the copies and target groups themselves.

pub mod happen;

use std::collections::{BTreeMap, BTreeSet};

use crate::rng;
use crate::script::{Fault, TimedFault, When};
use crate::time::Micros;

/// What goes wrong in a run.
#[derive(Default)]
pub struct Faults {
    /// Faults that wait for a record of the journal: by its number, then before or after it.
    at_records: BTreeMap<(u32, Side), Vec<Fault>>,
    pub(crate) clock_offset: i64,
    pub(crate) lost_replies_until: Micros,
    pub(crate) duplicates_until: Micros,
    pub(crate) throttle_until: Micros,
    pub(crate) silence_until: Micros,
    pub(crate) controller_absent_until: Micros,
    pub(crate) controller_absent_since: Micros,
    pub(crate) propagation: Option<Micros>,
    pub(crate) stale: Option<Stale>,
    /// Chooses the copies that are killed.
    rng: Option<fastrand::Rng>,
    /// Rules and records that somebody else has written to.
    pub(crate) foreign: BTreeSet<String>,
    /// Zones that are lost, until when.
    pub(crate) zones: BTreeMap<u8, Micros>,
}

/// Reads that answer what was true earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stale {
    /// How old the answers are.
    pub age: Micros,
    /// Until when.
    pub until: Micros,
}

/// On which side of the writing of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Before it is durable.
    Before,
    /// After, before the engine learns of it.
    After,
}

impl Faults {
    /// The faults of a script; those of a moment have to be planned ([`happen::plan`]).
    pub(crate) fn new(seed: u64, faults: &[TimedFault]) -> Self {
        let mut all = Self { rng: Some(rng::stream(seed, "faults")), ..Self::default() };
        for one in faults {
            let key = match one.at {
                When::Millis(_) => continue,
                When::BeforeRecord(number) => (number, Side::Before),
                When::AfterRecord(number) => (number, Side::After),
            };
            all.at_records.entry(key).or_default().push(one.fault.clone());
        }
        all
    }

    /// A number below `count`.
    pub(crate) fn draw(&mut self, count: usize) -> usize {
        self.rng.as_mut().map_or(0, |rng| rng.usize(..count))
    }

    /// Takes the faults that happen at this side of the record `number`; each happens once.
    pub(crate) fn take_at_record(&mut self, number: u32, side: Side) -> Vec<Fault> {
        self.at_records.remove(&(number, side)).unwrap_or_default()
    }

    /// By how many microseconds the engines' clock is ahead.
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset
    }

    /// Until when no client sends a request; in the past if all do.
    pub fn silence_until(&self) -> Micros {
        self.silence_until
    }

    /// How long a change of a rule takes to reach the balancer's nodes, where a fault says so.
    pub fn propagation(&self) -> Option<Micros> {
        self.propagation
    }

    /// Whether nothing binds pods to target groups at `now`.
    pub fn is_controller_absent(&self, now: Micros) -> bool {
        now < self.controller_absent_until
    }

    /// Whether the zone is lost at `now`.
    pub fn is_lost(&self, zone: u8, now: Micros) -> bool {
        self.zones.get(&zone).is_some_and(|until| now < *until)
    }
}
