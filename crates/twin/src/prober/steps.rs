//! What the world tells of a shift while its requests move: whether somebody else has written,
//! whose epoch it is, which calls are left, what probes meet, and how fast that is on which
//! requests wait.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::facts::engine::Lease;
use model::facts::network::Steadiness;
use model::facts::owners::Drift;
use model::facts::quotas::{Limiter, RollBack};
use model::facts::{Facts, Side};
use model::ports::{Weight, Weights};

use crate::api::{self, Area};
use crate::balancer::orders;
use crate::prober::facts::{known, new_share, whole};
use crate::prober::probes::Probes;
use crate::script::{Dial, Service};
use crate::time::MILLI;
use crate::world::{EngineId, World};

/// What the requests of a service wait for, as people call it. The twin knows how long they do,
/// not on whom.
const BACKEND: &str = "what its requests wait for";
/// An engine renews its lease with each of its calls, this one too: so much is left of it then.
const LEASE_MS: u64 = 30_000;

/// Fills what guards the steps.
pub(super) fn fill(
    world: &mut World,
    (shift, service): (&str, &Service),
    at: Timestamp,
    facts: &mut Facts,
) {
    drift(world, service, at, facts);
    limits(world, service, at, facts);
    probes(world, (shift, service), at, facts);
    dependencies(world, (shift, service), at, facts);
}

/// The rule or the set of records, and what everything on the old side means there.
fn rule(service: &Service) -> (&str, Weights) {
    let (Dial::Rule { rule, .. } | Dial::Records { rule, .. }) = &service.dial;
    (rule, Weights::between(&service.old.group, &service.new.group, Weight::NONE))
}

/// The live weights against those of the newest order; before the first, everything is old.
fn drift(world: &World, service: &Service, at: Timestamp, facts: &mut Facts) {
    let (name, all_old) = rule(service);
    let journal = world.prober.ordered(name).unwrap_or(&all_old);
    let Ok(seen) = orders::seen(world, name) else {
        return;
    };
    let drift = (!seen.weights.same_as(journal)).then(|| Drift {
        resource: name.to_owned(),
        journal: journal.to_string(),
        live: seen.weights.to_string(),
    });
    facts.owners.drift = known(drift.into_iter().collect(), "read-back", at);
}

/// An engine of the twin keeps no calls back for a roll back: what nobody has used is left for it.
fn limits(world: &mut World, service: &Service, at: Timestamp, facts: &mut Facts) {
    let area = match &service.dial {
        Dial::Rule { .. } => Area::Balancing,
        Dial::Records { .. } => Area::Names,
    };
    if let Some((per_minute, reserved_per_minute)) = api::left(world, area) {
        let limiter = Limiter { per_minute, reserved_per_minute };
        facts.quotas.limiter = known(limiter, "calls of the last minute", at);
    }
    let (name, all_old) = rule(service);
    // An order names its rule and its weights and nothing else: there is nothing more to build.
    let ready = RollBack { built: true, validated: orders::would_obey(world, name, &all_old) };
    facts.quotas.roll_back = known(ready, "the order for everything on the old side", at);
}

fn probes(world: &mut World, (shift, service): (&str, &Service), at: Timestamp, facts: &mut Facts) {
    let now = world.now();
    if world.prober.memory(shift).probes.is_none() {
        let probes = Probes::new(world, shift, service);
        world.prober.memory(shift).probes = probes;
    }
    let Some(probes) = world.prober.memory(shift).probes.as_mut() else {
        return;
    };
    probes.ask(now);
    for (index, side) in Side::BOTH.into_iter().enumerate() {
        *facts.engine.prober.of_mut(side) = known(probes.told(index, now), "probes", at);
    }
}

/// The epoch that an engine took last, beside the newest.
pub(super) fn lease(
    world: &World,
    engine: EngineId,
    shift: &str,
    at: Timestamp,
    facts: &mut Facts,
) {
    let subject = format!("shift/{shift}");
    let mut taken = world.journal.taken().iter().rev();
    let Some(ours) = taken.find(|one| one.engine == engine && one.subject == subject) else {
        return;
    };
    let (ours, journal) = (ours.epoch.0, world.journal.epoch(&subject).0);
    let left_ms = if ours < journal { 0 } else { LEASE_MS };
    let lease = Lease { ours, journal, left_ms, call_ms: api::TIME_OUT / MILLI };
    facts.engine.lease = known(lease, "epochs", at);
}

/// How long 99 of 100 requests wait for others at most, now and when the share was another.
fn dependencies(
    world: &mut World,
    (shift, service): (&str, &Service),
    at: Timestamp,
    facts: &mut Facts,
) {
    let mean = |fleet: &str| world.fleets.get(fleet).map_or(0.0, |one| one.behaviour.wait_ms);
    let means = (mean(&service.old.fleet), mean(&service.new.fleet));
    if means.0 <= 0.0 && means.1 <= 0.0 {
        facts.network.dependencies = known(BTreeSet::new(), "what its requests do", at);
        return;
    }
    let share = new_share(world, shift).percent();
    let longest = f64::from(service.clients.longest_secs) * 1_000.0;
    let now_ms = whole(p99(f64::from(share) / 100.0, means).min(longest));
    let memory = &mut world.prober.memory(shift).waits;
    let (_, before_ms, _) = match memory.take() {
        Some((then, before_ms, _)) if then == share => (share, before_ms, now_ms),
        Some((_, _, last_ms)) => (share, last_ms, now_ms),
        None => (share, now_ms, now_ms),
    };
    *memory = Some((share, before_ms, now_ms));
    let dependency = || BACKEND.to_owned();
    facts.network.dependencies = known(BTreeSet::from([dependency()]), "what its requests do", at);
    let steadiness = BTreeMap::from([(dependency(), Steadiness { before_ms, now_ms })]);
    facts.network.dependency_latency = known(steadiness, "what its requests do", at);
}

/// The wait in milliseconds that one request in a hundred exceeds, where `share` of them goes to
/// the new side and waits are exponential around the mean of each side.
fn p99(share: f64, (old, new): (f64, f64)) -> f64 {
    let tail = |mean: f64, wait: f64| if mean > 0.0 { (-wait / mean).exp() } else { 0.0 };
    let exceed = |wait: f64| share * tail(new, wait) + (1.0 - share) * tail(old, wait);
    // ln 100 is 4.6: no mixture of the two exceeds the worse of them alone.
    let (mut low, mut high) = (0.0, 5.0 * old.max(new));
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if exceed(middle) > 0.01 { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_request_in_a_hundred_waits_longer() {
        assert!((p99(0.0, (10.0, 99.0)) - 46.05).abs() < 0.01);
        assert!((p99(1.0, (99.0, 10.0)) - 46.05).abs() < 0.01);
        let mixed = p99(0.1, (10.0, 100.0));
        let exceed = 0.9 * (-mixed / 10.0).exp() + 0.1 * (-mixed / 100.0).exp();
        assert!((exceed - 0.01).abs() < 1e-6 && mixed > 200.0, "{mixed}");
    }
}
