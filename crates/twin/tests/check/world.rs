//! The same breaches in a real world: balancer, DNS, fleets and clients of the twin.

use serde_json::{Value, json};
use twin::check::{Ending, HoldTerms, Terms, hooks};
use twin::report::Outcome;
use twin::script::{Fault, TimedFault, When};
use twin::time::SECOND;
use twin::world::EngineId;
use twin::{Run, Script, World};

use crate::engine::{Bug, Hands, script};

fn rule() -> Value {
    json!({"kind": "rule", "rule": "rule", "balancer": "shared"})
}

fn records() -> Value {
    json!({"kind": "records", "rule": "rule", "ttl": 60, "evaluate_target_health": false})
}

type Life = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// What comes of one engine in the world of `script`, with its terms; a second one stands by.
fn run(script: &Script, bug: Bug) -> Outcome {
    let mut world = World::build(script).unwrap();
    let hold = HoldTerms { tick_millis: 5_000, ticks: 6, requests_min: 20 };
    let mut terms = Terms::of_all(script);
    for terms in terms.values_mut() {
        "kim".clone_into(&mut terms.author);
        terms.steps = vec![10, 50, 100];
        terms.hold = hold;
        terms.deadline_secs = 4 * 3_600;
    }
    hooks::begin(&mut world, terms);
    let mut run = Run::new(world);
    let start = move |engine| -> Life {
        Box::pin(async move { Hands::take(engine, bug).await.cross().await })
    };
    let successor = |engine| -> Life {
        Box::pin(async move { Hands::take(engine, Bug::None).await.go_back().await })
    };
    run.engine(EngineId(0), Box::new(start));
    run.standby(EngineId(1), Box::new(successor));
    run.until(3 * 3_600 * SECOND);
    let mut world = run.world();
    hooks::at_end(&mut world);
    Outcome::of(&mut world)
}

