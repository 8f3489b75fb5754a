//! Copies: how they start, get ready and end on ECS and on Kubernetes, without losing a request.

use std::collections::BTreeSet;

use model::ports::{Fleets as _, Weight, Weights};
use twin::clients::account;
use twin::fleets::{Phase, connections};
use twin::script::{Fault, Platform, PodTerms, Script, When};
use twin::time::SECOND;
use twin::{World, balancer, fleets};

use crate::support::{
    NEW, NEW_GROUP, Notes, OLD, OLD_GROUP, go_on, play, scale, script, wait, with,
};

/// Gives the new side this share of the requests.
fn share(world: &mut World, percent: u8) {
    let weights = Weights::between(OLD_GROUP, NEW_GROUP, Weight::new(percent).unwrap());
    balancer::write_rule(world, "rule", &weights);
}

fn order(world: &mut World, fleet: &str, replicas: u32, seq: u64) {
    fleets::scale(world, &scale(fleet, replicas, (1, seq))).unwrap();
}

#[test]
fn copies_get_ready_in_their_time_and_only_then_count() {
    let notes = Notes::default();
    let kept = notes.clone();
    let mut script = script();
    script.services.get_mut("shop").unwrap().new.replicas = 0;
    play(&script, 300, move |engine| {
        let notes = kept.clone();
        async move {
            engine.scale(&scale(NEW, 3, (1, 1))).await.unwrap();
            engine.scale(&scale(OLD, 5, (1, 2))).await.unwrap();
            for _ in 0..60 {
                let (new, old) =
                    (engine.fleet(NEW).await.unwrap(), engine.fleet(OLD).await.unwrap());
                let at = engine.world().now() / SECOND;
                notes.add(format!(
                    "{at} {} {} {} {}",
                    new.running, new.ready, old.running, old.ready
                ));
                wait(&engine, 2_000).await;
            }
        }
    });
    let said: Vec<Vec<u64>> = notes
        .all()
        .iter()
        .map(|line| line.split(' ').map(|word| word.parse().unwrap()).collect())
        .collect();
    assert_eq!(said[0][1..], [0, 0, 3, 3], "nothing yet");
    let first = |index: usize, value: u64| {
        said.iter().find(|line| line[index] >= value).unwrap_or_else(|| panic!("{said:?}"))[0]
    };
    assert!(first(1, 3) <= 4, "a Deployment starts pods within a second");
    let ready = first(2, 3);
    assert!((11..=50).contains(&ready), "start, controller, one check, gate: {ready} s");
    assert!(first(3, 5) <= 6, "ECS takes seconds");
    assert!((10..=40).contains(&first(4, 5)), "healthy after one check");
    assert!(said.iter().all(|line| line[2] <= line[1] && line[4] <= line[3]));
}

#[test]
fn copies_spread_over_the_zones() {
    let mut world = World::build(&script()).unwrap();
    order(&mut world, NEW, 6, 1);
    order(&mut world, OLD, 7, 2);
    go_on(&mut world, 120 * SECOND);
    for (fleet, most) in [(NEW, 2), (OLD, 3)] {
        let fleet = world.fleets.get(fleet).unwrap();
        for zone in 0..3 {
            let here = fleet.members.values().filter(|one| one.zone == zone).count();
            assert!(here >= 2 && here <= most, "{}: {here} in {zone}", fleet.name);
        }
    }
    let nodes: BTreeSet<_> =
        world.fleets.get(NEW).unwrap().members.values().filter_map(|one| one.node).collect();
    assert_eq!(nodes.len(), 6, "each pod on a node of its own");
}

#[test]
fn pods_wait_for_room_on_nodes() {
    let mut script = script();
    script.control.nodes = 3;
    let mut world = World::build(&script).unwrap();
    order(&mut world, NEW, 40, 1);
    go_on(&mut world, 120 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().running(), 30, "ten a node");
    order(&mut world, NEW, 10, 2);
    go_on(&mut world, 900 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().running(), 10);
    order(&mut world, NEW, 30, 3);
    go_on(&mut world, 1_000 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().running(), 30, "room is given back");
}

/// The requests lost, by reason, while one fleet goes from three copies to one under full load.
fn lost_by_scaling(mut script: Script, fleet: &str, percent: u8) -> (u64, Vec<String>) {
    script.services.get_mut("shop").unwrap().clients.rps = 200.0;
    let mut world = World::build(&script).unwrap();
    share(&mut world, percent);
    go_on(&mut world, 60 * SECOND);
    let seq = 1;
    order(&mut world, fleet, 1, seq);
    go_on(&mut world, 600 * SECOND);
    let members = world.fleets.get(fleet).unwrap();
    assert_eq!((members.running(), members.ready(), members.members.len()), (1, 1, 1));
    let account = account(&mut world, "shop").unwrap();
    assert!(account.sent > 100_000);
    let reasons = account.lost.iter().map(|((by, why), count)| format!("{count} {by} {why}"));
    (account.lost_total(), reasons.collect())
}

#[test]
fn ecs_drains_before_it_stops_and_loses_nothing() {
    assert_eq!(lost_by_scaling(script(), OLD, 0), (0, Vec::new()));
}

#[test]
fn pods_with_a_pre_stop_lose_nothing() {
    assert_eq!(lost_by_scaling(script(), NEW, 100), (0, Vec::new()));
}

