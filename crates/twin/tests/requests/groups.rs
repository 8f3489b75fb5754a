//! Target groups: health, fail open, draining.

use twin::balancer;
use twin::balancer::group::Health;
use twin::clients::{Origin, why};
use twin::process;
use twin::script::{Behaviour, Clients, TargetGroup};
use twin::time::SECOND;

use crate::support::{account, assert_share, both_sides, copy, go, percent, rate, shop, world};

#[test]
fn a_group_without_targets_answers_its_share_as_503() {
    let mut world = world(1, &shop(rate(100.0)));
    for _ in 0..2 {
        copy(&mut world, "old", &Behaviour::default());
    }
    balancer::write_rule(&mut world, "shop", &percent(20));
    go(&mut world, 10);
    let before = account(&mut world);
    go(&mut world, 310);
    let after = account(&mut world);
    let lost = after.lost_total() - before.lost_total();
    assert_share(lost, after.sent - before.sent, 0.2);
    assert_eq!(after.lost.keys().collect::<Vec<_>>(), [&(Origin::Segue, why::EMPTY)]);
    assert_eq!(after.by_group["new"].0.chosen, after.by_group["new"].0.refused);
}

#[test]
fn a_group_with_only_new_targets_answers_503_until_one_good_check() {
    let mut world = world(2, &shop(rate(50.0)));
    let copy = process::start(&mut world, "fleet/old", &Behaviour::default(), 0, 0);
    balancer::register(&mut world, "old", copy);
    let interval = u64::from(TargetGroup::default().interval_secs);
    let mut healthy_at = None;
    for second in 1..=2 * interval {
        go(&mut world, second);
        let now = account(&mut world);
        if healthy_at.is_none() && world.balancers.group("old").unwrap().healthy() == 1 {
            healthy_at = Some(second);
        }
        assert_eq!(now.answered > 0, healthy_at.is_some(), "second {second}");
    }
    assert!(healthy_at.unwrap() <= interval + 1, "one good check is enough");
    let lost = account(&mut world).lost;
    assert_eq!(lost.keys().collect::<Vec<_>>(), [&(Origin::Segue, why::NONE_USABLE)]);
}

#[test]
fn a_group_of_unhealthy_targets_fails_open() {
    let mut world = world(3, &shop(rate(50.0)));
    for zone in 0..2 {
        let late = 200 * SECOND;
        let copy = process::start(&mut world, "fleet/old", &Behaviour::default(), zone, late);
        balancer::register(&mut world, "old", copy);
    }
    go(&mut world, 60);
    let group = world.balancers.group("old").unwrap();
    assert!(group.targets.iter().all(|target| target.health == Health::Unhealthy));
    let before = account(&mut world);
    go(&mut world, 199);
    let open = account(&mut world);
    let refused = open.lost[&(Origin::Segue, why::REFUSED)];
    let earlier = before.lost.get(&(Origin::Segue, why::REFUSED)).copied().unwrap_or(0);
    assert_eq!(refused - earlier, open.sent - before.sent, "all went to the unhealthy targets");
    // Ready, but two good checks are still to come: open means answered.
    go(&mut world, 201);
    let group = world.balancers.group("old").unwrap();
    assert_eq!(group.healthy(), 0, "both checks are needed");
    assert!(account(&mut world).answered > 0);
    go(&mut world, 231);
    assert_eq!(world.balancers.group("old").unwrap().healthy(), 2);
}

#[test]
fn one_healthy_target_gets_everything_that_unhealthy_ones_would() {
    let mut world = world(4, &shop(rate(50.0)));
    let good = copy(&mut world, "old", &Behaviour::default());
    let dead = copy(&mut world, "old", &Behaviour::default());
    go(&mut world, 30);
    process::kill(&mut world, dead, "killed: by the test");
    go(&mut world, 61);
    let before = account(&mut world);
    assert!(before.lost_total() > 0, "requests met the dead target until it was unhealthy");
    go(&mut world, 200);
    let after = account(&mut world);
    assert_eq!(after.lost_total(), before.lost_total());
    assert!(after.by_copy[&good] > before.by_copy[&good]);
}

#[test]
fn a_target_that_leaves_gets_new_requests_for_seconds_and_finishes_all() {
    // Requests of up to 8 s, and a drain of 60 s.
    let slow = Behaviour { wait_ms: 8_000.0, work_ms: 1.0, ..Behaviour::default() };
    let mut world = world(5, &shop(Clients { longest_secs: 8, ..rate(100.0) }));
    let leaving = copy(&mut world, "old", &slow);
    copy(&mut world, "old", &slow);
    go(&mut world, 30);
    let at_leave = account(&mut world);
    balancer::deregister(&mut world, "old", leaving);
    assert_eq!(world.balancers.group("old").unwrap().seen().total, 1);
    go(&mut world, 41);
    let known = account(&mut world);
    let had = |account: &twin::clients::Account| account.by_copy[&leaving];
    assert!(had(&known) > had(&at_leave));
    let left = process::in_flight(&world, leaving, world.now());
    assert!(left > 0, "some are still under way");
    go(&mut world, 60);
    let done = account(&mut world);
    assert_eq!(process::in_flight(&world, leaving, world.now()), 0);
    assert_eq!(had(&done), had(&known) + u64::from(left), "nothing new came once all knew");
    go(&mut world, 100);
    assert_eq!(account(&mut world).lost_total(), 0);
    assert!(world.balancers.group("old").unwrap().target(leaving).is_none(), "gone after 60 s");
}

#[test]
fn a_drain_shorter_than_its_requests_cuts_them() {
    let mut service = shop(Clients { longest_secs: 8, ..rate(100.0) });
    service.old.target_group.drain_secs = 5;
    let mut world = world(6, &service);
    let slow = Behaviour { wait_ms: 8_000.0, ..Behaviour::default() };
    let leaving = copy(&mut world, "old", &slow);
    copy(&mut world, "old", &slow);
    go(&mut world, 30);
    balancer::deregister(&mut world, "old", leaving);
    go(&mut world, 34);
    let under_way = process::in_flight(&world, leaving, 35 * SECOND);
    go(&mut world, 35);
    let lost = account(&mut world).lost;
    assert_eq!(lost.keys().collect::<Vec<_>>(), [&(Origin::Segue, why::DRAINED)]);
    assert!(lost[&(Origin::Segue, why::DRAINED)] >= u64::from(under_way) && under_way > 0);
}

#[test]
fn registering_a_leaving_target_again_begins_anew() {
    let mut world = world(7, &shop(rate(10.0)));
    let copies = both_sides(&mut world);
    go(&mut world, 5);
    balancer::deregister(&mut world, "old", copies[0]);
    go(&mut world, 20);
    balancer::register(&mut world, "old", copies[0]);
    let target = world.balancers.group("old").unwrap().target(copies[0]).unwrap().clone();
    assert_eq!((target.health, target.leaving), (Health::Initial, None));
    go(&mut world, 200);
    let group = world.balancers.group("old").unwrap();
    assert_eq!(group.healthy(), 2, "the end of the first drain does not take it out");
    assert_eq!(account(&mut world).lost_total(), 0);
}
