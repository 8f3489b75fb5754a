//! Laws that hold for every check.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::SignedDuration;
use model::facts::Facts;
use proptest::prelude::*;
use serde_json::Value;
use traffic::preflight::table::CHECKS;
use traffic::preflight::verdict::{Checked, Preflight, Verdict};
use traffic::preflight::{self, Mechanism, Platform, Terms, Waiver};

use super::good::{self, NOW};
use super::{BEFORE, DECOMMISSION, SCALE_DOWN, STEP, WATCH, When, run};

const MECHANISMS: [Mechanism; 4] =
    [Mechanism::SameAlb, Mechanism::Bridge, Mechanism::Route53, Mechanism::Local];
const MOMENTS: [When; 5] = [BEFORE, STEP, WATCH, SCALE_DOWN, DECOMMISSION];

/// The terms of each mechanism, with ECS and with Kubernetes on the old side.
fn all_terms() -> impl Iterator<Item = Terms> {
    MECHANISMS.into_iter().flat_map(|mechanism| {
        [Platform::Ecs, Platform::Kubernetes].into_iter().map(move |old| {
            let mut terms = good::terms();
            terms.mechanism = mechanism;
            terms.old.platform = old;
            terms
        })
    })
}

/// The places of all facts in `json`.
fn places(json: &Value, path: &str, out: &mut Vec<String>) {
    if let Some(map) = json.as_object() {
        if map.contains_key("value") && map.contains_key("from") && map.contains_key("at") {
            out.push(path.to_owned());
        }
        for (key, below) in map {
            places(below, &format!("{path}/{key}"), out);
        }
    }
}

fn good_json() -> (Value, Vec<String>) {
    static MADE: LazyLock<(Value, Vec<String>)> = LazyLock::new(|| {
        let json = serde_json::to_value(good::facts()).unwrap();
        let mut out = Vec::new();
        places(&json, "", &mut out);
        (json, out)
    });
    MADE.clone()
}

/// The good facts, each older by so many seconds.
fn aged(secs: i64) -> Facts {
    let (mut json, places) = good_json();
    let at = NOW.parse::<jiff::Timestamp>().unwrap() - SignedDuration::from_secs(secs);
    for place in places {
        json.pointer_mut(&place).unwrap()["at"] = at.to_string().into();
    }
    serde_json::from_value(json).unwrap()
}

#[test]
fn the_table_is_that_of_the_specification() {
    let kinds = "Z1 P/R, Z2 P, Z3 P, Z4 P, Z5 P, Z6 R, Z7 P/R, Z8 R, Z9 P, Z10 P/R, Z11 P, \
                 Z12 P/R, Z13 P, Z14 P, Z15 P, Z16 P, Z17 P, Z18 P/R, Z19 P, Z20 P/R, Z21 P, \
                 Z22 R, Z23 P, Z24 R, Z25 P, Z26 P/R, Z27 P, Z28 P, Z29 P/R, Z30 P, Z31 R, \
                 Z32 P, Z33 R, Z34 R, Z35 R, Z50 P, Z51 P";
    let table: Vec<String> =
        CHECKS.iter().map(|check| format!("{} {}", check.id, check.kind())).collect();
    assert_eq!(table.join(", "), kinds);
    for check in &CHECKS {
        let number: u32 = check.id.to_string()[1..].parse().unwrap();
        assert_eq!(check.code.id, format!("SG-Z{number:03}"));
        assert!(check.code.sentence.ends_with(": {found}"), "{}", check.code.sentence);
    }
}

#[test]
fn what_nobody_has_looked_at_is_unproven() {
    for terms in all_terms() {
        for when in MOMENTS {
            for checked in run(when, &Facts::default(), &terms) {
                let left_out = matches!(checked.verdict, Verdict::NotApplicable { .. });
                let unproven = checked.verdict == Verdict::Unproven;
                assert!(left_out || unproven, "{}: {:?}", checked.id, checked.verdict);
                assert!(checked.sources.is_empty());
            }
        }
    }
}

