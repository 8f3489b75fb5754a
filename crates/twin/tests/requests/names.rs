//! Weighted records: INSYNC, resolvers, clients that never ask again.

use twin::script::{Behaviour, Clients, Control};
use twin::time::SECOND;
use twin::{World, clients, dns};

use crate::support::{account, assert_share, both_sides, by_name, copy, go, percent, rate, world};

/// Clients that open a connection for each request.
fn restless(rps: f64) -> Clients {
    Clients { keep_alive_secs: 0, ..rate(rps) }
}

fn new_side(world: &mut World) -> u64 {
    account(world).by_group["new"].0.chosen
}

#[test]
fn nothing_moves_before_insync_and_each_resolver_follows_within_its_ttl() {
    for seed in 0..10 {
        let mut world = world(seed, &by_name(60, false, restless(50.0)));
        both_sides(&mut world);
        go(&mut world, 100);
        dns::write_records(&mut world, "shop", &percent(100));
        let mut insync = 100;
        while !world.dns.records("shop").unwrap().is_settled() {
            assert_eq!(new_side(&mut world), 0, "PENDING, seed {seed}");
            insync += 1;
            go(&mut world, insync);
        }
        assert!(insync <= 146, "within 45 s: {insync}");
        go(&mut world, insync + 30);
        let half = account(&mut world);
        assert!(half.by_group["new"].0.chosen > 0, "some have asked again, seed {seed}");
        assert!(half.by_group["old"].0.chosen > 0);
        let old_before = half.by_group["old"].0.chosen;
        go(&mut world, insync + 61);
        let all = account(&mut world);
        assert!(all.by_group["old"].0.chosen > old_before, "others had not yet, seed {seed}");
        let left = all.by_group["old"].0.chosen;
        go(&mut world, insync + 200);
        assert_eq!(account(&mut world).by_group["old"].0.chosen, left, "all have, seed {seed}");
    }
}

#[test]
fn a_connection_keeps_its_address() {
    let mut world = world(1, &by_name(10, false, Clients { keep_alive_secs: 300, ..rate(50.0) }));
    both_sides(&mut world);
    go(&mut world, 400);
    dns::write_records(&mut world, "shop", &percent(100));
    go(&mut world, 460);
    let before = account(&mut world).by_group["old"].0.chosen;
    go(&mut world, 520);
    let later = account(&mut world).by_group["old"].0.chosen;
    assert!(later > before + 500, "TTL and INSYNC are over, connections are not");
    go(&mut world, 460 + 300);
    let before = account(&mut world).by_group["old"].0.chosen;
    go(&mut world, 1_000);
    assert_eq!(account(&mut world).by_group["old"].0.chosen, before);
}

#[test]
fn clients_that_never_ask_again_stay_for_ever() {
    let clients = Clients { never_re_resolve: 0.1, ..restless(50.0) };
    let mut world = world(2, &by_name(60, false, clients));
    both_sides(&mut world);
    go(&mut world, 60);
    dns::write_records(&mut world, "shop", &percent(100));
    go(&mut world, 300);
    let before = account(&mut world);
    go(&mut world, 20_000);
    let after = account(&mut world);
    let old = after.by_group["old"].0.chosen - before.by_group["old"].0.chosen;
    assert_share(old, after.sent - before.sent, 0.1);
}

/// The share that is realised at one moment, over many worlds: its mean and standard deviation.
#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn realised(shares: &[f64], weight: u8, worlds: u64) -> (f64, f64) {
    let mut realised = Vec::new();
    for seed in 0..worlds {
        let clients = Clients { resolvers: shares.to_vec(), ..restless(400.0) };
        let mut world = world(seed, &by_name(20, false, clients));
        clients::control(&mut world, &Control { insync_secs: 1, ..Control::default() });
        copy(&mut world, "old", &Behaviour { cores: 8, ..Behaviour::default() });
        copy(&mut world, "new", &Behaviour { cores: 8, ..Behaviour::default() });
        dns::write_records(&mut world, "shop", &percent(weight));
        // All have asked by now (1 s + 20 s), and within one second next to none asks again: the
        // answers are those of one draw each.
        go(&mut world, 24);
        let before = account(&mut world);
        go(&mut world, 25);
        let after = account(&mut world);
        let new = after.by_group["new"].0.chosen - before.by_group["new"].0.chosen;
        realised.push(new as f64 / (after.sent - before.sent) as f64);
    }
    let count = realised.len() as f64;
    let mean = realised.iter().sum::<f64>() / count;
    let spread = realised.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>();
    (mean, (spread / (count - 1.0)).sqrt())
}

