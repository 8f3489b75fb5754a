//! What the world tells of a shift. What it does not model stays unknown, so that it is never
//! taken for proven: [`NOT_MODELLED`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use model::facts::databases::{Database, Pool};
use model::facts::dns::{Name, Record, Stragglers, Zone};
use model::facts::jobs::{Consumer, Queue, Schedule};
use model::facts::owners::Writer;
use model::facts::quotas::{Count, Quota};
use model::facts::traffic::LongConnections;
use model::facts::{Fact, Facts, Known, Side, Sides};
use model::ports::{Fault, Weight};

use crate::fleets::jobs::Pair;
use crate::fleets::{REPLICAS_MAX, connections};
use crate::prober::drill::no_shift;
use crate::prober::{sides, steps};
use crate::script::{Dial, Service};
use crate::time::{SECOND, timestamp};
use crate::world::{EngineId, World};

/// The checks that nobody can prove here, and what the twin does not model of them. Each stays
/// unproven in a world that is in order; a rehearsal that asks the checks has to waive them.
pub const NOT_MODELLED: &[(&str, &str)] = &[
    ("Z13", "whether security groups let connections through"),
    ("Z14", "addresses that partners and clients are seen with"),
    ("Z15", "roles, variables and secrets"),
    ("Z21", "migrations of the schema, where the service has a database"),
    ("Z25", "names that lead to a balancer whose rules are turned"),
];

/// Resolvers where a script names none: so many that none of them matters.
const RESOLVERS: u64 = 1_000;
/// A week without a request holds its busiest hour.
const WEEK_SECS: u32 = 7 * 86_400;

/// What an engine is told of the shift of a service now: whose epoch it is, too.
pub fn asked_by(world: &mut World, engine: EngineId, shift: &str) -> Result<Facts, Fault> {
    let mut facts = of(world, shift)?;
    steps::lease(world, engine, shift, clock(world), &mut facts);
    Ok(facts)
}

/// What is known of the shift of a service now.
pub fn of(world: &mut World, shift: &str) -> Result<Facts, Fault> {
    let Some(service) = world.script.services.get(shift).cloned() else {
        return Err(no_shift(shift));
    };
    let at = clock(world);
    let mut facts = Facts {
        drills: world.prober.memory(shift).drills.clone(),
        jobs: jobs(world, shift, at),
        ..Facts::default()
    };
    for side in Side::BOTH {
        sides::fill(world, (shift, &service), side, at, &mut facts);
    }
    sides::fill_balancers(world, (shift, &service), at, &mut facts);
    traffic(&service, at, &mut facts);
    databases(world, (shift, &service), at, &mut facts);
    owners(world, &service, at, &mut facts);
    quotas(world, &service, at, &mut facts);
    steps::fill(world, (shift, &service), at, &mut facts);
    if let Dial::Records { rule, ttl, evaluate_target_health } = &service.dial {
        dns(world, &service, (rule, *ttl, *evaluate_target_health), at, &mut facts);
    }
    Ok(facts)
}

/// The share of the new side as the control plane states it.
pub(super) fn new_share(world: &World, shift: &str) -> Weight {
    let Some(service) = world.script.services.get(shift) else {
        return Weight::NONE;
    };
    let weights = match &service.dial {
        Dial::Rule { rule, .. } => world.balancers.rule(rule).map(|rule| &rule.weights),
        Dial::Records { rule, .. } => world.dns.records(rule).map(|records| &records.weights),
    };
    weights.map_or(Weight::NONE, |weights| weights.of(&service.new.group))
}

/// What the engines' clock shows.
pub(super) fn clock(world: &World) -> Timestamp {
    let now = timestamp(world.now());
    now.checked_add(SignedDuration::from_micros(world.faults.clock_offset())).unwrap_or(now)
}

/// A fact of this world.
#[expect(clippy::unnecessary_wraps, reason = "facts are kept as what may be known")]
pub(super) fn known<T>(value: T, from: &str, at: Timestamp) -> Known<T> {
    Some(Fact::new(value, format!("twin: {from}"), at))
}

fn jobs(world: &World, shift: &str, at: Timestamp) -> model::facts::jobs::Jobs {
    let pairs = world.fleets.jobs.pairs().iter().filter(|pair| pair.service == shift);
    let (workers, schedules): (Vec<&Pair>, Vec<&Pair>) = pairs.partition(|pair| pair.every == 0);
    let schedules: BTreeMap<String, Schedule> = schedules
        .into_iter()
        .map(|pair| {
            let sides = [(Side::Old, pair.old.enabled), (Side::New, pair.new.enabled)];
            let enabled: BTreeSet<Side> =
                sides.into_iter().filter(|(_, on)| *on).map(|(side, _)| side).collect();
            let schedule = Schedule {
                in_hand_over: enabled.is_empty(),
                enabled,
                // Orders for jobs carry an epoch here, and late ones are refused.
                fenced: true,
                missed_runs_once: pair.makes_up(),
            };
            (pair.old.name.clone(), schedule)
        })
        .collect();
    let queues: BTreeMap<String, Queue> = workers
        .into_iter()
        .map(|pair| {
            let consumer = Consumer { visibility_secs: 30, dead_letters: "dead".to_owned() };
            let sides = Sides { old: consumer.clone(), new: consumer };
            (pair.old.name.clone(), Queue { sides, ..Queue::default() })
        })
        .collect();
    model::facts::jobs::Jobs {
        schedules: known(schedules, "schedules", at),
        queues: known(queues, "workers", at),
    }
}