fn numbers(outcome: &Outcome) -> Vec<u8> {
    let mut numbers: Vec<u8> = outcome.violations.iter().map(|one| one.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[test]
fn an_engine_by_the_book_breaks_nothing_and_loses_nothing() {
    for (dial, seed) in [(rule(), 1), (rule(), 2), (rule(), 3), (records(), 4), (records(), 5)] {
        let outcome = run(&script(seed, &dial, 2), Bug::None);
        assert!(outcome.holds(), "seed {seed}: {:#?}", outcome.violations);
        let shop = &outcome.services["shop"];
        assert_eq!(shop.ended, Some(Ending::Done));
        assert_eq!((shop.lost_by_segue, outcome.lost()), (0, 0));
        assert!(shop.answered.old > 5_000 && shop.answered.new > 5_000, "{shop:?}");
        let ended = shop.answered.old + shop.answered.new + shop.failed.old + shop.failed.new;
        assert_eq!(shop.sent, ended + shop.in_flight);
    }
}

#[test]
fn equal_scripts_have_equal_outcomes() {
    let once = || run(&script(7, &rule(), 2), Bug::None);
    assert_eq!(once(), once());
    assert_ne!(once().trace_hash, run(&script(8, &rule(), 2), Bug::None).trace_hash);
}

#[test]
fn every_bad_engine_is_caught_with_its_number() {
    for (bug, number) in [
        (Bug::Undecided, 4),
        (Bug::Mumble, 4),
        (Bug::Leap, 5),
        (Bug::Hasty, 6),
        (Bug::SecondThoughts, 7),
        (Bug::SelfApproved, 8),
        (Bug::Untidy, 9),
        (Bug::NoIntent, 10),
        (Bug::Hasty, 12),
        (Bug::NoSoak, 13),
        (Bug::TwoOwners, 14),
        (Bug::Greedy, 15),
        (Bug::NoEvidence, 16),
        (Bug::Forgetful, 17),
        (Bug::Recount, 18),
    ] {
        let outcome = run(&script(11, &rule(), 2), bug);
        let found = numbers(&outcome);
        assert!(found.contains(&number), "{bug:?}: {number} is not in {found:?}");
    }
}

#[test]
fn weight_on_a_side_without_copies_loses_requests_and_is_told() {
    let outcome = run(&script(12, &rule(), 0), Bug::Blind);
    let found = numbers(&outcome);
    for number in [2, 19] {
        assert!(found.contains(&number), "{number} is not in {found:?}");
    }
    let shop = &outcome.services["shop"];
    assert!(shop.lost_by_segue > 100, "{shop:?}");
    assert!(shop.lost.iter().any(|lost| lost.origin == "segue" && lost.why.contains("503")));
}

#[test]
fn a_way_that_was_removed_too_early_loses_requests() {
    let mut early = script(13, &rule(), 2);
    early.control.propagation_secs = 300;
    let outcome = run(&early, Bug::Hasty);
    assert!(outcome.services["shop"].lost_by_segue > 0, "{:?}", outcome.services);
    assert!(numbers(&outcome).contains(&19));
}

#[test]
fn what_a_fault_loses_has_its_name_and_is_not_held_against_segue() {
    let mut killed = script(14, &rule(), 2);
    let fault = Fault::KillCopies { fleet: crate::stage::OLD_FLEET.to_owned(), count: 2 };
    killed.faults.push(TimedFault { at: When::Millis(60_000), fault });
    let outcome = run(&killed, Bug::None);
    let shop = &outcome.services["shop"];
    assert!(shop.lost_total > 0 && shop.lost_by_segue == 0, "{:?}", shop.lost);
    assert!(shop.lost.iter().all(|lost| lost.origin.starts_with("fault ")), "{:?}", shop.lost);
    assert!(outcome.lines.iter().any(|line| line.text.starts_with("fault: 2 copies")));
}

#[test]
fn an_outcome_is_data() {
    let outcome = run(&script(15, &rule(), 2), Bug::Leap);
    let text = serde_json::to_string(&outcome).unwrap();
    assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
    assert!(outcome.lines.iter().any(|line| line.text == "phase decommission"));
    assert!(outcome.lines.iter().any(|line| line.text.starts_with("violation 5")));
    assert_eq!(outcome.ended(Some(Ending::Done)), 1);
    assert!(!outcome.not_modelled.is_empty());
}

#[test]
fn a_side_that_died_with_all_weight_on_it_is_not_left_so() {
    let mut dead = script(16, &rule(), 2);
    let fleet = crate::stage::NEW_FLEET.to_owned();
    for fault in [
        Fault::SlowStart { fleet: fleet.clone(), secs: 5_000 },
        Fault::KillCopies { fleet, count: 2 },
    ] {
        dead.faults.push(TimedFault { at: When::Millis(800_000), fault });
    }
    let outcome = run(&dead, Bug::None);
    let found = numbers(&outcome);
    // The fault explains what is lost at first; that nobody acts is no fault's doing.
    assert_eq!(found, [3, 19]);
    let shop = &outcome.services["shop"];
    assert!(shop.lost_by_segue > 0 && shop.lost_by_segue < shop.lost_total, "{:?}", shop.lost);
}

#[test]
fn an_engine_that_was_thought_dead_is_caught_where_nothing_stops_it() {
    for fenced in [true, false] {
        let mut two = script(17, &rule(), 2);
        two.control.fenced_rules = fenced;
        // Right after its second intent: a step up, which it orders when it wakes.
        let at = When::AfterRecord(3);
        two.faults.push(TimedFault { at, fault: Fault::Zombie { pause: 300 } });
        let outcome = run(&two, Bug::None);
        assert_eq!(outcome.services["shop"].ended, Some(Ending::RolledBack));
        let found = numbers(&outcome);
        assert_eq!(found.contains(&10) && found.contains(&11), !fenced, "{found:?}");
        assert_eq!(found.is_empty(), fenced, "{found:?}");
    }
}
