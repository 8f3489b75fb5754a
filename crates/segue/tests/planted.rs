//! Bugs are planted, and the checkers of the twin have to catch each: what finds nothing in
//! thousands of runs proves little until it is seen to find something.
//!
//! The seeds here were found by a search, which anybody can repeat (1,000 seeds a bug, minutes):
//!
//! ```sh
//! SEGUE_SEEDS=1000 cargo test --release -p segue --features planted --test planted -- --nocapture
//! ```
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use segue::rehearse::fuzz::make;
use segue::rehearse::play;
use traffic::planted::{Bug, plant};

/// For each bug two seeds that catch it.
const SEEDS: &[(Bug, &[u64])] = &[
    (Bug::DeltaWrites, &[78, 96]),
    (Bug::WallClockSoak, &[514, 528]),
    (Bug::ExtraStep, &[514]),
    (Bug::Unconverged, &[0, 2]),
    (Bug::AlarmIgnored, &[142, 250]),
    (Bug::DeadIgnored, &[588, 966]),
    (Bug::StepSkipped, &[0, 1]),
    (Bug::WeightOnEmpty, &[2, 8]),
    (Bug::RemovedBeforeConverged, &[0, 2]),
    (Bug::OldShrunkEarly, &[0, 1]),
    (Bug::BackOntoShrunk, &[2, 10]),
    (Bug::UpOnTheWayBack, &[2, 9]),
    (Bug::BackUnproven, &[2, 7]),
    (Bug::MovesAfterReturn, &[20, 30]),
    (Bug::AuthorApproves, &[13, 28]),
    (Bug::SilenceIgnored, &[2, 9]),
    (Bug::NoFencing, &[142, 146]),
    (Bug::OldEpoch, &[0, 1]),
    (Bug::EffectFirst, &[0, 1]),
    (Bug::TwoOpenIntents, &[1, 4]),
    (Bug::NumberReused, &[0, 1]),
    (Bug::CounterInMemory, &[6, 18]),
    (Bug::TwoOwners, &[1, 9]),
    (Bug::RunNotAwaited, &[9, 26]),
    (Bug::BudgetIgnored, &[0, 11]),
    (Bug::OrderIgnored, &[3, 29]),
    (Bug::NoActor, &[0, 1]),
    (Bug::NoEvidence, &[0, 1]),
    (Bug::NoDeadline, &[24, 27]),
];

/// The invariants that a seed breaks with this bug.
fn broken(bug: Option<Bug>, seed: u64) -> BTreeSet<u8> {
    plant(bug);
    let played = play(&make(seed)).unwrap();
    plant(None);
    played.outcome.violations.iter().map(|violation| violation.number).collect()
}

#[test]
fn every_bug_is_caught_by_its_seeds() {
    let missed: Vec<String> = SEEDS
        .iter()
        .flat_map(|(bug, seeds)| seeds.iter().map(move |seed| (*bug, *seed)))
        .filter_map(|(bug, seed)| {
            let found = broken(Some(bug), seed);
            let caught = found.contains(&bug.breaks());
            (!caught).then(|| format!("{bug:?}, seed {seed}: {found:?}, not {}", bug.breaks()))
        })
        .collect();
    assert_eq!(missed, [""; 0]);
}

#[test]
fn the_same_seeds_hold_without_a_bug() {
    let seeds: BTreeSet<u64> = SEEDS.iter().flat_map(|(_, seeds)| seeds.iter().copied()).collect();
    for seed in seeds {
        assert_eq!(broken(None, seed), BTreeSet::new(), "seed {seed}");
    }
}

#[test]
fn every_bug_has_seeds_and_every_invariant_but_the_first_and_19_has_a_bug() {
    let with_seeds: BTreeSet<Bug> = SEEDS.iter().map(|(bug, _)| *bug).collect();
    assert_eq!(with_seeds, BTreeSet::from(Bug::ALL));
    assert!(SEEDS.iter().all(|(_, seeds)| !seeds.is_empty()));
    let broken: BTreeSet<u8> = Bug::ALL.into_iter().map(Bug::breaks).collect();
    // 1 cannot be broken by a planner: `Weights` holds no other weights. 19, the lost requests,
    // follows from other breaches, and is asked for below.
    assert_eq!(broken, (2..=18).chain([20]).collect());
}

#[test]
fn requests_that_a_bug_loses_are_counted_as_ours() {
    for bug in [Bug::WeightOnEmpty, Bug::RemovedBeforeConverged] {
        let lost = (0..20).any(|seed| broken(Some(bug), seed).contains(&19));
        assert!(lost, "{bug:?}");
    }
}

/// The search: by default only over seeds enough to see that the common bugs are common.
#[test]
fn a_search_finds_the_bugs_again() {
    #[expect(clippy::disallowed_methods, reason = "a switch for people who repeat the search")]
    let seeds = std::env::var("SEGUE_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let mut found = 0;
    for bug in Bug::ALL {
        let caught = search(bug, seeds);
        println!("| {bug:?} | {} | {:?} | {} |", bug.breaks(), caught.first(), caught.len());
        found += usize::from(!caught.is_empty());
    }
    // Twenty seeds find more than half of them.
    assert!(found >= 15, "{found}");
}

/// The seeds below `seeds` that catch a bug by its invariant.
fn search(bug: Bug, seeds: u64) -> BTreeSet<u64> {
    let (next, caught) = (AtomicU64::new(0), Mutex::new(BTreeSet::new()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return;
            }
            if broken(Some(bug), seed).contains(&bug.breaks()) {
                caught.lock().unwrap().insert(seed);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    caught.into_inner().unwrap()
}
