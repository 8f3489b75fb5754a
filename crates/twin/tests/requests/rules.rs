//! Rules: propagation, cookies, arrivals.

use twin::balancer;
use twin::clients::{Origin, why};
use twin::script::{Behaviour, Clients};
use twin::time::SECOND;

use crate::support::{account, assert_share, both_sides, copy, go, percent, rate, shop, world};

#[test]
fn a_changed_rule_reaches_each_node_at_its_own_time() {
    let mut world = world(1, &shop(rate(100.0)));
    both_sides(&mut world);
    go(&mut world, 60);
    assert_eq!(account(&mut world).by_group["new"].0.chosen, 0);
    balancer::write_rule(&mut world, "shop", &percent(30));
    assert_eq!(world.balancers.rule("shop").unwrap().weights, percent(30), "read back at once");
    assert!(!world.balancers.rule("shop").unwrap().is_served());
    let mut shares = Vec::new();
    for tenth in 1..=100 {
        crate::support::pass(&mut world, 60 * SECOND + tenth * SECOND / 10);
        shares.push(account(&mut world).by_group["new"].0.chosen);
    }
    assert!(world.balancers.rule("shop").unwrap().is_served());
    let slow = shares[19];
    let before = account(&mut world);
    go(&mut world, 370);
    let after = account(&mut world);
    let new = after.by_group["new"].0.chosen - before.by_group["new"].0.chosen;
    assert_share(new, after.sent - before.sent, 0.3);
    assert!(slow < 60, "in its first two seconds the change is not served by all: {slow}");
}

#[test]
fn of_two_changes_on_their_way_the_later_one_wins_everywhere() {
    for seed in 0..20 {
        let mut world = world(seed, &shop(rate(100.0)));
        both_sides(&mut world);
        go(&mut world, 1);
        balancer::write_rule(&mut world, "shop", &percent(100));
        go(&mut world, 2);
        balancer::write_rule(&mut world, "shop", &percent(0));
        go(&mut world, 13);
        let before = account(&mut world).by_group["new"].0.chosen;
        go(&mut world, 60);
        assert_eq!(account(&mut world).by_group["new"].0.chosen, before, "seed {seed}");
    }
}

#[test]
fn sticky_clients_stay_until_their_cookie_dies() {
    let mut service = shop(rate(100.0));
    service.old.target_group.sticky_secs = 600;
    let mut world = world(2, &service);
    let copies = both_sides(&mut world);
    go(&mut world, 120);
    balancer::write_rule(&mut world, "shop", &percent(100));
    go(&mut world, 131);
    let before = account(&mut world).by_group["old"].0.chosen;
    go(&mut world, 191);
    let after = account(&mut world).by_group["old"].0.chosen;
    assert!(after - before > 5_000, "weight 0 does not stop them: {}", after - before);
    // An emptied group gives them 503.
    balancer::deregister(&mut world, "old", copies[0]);
    balancer::deregister(&mut world, "old", copies[1]);
    go(&mut world, 300);
    assert!(account(&mut world).lost[&(Origin::Segue, why::EMPTY)] > 1_000);
    go(&mut world, 735);
    let before = account(&mut world);
    go(&mut world, 900);
    let after = account(&mut world);
    assert_eq!(before.by_group["old"], after.by_group["old"], "no cookie lives longer");
    assert_eq!(before.lost_total(), after.lost_total());
}

#[test]
fn arrivals_are_poisson_of_their_rate_and_swing_over_the_day() {
    let mut world = world(3, &shop(Clients { swing: 0.5, ..rate(2.0) }));
    both_sides(&mut world);
    let mut hours = Vec::new();
    for hour in 1..=24 {
        let before = account(&mut world).sent;
        go(&mut world, hour * 3600);
        hours.push(account(&mut world).sent - before);
    }
    let day: u64 = hours.iter().sum();
    assert!((day.abs_diff(172_800)) < 1_700, "2 a second on average: {day}");
    assert!(hours[0] < 4_200 && hours[11] > 10_000 && hours[23] < 4_200, "{hours:?}");
}

#[test]
fn idle_time_is_thinned_until_something_changes() {
    let mut world = world(4, &shop(Clients { thinning: 0.02, ..rate(100.0) }));
    both_sides(&mut world);
    go(&mut world, 600);
    let full = account(&mut world);
    assert!((55_000..65_000).contains(&full.sent), "{}", full.sent);
    go(&mut world, 1_600);
    let thin = account(&mut world);
    assert!((1_700..2_400).contains(&(thin.sent - full.sent)), "{}", thin.sent - full.sent);
    balancer::write_rule(&mut world, "shop", &percent(10));
    go(&mut world, 3_600);
    let again = account(&mut world);
    assert!(again.sent - thin.sent > 190_000, "a split is never thinned");
    assert_eq!(again.thinned, 1_000 * SECOND);
}

#[test]
fn nobody_sends_in_a_silence() {
    use twin::script::{Fault, TimedFault, When};
    let fault = Fault::Silence { secs: 50 };
    let mut script = twin::Script::default();
    script.services.insert("shop".to_owned(), shop(rate(100.0)));
    script.faults.push(TimedFault { at: When::Millis(100_000), fault });
    let mut world = twin::World::build(&script).unwrap();
    go(&mut world, 100);
    let before = account(&mut world).sent;
    go(&mut world, 150);
    assert_eq!(account(&mut world).sent, before);
    go(&mut world, 160);
    assert!(account(&mut world).sent > before + 800);
}

#[test]
fn a_group_is_used_in_turn() {
    let mut world = world(5, &shop(rate(100.0)));
    let copies = [0; 4].map(|_| copy(&mut world, "old", &Behaviour::default()));
    go(&mut world, 300);
    let account = account(&mut world);
    for copy in copies {
        let share = account.by_copy[&copy];
        assert!(share.abs_diff(account.answered / 4) < 30, "{:?}", account.by_copy);
    }
}
