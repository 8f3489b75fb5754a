//! What the world tells of each side of a shift: pods, targets, capacity, balancers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::facts::balancers::Rule;
use model::facts::pods::{Budget, Controller, Disruption, Gates, Pods, Probes, Reconciled, Stop};
use model::facts::targets::{Binding, Health, Latency, Quiet, Zone};
use model::facts::{Facts, Side};
use model::ports::latency::upper_bound;

use crate::balancer::group;
use crate::fleets::nodes::ZONES;
use crate::fleets::{Fleet, Phase, REPLICAS_MAX};
use crate::prober::facts::{known, new_share, small, whole};
use crate::script::{self, Dial, Platform, Service};
use crate::time::{Micros, SECOND};
use crate::world::World;

/// The idle time-out of every balancer of the twin.
const IDLE_SECS: u32 = 60;
/// Answers of the last minutes are those since about so long ago.
const MINUTES: Micros = 300 * SECOND;

/// Fills what is known of one side.
pub(super) fn fill(
    world: &mut World,
    (shift, service): (&str, &Service),
    side: Side,
    at: Timestamp,
    facts: &mut Facts,
) {
    let settings = match side {
        Side::Old => &service.old,
        Side::New => &service.new,
    };
    let latency = recent(world, (shift, service), side);
    let Some(fleet) = world.fleets.get(&settings.fleet) else {
        return;
    };
    if fleet.platform == Platform::Kubernetes {
        *facts.pods.of_mut(side) = pods(world, fleet, at);
    }
    let capacity = facts.capacity.of_mut(side);
    capacity.replicas = known(fleet.ready(), "fleet", at);
    capacity.replicas_max = known(REPLICAS_MAX, "fleet", at);
    capacity.replicas_min = known(fleet.wanted, "fleet", at);
    let now = world.now();
    let room = match fleet.platform {
        Platform::Ecs => REPLICAS_MAX.saturating_sub(fleet.running()),
        Platform::Kubernetes => world.fleets.nodes.room(|zone| !world.faults.is_lost(zone, now)),
    };
    capacity.room = known(room, "nodes", at);
    // What a copy carries with its processors four fifths busy, as a load test would find.
    let busy = f64::from(fleet.behaviour.cores) * 60_000.0 * 0.8;
    let carries = whole(busy / fleet.behaviour.work_ms.max(0.01));
    capacity.per_replica_per_minute = known(carries, "a load test", at);

    let Some(group) = world.balancers.group(&settings.group) else {
        return;
    };
    let targets = facts.targets.of_mut(side);
    targets.health = known(health(group), "targets", at);
    targets.deregistration_delay_secs = known(settings.target_group.drain_secs, "group", at);
    let quiet = now.saturating_sub(group.last_request.unwrap_or(0)) / SECOND;
    let secs = u32::try_from(quiet).unwrap_or(u32::MAX);
    targets.quiet = known(Quiet { periods: secs / 60, secs }, "requests", at);
    targets.latency = latency.and_then(|latency| known(latency, "answers", at));
    let is_ecs = settings.platform == Platform::Ecs;
    let binding = Binding { bound: !is_ecs, ecs: is_ecs, multi_cluster_from_first: false };
    targets.binding = known(binding, "targets", at);
}

fn pods(world: &World, fleet: &Fleet, at: Timestamp) -> Pods {
    let now = world.now();
    let absent = world.faults.is_controller_absent(now);
    let probes = Probes {
        // A copy that says ready before it is has no readiness probe of its own.
        readiness: fleet.behaviour.truthful.then(|| "GET :8080/ready".to_owned()),
        liveness: Some("TCP :8080".to_owned()),
    };
    let running = || fleet.members.values().filter(|one| one.phase == Phase::Running);
    let pods = small(running().count());
    let with_gate = if fleet.pod.readiness_gate { pods } else { 0 };
    let gates = Gates {
        pods,
        with_gate,
        open: small(running().filter(|one| one.gate_open).count()),
        namespace_labelled: fleet.pod.readiness_gate,
        webhook_alive: !absent,
    };
    let stop = Stop { pre_stop_secs: fleet.pod.pre_stop_secs, grace_secs: fleet.pod.grace_secs };
    let keeps = fleet.pod.min_available;
    let disruption = Disruption {
        budget: (keeps > 0).then(|| Budget { allowed: fleet.disruptions_allowed(), keeps }),
        // No node is taken away on purpose here.
        node_budget_zero: true,
        do_not_disrupt: false,
        node_grace_secs: None,
    };
    let since = now.saturating_sub(world.faults.controller_absent_since) / SECOND;
    let took_secs = if absent { u32::try_from(since).unwrap_or(u32::MAX) } else { 3 };
    let object = Reconciled {
        name: format!("TargetGroupBinding/{}", fleet.group),
        generation: 1 + u64::from(absent),
        observed: 1,
        took_secs,
    };
    let controller = Controller { objects: vec![object], invalid_in_group: Vec::new() };
    Pods {
        probes: known(probes, "pod template", at),
        gates: known(gates, "pods", at),
        stop: known(stop, "pod template", at),
        disruption: known(disruption, "budget", at),
        controller: known(controller, "status", at),
    }
}

