//! The preflight: every check at the numbers where it turns, laws that hold for all of them, and
//! the page that is made from the table.
#![expect(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests")]

mod balancer;
mod capacity;
mod engine;
mod good;
mod jobs;
mod laws;
mod leaving;
mod names;
mod network;
mod page;
mod pods;
mod release;
mod waivers;

use model::facts::{Fact, Facts, Known};
use traffic::preflight::verdict::Checked;
use traffic::preflight::{self, CheckId, Moment, Terms};

use good::NOW;

/// A change of what is well.
type Change<'a> = &'a dyn Fn(&mut Facts, &mut Terms);

/// Nothing is changed.
const AS_IT_IS: Change<'static> = &|_, _| {};

/// When the checks are made.
#[derive(Clone, Copy)]
enum When {
    Before,
    At(Moment),
}

/// Before the start.
const BEFORE: When = When::Before;
/// Before the step from 25 % to 50 %.
const STEP: When = When::At(Moment::Step { from: 25, to: 50 });
/// While 50 % are observed.
const WATCH: When = When::At(Moment::Watch { weight: 50 });
/// Before the old side is scaled down.
const SCALE_DOWN: When = When::At(Moment::ScaleDown);
/// Before the old balancer goes.
const DECOMMISSION: When = When::At(Moment::Decommission);

/// All checks that are made then.
fn run(when: When, facts: &Facts, terms: &Terms) -> Vec<Checked> {
    match when {
        When::Before => preflight::check(facts, terms, NOW.parse().unwrap()).checks,
        When::At(moment) => preflight::runtime(facts, terms, moment, NOW.parse().unwrap()).checks,
    }
}

/// The verdict on `id` must be `expected` when what is well is changed so.
#[track_caller]
fn check(when: When, id: &str, expected: &str, change: Change<'_>) {
    let (mut facts, mut terms) = (good::facts(), good::terms());
    change(&mut facts, &mut terms);
    let wanted = CheckId::find(id).unwrap();
    let checks = run(when, &facts, &terms);
    let found = checks.iter().find(|checked| checked.id == wanted);
    let found = found.unwrap_or_else(|| panic!("{id} is not made then"));
    assert_eq!(found.verdict.to_string(), expected, "{id}: {}", found.evidence);
}

/// The evidence on `id` must say `text` when what is well is changed so.
#[track_caller]
fn found(when: When, id: &str, text: &str, change: Change<'_>) {
    let (mut facts, mut terms) = (good::facts(), good::terms());
    change(&mut facts, &mut terms);
    let wanted = CheckId::find(id).unwrap();
    let checks = run(when, &facts, &terms);
    let checked = checks.iter().find(|checked| checked.id == wanted);
    let evidence = checked.unwrap_or_else(|| panic!("{id} is not made then")).evidence.to_string();
    assert!(evidence.contains(text), "{id}: {evidence}");
}

/// What was read just now.
#[expect(clippy::unnecessary_wraps, reason = "an absent fact is None")]
fn known<T>(value: T) -> Known<T> {
    Some(Fact::new(value, "test", NOW.parse().unwrap()))
}

/// The value of a fact, to be changed.
fn value<T>(fact: &mut Known<T>) -> &mut T {
    &mut fact.as_mut().unwrap().value
}
