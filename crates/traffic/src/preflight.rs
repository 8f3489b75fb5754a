//! How could a request be lost? Thirty-five ways and two, each with a check that says whether it
//! is ruled out, from facts that somebody has read.
//!
//! [`check`] runs before the start: a check that failed, or that nobody can prove, holds it unless
//! a person has waived it by name. [`runtime`] runs during the steps: what it finds pauses the
//! shift, sends everything back, or freezes it. Both are pure functions; the facts come from the
//! world, the terms from the shift.
//!
//! - [`terms`]: what the checks need of the shift, and waivers
//! - [`verdict`]: what comes out
//! - [`table`]: the checks, one row each
//! - [`limits`]: every number that a check compares with, and its reason
//! - `case`: how a check gathers what it finds; `checks`: the checks themselves, by subject
//!
//! **Invariant:** a check that lacks data is unproven. It passes only on facts, and it is left out
//! only by the mechanism of the shift or by a fact.

mod case;
mod checks;
pub mod limits;
pub mod table;
pub mod terms;
pub mod verdict;
mod waivers;

use jiff::Timestamp;
use model::code::preflight as code;
use model::facts::Facts;
use model::{Reason, Subject};

use case::{Case, Cx, Heard};
use table::{CHECKS, Check};
use verdict::{Checked, Effect, Preflight, Runtime, Verdict};
use waivers::InForce;

pub use table::Kind;
pub use terms::{Fleet, Mechanism, Moment, Platform, Terms, Waiver};
pub use verdict::{CheckId, Source};

/// Runs every check of the preflight (P), in the order of the table.
pub fn check(facts: &Facts, terms: &Terms, now: Timestamp) -> Preflight {
    let cx = Cx { facts, terms, now };
    let waivers = InForce::of(terms, now);
    let judged = |check: &Check| {
        let case = (check.preflight?)(&cx);
        Some(settle(check, case, &waivers))
    };
    let checks: Vec<Checked> = CHECKS.iter().filter_map(judged).collect();
    let mut notes = waivers.notes.clone();
    notes.extend(waivers.needless(&checks));
    Preflight { shift: terms.subject(), at: now, checks, notes }
}

/// Runs every check that guards the steps (R), at the given moment.
///
/// A waiver lets the shift go on where a check would pause it. It never keeps requests from going
/// back, nor the shift from freezing.
pub fn runtime(facts: &Facts, terms: &Terms, moment: Moment, now: Timestamp) -> Runtime {
    let cx = Cx { facts, terms, now };
    let waivers = InForce::of(terms, now);
    let judged = |check: &Check| {
        let case = (check.runtime?)(&cx, moment);
        let worst = case.worst().unwrap_or(Effect::Hold);
        let mut checked = match worst {
            Effect::RollBack | Effect::Freeze => settle(check, case, &InForce::default()),
            Effect::Hold => settle(check, case, &waivers),
        };
        checked.effect = checked.verdict.is_open().then_some(worst);
        Some(checked)
    };
    let checks = CHECKS.iter().filter_map(judged).collect();
    Runtime { shift: terms.subject(), at: now, checks, notes: waivers.notes }
}

/// The verdict on a case, with its evidence.
fn settle(check: &Check, case: Case, waivers: &InForce<'_>) -> Checked {
    let (heard, numbers, sources) = case.close();
    let of = |code| Reason::new(code).with("rule", check.rule());
    let found = |found| Reason::new(check.code).with("found", found);
    let (verdict, mut evidence) = match heard {
        Heard::Meaningless(why) => {
            let evidence = of(&code::NOT_APPLICABLE).with("why", &why);
            (Verdict::NotApplicable { why }, evidence)
        }
        Heard::Missing(missing) => {
            let evidence = of(&code::UNPROVEN).with("missing", missing);
            (Verdict::Unproven, evidence.with("data", check.data))
        }
        Heard::Good(text) => (Verdict::Passed, found(text)),
        Heard::Bad(text) => (Verdict::Failed, found(text)),
    };
    for (name, number) in numbers {
        evidence.facts.entry(name).or_insert(number);
    }
    let verdict = match waivers.of_check(check.id) {
        Some(Waiver { by, reason, until, .. }) if verdict.is_open() => {
            Verdict::Waived { by: by.clone(), reason: reason.clone(), until: *until }
        }
        Some(_) | None => verdict,
    };
    Checked { id: check.id, kind: check.kind(), verdict, evidence, sources, effect: None }
}

impl Terms {
    /// The shift, as people refer to it.
    pub fn subject(&self) -> Subject {
        Subject::new("shift", &self.shift)
    }
}
