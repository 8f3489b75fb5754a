//! Copies: SIGTERM, kills, queues, connections.

use model::ports::latency::upper_bound;
use twin::World;
use twin::balancer;
use twin::clients::{Account, Origin, why};
use twin::process::{self, CopyId};
use twin::script::{Behaviour, Clients};
use twin::time::SECOND;

use crate::support::{account, both_sides, copy, go, rate, shop, world};

fn busy(seed: u64) -> World {
    world(seed, &shop(Clients { longest_secs: 5, ..rate(100.0) }))
}

fn slow() -> Behaviour {
    Behaviour { wait_ms: 1_000.0, work_ms: 1.0, ..Behaviour::default() }
}

fn two(world: &mut World, behaviour: &Behaviour) -> CopyId {
    copy(world, "old", &slow());
    let one = copy(world, "old", behaviour);
    go(world, 30);
    one
}

#[test]
fn a_drain_before_sigterm_loses_nothing() {
    let mut world = busy(1);
    let one = two(&mut world, &slow());
    balancer::deregister(&mut world, "old", one);
    go(&mut world, 91);
    process::terminate(&mut world, one);
    go(&mut world, 120);
    assert!(process::has_ended(&world, one));
    assert_eq!(account(&mut world).lost_total(), 0);
}

/// Kubernetes: SIGTERM after preStop, while the balancer's nodes learn of it.
fn kubernetes(seed: u64, pre_stop: u64) -> Account {
    let mut world = busy(seed);
    let one = two(&mut world, &slow());
    balancer::deregister(&mut world, "old", one);
    world.plan((30 + pre_stop) * SECOND, move |world| process::terminate(world, one));
    go(&mut world, 120);
    assert!(process::has_ended(&world, one));
    account(&mut world)
}

#[test]
fn sigterm_before_the_nodes_know_refuses_requests() {
    let account = kubernetes(2, 0);
    let keys: Vec<_> = account.lost.keys().collect();
    assert_eq!(keys, [&(Origin::Segue, why::REFUSED)], "what was under way is finished");
    assert!(account.lost_total() > 10, "{account:?}");
}

#[test]
fn a_sleep_before_sigterm_saves_them() {
    assert_eq!(kubernetes(2, 30).lost_total(), 0);
}

#[test]
fn sigterm_of_a_bad_copy_loses_what_is_under_way() {
    let mut world = busy(3);
    let one = two(&mut world, &Behaviour { finishes: false, ..slow() });
    let under_way = process::in_flight(&world, one, world.now());
    assert!(under_way > 10);
    process::terminate(&mut world, one);
    let account = account(&mut world);
    let lost = account.lost[&(Origin::Badness(one), why::TERMINATED)];
    assert_eq!(lost, u64::from(under_way));
    assert_eq!(account.lost_by_segue(), 0);
    assert!(process::has_ended(&world, one));
}

#[test]
fn a_kill_that_a_fault_explains_carries_its_name() {
    let mut world = busy(4);
    let one = two(&mut world, &slow());
    process::blame(&mut world, one, Some("zone loss"));
    process::kill(&mut world, one, "killed: zone lost");
    go(&mut world, 200);
    let account = account(&mut world);
    assert!(account.lost[&(Origin::Fault("zone loss"), "killed: zone lost")] > 10);
    assert!(account.lost[&(Origin::Fault("zone loss"), why::REFUSED)] > 10, "until unhealthy");
    assert_eq!(account.lost_by_segue(), 0);
}

#[test]
fn what_the_whole_group_loses_after_a_kill_is_the_faults_until_all_are_back() {
    let mut world = busy(5);
    let one = copy(&mut world, "old", &slow());
    go(&mut world, 30);
    process::blame(&mut world, one, Some("killed copies"));
    process::kill(&mut world, one, "killed: by a fault");
    balancer::deregister(&mut world, "old", one);
    go(&mut world, 120);
    assert_eq!(account(&mut world).lost_by_segue(), 0, "an empty group is explained");
    copy(&mut world, "old", &slow());
    go(&mut world, 800);
    let before = account(&mut world);
    assert_eq!(before.lost_by_segue(), 0);
    let two = world.balancers.group("old").unwrap().targets[0].copy;
    balancer::deregister(&mut world, "old", two);
    go(&mut world, 900);
    assert!(account(&mut world).lost_by_segue() > 1_000, "a later empty group is not");
}

fn quantile(account: &Account, per_mille: u64) -> u64 {
    upper_bound(account.latency.quantile(per_mille).unwrap()).unwrap()
}

fn loaded(seed: u64, rps: f64, queue_max: u32, secs: u64) -> Account {
    let mut world = world(seed, &shop(rate(rps)));
    copy(&mut world, "old", &Behaviour { queue_max, ..Behaviour::default() });
    go(&mut world, secs);
    account(&mut world)
}

