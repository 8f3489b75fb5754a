//! Z5, Z11, Z16.

use model::facts::balancers::Difference;
use traffic::preflight::Mechanism;

use super::{AS_IT_IS, BEFORE, check, known, value};

#[test]
fn z5_an_idle_connection_stays_open() {
    check(BEFORE, "Z5", "passed", AS_IT_IS);
    check(BEFORE, "Z5", "failed", &|f, _| value(&mut f.drills.idle).closed_after_secs = Some(61));
    check(BEFORE, "Z5", "passed", &|f, _| value(&mut f.drills.idle).closed_after_secs = Some(62));
    check(BEFORE, "Z5", "unproven", &|f, _| value(&mut f.drills.idle).watched_secs = 61);
    check(BEFORE, "Z5", "unproven", &|f, _| f.drills.idle = None);
    check(BEFORE, "Z5", "unproven", &|f, _| f.balancers.old.idle_timeout_secs = None);
    // Over a bridge both balancers send to the new side, between names only the new one does.
    check(BEFORE, "Z5", "unproven", &|f, _| f.balancers.new.idle_timeout_secs = known(61));
    check(BEFORE, "Z5", "passed", &|f, t| {
        t.mechanism = Mechanism::Route53;
        f.balancers.old.idle_timeout_secs = known(4000);
    });
}

#[test]
fn z11_a_new_balancer_is_warm() {
    let cold = |peak, hold| {
        move |f: &mut model::facts::Facts, t: &mut traffic::preflight::Terms| {
            f.traffic.peak_per_minute = known(peak);
            *value(&mut f.balancers.new.reserved_units) = 39;
            t.step_hold_secs = hold;
        }
    };
    // 1,000 requests a second need no warming.
    check(BEFORE, "Z11", "passed", &cold(60_000, 1));
    check(BEFORE, "Z11", "failed", &cold(60_001, 299));
    // From 10 % to 25 % is more than double, but not above twice 1,000 a second.
    check(BEFORE, "Z11", "passed", &cold(240_000, 300));
    check(BEFORE, "Z11", "failed", &cold(480_100, 300));
    check(BEFORE, "Z11", "passed", &|f, t| {
        cold(600_000, 300)(f, t);
        f.balancers.new.reserved_units = known(40);
    });
    check(BEFORE, "Z11", "unproven", &|f, t| {
        cold(600_000, 300)(f, t);
        f.balancers.new.reserved_units = None;
    });
    check(BEFORE, "Z11", "unproven", &|f, _| f.traffic.peak_per_minute = None);
    check(BEFORE, "Z11", "not applicable", &|_, t| t.mechanism = Mechanism::SameAlb);
}

#[test]
fn z16_balancers_are_alike() {
    check(BEFORE, "Z16", "passed", AS_IT_IS);
    check(BEFORE, "Z16", "failed", &|f, _| {
        value(&mut f.balancers.new.differences).push(Difference {
            setting: "listener/443/sslPolicy".to_owned(),
            old: "ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned(),
            new: "ELBSecurityPolicy-2016-08".to_owned(),
        });
    });
    check(BEFORE, "Z16", "unproven", &|f, _| f.balancers.new.differences = None);
    check(BEFORE, "Z16", "not applicable", &|_, t| t.mechanism = Mechanism::SameAlb);
    check(BEFORE, "Z16", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}