#[test]
fn pods_without_a_pre_stop_lose_requests_while_the_balancer_still_sends() {
    let mut script = script();
    let new = &mut script.services.get_mut("shop").unwrap().new;
    new.pod = PodTerms { pre_stop_secs: 0, grace_secs: 30, ..PodTerms::default() };
    let (lost, reasons) = lost_by_scaling(script, NEW, 100);
    assert!(lost > 50, "{lost}: {reasons:?}");
    assert!(reasons.iter().all(|one| one.contains("Segue")), "nobody else did it: {reasons:?}");
}

#[test]
fn a_copy_that_ends_at_sigterm_loses_what_is_under_way_unless_it_was_drained() {
    let mut pods = script();
    let shop = pods.services.get_mut("shop").unwrap();
    shop.new.behaviour.finishes = false;
    shop.old.behaviour.finishes = false;
    shop.new.pod.pre_stop_secs = 1;
    shop.clients.longest_secs = 20;
    let (lost, reasons) = lost_by_scaling(pods.clone(), NEW, 100);
    assert!(lost > 0 && reasons.iter().all(|one| one.contains("not well-behaved")), "{reasons:?}");
    assert_eq!(lost_by_scaling(pods, OLD, 0), (0, Vec::new()), "ECS drained it first");
}

#[test]
fn a_pod_that_is_not_done_in_time_is_killed() {
    let mut script = script();
    let shop = script.services.get_mut("shop").unwrap();
    shop.clients.longest_secs = 50;
    shop.new.pod = PodTerms { pre_stop_secs: 20, grace_secs: 22, ..PodTerms::default() };
    let (lost, reasons) = lost_by_scaling(script, NEW, 100);
    assert!(lost > 0, "requests of 50 s do not end in 22 s");
    assert!(reasons.iter().any(|one| one.contains("grace period over")), "{reasons:?}");
}

#[test]
fn the_unready_go_first_when_there_are_too_many() {
    let mut world = World::build(&script()).unwrap();
    order(&mut world, NEW, 6, 1);
    go_on(&mut world, 3 * SECOND);
    let starting = |world: &World| {
        let fleet = world.fleets.get(NEW).unwrap();
        fleet.members.values().filter(|one| one.phase == Phase::Starting).count()
    };
    assert_eq!(starting(&world), 3);
    order(&mut world, NEW, 3, 2);
    go_on(&mut world, 6 * SECOND);
    assert_eq!(starting(&world), 0);
    assert_eq!(world.fleets.get(NEW).unwrap().healthy(), 3, "those that serve stay");
}

#[test]
fn readiness_gates_hold_back_what_the_balancer_does_not_know_yet() {
    let ready_at = |gate: bool| {
        let mut script = script();
        let new = &mut script.services.get_mut("shop").unwrap().new;
        new.replicas = 0;
        new.pod.readiness_gate = gate;
        let mut world = World::build(&script).unwrap();
        order(&mut world, NEW, 2, 1);
        let mut at = 0;
        while world.fleets.get(NEW).unwrap().ready() < 2 {
            at += SECOND;
            go_on(&mut world, at);
        }
        (at / SECOND, world.balancers.group(NEW_GROUP).unwrap().healthy())
    };
    let (with_gate, healthy) = ready_at(true);
    assert_eq!(healthy, 2, "ready means healthy");
    let (without, unseen) = ready_at(false);
    assert!(without < with_gate, "{without} s, {with_gate} s");
    assert_eq!(unseen, 0, "ready before the balancer has looked once");
}

#[test]
fn without_its_controller_no_pod_joins_or_leaves_a_group() {
    let script = with(When::Millis(1_000), Fault::ControllerAbsent { secs: 300 });
    let mut world = World::build(&script).unwrap();
    go_on(&mut world, 2 * SECOND);
    order(&mut world, NEW, 5, 1);
    go_on(&mut world, 290 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().running(), 5);
    assert_eq!(world.fleets.get(NEW).unwrap().ready(), 3, "gates stay shut");
    assert_eq!(world.balancers.group(NEW_GROUP).unwrap().seen().total, 3);
    go_on(&mut world, 360 * SECOND);
    assert_eq!(world.fleets.get(NEW).unwrap().ready(), 5, "it is back and catches up");
    assert_eq!(world.balancers.group(NEW_GROUP).unwrap().seen().healthy, 5);
}

#[test]
fn database_connections_count_both_sides_while_copies_run() {
    let mut script = script();
    script.services.get_mut("shop").unwrap().connections_per_copy = 10;
    let mut world = World::build(&script).unwrap();
    assert_eq!(connections(&world, "shop"), 60);
    order(&mut world, NEW, 5, 1);
    go_on(&mut world, 30 * SECOND);
    assert_eq!(connections(&world, "shop"), 80);
    order(&mut world, NEW, 1, 2);
    go_on(&mut world, 35 * SECOND);
    assert_eq!(connections(&world, "shop"), 80, "those that end still hold theirs");
    go_on(&mut world, 120 * SECOND);
    assert_eq!(connections(&world, "shop"), 40);
}

#[test]
fn a_side_may_run_on_either_platform() {
    let mut script = script();
    let shop = script.services.get_mut("shop").unwrap();
    shop.new.platform = Platform::Ecs;
    shop.new.fleet = "ecs/shared/shop".to_owned();
    assert_eq!(lost_by_scaling(script, "ecs/shared/shop", 100), (0, Vec::new()));
}
