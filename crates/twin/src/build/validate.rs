//! What is wrong with a script, before a world is made of it.

use std::collections::BTreeSet;

use model::ports::Weight;

use crate::fleets::REPLICAS_MAX;
use crate::fleets::nodes::ZONES;
use crate::script::{Behaviour, Dial, Fault, Script, Service, Side, When};

/// The longest run, in milliseconds: a year.
const MILLIS_MAX: u64 = 365 * 86_400_000;
/// The longest span of a fault or a setting, in seconds: ninety days.
const SECS_MAX: u32 = 90 * 86_400;
/// Requests a second of one service.
const RPS_MAX: f64 = 100_000.0;
/// Services of a script.
const SERVICES_MAX: usize = 1_000;
/// Nodes of the cluster.
const NODES_MAX: u32 = 10_000;
/// The longest time of one request's work or wait, in milliseconds.
const WORK_MAX: f64 = 600_000.0;

/// What people may do.
const DEEDS: [&str; 5] = ["approve", "pause", "resume", "promote", "abort"];

/// The first thing that is wrong with a script.
pub(super) fn check(script: &Script) -> Result<(), String> {
    ensure(script.services.len() <= SERVICES_MAX, || {
        format!("{} services are more than {SERVICES_MAX}", script.services.len())
    })?;
    let mut names = BTreeSet::new();
    for (name, service) in &script.services {
        of_service(service, &mut names).map_err(|what| format!("service {name}: {what}"))?;
    }
    let control = &script.control;
    range("control.callMs", control.call_ms, 10_000)?;
    range("control.propagationSecs", control.propagation_secs, 3_600)?;
    range("control.insyncSecs", control.insync_secs, 3_600)?;
    range("control.nodes", control.nodes, NODES_MAX)?;
    ensure(control.bucket.0 > 0 && control.bucket.1 > 0, || {
        "control.bucket: an empty bucket that is never filled lets no call through".to_owned()
    })?;
    for (index, one) in script.faults.iter().enumerate() {
        let named = |what: String| format!("fault {index}: {what}");
        if let When::Millis(millis) = one.at {
            ensure(millis <= MILLIS_MAX, || named(format!("{millis} ms is more than a year")))?;
        }
        of_fault(script, &one.fault).map_err(named)?;
    }
    for (index, deed) in script.people.iter().enumerate() {
        let named = |what: String| format!("deed {index}: {what}");
        ensure(deed.at_millis <= MILLIS_MAX, || named("later than a year".to_owned()))?;
        has_service(script, &deed.service).map_err(named)?;
        ensure(DEEDS.contains(&deed.what.as_str()), || {
            named(format!("nobody can {}: {}", deed.what, DEEDS.join(", ")))
        })?;
        ensure(!deed.by.is_empty(), || named("it names nobody".to_owned()))?;
    }
    Ok(())
}

fn of_service(service: &Service, taken: &mut BTreeSet<String>) -> Result<(), String> {
    let (Dial::Rule { rule, .. } | Dial::Records { rule, .. }) = &service.dial;
    unique(taken, "rule", rule)?;
    if let Dial::Rule { balancer, .. } = &service.dial {
        ensure(!balancer.is_empty(), || "the balancer has no name".to_owned())?;
    }
    if let Dial::Records { ttl, .. } = &service.dial {
        range("dial.ttl", *ttl, SECS_MAX)?;
    }
    if let Some(names) = &service.names {
        unique(taken, "rule", &names.rule)?;
        unique(taken, "target group", &names.group)?;
        range("names.ttl", names.ttl, SECS_MAX)?;
        ensure(matches!(service.dial, Dial::Rule { .. }), || {
            "names stand in front of a rule; the dial is a set of records already".to_owned()
        })?;
    }
    for (word, side) in [("old", &service.old), ("new", &service.new)] {
        unique(taken, "target group", &side.group)?;
        unique(taken, "fleet", &side.fleet)?;
        of_side(side).map_err(|what| format!("{word} side: {what}"))?;
    }
    for job in &service.jobs {
        unique(taken, "job", &job.old)?;
        unique(taken, "job", &job.new)?;
        range("everySecs", job.every_secs, SECS_MAX)?;
        range("runSecs", job.run_secs, SECS_MAX)?;
    }
    let clients = &service.clients;
    number("clients.rps", clients.rps, RPS_MAX)?;
    number("clients.swing", clients.swing, 1.0)?;
    number("clients.neverReResolve", clients.never_re_resolve, 1.0)?;
    number("clients.thinning", clients.thinning, 1.0)?;
    ensure(clients.thinning > 0.0, || "clients.thinning must be above 0".to_owned())?;
    for share in &clients.resolvers {
        number("clients.resolvers", *share, 1e9)?;
    }
    let sum: f64 = clients.resolvers.iter().sum();
    ensure(clients.resolvers.is_empty() || sum > 0.0, || {
        "clients.resolvers: all shares are 0".to_owned()
    })?;
    range("clients.keepAliveSecs", clients.keep_alive_secs, SECS_MAX)?;
    range("clients.longestSecs", clients.longest_secs, 3_600)?;
    range("connectionsPerCopy", service.connections_per_copy, 10_000)
}

