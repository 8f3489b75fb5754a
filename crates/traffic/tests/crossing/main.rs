//! The planner through its text: a script drives a small obedient world, the transcript is the
//! snapshot. Laws that hold for every input are in `laws`.
#![expect(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests")]

mod laws;
mod script;
mod world;

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