fn health(group: &group::Group) -> Health {
    let mut zones: BTreeMap<String, Zone> =
        (0..ZONES).map(|zone| (zone_name(zone), Zone::default())).collect();
    for target in group.targets.iter().filter(|target| target.leaving.is_none()) {
        let zone = zones.entry(zone_name(target.zone)).or_default();
        zone.total += 1;
        zone.healthy += u32::from(target.health == group::Health::Healthy);
    }
    Health { zones }
}

fn zone_name(zone: u8) -> String {
    format!("zone-{zone}")
}

/// Answers of the last minutes, on both sides over the same time.
fn recent(world: &mut World, (shift, service): (&str, &Service), side: Side) -> Option<Latency> {
    let now = world.now();
    let histogram =
        |side: &script::Side| world.balancers.group(&side.group).map(group::Group::histogram);
    let counted = [histogram(&service.old)?, histogram(&service.new)?];
    let index = usize::from(side == Side::New);
    let memory = world.prober.memory(shift);
    let kept = &mut memory.latency;
    if kept.last().is_none_or(|(when, _)| when + 60 * SECOND <= now) {
        kept.push((now, counted.clone()));
    }
    let begin = now.saturating_sub(MINUTES);
    while kept.get(1).is_some_and(|(when, _)| *when <= begin) {
        kept.remove(0);
    }
    let (_, earlier) = kept.first()?;
    let since = counted.get(index)?.since(earlier.get(index)?)?;
    let millis = |per_mille| {
        let bucket = since.quantile(per_mille)?;
        Some(upper_bound(bucket).unwrap_or(u64::MAX).div_ceil(1_000))
    };
    Some(Latency { p50_ms: millis(500)?, p99_ms: millis(990)? })
}

/// Fills what is known of the balancers: one, or one a side where names are shifted.
pub(super) fn fill_balancers(
    world: &mut World,
    (shift, service): (&str, &Service),
    at: Timestamp,
    facts: &mut Facts,
) {
    let now = world.now();
    let percent = new_share(world, shift).percent();
    let memory = world.prober.memory(shift);
    let since = memory.share.filter(|(read, _)| *read == percent).map_or(now, |(_, since)| since);
    memory.share = Some((percent, since));
    let sticky = service.old.target_group.sticky_secs.max(service.new.target_group.sticky_secs);
    let rule = Rule {
        new_percent: percent,
        since_secs: u32::try_from((now - since) / SECOND).unwrap_or(u32::MAX),
        stickiness_secs: (sticky > 0).then_some(sticky),
    };
    let is_shared = matches!(service.dial, Dial::Rule { .. });
    for (side, settings) in [(Side::Old, &service.old), (Side::New, &service.new)] {
        if is_shared && side == Side::New {
            continue;
        }
        let balancer = facts.balancers.of_mut(side);
        balancer.idle_timeout_secs = known(IDLE_SECS, "balancer", at);
        balancer.client_keep_alive_secs = known(service.clients.keep_alive_secs, "clients", at);
        balancer.rule = known(rule, "read-back", at);
        let home = world.balancers.group(&settings.group).map(|group| group.balancer.clone());
        let all = world.balancers.groups().iter();
        let here = all.filter(|group| Some(&group.balancer) == home.as_ref());
        let empty: BTreeSet<String> =
            here.filter(|group| group.is_dark()).map(|group| group.name.clone()).collect();
        balancer.empty_groups = known(empty, "targets", at);
    }
    if !is_shared {
        // Balancers of the twin have no settings but those of their groups.
        facts.balancers.new.differences = known(Vec::new(), "both balancers", at);
    }
}