#[test]
fn overload_shows_as_latency_then_as_errors_of_the_copy() {
    // One processor and 5 ms a request: 200 requests a second are all it can do.
    let calm = loaded(6, 60.0, 200, 300);
    assert!(quantile(&calm, 500) < 30_000, "{}", quantile(&calm, 500));
    assert_eq!((calm.failed, calm.lost_total()), (0, 0));
    let near = loaded(6, 190.0, 200, 300);
    assert!(quantile(&near, 500) > 2 * quantile(&calm, 500), "{}", quantile(&near, 500));
    assert!(near.failed * 100 < near.sent, "the queue holds most of it");
    let over = loaded(6, 400.0, 200, 300);
    assert!(quantile(&over, 500) > 500_000 || over.failed * 3 > over.sent);
    let served = over.answered / 300;
    assert!((190..=210).contains(&served), "it still answers what it can: {served} a second");
    assert_eq!(over.lost_total(), 0, "its own 503 is failed, not lost");
    assert_eq!(over.overloaded, over.failed);
}

#[test]
fn a_queue_of_more_than_a_minute_ends_in_504() {
    let over = loaded(7, 300.0, 100_000, 400);
    let late = over.lost[&(Origin::Segue, why::TIMED_OUT)];
    assert!(late > 1_000, "{over:?}");
    assert_eq!(over.latency.iter().map(|(bucket, _)| bucket).max(), over.latency.quantile(1000));
    let worst = over.latency.quantile(1000).unwrap();
    assert!(upper_bound(worst - 1).unwrap() <= 60 * SECOND, "no answer later than a minute");
}

#[test]
fn what_takes_longer_than_a_balancer_waits_is_the_services_own_loss() {
    let clients = Clients { longest_secs: 90, ..rate(100.0) };
    let mut world = world(12, &shop(clients));
    let one = copy(&mut world, "old", &Behaviour::default());
    go(&mut world, 1_000);
    let account = account(&mut world);
    assert_eq!(account.lost.keys().collect::<Vec<_>>(), [&(Origin::Badness(one), why::TOO_LONG)]);
    assert!((50..160).contains(&account.lost_total()), "one of 1,000: {}", account.lost_total());
}

#[test]
fn what_somebody_said_of_a_group_holds_until_then() {
    let mut world = world(13, &shop(rate(100.0)));
    let one = copy(&mut world, "old", &Behaviour::default());
    balancer::blame(&mut world, "old", "foreign writer", 2_000 * SECOND);
    process::blame(&mut world, one, Some("killed copies"));
    process::kill(&mut world, one, "killed: by a fault");
    balancer::deregister(&mut world, "old", one);
    go(&mut world, 1_000);
    let two = process::start(&mut world, "fleet/old", &Behaviour::default(), 0, 1_000 * SECOND);
    balancer::register(&mut world, "old", two);
    go(&mut world, 1_100);
    balancer::deregister(&mut world, "old", two);
    go(&mut world, 2_000);
    assert_eq!(account(&mut world).lost_by_segue(), 0);
    go(&mut world, 2_010);
    assert!(account(&mut world).lost_by_segue() > 500);
}

#[test]
fn a_copy_that_says_ready_too_early_refuses_what_it_gets() {
    let mut world = busy(8);
    copy(&mut world, "old", &slow());
    let lies = Behaviour { truthful: false, ..slow() };
    let one = process::start(&mut world, "fleet/old", &lies, 1, 60 * SECOND);
    balancer::register(&mut world, "old", one);
    go(&mut world, 120);
    let account = account(&mut world);
    assert_eq!(account.lost.keys().collect::<Vec<_>>(), [&(Origin::Badness(one), why::REFUSED)]);
    assert!(account.by_copy[&one] > 0, "later it serves");
}

#[test]
fn a_keep_alive_shorter_than_the_balancers_loses_a_request_now_and_then() {
    let closing = |keep_alive_secs| {
        let mut world = world(9, &shop(rate(100.0)));
        for _ in 0..2 {
            copy(&mut world, "old", &Behaviour { keep_alive_secs, ..Behaviour::default() });
        }
        go(&mut world, 600);
        account(&mut world)
    };
    let short = closing(5);
    let lost = short.lost_total();
    assert!((5..=60).contains(&lost), "some 24 of 60,000: {lost}");
    assert!(
        short
            .lost
            .keys()
            .all(|(origin, why)| { matches!(origin, Origin::Badness(_)) && *why == why::CLOSED })
    );
    assert_eq!(closing(75).lost_total(), 0);
}

#[test]
fn a_cold_copy_is_slower_for_a_while() {
    let mut world = world(10, &shop(rate(20.0)));
    let cold = Behaviour { cold_secs: 60, cold_factor: 5.0, ..Behaviour::default() };
    copy(&mut world, "old", &cold);
    go(&mut world, 60);
    let first = account(&mut world);
    go(&mut world, 120);
    let then = account(&mut world).latency.since(&first.latency).unwrap();
    assert!(then.quantile(500).unwrap() + 10 < first.latency.quantile(500).unwrap());
}

#[test]
fn copies_have_addresses_of_their_own() {
    let mut world = busy(11);
    let copies = both_sides(&mut world);
    for copy in &copies {
        let address = process::address(&world, *copy).unwrap();
        assert_eq!(process::at_address(&world, address), Some(*copy));
    }
    assert_eq!(process::address(&world, copies[1]).unwrap().to_string(), "10.1.0.1:8080");
    assert_eq!(process::at_address(&world, "10.0.0.1:8080".parse().unwrap()), None, "zone");
    assert_eq!(process::at_address(&world, "10.1.0.1:80".parse().unwrap()), None, "port");
}