fn of_side(side: &Side) -> Result<(), String> {
    range("replicas", side.replicas, REPLICAS_MAX)?;
    of_behaviour(&side.behaviour)?;
    let group = &side.target_group;
    range("targetGroup.intervalSecs", group.interval_secs, 300)?;
    ensure(group.interval_secs > 0, || "targetGroup.intervalSecs must be above 0".to_owned())?;
    for (name, threshold) in [
        ("targetGroup.healthyThreshold", group.healthy_threshold),
        ("targetGroup.unhealthyThreshold", group.unhealthy_threshold),
    ] {
        range(name, threshold, 10)?;
        ensure(threshold > 0, || format!("{name} must be above 0"))?;
    }
    range("targetGroup.drainSecs", group.drain_secs, 3_600)?;
    range("targetGroup.stickySecs", group.sticky_secs, 604_800)?;
    range("pod.preStopSecs", side.pod.pre_stop_secs, 3_600)?;
    range("pod.graceSecs", side.pod.grace_secs, 86_400)?;
    range("pod.minAvailable", side.pod.min_available, REPLICAS_MAX)
}

fn of_behaviour(behaviour: &Behaviour) -> Result<(), String> {
    number("behaviour.workMs", behaviour.work_ms, WORK_MAX)?;
    number("behaviour.waitMs", behaviour.wait_ms, WORK_MAX)?;
    number("behaviour.coldFactor", behaviour.cold_factor, 1_000.0)?;
    number("behaviour.errorRate", behaviour.error_rate, 1.0)?;
    range("behaviour.cores", behaviour.cores, 256)?;
    ensure(behaviour.cores > 0, || "behaviour.cores must be above 0".to_owned())?;
    range("behaviour.queueMax", behaviour.queue_max, 100_000)?;
    range("behaviour.startSecs", behaviour.start_secs, 86_400)?;
    range("behaviour.coldSecs", behaviour.cold_secs, 86_400)?;
    range("behaviour.keepAliveSecs", behaviour.keep_alive_secs, SECS_MAX)
}

fn of_fault(script: &Script, fault: &Fault) -> Result<(), String> {
    match fault {
        Fault::Crash { down: secs }
        | Fault::Zombie { pause: secs }
        | Fault::LostReplies { secs }
        | Fault::Duplicates { secs }
        | Fault::Throttle { secs }
        | Fault::ControllerAbsent { secs }
        | Fault::SlowPropagation { secs }
        | Fault::Silence { secs } => range("it lasts", *secs, SECS_MAX),
        Fault::StaleReads { age, secs } => {
            range("age", *age, 600)?;
            range("it lasts", *secs, SECS_MAX)
        }
        Fault::ClockJump { by } => range("it jumps by", by.unsigned_abs(), SECS_MAX),
        Fault::ForeignWriter { service, weight } => {
            ensure(Weight::new(*weight).is_some(), || format!("a weight is not {weight}"))?;
            has_service(script, service)
        }
        Fault::ZoneLoss { zone, secs } => {
            ensure(*zone < ZONES, || format!("there is no zone {zone}: 0 to {}", ZONES - 1))?;
            range("it lasts", *secs, SECS_MAX)
        }
        Fault::KillCopies { fleet, count } => {
            range("count", *count, REPLICAS_MAX)?;
            has_fleet(script, fleet)
        }
        Fault::SlowStart { fleet, secs } => {
            range("it adds", *secs, 86_400)?;
            has_fleet(script, fleet)
        }
        Fault::BadRelease { service, error_rate, slow_factor, out_of_memory_secs } => {
            number("errorRate", *error_rate, 1.0)?;
            number("slowFactor", *slow_factor, 1_000.0)?;
            range("outOfMemorySecs", *out_of_memory_secs, SECS_MAX)?;
            has_service(script, service)
        }
    }
}

fn has_service(script: &Script, service: &str) -> Result<(), String> {
    ensure(script.services.contains_key(service), || format!("there is no service {service}"))
}

fn has_fleet(script: &Script, fleet: &str) -> Result<(), String> {
    let mut sides = script.services.values().flat_map(|service| [&service.old, &service.new]);
    ensure(sides.any(|side| side.fleet == fleet), || format!("there is no fleet {fleet}"))
}

fn unique(names: &mut BTreeSet<String>, kind: &str, name: &str) -> Result<(), String> {
    ensure(!name.is_empty(), || format!("a {kind} has no name"))?;
    ensure(names.insert(format!("{kind} {name}")), || format!("{kind} {name} is there twice"))
}

fn range(what: &str, value: u32, most: u32) -> Result<(), String> {
    ensure(value <= most, || format!("{what}: {value} is more than {most}"))
}

fn number(what: &str, value: f64, most: f64) -> Result<(), String> {
    ensure(value.is_finite() && (0.0..=most).contains(&value), || {
        format!("{what}: {value} is not between 0 and {most}")
    })
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}
