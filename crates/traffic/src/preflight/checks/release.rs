//! The release itself: Z17, Z21, Z22, Z23, Z33.

use std::collections::BTreeMap;

use model::facts::drills::Session;

use super::super::case::{Case, Cx, ms};
use super::super::limits::{SLOWER_MS_MAX, SLOWER_PERCENT_MAX};
use super::super::terms::Moment;

/// Z17: a cookie of one side is good on the other.
pub(in super::super) fn sessions(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    match case.know(&cx.facts.drills.session, "whether a login is good on both sides") {
        Some(Session::None) => case.because_not("the service has no login"),
        Some(Session::Replayed { on_new, on_old }) => {
            replayed(&mut case, *on_new, *on_old);
            case
        }
        None => case,
    }
}

/// What each side said to a cookie of the other.
pub(super) fn replayed(case: &mut Case, on_new: u16, on_old: u16) {
    let good = on_new == 200 && on_old == 200;
    case.must(
        good,
        format!("a login of the old side is {on_new} on the new, of the new {on_old} on the old"),
    );
}

/// Z21: expanded, and nothing is removed before the point of no return.
pub(in super::super) fn schema(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let known = &cx.facts.databases;
    // Only what is known to have no database needs no migrations.
    if case.has(&known.each)
        && case.know(&known.each, "the databases").is_some_and(BTreeMap::is_empty)
    {
        return case.because_not("the service has no database");
    }
    if let Some(migrations) = case.know(&known.migrations, "the migrations of this release") {
        let expanded = if migrations.expanded { "done" } else { "not done" };
        case.must(migrations.expanded, format!("the expand phase is {expanded}"));
        let blocked = if migrations.contract_blocked { "blocked" } else { "not blocked" };
        case.must(migrations.contract_blocked, format!("the contract phase is {blocked}"));
    }
    case
}

/// Z22: what the service calls is not slower than before the step.
pub(in super::super) fn dependencies(cx: &Cx<'_>, _: Moment) -> Case {
    let mut case = cx.case();
    let Some(needed) = case.know(&cx.facts.network.dependencies, "what the service calls") else {
        return case;
    };
    if needed.is_empty() {
        return case.because_not("the service calls nothing");
    }
    let known = &cx.facts.network.dependency_latency;
    if let Some(latency) = case.live(known, "how fast the dependencies are") {
        for name in needed {
            match latency.get(name) {
                None => case.missing(format!("how fast {name} is")),
                Some(it) => {
                    slower(&mut case, &format!("p99 of {name}"), it.before_ms, it.now_ms);
                }
            }
        }
    }
    case
}

/// Z23: a deep smoke test is green.
pub(in super::super) fn smoke(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let known = &cx.facts.drills.smoke;
    if let Some(smoke) = case.know(known, "whether the new side is more than healthy") {
        if smoke.checks == 0 {
            case.missing("a smoke test (it has no checks)");
        }
        case.at_least("green checks of the smoke test", smoke.green, smoke.checks);
    }
    case
}

/// Z33: the new side is as fast as the old one over the same minutes.
pub(in super::super) fn as_fast(cx: &Cx<'_>, moment: Moment) -> Case {
    if moment.weight() == 0 {
        return cx.skip("the new side gets no requests");
    }
    if moment.weight() >= 100 {
        return cx.skip("the old side gets no requests to compare with");
    }
    let mut case = cx.case();
    let old = case.live(&cx.facts.targets.old.latency, "how fast the old side is");
    let new = case.live(&cx.facts.targets.new.latency, "how fast the new side is");
    if let (Some(old), Some(new)) = (old, new) {
        slower(&mut case, "p50 of the new side", old.p50_ms, new.p50_ms);
        slower(&mut case, "p99 of the new side", old.p99_ms, new.p99_ms);
    }
    case
}

/// At most a quarter and 5 ms slower.
fn slower(case: &mut Case, name: &str, before: u64, now: u64) {
    let before = u128::from(before);
    case.at_most(name, ms(now), ms(before + before * SLOWER_PERCENT_MAX / 100 + SLOWER_MS_MAX));
}