#[test]
fn only_the_mechanism_leaves_checks_out() {
    let left_out = |mechanism| {
        let mut terms = good::terms();
        terms.mechanism = mechanism;
        let checks = run(BEFORE, &Facts::default(), &terms);
        let out = checks.iter().filter(|it| it.verdict != Verdict::Unproven);
        out.map(|it| it.id.to_string()).collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(left_out(Mechanism::Bridge), @"Z50");
    insta::assert_snapshot!(left_out(Mechanism::SameAlb), @"Z11 Z16 Z27 Z28 Z50");
    insta::assert_snapshot!(left_out(Mechanism::Route53), @"Z7");
    insta::assert_snapshot!(left_out(Mechanism::Local), @"Z2 Z7 Z11 Z13 Z14 Z15 Z16 Z25 Z26 Z27 Z28 Z29 Z30 Z32 Z50 Z51");
}

#[test]
fn everything_known_and_well_passes() {
    for terms in all_terms().filter(|terms| terms.mechanism != Mechanism::Route53) {
        for when in [BEFORE, STEP, WATCH, SCALE_DOWN, DECOMMISSION] {
            for checked in run(when, &good::facts(), &terms) {
                assert!(!checked.verdict.is_open(), "{}: {}", checked.id, checked.evidence);
            }
        }
    }
}

/// A fact that no check reads would be gathered for nothing, or a check has forgotten it.
#[test]
fn every_fact_is_read() {
    let (mut json, places) = good_json();
    for place in &places {
        json.pointer_mut(place).unwrap()["from"] = place.clone().into();
    }
    let mut facts: Facts = serde_json::from_value(json).unwrap();
    // The drill stands in for the drain, and a drain is read where there is no drill.
    let mut read = BTreeSet::new();
    for _ in 0..2 {
        for mut terms in all_terms() {
            for hold in [60, 300] {
                terms.step_hold_secs = hold;
                let whens = MOMENTS.into_iter().flat_map(|when| run(when, &facts, &terms));
                read.extend(whens.flat_map(|it| it.sources).map(|source| source.from));
            }
        }
        // What is read only where a shift is large, a cookie is set, a record looks at health.
        facts.drills.reconnect = None;
        super::value(&mut facts.traffic.peak_per_minute).clone_from(&900_000);
        super::value(&mut facts.balancers.old.rule).stickiness_secs = Some(60);
        super::value(&mut facts.dns.records)[0].evaluates_target_health = true;
    }
    // A side has what the other has; which of the two is read differs from check to check.
    let plain = |place: &str| place.replace("/old", "/side").replace("/new", "/side");
    let read: BTreeSet<String> = read.iter().map(|place| plain(place)).collect();
    let known: BTreeSet<String> = places.iter().map(|place| plain(place)).collect();
    assert_eq!(known.difference(&read).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(known.len() > 50, "{}", known.len());
}

#[test]
fn old_facts_prove_nothing() {
    let open = |secs, when| {
        let checks = run(when, &aged(secs), &good::terms());
        checks.iter().filter(|it| it.verdict.is_open()).count()
    };
    let passed = |secs, when| {
        let checks = run(when, &aged(secs), &good::terms());
        checks.iter().filter(|it| it.verdict == Verdict::Passed).count()
    };
    assert_eq!(open(24 * 3600, BEFORE), 0);
    assert_eq!(passed(24 * 3600 + 1, BEFORE), 0);
    assert_eq!(open(-60, BEFORE), 0);
    assert_eq!(passed(-61, BEFORE), 0);
    // What changes while requests move must be minutes old; no guard is content without it.
    assert_eq!(open(300, STEP), 0);
    assert_eq!(passed(301, STEP), 0);
}

#[test]
fn a_preflight_survives_json_and_holds_by_its_first_open_check() {
    let now = NOW.parse().unwrap();
    let (facts, terms) = (good::facts(), good::terms());
    let well = preflight::check(&facts, &terms, now);
    assert_eq!(well.holds(), None);
    let json = serde_json::to_string(&well).unwrap();
    assert_eq!(serde_json::from_str::<Preflight>(&json).unwrap(), well);

    let mut facts = facts;
    facts.drills.end_target = None;
    super::value(&mut facts.drills.idle).closed_after_secs = Some(5);
    let held = preflight::check(&facts, &terms, now);
    let all: Vec<String> = held.held().map(|it| format!("{}: {}", it.what, it.because)).collect();
    insta::assert_snapshot!(all.join("\n"), @r"
    shift/payments-prod: a target ends under load without losing a request: unproven, since nobody knows what the end of a target costs
    shift/payments-prod: the service keeps an idle connection longer than the balancer: time that an idle connection stayed open: 5 s, needed 62 s
    ");
    assert_eq!(held.holds(), held.held().next());
    let fix: Vec<String> = held.open().filter_map(Checked::fix).collect();
    insta::assert_snapshot!(fix.join("\n"), @r"
    let it be read: drill: a target of the new side ended under load
    set the keep-alive of the service above the idle time-out of the balancer, then repeat the drill
    ");
}

/// The good facts without those that `mask` leaves out.
fn without(mask: &[bool]) -> Facts {
    let (mut json, places) = good_json();
    for (place, absent) in places.iter().zip(mask.iter().cycle()) {
        if *absent {
            *json.pointer_mut(place).unwrap_or(&mut Value::Null) = Value::Null;
        }
    }
    serde_json::from_value(json).unwrap()
}

proptest! {
    /// From facts that are all well, forgetting some makes checks unproven, never failed.
    #[test]
    fn what_is_forgotten_is_never_a_failure(
        mask in prop::collection::vec(any::<bool>(), 80),
        mechanism in prop::sample::select(MECHANISMS.to_vec()),
        when in 0..MOMENTS.len(),
    ) {
        let facts = without(&mask);
        let mut terms = good::terms();
        terms.mechanism = mechanism;
        terms.keep_old_secs = 86_400;
        for checked in run(MOMENTS[when], &facts, &terms) {
            let names = mechanism == Mechanism::Route53 && checked.id.to_string() == "Z6";
            prop_assert!(names || checked.verdict != Verdict::Failed, "{}", checked.evidence);
        }
    }

    /// A waiver changes the verdict of its own check only, and only where that stands in the way.
    #[test]
    fn a_waiver_turns_no_other_check(
        mask in prop::collection::vec(any::<bool>(), 80),
        waived in 0..CHECKS.len(),
        when in 0..MOMENTS.len(),
    ) {
        let (facts, mut terms) = (without(&mask), good::terms());
        let before = run(MOMENTS[when], &facts, &terms);
        terms.waivers.push(Waiver {
            check: CHECKS[waived].id.to_string(),
            by: "lee".to_owned(),
            reason: "seen by hand".to_owned(),
            until: jiff::civil::date(2026, 12, 1),
        });
        let after = run(MOMENTS[when], &facts, &terms);
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(before.id, after.id);
            prop_assert_eq!(&before.evidence, &after.evidence);
            if before.id == CHECKS[waived].id && before.verdict.is_open() {
                prop_assert_eq!(after.verdict.to_string(), "waived");
            } else {
                prop_assert_eq!(before, after);
            }
        }
    }
}
