//! Z6 to Z9, Z51.

use model::facts::Facts;
use model::facts::drills::Session;
use traffic::preflight::{Mechanism, Terms};

use super::{AS_IT_IS, BEFORE, DECOMMISSION, SCALE_DOWN, STEP, WATCH, check, known, value};

fn sticky(secs: u32) -> impl Fn(&mut Facts, &mut Terms) {
    move |f, _| value(&mut f.balancers.old.rule).stickiness_secs = Some(secs)
}

#[test]
fn z6_the_old_side_is_quiet() {
    check(STEP, "Z6", "not applicable", AS_IT_IS);
    check(SCALE_DOWN, "Z6", "passed", AS_IT_IS);
    check(SCALE_DOWN, "Z6", "failed", &|f, _| value(&mut f.balancers.old.rule).new_percent = 99);
    check(SCALE_DOWN, "Z6", "failed", &|f, _| value(&mut f.targets.old.quiet).periods = 1);
    check(SCALE_DOWN, "Z6", "failed", &|f, _| value(&mut f.targets.old.quiet).secs = 119);
    check(SCALE_DOWN, "Z6", "unproven", &|f, _| f.targets.old.quiet = None);
    check(SCALE_DOWN, "Z6", "unproven", &|f, _| f.balancers.old.rule = None);
    // A cookie lasts longer than a weight.
    let after = |secs| {
        move |f: &mut Facts, t: &mut Terms| {
            sticky(3600)(f, t);
            value(&mut f.targets.old.quiet).secs = secs;
        }
    };
    check(SCALE_DOWN, "Z6", "failed", &after(3719));
    check(SCALE_DOWN, "Z6", "passed", &after(3720));
    // So does a connection, where names are shifted.
    let names = |secs| {
        move |f: &mut Facts, t: &mut Terms| {
            t.mechanism = Mechanism::Route53;
            value(&mut f.targets.old.quiet).secs = secs;
        }
    };
    check(SCALE_DOWN, "Z6", "failed", &names(179));
    check(SCALE_DOWN, "Z6", "passed", &names(180));
    check(SCALE_DOWN, "Z6", "unproven", &|f, t| {
        names(180)(f, t);
        f.balancers.old.client_keep_alive_secs = None;
    });
}

