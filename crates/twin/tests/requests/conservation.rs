//! Every request has its place in the account, whatever happens, and equal seeds do equal things.

use proptest::prelude::*;
use twin::process::{self, CopyId};
use twin::script::{Behaviour, Clients, Service};
use twin::time::MILLI;
use twin::{World, balancer, clients, dns};

use crate::support::{account, both_sides, by_name, copy, go, pass, percent, rate, shop, world};

/// Something that happens in a random script.
#[derive(Debug, Clone)]
enum Act {
    Weights(u8),
    Start(bool, Behaviour),
    Deregister(prop::sample::Index),
    Register(prop::sample::Index),
    Terminate(prop::sample::Index),
    Kill(prop::sample::Index, bool),
    Behave(prop::sample::Index, Behaviour),
    Look,
}

fn behaviours() -> impl Strategy<Value = Behaviour> {
    let times = (0.5..60.0_f64, 0.0..4_000.0_f64, 0..3_u32, 0..300_u32, 0..30_u32);
    let ways = (0.0..0.3_f64, any::<bool>(), any::<bool>(), 0..90_u32, 1.0..5.0_f64);
    (times, ways).prop_map(|((work_ms, wait_ms, cores, queue_max, start), ways)| {
        let (error_rate, finishes, truthful, keep_alive_secs, cold_factor) = ways;
        Behaviour {
            work_ms,
            wait_ms,
            cores,
            queue_max,
            start_secs: start,
            cold_secs: start,
            cold_factor,
            error_rate,
            finishes,
            truthful,
            keep_alive_secs,
        }
    })
}

fn acts() -> impl Strategy<Value = Act> {
    let one = any::<prop::sample::Index>;
    prop_oneof![
        (0..=100_u8).prop_map(Act::Weights),
        (any::<bool>(), behaviours()).prop_map(|(new, behaviour)| Act::Start(new, behaviour)),
        one().prop_map(Act::Deregister),
        one().prop_map(Act::Register),
        one().prop_map(Act::Terminate),
        (one(), any::<bool>()).prop_map(|(copy, fault)| Act::Kill(copy, fault)),
        (one(), behaviours()).prop_map(|(copy, behaviour)| Act::Behave(copy, behaviour)),
        Just(Act::Look),
    ]
}

fn services() -> impl Strategy<Value = Service> {
    let numbers = (1.0..150.0_f64, 0.0..1.0_f64, 0..90_u32, 0..70_u32, 0..40_u32);
    let ways = (any::<bool>(), any::<bool>(), 0..3_u32, 0.0..0.5_f64);
    (numbers, ways).prop_map(|((rps, swing, drain_secs, longest_secs, keep_alive_secs), ways)| {
        let (records, evaluate, sticky, never_re_resolve) = ways;
        let resolvers = vec![3.0, 2.0, 1.0];
        let some = Clients { swing, longest_secs, keep_alive_secs, ..rate(rps) };
        let clients = Clients { never_re_resolve, resolvers, ..some };
        let mut service = if records { by_name(20, evaluate, clients) } else { shop(clients) };
        service.old.target_group.drain_secs = drain_secs;
        service.new.target_group.sticky_secs = sticky * 30;
        service
    })
}

fn act(world: &mut World, act: &Act) {
    let count = world.processes.iter().count();
    let pick = |index: &prop::sample::Index| CopyId(u32::try_from(index.index(count)).unwrap());
    let group = |world: &World, copy: CopyId| {
        let fleet = &world.processes.get(copy).unwrap().fleet;
        fleet.trim_start_matches("fleet/").to_owned()
    };
    match act {
        Act::Weights(new) => {
            balancer::write_rule(world, "shop", &percent(*new));
            dns::write_records(world, "shop", &percent(*new));
        }
        Act::Start(new, behaviour) => {
            let group = if *new { "new" } else { "old" };
            let ready_at = world.now() + u64::from(behaviour.start_secs) * 1_000 * MILLI;
            let fleet = format!("fleet/{group}");
            let copy = process::start(world, &fleet, behaviour, 1, ready_at);
            balancer::register(world, group, copy);
        }
        Act::Deregister(index) => {
            let copy = pick(index);
            let group = group(world, copy);
            balancer::deregister(world, &group, copy);
        }
        Act::Register(index) => {
            let copy = pick(index);
            let group = group(world, copy);
            balancer::register(world, &group, copy);
        }
        Act::Terminate(index) => process::terminate(world, pick(index)),
        Act::Kill(index, fault) => {
            process::blame(world, pick(index), fault.then_some("fault of the test"));
            process::kill(world, pick(index), "killed: by the test");
        }
        Act::Behave(index, behaviour) => process::behave(world, pick(index), behaviour),
        Act::Look => drop(account(world)),
    }
}

fn play(seed: u64, service: &Service, script: &[(u32, Act)]) -> World {
    let mut world = world(seed, service);
    both_sides(&mut world);
    for (millis, what) in script {
        let at = world.now() + u64::from(*millis) * MILLI;
        pass(&mut world, at);
        act(&mut world, what);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn sent_is_answered_failed_lost_or_in_flight(
        seed in any::<u64>(),
        service in services(),
        script in prop::collection::vec((0..20_000_u32, acts()), 1..30),
    ) {
        let mut world = play(seed, &service, &script);
        account(&mut world);
        // Once all clients are silent and the longest request is over, nothing is under way.
        let now = world.now();
        clients::silence(&mut world, u64::MAX);
        let end = now + 3_600_000 * MILLI;
        pass(&mut world, end);
        let last = account(&mut world);
        prop_assert_eq!(last.in_flight, 0);
        // Looks change nothing of what happens.
        let blind: Vec<_> =
            script.iter().map(|(at, act)| match act {
                Act::Look => (*at, Act::Weights(7)),
                other => (*at, other.clone()),
            }).collect();
        let one = play(seed, &service, &blind);
        let two = play(seed, &service, &blind);
        prop_assert_eq!(one.trace.digest(), two.trace.digest());
    }
}

/// A fixed story over all parts; the hash that it prints must be the same in debug and release
/// (`cargo test -p twin --test requests story -- --nocapture`, with and without `--release`).
#[test]
fn the_story_ends_on_one_hash() {
    let tell = || {
        let mut all = Vec::new();
        for service in [
            shop(Clients { swing: 0.3, ..rate(120.0) }),
            by_name(60, true, Clients { never_re_resolve: 0.05, ..rate(120.0) }),
        ] {
            let mut world = world(7, &service);
            let copies = both_sides(&mut world);
            for (second, weight) in [(60, 10), (300, 50), (900, 100)] {
                go(&mut world, second);
                balancer::write_rule(&mut world, "shop", &percent(weight));
                dns::write_records(&mut world, "shop", &percent(weight));
            }
            copy(&mut world, "new", &Behaviour { finishes: false, ..Behaviour::default() });
            go(&mut world, 1_000);
            balancer::deregister(&mut world, "old", copies[0]);
            process::terminate(&mut world, copies[1]);
            go(&mut world, 1_100);
            process::kill(&mut world, copies[2], "killed: by the test");
            go(&mut world, 1_800);
            let account = account(&mut world);
            all.push((world.trace.digest(), account.hash, account.sent, account.lost_total()));
        }
        all
    };
    let told = tell();
    println!("story: {told:x?}");
    assert_eq!(told, tell());
}
