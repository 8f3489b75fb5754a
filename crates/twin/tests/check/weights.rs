//! Breaches by weights: 1 to 5, 7, 13, 20.

use serde_json::json;
use twin::check::{Cause, Effect};
use twin::script::Fault;
use twin::time::SECOND;

use crate::stage::{NEW, NEW_FLEET, NONE, OLD, OLD_FLEET, Stage, terms};

#[test]
fn a_crossing_by_the_book_is_clean() {
    let mut stage = Stage::new();
    stage.cross();
    stage.finish();
    assert_eq!(stage.end(), NONE);
}

#[test]
fn a_roll_back_by_the_book_is_clean() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.turn(10);
    stage.observe(5);
    stage.turn(50);
    stage.pass(10, 5, true);
    stage.phase("rollingBack");
    stage.turn(0);
    stage.observe(20);
    stage.scale(NEW_FLEET, 0);
    stage.write(&json!({"entry": "rolledBack", "because": {"code": "SG-T009"}}));
    assert_eq!(stage.end(), NONE);
}

#[test]
fn invariant_1_weights_are_in_range() {
    for weights in [
        json!({}),
        json!({OLD: 0, NEW: 0}),
        json!({OLD: 200, NEW: 10}),
        json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 95}),
    ] {
        let mut stage = Stage::new();
        let weights = serde_json::from_value(weights).unwrap();
        let effect = Effect::Weights { rule: "rule".to_owned(), weights };
        let seq = stage.ask(&effect);
        stage.order(seq, &effect);
        assert!(stage.numbers().contains(&1), "{effect} was let through");
    }
}

#[test]
fn invariant_2_no_weight_is_ordered_onto_an_empty_group() {
    let mut stage = Stage::new();
    stage.health(NEW, 0);
    stage.wait(60);
    stage.turn(10);
    assert_eq!(stage.numbers(), [2]);
}

#[test]
fn invariant_2_allows_for_health_that_is_lost_after_the_order() {
    let mut stage = Stage::new();
    stage.observe(5);
    let effect = stage.weights(10);
    let seq = stage.ask(&effect);
    stage.health(NEW, 0);
    stage.order(seq, &effect);
    assert_eq!(stage.numbers(), NONE);
}

#[test]
fn invariant_2_wants_an_engine_that_can_act_to_act() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.health(NEW, 0);
    stage.wait(59);
    assert_eq!(stage.numbers(), NONE);
    stage.wait(2);
    assert_eq!(stage.numbers(), [2]);
}

#[test]
fn invariant_2_waits_for_an_engine_that_is_down_and_for_targets_to_go_back_to() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.health(NEW, 0);
    stage.checks.fault(stage.facts.now, &Fault::Crash { down: 300 });
    stage.wait(350);
    assert_eq!(stage.numbers(), NONE);
    stage.wait(300);
    assert_eq!(stage.numbers(), [2]);

    let mut both = Stage::new();
    both.turn(10);
    both.health(OLD, 0);
    both.health(NEW, 0);
    both.wait(1_000);
    assert_eq!(both.numbers(), NONE);
}

#[test]
fn invariant_3_never_all_weight_on_a_side_without_health() {
    let mut stage = Stage::of(twin::check::Terms { steps: vec![100], ..terms() });
    stage.health(NEW, 0);
    stage.wait(60);
    stage.turn(100);
    assert_eq!(stage.numbers(), [2, 3]);

    let mut stage = Stage::new();
    stage.cross();
    stage.health(NEW, 0);
    stage.wait(100);
    assert_eq!(stage.numbers(), [3]);
}

#[test]
fn invariant_4_up_only_and_down_only_on_the_way_back() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.turn(0);
    assert_eq!(stage.numbers(), [4]);

    let mut stage = Stage::new();
    stage.turn(10);
    stage.observe(5);
    stage.phase("rollingBack");
    stage.turn(50);
    assert_eq!(stage.numbers(), [4]);
}

#[test]
fn invariant_4_allows_for_an_order_that_was_on_its_way() {
    let mut stage = Stage::new();
    stage.observe(5);
    let up = stage.weights(10);
    let seq = stage.ask(&up);
    stage.write(&json!({"entry": "abandoned", "seq": seq}));
    stage.phase("rollingBack");
    stage.order(seq, &up);
    stage.turn(0);
    assert_eq!(stage.numbers(), NONE);
}

#[test]
fn invariant_5_no_step_is_skipped() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.turn(50);
    assert_eq!(stage.numbers(), [5]);
}

#[test]
fn invariant_7_no_move_after_the_point_of_no_return() {
    let mut stage = Stage::new();
    stage.cross();
    stage.finish();
    stage.phase("rollingBack");
    stage.turn(0);
    assert!(stage.numbers().contains(&7));
}

#[test]
fn invariant_13_a_step_needs_its_ticks() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.observe(2);
    stage.turn(50);
    assert_eq!(stage.numbers(), [13]);
}

#[test]
fn invariant_13_time_without_an_engine_is_no_soak() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.observe(2);
    stage.pass(600, 0, false);
    stage.turn(50);
    assert_eq!(stage.numbers(), [13]);
}

#[test]
fn invariant_13_ticks_count_once_the_weights_are_served() {
    let mut stage = Stage::new();
    let effect = stage.weights(10);
    let seq = stage.ask(&effect);
    stage.order(seq, &effect);
    stage.write(&json!({"entry": "landed", "seq": seq}));
    stage.observe(20);
    stage.turn(50);
    assert_eq!(stage.numbers(), [13]);
}

#[test]
fn invariant_13_nobody_goes_up_in_an_alarm() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.turn(10);
    stage.pass(20, 5, true);
    stage.turn(50);
    assert_eq!(stage.numbers(), [13]);
}

#[test]
fn invariant_13_a_person_may_let_a_step_go() {
    let mut stage = Stage::new();
    stage.turn(10);
    stage.said("kim", "promote");
    stage.turn(50);
    assert_eq!(stage.numbers(), NONE);
    stage.turn(100);
    assert_eq!(stage.numbers(), [13]);
}

#[test]
fn invariant_20_what_is_required_is_across_first() {
    let catalog = twin::check::Terms {
        rule: "catalog-rule".to_owned(),
        old: twin::check::SideTerms { group: "co".to_owned(), fleet: "cof".to_owned(), need: 2 },
        new: twin::check::SideTerms { group: "cn".to_owned(), fleet: "cnf".to_owned(), need: 2 },
        jobs: Vec::new(),
        ..terms()
    };
    let shop = twin::check::Terms { requires: vec!["catalog".to_owned()], ..terms() };
    let mut stage =
        Stage::with([("shop".to_owned(), shop), ("catalog".to_owned(), catalog)].into());
    stage.observe(5);
    stage.turn(10);
    assert_eq!(stage.numbers(), [20]);
}

#[test]
fn what_somebody_else_writes_is_not_held_against_segue() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.turn(10);
    let foreign = stage.weights(100);
    stage.apply(&foreign, Cause::Fault);
    stage.observe(5);
    stage.write(&json!({"entry": "frozen", "because": {"code": "SG-T010"}}));
    assert_eq!(stage.end(), NONE);
}

#[test]
fn a_copy_that_keeps_too_few_old_copies_may_not_go_up() {
    let mut stage = Stage::new();
    stage.observe(5);
    stage.facts.last_request.insert(OLD.to_owned(), 0);
    stage.facts.now = 500 * SECOND;
    stage.scale(OLD_FLEET, 1);
    assert_eq!(stage.numbers(), NONE);
    stage.turn(10);
    assert_eq!(stage.numbers(), [6]);
}
