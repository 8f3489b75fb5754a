//! Fuzzing: random goals in random worlds with random faults, and the smallest run that still
//! fails.
//!
//! A seed makes one rehearsal, the same on every machine. A run fails when a checker of the twin
//! found a breach; it is then made smaller, fault by fault and service by service, and what is
//! left is a document that replays.

mod guarded;
mod make;
mod shrink;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use twin::check::Ending;

use super::{Played, Rehearsal, play};

pub use make::make;
pub use shrink::shrink;

/// Failing runs that are kept with their documents; more are counted only.
const KEPT_MAX: usize = 20;

/// What came of many runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// How many were played.
    pub runs: u64,
    /// How many shifts ended so: `done`, `rolledBack`, `frozen`, or `open` if one did not end.
    pub ended: BTreeMap<String, u64>,
    /// Requests of clients.
    pub requests: Requests,
    /// Runs in which something did not hold, by the number of the invariant.
    pub violations: BTreeMap<u8, u64>,
    /// The runs that failed.
    #[serde(skip)]
    pub failures: Vec<Failure>,
}

/// Requests of all runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    /// Sent.
    pub sent: u64,
    /// Lost, whatever the reason.
    pub lost: u64,
    /// Lost by Segue's own acts, for a service that behaves.
    pub lost_by_segue: u64,
}

/// A run that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The seed that makes it.
    pub seed: u64,
    /// The invariant that did not hold first.
    pub invariant: u8,
    /// In words.
    pub sentence: String,
}

/// Plays the rehearsals of `seeds`, on `threads` threads, and adds up what came of them. `each` is
/// told after each run how many were played.
pub fn run(
    seeds: std::ops::Range<u64>,
    threads: usize,
    each: impl Fn(u64) + Sync,
) -> Result<Summary, String> {
    let next = AtomicU64::new(seeds.start);
    let all = Mutex::new((Summary::default(), None::<String>));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return;
            }
            let played = play(&make(seed));
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            match played {
                Ok(played) => all.0.add(seed, &played),
                Err(wrong) => all.1 = Some(format!("seed {seed}: {wrong}")),
            }
            each(all.0.runs);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.max(1) {
            scope.spawn(work);
        }
        work();
    });
    let (mut summary, wrong) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.failures.sort_by_key(|failure| failure.seed);
    wrong.map_or(Ok(summary), Err)
}

impl Summary {
    /// Adds one run.
    pub fn add(&mut self, seed: u64, played: &Played) {
        let outcome = &played.outcome;
        self.runs += 1;
        for service in outcome.services.values() {
            let how = match service.ended {
                Some(Ending::Done) => "done",
                Some(Ending::RolledBack) => "rolledBack",
                Some(Ending::Frozen) => "frozen",
                None => "open",
            };
            *self.ended.entry(how.to_owned()).or_default() += 1;
        }
        self.requests.sent += outcome.sent();
        self.requests.lost += outcome.lost();
        self.requests.lost_by_segue += outcome.lost_by_segue();
        let Some(first) = outcome.violations.first() else {
            return;
        };
        *self.violations.entry(first.number).or_default() += 1;
        if self.failures.len() < KEPT_MAX {
            self.failures.push(Failure {
                seed,
                invariant: first.number,
                sentence: format!("{}: {}", first.service, first.sentence),
            });
        }
    }
}

/// Whether a rehearsal breaks this invariant.
fn breaks(rehearsal: &Rehearsal, invariant: u8) -> bool {
    play(rehearsal).is_ok_and(|played| {
        played.outcome.violations.iter().any(|violation| violation.number == invariant)
    })
}
