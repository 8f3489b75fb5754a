//! Breaches of the journal: 9, 10, 11, 16, 18.

use serde_json::json;
use twin::check::{Cause, Effect};
use twin::script::Fault;

use crate::stage::{NEW_FLEET, NONE, Stage, intent};

fn copies(replicas: u32) -> Effect {
    Effect::Replicas { fleet: NEW_FLEET.to_owned(), replicas }
}

#[test]
fn invariant_9_two_open_intents_on_one_thing() {
    let mut stage = Stage::new();
    stage.ask(&copies(2));
    stage.ask(&copies(3));
    assert_eq!(stage.numbers(), [9]);
}

#[test]
fn invariant_9_open_intents_on_two_things_and_one_given_up_are_fine() {
    let mut stage = Stage::new();
    let seq = stage.ask(&copies(2));
    let effect = stage.weights(10);
    stage.ask(&effect);
    stage.write(&json!({"entry": "abandoned", "seq": seq}));
    stage.ask(&copies(3));
    assert_eq!(stage.numbers(), NONE);
}

#[test]
fn invariant_10_an_effect_needs_its_intent_first() {
    let mut stage = Stage::new();
    stage.order(1, &copies(2));
    assert_eq!(stage.numbers(), [10]);
}

#[test]
fn invariant_10_drills_need_one_too() {
    let mut stage = Stage::new();
    stage.checks.drilled(&stage.facts, "shop", 1, 1);
    assert_eq!(stage.numbers(), [10]);

    let mut stage = Stage::new();
    let seq = stage.ask(&Effect::Drill);
    stage.checks.drilled(&stage.facts, "shop", 1, seq);
    assert_eq!(stage.numbers(), NONE);
}

#[test]
fn invariant_10_the_effect_is_the_one_that_was_asked_for() {
    let mut stage = Stage::new();
    let seq = stage.ask(&copies(2));
    stage.order(seq, &copies(3));
    assert_eq!(stage.numbers(), [10]);
}

#[test]
fn invariant_10_a_successor_asks_again_in_its_own_epoch() {
    for asks_again in [true, false] {
        let mut stage = Stage::new();
        let seq = stage.ask(&copies(2));
        stage.epoch = 2;
        stage.write(&json!({"entry": "opened", "epoch": 2}));
        if asks_again {
            stage.write(&json!({"entry": "askedAgain", "seq": seq}));
        }
        stage.order(seq, &copies(2));
        let expected: &[u8] = if asks_again { &[] } else { &[10] };
        assert_eq!(stage.numbers(), expected);
    }
}

#[test]
fn invariant_10_an_engine_that_was_thought_dead_changes_nothing() {
    let mut stage = Stage::new();
    let late = stage.ask(&copies(2));
    stage.epoch = 2;
    stage.write(&json!({"entry": "abandoned", "seq": late}));
    stage.act(&copies(3));
    stage.wait(11);
    stage.apply(&copies(2), Cause::Order { epoch: 1, seq: late });
    assert_eq!(stage.numbers(), [10, 11]);
}

#[test]
fn invariant_11_numbers_grow() {
    let mut stage = Stage::new();
    let first = stage.ask(&copies(2));
    stage.write(&json!({"entry": "abandoned", "seq": first}));
    stage.act(&copies(3));
    stage.order(first, &copies(2));
    assert_eq!(stage.numbers(), [11]);
}

#[test]
fn invariant_11_an_order_that_the_network_repeats_is_nobodys() {
    let mut stage = Stage::new();
    stage.checks.fault(stage.facts.now, &Fault::Duplicates { secs: 60 });
    let first = stage.weights(0);
    stage.observe(5);
    stage.act(&first);
    let seq = stage.seq;
    stage.turn(10);
    stage.order(seq, &first);
    assert_eq!(stage.numbers(), NONE);
}

#[test]
fn invariant_16_an_order_says_who_why_and_on_which_numbers() {
    for missing in ["actor", "because", "evidence"] {
        let mut stage = Stage::new();
        let mut body = intent(1, &copies(2));
        body.as_object_mut().unwrap().remove(missing);
        stage.write(&body);
        stage.order(1, &copies(2));
        assert_eq!(stage.numbers(), [16], "without {missing}");
    }
}

#[test]
fn invariant_18_records_can_be_read() {
    for body in
        [json!(7), json!({"entry": "asked", "seq": 1}), json!({"entry": "landed", "seq": 5})]
    {
        let mut stage = Stage::new();
        stage.write(&body);
        assert_eq!(stage.numbers(), [18], "{body}");
    }
}

#[test]
fn invariant_18_epochs_and_numbers_grow() {
    let mut stage = Stage::new();
    stage.write_as(3, &json!({"entry": "opened", "epoch": 3}));
    stage.write_as(2, &json!({"entry": "beat"}));
    assert_eq!(stage.numbers(), [18]);

    let mut stage = Stage::new();
    stage.write(&intent(4, &copies(2)));
    stage.write(&json!({"entry": "landed", "seq": 4}));
    stage.write(&intent(4, &copies(3)));
    assert_eq!(stage.numbers(), [18]);
}

#[test]
fn invariant_18_a_replay_that_differs_is_told() {
    let mut stage = Stage::new();
    stage.checks.replayed(0, "shop", Ok(()));
    assert_eq!(stage.numbers(), NONE);
    stage.checks.replayed(0, "shop", Err("seq 3 became 4".to_owned()));
    assert_eq!(stage.numbers(), [18]);
}
