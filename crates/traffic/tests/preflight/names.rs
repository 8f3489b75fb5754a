//! Z25, Z27, Z28, Z50.

use std::collections::BTreeMap;

use model::facts::Facts;
use model::facts::dns::{Record, Zone};
use traffic::preflight::{Mechanism, Terms};

use super::good::name;
use super::{AS_IT_IS, BEFORE, check, known, value};

#[test]
fn z25_target_health_flips_nothing() {
    let flips = |f: &mut Facts, _: &mut Terms| {
        value(&mut f.dns.records)[0].evaluates_target_health = true;
    };
    let empty = |f: &mut Facts, t: &mut Terms| {
        flips(f, t);
        value(&mut f.balancers.new.empty_groups).insert("canary".to_owned());
    };
    check(BEFORE, "Z25", "passed", AS_IT_IS);
    check(BEFORE, "Z25", "passed", &flips);
    check(BEFORE, "Z25", "failed", &empty);
    check(BEFORE, "Z25", "unproven", &|f, t| {
        flips(f, t);
        f.balancers.old.empty_groups = None;
    });
    check(BEFORE, "Z25", "unproven", &|f, _| f.dns.records = None);
    // On one balancer only a record that is one of several has something to flip to.
    let same = |several| {
        move |f: &mut Facts, t: &mut Terms| {
            t.mechanism = Mechanism::SameAlb;
            flips(f, t);
            value(&mut f.dns.records)[0].one_of_several = several;
            value(&mut f.balancers.old.empty_groups).insert("canary".to_owned());
        }
    };
    check(BEFORE, "Z25", "failed", &same(true));
    check(BEFORE, "Z25", "passed", &same(false));
    check(BEFORE, "Z25", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}

#[test]
fn z27_every_name_is_planned() {
    let add = |name: model::facts::dns::Name| {
        move |f: &mut Facts, _: &mut Terms| {
            let name = name.clone();
            let record = Record { name, one_of_several: false, evaluates_target_health: false };
            value(&mut f.dns.records).push(record);
        }
    };
    check(BEFORE, "Z27", "passed", AS_IT_IS);
    check(BEFORE, "Z27", "failed", &add(name("api.example.com", "A")));
    let mut private = name("pay.example.com", "A");
    private.zone = Zone::Private;
    check(BEFORE, "Z27", "failed", &add(private));
    check(BEFORE, "Z27", "failed", &|f, _| {
        value(&mut f.dns.planned).remove(&name("pay.example.com", "AAAA"));
    });
    check(BEFORE, "Z27", "unproven", &|f, _| f.dns.records = None);
    check(BEFORE, "Z27", "unproven", &|f, _| value(&mut f.dns.records).clear());
    check(BEFORE, "Z27", "not applicable", &|_, t| t.mechanism = Mechanism::SameAlb);
}

#[test]
fn z28_clients_use_the_names() {
    let host = |host: &'static str| {
        move |f: &mut Facts, _: &mut Terms| {
            value(&mut f.balancers.old.hosts).insert(host.to_owned(), 3);
        }
    };
    check(BEFORE, "Z28", "passed", AS_IT_IS);
    check(BEFORE, "Z28", "passed", &host("PAY.example.com.:443"));
    check(BEFORE, "Z28", "failed", &host("prod-1234.eu-west-1.elb.amazonaws.com"));
    check(BEFORE, "Z28", "failed", &host("203.0.113.20"));
    check(BEFORE, "Z28", "failed", &host("[2001:db8::1]:443"));
    check(BEFORE, "Z28", "unproven", &|f, _| f.balancers.old.hosts = None);
    check(BEFORE, "Z28", "unproven", &|f, _| f.dns.planned = None);
    check(BEFORE, "Z28", "not applicable", &|_, t| t.mechanism = Mechanism::SameAlb);
}

const HUNDRED: &[u64] = &[5; 100];

#[test]
fn z50_a_step_is_larger_than_its_noise() {
    let shares = |shares: &'static [u64], steps: &'static [u8]| {
        move |f: &mut Facts, t: &mut Terms| {
            t.mechanism = Mechanism::Route53;
            t.steps = steps.to_vec();
            let shares = shares.iter().enumerate().map(|(n, share)| (n.to_string(), *share));
            f.dns.resolvers = known(shares.collect());
        }
    };
    check(BEFORE, "Z50", "passed", &|_, t| t.mechanism = Mechanism::Route53);
    // A hundred equal resolvers: at 10 % two deviations are 2 √(0.1 · 0.9 · 0.01) = 6 points.
    check(BEFORE, "Z50", "passed", &shares(HUNDRED, &[4, 10, 50, 100]));
    check(BEFORE, "Z50", "failed", &shares(HUNDRED, &[5, 10, 50, 100]));
    // At 20 %: 2 √(0.2 · 0.8 · 0.01) = 8 points.
    check(BEFORE, "Z50", "passed", &shares(HUNDRED, &[12, 20, 50, 100]));
    check(BEFORE, "Z50", "failed", &shares(HUNDRED, &[13, 20, 50, 100]));
    // One resolver with 30 %, as in the specification: 10 % is 9 points of noise and more.
    check(BEFORE, "Z50", "failed", &shares(&[300, 100, 100, 100, 100, 100, 100, 100], &[10, 100]));
    // A single resolver flips everything at once: no step but the last says anything.
    check(BEFORE, "Z50", "failed", &shares(&[9], &[50, 100]));
    check(BEFORE, "Z50", "passed", &shares(&[9], &[100]));
    check(BEFORE, "Z50", "unproven", &shares(&[], &[100]));
    check(BEFORE, "Z50", "passed", &shares(&[u64::MAX; 1000], &[50, 100]));
    check(BEFORE, "Z50", "unproven", &|f, t| {
        t.mechanism = Mechanism::Route53;
        f.dns.resolvers = None;
    });
    check(BEFORE, "Z50", "unproven", &|f, t| {
        t.mechanism = Mechanism::Route53;
        f.dns.resolvers = known(BTreeMap::from([("a".to_owned(), 0)]));
    });
    for mechanism in [Mechanism::SameAlb, Mechanism::Bridge, Mechanism::Local] {
        check(BEFORE, "Z50", "not applicable", &|_, t| t.mechanism = mechanism);
    }
}