fn traffic(service: &Service, at: Timestamp, facts: &mut Facts) {
    let clients = &service.clients;
    // Arrivals are Poisson: the busiest of many minutes lies four deviations above the mean.
    let mean = clients.rps * (1.0 + clients.swing) * 60.0;
    let peak = whole(mean + 4.0 * mean.sqrt());
    facts.traffic.peak_per_minute = known(peak, "clients", at);
    facts.traffic.longest_request_secs = known(clients.longest_secs, "clients", at);
    facts.traffic.long_connections = known(LongConnections::default(), "clients", at);
}

fn databases(world: &World, (shift, service): (&str, &Service), at: Timestamp, facts: &mut Facts) {
    let mut each = BTreeMap::new();
    if service.connections_max > 0 {
        let max = service.connections_per_copy;
        let pool = |fleet: &str| {
            let wanted = world.fleets.get(fleet).map_or(0, |fleet| fleet.wanted);
            known(Pool { max, replicas_max: wanted }, "pools", at)
        };
        let pools = Sides { old: pool(&service.old.fleet), new: pool(&service.new.fleet) };
        let database = Database {
            pools,
            admin: known(0, "database", at),
            max_connections: known(service.connections_max, "database", at),
            open: known(connections(world, shift), "database", at),
        };
        each.insert("database".to_owned(), database);
    }
    facts.databases.each = known(each, "databases", at);
}

fn owners(world: &World, service: &Service, at: Timestamp, facts: &mut Facts) {
    let (Dial::Rule { rule, .. } | Dial::Records { rule, .. }) = &service.dial;
    let foreign = world.faults.foreign.contains(rule).then(|| Writer {
        resource: rule.clone(),
        who: "somebody else".to_owned(),
        locked_out: false,
    });
    facts.owners.writers = known(foreign.into_iter().collect(), "last writers", at);
}

fn quotas(world: &World, service: &Service, at: Timestamp, facts: &mut Facts) {
    let groups = [&service.old.group, &service.new.group];
    let first = world.balancers.group(groups[0]).map(|group| group.balancer.clone());
    let on_balancer = || {
        let all = world.balancers.groups().iter();
        all.filter(|group| Some(&group.balancer) == first.as_ref())
    };
    let targets = |group: &str| world.balancers.group(group).map_or(0, |one| one.targets.len());
    let rules = world.balancers.rules().filter(|(_, rule)| Some(&rule.balancer) == first.as_ref());
    let count = |after: usize, quota: u32| Count { after: small(after), quota };
    let one_group = groups.iter().map(|group| targets(group)).max().unwrap_or(0);
    let per_action = if matches!(service.dial, Dial::Rule { .. }) { 2 } else { 1 };
    let all_balancers: BTreeSet<&str> =
        world.balancers.groups().iter().map(|group| group.balancer.as_str()).collect();
    let counts = BTreeMap::from([
        (Quota::RulesPerBalancer, count(rules.count(), 100)),
        (Quota::TargetGroupsPerBalancer, count(on_balancer().count(), 100)),
        (Quota::TargetGroupsPerAction, count(per_action, 5)),
        (
            Quota::TargetsPerBalancer,
            count(on_balancer().map(|group| group.targets.len()).sum(), REPLICAS_MAX),
        ),
        (Quota::TargetsPerTargetGroup, count(one_group, REPLICAS_MAX)),
        (Quota::TargetGroupsPerRegion, count(world.balancers.groups().len(), 3_000)),
        (Quota::BalancersPerRegion, count(all_balancers.len(), 50)),
    ]);
    facts.quotas.counts = known(counts, "quotas", at);
}

fn dns(
    world: &World,
    service: &Service,
    (rule, ttl, evaluates): (&str, u32, bool),
    at: Timestamp,
    facts: &mut Facts,
) {
    let name = Name { host: rule.to_owned(), kind: "A".to_owned(), zone: Zone::Public };
    let record =
        Record { name: name.clone(), one_of_several: true, evaluates_target_health: evaluates };
    facts.dns.records = known(vec![record], "records", at);
    facts.dns.planned = known(BTreeSet::from([name]), "records", at);
    facts.dns.ttl_secs = known(ttl, "records", at);
    // Every client comes by the name.
    let groups = [&service.old.group, &service.new.group].map(|name| world.balancers.group(name));
    let came = groups.into_iter().flatten().map(|group| group.counts.chosen).sum();
    let hosts = BTreeMap::from([(rule.to_owned(), came)]);
    facts.balancers.old.hosts = known(hosts, "access logs", at);
    let shares = &service.clients.resolvers;
    let total: f64 = shares.iter().sum();
    let resolvers: BTreeMap<String, u64> = if shares.is_empty() {
        (0..RESOLVERS).map(|number| (format!("resolver-{number}"), 1_000)).collect()
    } else {
        let requests = shares.iter().map(|share| whole(share / total * 1_000_000.0));
        (0..)
            .zip(requests)
            .map(|(number, count): (u32, u64)| (format!("resolver-{number}"), count))
            .collect()
    };
    facts.dns.resolvers = known(resolvers, "query logs", at);
    let last = world.balancers.group(&service.old.group).and_then(|group| group.last_request);
    let quiet = world.now().saturating_sub(last.unwrap_or(0)) / SECOND;
    let quiet_secs = u32::try_from(quiet).unwrap_or(u32::MAX);
    let stragglers = Stragglers {
        quiet_secs,
        weekly_peak_seen: quiet_secs >= WEEK_SECS,
        clients: BTreeMap::new(),
    };
    facts.dns.stragglers = known(stragglers, "access logs", at);
}

/// A count as a number of a quota.
pub(super) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub(super) fn whole(value: f64) -> u64 {
    value.max(0.0).ceil() as u64
}
