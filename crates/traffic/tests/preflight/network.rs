//! Z13 to Z15.

use std::collections::{BTreeMap, BTreeSet};

use model::facts::Facts;
use traffic::preflight::Mechanism;

use super::{AS_IT_IS, BEFORE, check, found, known, value};

#[test]
fn z13_everything_is_reached() {
    check(BEFORE, "Z13", "passed", AS_IT_IS);
    check(BEFORE, "Z13", "failed", &|f, _| {
        value(&mut f.drills.connect).balancer_to_target = false;
    });
    check(BEFORE, "Z13", "failed", &|f, _| {
        value(&mut f.drills.connect).dependencies.insert("db:5432".to_owned(), false);
    });
    // A dependency that nobody tried.
    check(BEFORE, "Z13", "unproven", &|f, _| {
        value(&mut f.network.dependencies).insert("cache:6379".to_owned());
    });
    check(BEFORE, "Z13", "unproven", &|f, _| f.drills.connect = None);
    check(BEFORE, "Z13", "unproven", &|f, _| f.network.dependencies = None);
    check(BEFORE, "Z13", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}

#[test]
fn z14_partners_let_the_new_side_in() {
    let list = |entries: &'static [&'static str]| {
        move |f: &mut Facts, _: &mut _| {
            let list: BTreeSet<String> = entries.iter().map(|&it| it.to_owned()).collect();
            f.network.allowlists = known(BTreeMap::from([("bank".to_owned(), list)]));
        }
    };
    check(BEFORE, "Z14", "passed", AS_IT_IS);
    check(BEFORE, "Z14", "passed", &list(&["203.0.113.7"]));
    check(BEFORE, "Z14", "passed", &list(&["10.0.0.0/8", "203.0.113.6/31"]));
    check(BEFORE, "Z14", "passed", &list(&["0.0.0.0/0"]));
    check(BEFORE, "Z14", "failed", &list(&["203.0.113.8/29"]));
    check(BEFORE, "Z14", "failed", &list(&["203.0.113.6"]));
    check(BEFORE, "Z14", "failed", &list(&["::/0", "203.0.113.7/33", "nonsense"]));
    check(BEFORE, "Z14", "failed", &list(&[]));
    check(BEFORE, "Z14", "passed", &|f, _| f.network.allowlists = known(BTreeMap::new()));
    // A block must be let in as a whole.
    let block = |entry| {
        move |f: &mut Facts, t: &mut _| {
            f.network.egress = known(BTreeSet::from(["203.0.113.0/28".to_owned()]));
            list(entry)(f, t);
        }
    };
    check(BEFORE, "Z14", "passed", &block(&["203.0.113.0/28"]));
    check(BEFORE, "Z14", "failed", &block(&["203.0.113.0/29"]));
    // A name that a partner knows is compared as it stands.
    let named = |entry| {
        move |f: &mut Facts, t: &mut _| {
            f.network.egress = known(BTreeSet::from(["pl-0123".to_owned()]));
            list(entry)(f, t);
        }
    };
    check(BEFORE, "Z14", "passed", &named(&["pl-0123"]));
    check(BEFORE, "Z14", "failed", &named(&["0.0.0.0/0"]));
    check(BEFORE, "Z14", "failed", &|f, _| {
        value(&mut f.drills.client_address).new = "10.0.3.4".to_owned();
    });
    check(BEFORE, "Z14", "unproven", &|f, _| f.drills.client_address = None);
    check(BEFORE, "Z14", "unproven", &|f, _| f.network.allowlists = None);
    check(BEFORE, "Z14", "unproven", &|f, _| f.network.egress = None);
    check(BEFORE, "Z14", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}

#[test]
fn z15_the_new_side_may_do_the_same() {
    check(BEFORE, "Z15", "passed", AS_IT_IS);
    check(BEFORE, "Z15", "failed", &|f, _| {
        value(&mut f.identity.denied).insert("s3:PutObject on invoices".to_owned());
    });
    check(BEFORE, "Z15", "failed", &|f, _| {
        value(&mut f.identity.names.old).insert("API_KEY".to_owned());
    });
    check(BEFORE, "Z15", "failed", &|f, _| {
        value(&mut f.identity.names.new).insert("DEBUG".to_owned());
    });
    check(BEFORE, "Z15", "failed", &|f, _| {
        value(&mut f.identity.calls).insert("sqs:SendMessage".to_owned(), false);
    });
    // A sentence names five; the rest is counted.
    found(BEFORE, "Z15", "denied: a, b, c, d, e and 2 more", &|f, _| {
        let denied = ["a", "b", "c", "d", "e", "f", "g"].map(str::to_owned);
        value(&mut f.identity.denied).extend(denied);
    });
    check(BEFORE, "Z15", "unproven", &|f, _| f.identity.calls = None);
    check(BEFORE, "Z15", "unproven", &|f, _| f.identity.names.old = None);
    check(BEFORE, "Z15", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}
