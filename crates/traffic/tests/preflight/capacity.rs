//! Z10, Z20, Z30.

use std::collections::BTreeMap;

use model::facts::Facts;
use model::facts::quotas::Quota;
use traffic::preflight::{Mechanism, Terms};

use super::{AS_IT_IS, BEFORE, SCALE_DOWN, STEP, check, known, value};

#[test]
fn z10_both_sides_can_carry_everything() {
    // 4 replicas of 3,900 carry 15,600 = 12,000 × 1.3.
    check(BEFORE, "Z10", "passed", AS_IT_IS);
    check(BEFORE, "Z10", "failed", &|f, _| f.traffic.peak_per_minute = known(12_001));
    check(BEFORE, "Z10", "failed", &|f, _| f.capacity.new.replicas_max = known(3));
    check(BEFORE, "Z10", "failed", &|f, _| f.capacity.old.replicas = known(3));
    // Auto scaling may shrink the old side.
    check(BEFORE, "Z10", "failed", &|f, _| f.capacity.old.replicas_min = known(3));
    // A maximum without room is no capacity.
    let grows = |room| {
        move |f: &mut Facts, _: &mut Terms| {
            (f.capacity.new.replicas, f.capacity.new.room) = (known(1), known(room));
        }
    };
    check(BEFORE, "Z10", "passed", &grows(3));
    check(BEFORE, "Z10", "failed", &grows(2));
    for forget in [
        (|f| f.traffic.peak_per_minute = None) as fn(&mut Facts),
        |f| f.capacity.new.room = None,
        |f| f.capacity.new.per_replica_per_minute = None,
        |f| f.capacity.old.per_replica_per_minute = None,
        |f| f.capacity.old.replicas_min = None,
    ] {
        check(BEFORE, "Z10", "unproven", &|f, _| forget(f));
    }
}

#[test]
fn z10_what_runs_carries_the_step() {
    // Half of 15,600 are 7,800: two replicas.
    check(STEP, "Z10", "passed", &|f, _| f.capacity.new.replicas = known(2));
    check(STEP, "Z10", "failed", &|f, _| f.capacity.new.replicas = known(1));
    // Everything may have to go back, so that the old side is asked for all of it.
    check(STEP, "Z10", "failed", &|f, _| f.capacity.old.replicas = known(3));
    check(SCALE_DOWN, "Z10", "passed", &|f, _| f.capacity.old.replicas = known(0));
    check(STEP, "Z10", "unproven", &|f, _| f.capacity.old.replicas = None);
    // The minimum was lowered meanwhile: auto scaling will follow.
    check(STEP, "Z10", "failed", &|f, _| f.capacity.old.replicas_min = known(3));
    // Half of an odd peak is rounded up, not down.
    check(STEP, "Z10", "failed", &|f, _| {
        f.traffic.peak_per_minute = known(12_001);
        f.capacity.new.replicas = known(2);
        (f.capacity.old.replicas, f.capacity.old.replicas_min) = (known(9), known(9));
    });
}

#[test]
fn z20_connections_to_spare() {
    // 10 × 4 + 10 × 4 + 16 = 96 = 0.8 × 120.
    let main = |f: &mut Facts, change: fn(&mut model::facts::databases::Database)| {
        change(value(&mut f.databases.each).get_mut("main").unwrap());
    };
    check(BEFORE, "Z20", "passed", AS_IT_IS);
    check(BEFORE, "Z20", "failed", &|f, _| main(f, |it| it.admin = known(17)));
    check(BEFORE, "Z20", "failed", &|f, _| main(f, |it| it.max_connections = known(119)));
    check(BEFORE, "Z20", "failed", &|f, _| main(f, |it| value(&mut it.pools.old).replicas_max = 5));
    check(BEFORE, "Z20", "unproven", &|f, _| main(f, |it| it.pools.new = None));
    // What is known is too much already: more knowledge cannot mend it.
    check(BEFORE, "Z20", "failed", &|f, _| {
        main(f, |it| {
            it.pools.new = None;
            it.admin = known(57);
        });
    });
    check(BEFORE, "Z20", "unproven", &|f, _| f.databases.each = None);
    check(BEFORE, "Z20", "not applicable", &|f, _| f.databases.each = known(BTreeMap::new()));
    // 0.85 × 120 = 102 is the alarm.
    check(STEP, "Z20", "passed", AS_IT_IS);
    check(STEP, "Z20", "failed", &|f, _| main(f, |it| it.open = known(102)));
    check(STEP, "Z20", "unproven", &|f, _| main(f, |it| it.open = None));
    check(STEP, "Z20", "not applicable", &|f, _| f.databases.each = known(BTreeMap::new()));
}

#[test]
fn z30_quotas_are_not_hit() {
    check(BEFORE, "Z30", "passed", AS_IT_IS);
    for quota in
        [Quota::RulesPerBalancer, Quota::TargetGroupsPerRegion, Quota::TargetGroupsPerAction]
    {
        check(BEFORE, "Z30", "failed", &|f, _| {
            value(&mut f.quotas.counts).get_mut(&quota).unwrap().after += 1;
        });
        check(BEFORE, "Z30", "unproven", &|f, _| {
            value(&mut f.quotas.counts).remove(&quota);
        });
    }
    // A shift on one balancer makes none.
    let forget = |f: &mut Facts| {
        value(&mut f.quotas.counts).remove(&Quota::BalancersPerRegion);
    };
    check(BEFORE, "Z30", "unproven", &|f, _| forget(f));
    check(BEFORE, "Z30", "passed", &|f, t| {
        t.mechanism = Mechanism::SameAlb;
        forget(f);
    });
    check(BEFORE, "Z30", "unproven", &|f, _| f.quotas.counts = None);
    check(BEFORE, "Z30", "not applicable", &|_, t| t.mechanism = Mechanism::Local);
}
