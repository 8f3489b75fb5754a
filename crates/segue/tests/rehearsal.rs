//! Rehearsals: the real loop on the twin, with checkers that know no planner.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "rehearsal/bridge.rs"]
mod bridge;

use segue::rehearse::fuzz::{self, make};
use segue::rehearse::{Played, Rehearsal, play};
use twin::check::Ending;
use twin::script::{Deed, Fault, TimedFault, When};

/// Plays, and wants everything to hold and every shift to have ended.
fn hold(rehearsal: &Rehearsal, what: &str) -> Played {
    let played = play(rehearsal).unwrap();
    assert_eq!(played.outcome.violations, [], "{what}");
    assert_eq!(played.outcome.lost_by_segue(), 0, "{what}");
    for (name, service) in &played.outcome.services {
        assert!(service.ended.is_some(), "{what}: {name} has not ended");
        let ends = service.answered.old
            + service.answered.new
            + service.failed.old
            + service.failed.new
            + service.lost_total
            + service.in_flight;
        assert_eq!(service.sent, ends, "{what}: every request of {name} has an end");
    }
    played
}

/// The rehearsal of `seed`, with nothing going wrong and somebody who agrees now and then.
fn calm(seed: u64) -> Rehearsal {
    let mut rehearsal = make(seed);
    rehearsal.script.faults.clear();
    rehearsal.script.people.clear();
    for service in rehearsal.script.services.keys() {
        rehearsal.script.people.extend((1..=30).map(|number| Deed {
            at_millis: number * 120_000,
            by: "grace".to_owned(),
            service: service.clone(),
            what: "approve".to_owned(),
        }));
    }
    rehearsal
}

#[test]
fn under_calm_skies_everything_crosses_and_nothing_is_lost() {
    let mut crossed = 0;
    for seed in 0..20 {
        let rehearsal = calm(seed);
        let played = hold(&rehearsal, &format!("seed {seed}"));
        assert_eq!(played.outcome.lost(), 0, "seed {seed}");
        crossed += played.outcome.ended(Some(Ending::Done));
        assert_eq!(played.outcome.ended(Some(Ending::Done)), rehearsal.goals.len(), "seed {seed}");
    }
    assert!(crossed > 20, "{crossed}");
}

/// Crashes before and after every single record of a run, each in a run of its own.
#[test]
fn a_crash_at_any_record_changes_no_outcome() {
    // Two services, one of them with a job that changes hands.
    let seed = (0..1_000).find(|seed| {
        let goals = make(*seed).goals;
        goals.len() == 2 && goals.values().any(|goal| !goal.jobs.is_empty())
    });
    let mut rehearsal = calm(seed.unwrap());
    let whole = hold(&rehearsal, "no crash");
    let records = u32::try_from(whole.journal.len()).unwrap();
    assert!(records > 40, "{records}");
    for record in 0..records {
        for at in [When::BeforeRecord(record), When::AfterRecord(record)] {
            rehearsal.script.faults = vec![TimedFault { at, fault: Fault::Crash { down: 20 } }];
            let played = hold(&rehearsal, &format!("crash {at:?}"));
            assert_eq!(played.outcome.lost(), 0, "crash {at:?}");
            let ended = played.outcome.ended(Some(Ending::Done));
            assert_eq!(ended, rehearsal.goals.len(), "crash {at:?}");
        }
    }
}

#[test]
fn equal_documents_give_equal_traces_and_others_do_not() {
    let rehearsal = make(11);
    let text = serde_json::to_string(&rehearsal).unwrap();
    let again: Rehearsal = serde_json::from_str(&text).unwrap();
    assert_eq!(again, rehearsal);
    let (first, second) = (play(&rehearsal).unwrap(), play(&again).unwrap());
    assert_eq!(first, second);
    let other = play(&make(12)).unwrap();
    assert_ne!(first.outcome.trace_hash, other.outcome.trace_hash);
}

/// A short run of what is run at length by hand (docs/measurements.md).
#[test]
fn seeds_hold() {
    let summary = fuzz::run(0..150, 2, |_| {}).unwrap();
    assert_eq!(summary.runs, 150);
    assert_eq!(summary.failures, []);
    assert_eq!(summary.requests.lost_by_segue, 0);
    assert!(summary.requests.sent > 200_000, "{:?}", summary.requests);
    for how in ["done", "rolledBack", "frozen"] {
        assert!(summary.ended.get(how).is_some_and(|count| *count > 0), "{how}: {summary:?}");
    }
    assert_eq!(summary.ended.get("open"), None);
}

/// What the fuzzer has found, long ago or lately. A seed may mean another run by now.
const FOUND: [u64; 8] = [12_616, 19_487, 23_795, 24_558, 25_816, 37_013, 48_565, 95_731];

#[test]
fn seeds_that_broke_something_once_hold() {
    for seed in FOUND {
        hold(&make(seed), &format!("seed {seed}"));
    }
}

#[test]
fn what_fails_is_made_smaller_and_still_fails() {
    // A run that is cut off before its shifts can end breaks invariant 17.
    let mut rehearsal = make(3);
    rehearsal.until_secs = 30;
    let broken = play(&rehearsal).unwrap();
    assert!(broken.outcome.violations.iter().any(|violation| violation.number == 17));
    let small = fuzz::shrink(&rehearsal, 17);
    assert!(small.script.faults.is_empty() && small.script.people.is_empty(), "{small:?}");
    assert_eq!(small.script.services.len(), 1);
    assert!(play(&small).unwrap().outcome.violations.iter().any(|one| one.number == 17));
}
