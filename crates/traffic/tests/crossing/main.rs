//! The planner through its text: a script drives a small obedient world, the transcript is the
//! snapshot. Laws that hold for every input are in `laws`.
#![expect(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests")]

mod adopted;
mod board;
/// What the checks read, where all is well.
#[path = "../preflight/good.rs"]
mod good;
mod laws;
mod replay;
mod script;
mod world;

use model::facts::{Fact, Known};

/// What was read; the world says when.
#[expect(clippy::unnecessary_wraps, reason = "an absent fact is None")]
fn known<T>(value: T) -> Known<T> {
    Some(Fact::new(value, "test", good::NOW.parse().unwrap()))
}

/// Runs `tests/cases/NAME.txt` and compares the transcript with its snapshot.
fn check(name: &str) {
    let path = format!("{}/tests/cases/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(&path).unwrap();
    insta::with_settings!({ snapshot_path => "../cases", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, script::transcript(&script));
    });
}

#[test]
fn crosses() {
    check("crosses");
}

#[test]
fn bad_release_goes_back() {
    check("bad_release_goes_back");
}

#[test]
fn waits_with_reasons() {
    check("waits_with_reasons");
}

#[test]
fn foreign_writer_freezes() {
    check("foreign_writer_freezes");
}

#[test]
fn lost_effect_is_repeated() {
    check("lost_effect_is_repeated");
}

#[test]
fn dead_sides() {
    check("dead_sides");
}

#[test]
fn restarts_are_noticed() {
    check("restarts_are_noticed");
}

#[test]
fn suspect_step_is_not_left() {
    check("suspect_step_is_not_left");
}

#[test]
fn aborted_before_it_began() {
    check("aborted_before_it_began");
}

#[test]
fn another_engine_takes_over() {
    check("another_engine_takes_over");
}

#[test]
fn check_freezes() {
    check("check_freezes");
}

#[test]
fn check_sends_back() {
    check("check_sends_back");
}

#[test]
fn checks_guard_the_removal() {
    check("checks_guard_the_removal");
}

#[test]
fn checks_hold_a_step() {
    check("checks_hold_a_step");
}

#[test]
fn checks_that_need_copies_wait_for_them() {
    check("checks_that_need_copies_wait_for_them");
}

#[test]
fn checks_hold_the_start() {
    check("checks_hold_the_start");
}

#[test]
fn cleared() {
    check("cleared");
}

#[test]
fn cleared_or_signed() {
    check("cleared_or_signed");
}

#[test]
fn dns_difference_is_held() {
    check("dns_difference_is_held");
}

#[test]
fn dns_everybody_is_worse() {
    check("dns_everybody_is_worse");
}

#[test]
fn falls_with_another() {
    check("falls_with_another");
}

#[test]
fn goes_back_as_far_as_it_can() {
    check("goes_back_as_far_as_it_can");
}

#[test]
fn people() {
    check("people");
}

#[test]
fn records_settle() {
    check("records_settle");
}

#[test]
fn waits_for_others() {
    check("waits_for_others");
}

#[test]
fn waits_for_others_in_vain() {
    check("waits_for_others_in_vain");
}

#[test]
fn whole_way() {
    check("whole_way");
}

#[test]
fn an_old_order_comes_late() {
    check("an_old_order_comes_late");
}

#[test]
fn clock_goes_back() {
    check("clock_goes_back");
}

#[test]
fn drill_fails() {
    check("drill_fails");
}

#[test]
fn no_way_back() {
    check("no_way_back");
}

#[test]
fn nobody_agrees() {
    check("nobody_agrees");
}

#[test]
fn nobody_begins() {
    check("nobody_begins");
}

#[test]
fn nobody_comes() {
    check("nobody_comes");
}

#[test]
fn order_is_never_shown() {
    check("order_is_never_shown");
}

#[test]
fn requests_do_not_follow() {
    check("requests_do_not_follow");
}

#[test]
fn shares_drift_apart() {
    check("shares_drift_apart");
}

#[test]
fn too_long() {
    check("too_long");
}

#[test]
fn guard_hears_a_paused_step() {
    check("guard_hears_a_paused_step");
}

#[test]
fn held_step_is_no_silence() {
    check("held_step_is_no_silence");
}

#[test]
fn way_back_is_never_shown() {
    check("way_back_is_never_shown");
}

#[test]
fn aborted_while_it_gets_ready() {
    check("aborted_while_it_gets_ready");
}

#[test]
fn dead_new_side_leaves_no_choice() {
    check("dead_new_side_leaves_no_choice");
}

#[test]
fn foreign_writer_after_no_return() {
    check("foreign_writer_after_no_return");
}

#[test]
fn given_up_order_and_a_shrunk_side() {
    check("given_up_order_and_a_shrunk_side");
}

#[test]
fn job_goes_back() {
    check("job_goes_back");
}

#[test]
fn silence_is_counted_anew() {
    check("silence_is_counted_anew");
}
