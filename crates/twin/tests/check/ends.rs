//! Breaches at the end: 17 and 19; and the bounds of what is kept.

use serde_json::json;
use twin::check::{Ending, Invariant};

use crate::stage::{Stage, terms};

#[test]
fn invariant_17_a_shift_ends() {
    let mut stage = Stage::new();
    stage.cross();
    assert_eq!(stage.end(), [17]);
}

#[test]
fn invariant_17_within_its_deadline() {
    let mut stage = Stage::of(twin::check::Terms { deadline_secs: 60, ..terms() });
    stage.cross();
    stage.finish();
    assert_eq!(stage.end(), [17]);
}

#[test]
fn invariant_17_the_world_is_as_the_end_says() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.write(&json!({"entry": "done"}));
    assert_eq!(stage.numbers(), [17]);

    let mut stage = Stage::new();
    stage.turn(10);
    stage.write(&json!({"entry": "rolledBack"}));
    assert_eq!(stage.numbers(), [17]);
}

#[test]
fn a_frozen_shift_has_ended_until_a_person_lets_it_go_on() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.turn(10);
    stage.write(&json!({"entry": "frozen"}));
    assert_eq!(stage.checks.ending("shop").map(|(how, _)| how), Some(Ending::Frozen));
    assert!(stage.checks.all_ended());
    stage.phase("rollingBack");
    assert!(!stage.checks.all_ended());
}

#[test]
fn invariant_19_a_request_is_lost() {
    let mut stage = Stage::new();
    stage.facts.lost = 3;
    stage.turn(10);
    assert_eq!(stage.numbers(), [19]);
    assert_eq!(stage.checks.violations().len(), 1, "said once, not at each record");
    let violation = &stage.checks.violations()[0];
    assert_eq!(violation.invariant, Invariant::NothingLost);
    assert!(violation.sentence.starts_with("3 requests"), "{violation}");
}

#[test]
fn what_is_kept_is_bounded() {
    let mut stage = Stage::new();
    stage.checks.keep_lines(10);
    for _ in 0..500 {
        stage.write(&json!(null));
        stage.said("kim", "pause");
    }
    assert_eq!(stage.checks.violations().len(), 200);
    assert_eq!(stage.checks.dropped(), 300);
    assert_eq!(stage.checks.lines().kept().len(), 10);
    assert!(stage.checks.lines().dropped() > 0);
}