#[test]
fn the_realised_share_spreads_as_the_resolvers_shares_say() {
    let worlds = 1_000;
    for (shares, weight) in [
        (vec![0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1], 10),
        (vec![1.0; 20], 50),
        (vec![5.0, 1.0, 1.0, 1.0, 1.0, 1.0], 20),
    ] {
        let total: f64 = shares.iter().sum();
        let squares: f64 = shares.iter().map(|share| (share / total) * (share / total)).sum();
        let w = f64::from(weight) / 100.0;
        let (mean, sd) = realised(&shares, weight, worlds);
        // 400 requests a window add their own, small, binomial spread.
        let expected = (w * (1.0 - w) * (squares + 1.0 / 400.0)).sqrt();
        let n = 1_000.0_f64;
        assert!((mean - w).abs() < 4.0 * expected / n.sqrt(), "mean {mean} of {w}");
        // The standard error of a measured sd, with the excess kurtosis of such a sum.
        let fourth: f64 = shares.iter().map(|share| (share / total).powi(4)).sum();
        let excess = (1.0 / (w * (1.0 - w)) - 6.0) * fourth / (squares * squares);
        let error = 0.5 * ((2.0 + excess) / n).sqrt();
        let off = (sd / expected - 1.0).abs() / error;
        println!("w {w}: mean {mean:.4}, sd {sd:.4}, expected {expected:.4}, off {off:.1}");
        assert!(off < 4.0, "sd {sd}, expected {expected}, {off:.1} standard errors");
    }
}

#[test]
fn a_dark_balancer_is_not_answered_where_health_is_asked() {
    let run = |evaluate: bool, weight: u8, on_new: bool| {
        let mut world = world(3, &by_name(10, evaluate, restless(50.0)));
        copy(&mut world, if on_new { "new" } else { "old" }, &Behaviour::default());
        dns::write_records(&mut world, "shop", &percent(weight));
        go(&mut world, 100);
        let before = account(&mut world);
        go(&mut world, 400);
        let after = account(&mut world);
        let new = after.by_group["new"].0.chosen - before.by_group["new"].0.chosen;
        (new, after.sent - before.sent)
    };
    let (new, sent) = run(false, 50, false);
    assert!(new > sent / 3, "the weights alone decide: {new} of {sent}");
    let (new, _) = run(true, 50, false);
    assert_eq!(new, 0, "the new balancer has no target, so it is not answered");
    let (new, sent) = run(true, 0, true);
    assert_eq!(new, sent, "weight 0 is not off: the last resort is served");
}

#[test]
fn many_resolvers_are_meant_where_none_is_named() {
    let mut world = world(4, &by_name(60, false, restless(200.0)));
    both_sides(&mut world);
    dns::write_records(&mut world, "shop", &percent(30));
    go(&mut world, 200);
    let before = account(&mut world);
    pass_for(&mut world, 100);
    let after = account(&mut world);
    let new = after.by_group["new"].0.chosen - before.by_group["new"].0.chosen;
    let share = f64::from(u32::try_from(new * 1000 / (after.sent - before.sent)).unwrap()) / 1000.0;
    assert!((share - 0.3).abs() < 4.0 * (0.21_f64 / 200.0).sqrt(), "{share}");
}

fn pass_for(world: &mut World, secs: u64) {
    let until = world.now() + secs * SECOND;
    crate::support::pass(world, until);
}
