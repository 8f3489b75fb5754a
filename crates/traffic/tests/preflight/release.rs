//! Z17, Z21 to Z23, Z33.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::drills::Session;
use traffic::preflight::Moment;

use super::{AS_IT_IS, BEFORE, SCALE_DOWN, STEP, WATCH, When, check, known, value};

#[test]
fn z17_a_login_is_good_on_both_sides() {
    let replayed = |on_new, on_old| {
        move |f: &mut model::facts::Facts, _: &mut _| {
            f.drills.session = known(Session::Replayed { on_new, on_old });
        }
    };
    check(BEFORE, "Z17", "passed", AS_IT_IS);
    check(BEFORE, "Z17", "failed", &replayed(302, 200));
    check(BEFORE, "Z17", "failed", &replayed(200, 401));
    check(BEFORE, "Z17", "unproven", &|f, _| f.drills.session = None);
    check(BEFORE, "Z17", "not applicable", &|f, _| f.drills.session = known(Session::None));
}

#[test]
fn z21_the_schema_is_understood() {
    check(BEFORE, "Z21", "passed", AS_IT_IS);
    check(BEFORE, "Z21", "failed", &|f, _| value(&mut f.databases.migrations).expanded = false);
    check(BEFORE, "Z21", "failed", &|f, _| {
        value(&mut f.databases.migrations).contract_blocked = false;
    });
    check(BEFORE, "Z21", "unproven", &|f, _| f.databases.migrations = None);
    check(BEFORE, "Z21", "not applicable", &|f, _| {
        f.databases.each = known(BTreeMap::new());
        f.databases.migrations = None;
    });
}

#[test]
fn z22_dependencies_stay_as_fast() {
    // 100 ms may become 100 + 25 + 5.
    let now = |ms| {
        move |f: &mut model::facts::Facts, _: &mut _| {
            let latency = value(&mut f.network.dependency_latency);
            latency.get_mut("db:5432").unwrap().now_ms = ms;
        }
    };
    check(WATCH, "Z22", "passed", &now(130));
    check(WATCH, "Z22", "failed", &now(131));
    check(WATCH, "Z22", "unproven", &|f, _| value(&mut f.network.dependency_latency).clear());
    check(WATCH, "Z22", "unproven", &|f, _| f.network.dependency_latency = None);
    check(WATCH, "Z22", "unproven", &|f, _| f.network.dependencies = None);
    check(WATCH, "Z22", "not applicable", &|f, _| f.network.dependencies = known(BTreeSet::new()));
}

#[test]
fn z23_the_smoke_test_is_green() {
    check(BEFORE, "Z23", "passed", AS_IT_IS);
    check(BEFORE, "Z23", "failed", &|f, _| value(&mut f.drills.smoke).green = 11);
    check(BEFORE, "Z23", "unproven", &|f, _| {
        let smoke = value(&mut f.drills.smoke);
        (smoke.checks, smoke.green) = (0, 0);
    });
    check(BEFORE, "Z23", "unproven", &|f, _| f.drills.smoke = None);
}

#[test]
fn z33_the_new_side_is_as_fast() {
    check(STEP, "Z33", "passed", AS_IT_IS);
    check(STEP, "Z33", "passed", &|f, _| value(&mut f.targets.new.latency).p99_ms = 255);
    check(STEP, "Z33", "failed", &|f, _| value(&mut f.targets.new.latency).p99_ms = 256);
    check(STEP, "Z33", "passed", &|f, _| value(&mut f.targets.new.latency).p50_ms = 55);
    check(STEP, "Z33", "failed", &|f, _| value(&mut f.targets.new.latency).p50_ms = 56);
    check(STEP, "Z33", "unproven", &|f, _| f.targets.old.latency = None);
    check(STEP, "Z33", "unproven", &|f, _| f.targets.new.latency = None);
    check(When::At(Moment::Step { from: 0, to: 1 }), "Z33", "not applicable", AS_IT_IS);
    check(SCALE_DOWN, "Z33", "not applicable", AS_IT_IS);
}