#[test]
fn z7_cookies_die_before_the_group() {
    check(BEFORE, "Z7", "passed", AS_IT_IS);
    check(BEFORE, "Z7", "passed", &sticky(3600));
    check(BEFORE, "Z7", "failed", &sticky(3601));
    check(BEFORE, "Z7", "failed", &|f, t| {
        sticky(60)(f, t);
        f.drills.session = known(Session::Replayed { on_new: 401, on_old: 200 });
    });
    check(BEFORE, "Z7", "unproven", &|f, t| {
        sticky(60)(f, t);
        f.drills.session = None;
    });
    check(BEFORE, "Z7", "unproven", &|f, _| f.balancers.old.rule = None);
    check(BEFORE, "Z7", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
    check(STEP, "Z7", "not applicable", &sticky(60));
    check(SCALE_DOWN, "Z7", "passed", AS_IT_IS);
    check(SCALE_DOWN, "Z7", "passed", &sticky(120));
    check(SCALE_DOWN, "Z7", "failed", &sticky(121));
    check(SCALE_DOWN, "Z7", "failed", &|f, t| {
        sticky(60)(f, t);
        value(&mut f.balancers.old.rule).new_percent = 99;
    });
    check(SCALE_DOWN, "Z7", "not applicable", &|_, t| t.mechanism = Mechanism::Route53);
    check(SCALE_DOWN, "Z7", "unproven", &|f, _| f.balancers.old.rule = None);
}

#[test]
fn z8_the_old_name_serves_until_nobody_comes() {
    check(WATCH, "Z8", "passed", AS_IT_IS);
    let lost = |f: &mut Facts, _: &mut Terms| value(&mut f.engine.prober.old)[0].lost = 1;
    check(WATCH, "Z8", "failed", &lost);
    check(WATCH, "Z8", "unproven", &|f, _| value(&mut f.engine.prober.old).clear());
    check(WATCH, "Z8", "unproven", &|f, _| f.engine.prober.old = None);
    check(WATCH, "Z8", "not applicable", &|_, t| t.mechanism = Mechanism::SameAlb);
    let early = |f: &mut Facts, _: &mut Terms| value(&mut f.dns.stragglers).quiet_secs = 86_399;
    // Over a bridge the fleet may go before the balancer.
    check(SCALE_DOWN, "Z8", "passed", &early);
    check(DECOMMISSION, "Z8", "passed", AS_IT_IS);
    check(DECOMMISSION, "Z8", "failed", &early);
    check(SCALE_DOWN, "Z8", "failed", &|f, t| {
        t.mechanism = Mechanism::Route53;
        early(f, t);
    });
    check(DECOMMISSION, "Z8", "failed", &|f, _| {
        value(&mut f.dns.stragglers).weekly_peak_seen = false;
    });
    check(DECOMMISSION, "Z8", "failed", &|f, _| {
        value(&mut f.dns.stragglers).clients.insert("192.0.2.9 Java/1.8".to_owned(), 4);
    });
    check(DECOMMISSION, "Z8", "unproven", &|f, _| f.dns.stragglers = None);
}

#[test]
fn z9_long_connections_end_in_their_own_time() {
    let alone = |f: &mut Facts, _: &mut Terms| f.drills.reconnect = None;
    check(BEFORE, "Z9", "passed", AS_IT_IS);
    check(BEFORE, "Z9", "passed", &alone);
    check(BEFORE, "Z9", "failed", &|f, t| {
        alone(f, t);
        value(&mut f.traffic.long_connections).longest_secs = 61;
    });
    check(BEFORE, "Z9", "failed", &|f, t| {
        alone(f, t);
        value(&mut f.pods.new.stop).grace_secs = 59;
    });
    // Clients that come back spread out need no drain.
    let hour = |f: &mut Facts, _: &mut Terms| {
        value(&mut f.traffic.long_connections).longest_secs = 3600;
    };
    check(BEFORE, "Z9", "passed", &hour);
    check(BEFORE, "Z9", "failed", &|f, t| {
        hour(f, t);
        value(&mut f.drills.reconnect).jitter = false;
    });
    check(BEFORE, "Z9", "failed", &|f, t| {
        hour(f, t);
        value(&mut f.drills.reconnect).came_back = false;
    });
    check(BEFORE, "Z9", "failed", &|f, _| {
        value(&mut f.traffic.long_connections).counted_as_errors = true;
    });
    check(BEFORE, "Z9", "unproven", &|f, _| f.traffic.long_connections = None);
    check(BEFORE, "Z9", "unproven", &|f, t| {
        alone(f, t);
        f.targets.old.deregistration_delay_secs = None;
    });
    check(BEFORE, "Z9", "not applicable", &|f, _| {
        value(&mut f.traffic.long_connections).seen = 0;
    });
}

#[test]
fn z51_the_way_back_fits_the_budget() {
    let budget = |secs| move |_: &mut Facts, t: &mut Terms| t.recovery_secs = secs;
    check(BEFORE, "Z51", "passed", &budget(120));
    check(BEFORE, "Z51", "failed", &budget(119));
    check(BEFORE, "Z51", "passed", &sticky(60));
    check(BEFORE, "Z51", "failed", &sticky(61));
    check(BEFORE, "Z51", "unproven", &|f, _| f.balancers.old.rule = None);
    // INSYNC 60 s, TTL 60 s, client keep-alive 60 s.
    let names = |secs| {
        move |_: &mut Facts, t: &mut Terms| {
            (t.mechanism, t.recovery_secs) = (Mechanism::Route53, secs);
        }
    };
    check(BEFORE, "Z51", "passed", &names(180));
    check(BEFORE, "Z51", "failed", &names(179));
    check(BEFORE, "Z51", "unproven", &|f, t| {
        names(180)(f, t);
        f.dns.ttl_secs = None;
    });
    check(BEFORE, "Z51", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}
