//! The waves: callees before callers, one environment after the other, the least risk first.
//!
//! Callees move first because that is the side on which nothing has to be undone: a caller that is
//! still in ECS reaches a moved callee by the name that it always used, since the load balancer
//! stays in front. A caller that moved first would need a way back into ECS for each name.

mod circles;
mod environments;
mod place;

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::waves as code;
use serde::{Deserialize, Serialize};

use super::Limits;

pub use circles::circles;
pub use environments::ordered;

/// Services that move at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wave {
    /// 1, 2, 3 … over all environments.
    pub number: u32,
    /// The environment.
    pub environment: String,
    /// What moves, the least risk first. Units of one wave do not call each other.
    pub units: Vec<Unit>,
    /// The highest risk of its units.
    pub risk: u8,
    /// Numbers of the waves that must have ended before this one starts. Waves that are not among
    /// them, nor behind them, may run beside it.
    pub after: Vec<u32>,
}

/// One service, or several that can only move together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Services, in order.
    pub services: Vec<String>,
    /// The highest risk of its services.
    pub risk: u8,
    /// Why it is in this wave and in no earlier one.
    pub because: Reason,
}

/// Services that call each other in a circle. They move together unless an edge is cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cycle {
    /// The environment.
    pub environment: String,
    /// The services of it, in order.
    pub services: Vec<String>,
    /// Every call among them: caller, callee, weight of the evidence.
    pub edges: Vec<Call>,
    /// The calls with the least evidence that would have to go for the circle to be none.
    pub cut: Vec<Call>,
}

/// A call among services of one environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The service that calls.
    pub caller: String,
    /// The service that is called.
    pub callee: String,
    /// The weight of the edge, 1 to 100.
    pub weight: u8,
}

/// A service that is in no wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldMove {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Why, and what to do.
    pub because: Reason,
    /// Ids of the findings that hold it, or of what it waits for (`service/ENV/NAME`).
    pub waits_for: Vec<String>,
}

/// A service whose ECS side must go on running after its own wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The wave after which it may end; none while a caller is held.
    pub until_wave: Option<u32>,
    /// Services that reach it only by a name that ECS resolves.
    pub callers: Vec<String>,
    /// Why.
    pub because: Reason,
}

/// Everything that decides the order, without the estate around it.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Every service in every environment with its risk, 0 to 100.
    pub risks: BTreeMap<Key, u8>,
    /// Calls within an environment, by caller.
    pub calls: BTreeMap<Key, Vec<Called>>,
    /// Services of one environment that can only move together.
    pub coupled: Vec<(Key, Key)>,
    /// Ids of the blockers of services that cannot move.
    pub blocked: BTreeMap<Key, Vec<String>>,
    /// At most so many services in a wave.
    pub limits: Limits,
}

/// A service in an environment: `(environment, service)`.
pub type Key = (String, String);

/// A call of a service of the same environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The callee, in the environment of the caller.
    pub service: String,
    /// The weight of the edge.
    pub weight: u8,
    /// True if only ECS resolves the name that is called.
    pub only_in_ecs: bool,
}

/// The order that follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Sequence {
    /// The waves.
    pub waves: Vec<Wave>,
    /// Services in no wave.
    pub held: Vec<HeldMove>,
    /// Circles.
    pub cycles: Vec<Cycle>,
    /// ECS sides that must stay.
    pub kept: Vec<Kept>,
}

/// Puts every service into a wave, or says why it is in none.
pub fn plan(wanted: &Wanted) -> Sequence {
    let names: BTreeSet<&str> = wanted.risks.keys().map(|(env, _)| env.as_str()).collect();
    let mut out = Sequence::default();
    let mut moved: BTreeMap<Key, u32> = BTreeMap::new();
    for env in ordered(names) {
        let held = held(wanted, &env, &out.held);
        let units = circles::units(wanted, &env, &held);
        out.cycles.extend(circles(wanted, &env));
        place::waves(wanted, &env, &units, &mut moved, &mut out.waves);
        out.held.extend(held.into_values());
    }
    out.held.sort_by(|one, other| {
        (&one.service, &one.environment).cmp(&(&other.service, &other.environment))
    });
    out.kept = kept(wanted, &moved);
    out
}

/// The services of an environment that cannot move, each with its reason.
fn held(wanted: &Wanted, env: &str, earlier: &[HeldMove]) -> BTreeMap<String, HeldMove> {
    let mut out: BTreeMap<String, HeldMove> = BTreeMap::new();
    for (_, service) in wanted.risks.keys().filter(|(own, _)| own == env) {
        let key = (env.to_owned(), service.clone());
        let before = earlier.iter().find(|held| held.service == *service);
        let of = |code| Reason::new(code).with("service", service).with("env", env);
        let (because, waits_for) = if let Some(ids) = wanted.blocked.get(&key) {
            (of(&code::HELD_BY_BLOCKERS).with("list", ids.join(", ")), ids.clone())
        } else if let Some(before) = before {
            let reason = of(&code::HELD_BY_ENVIRONMENT).with("earlier", &before.environment);
            (reason, vec![super::edges::service_id(service, &before.environment)])
        } else {
            continue;
        };
        let held =
            HeldMove { service: service.clone(), environment: env.to_owned(), because, waits_for };
        out.insert(service.clone(), held);
    }
    // Whoever can reach a held service only from within ECS waits too, and so on along the calls;
    // those that must move together with a held one likewise.
    while let Some((service, reason, callee)) = next_waiting(wanted, env, &out) {
        let waits_for = vec![super::edges::service_id(&callee, env)];
        let held = HeldMove {
            service: service.clone(),
            environment: env.to_owned(),
            because: reason,
            waits_for,
        };
        out.insert(service, held);
    }
    out
}

/// The next service that has to wait for one that is held, with the reason and the one.
fn next_waiting(
    wanted: &Wanted,
    env: &str,
    held: &BTreeMap<String, HeldMove>,
) -> Option<(String, Reason, String)> {
    let is_free =
        |key: &Key| key.0 == env && !held.contains_key(&key.1) && wanted.risks.contains_key(key);
    let waiting = |service: &String, callee: &String, code| {
        let reason =
            Reason::new(code).with("service", service).with("env", env).with("callee", callee);
        (service.clone(), reason, callee.clone())
    };
    for (key, calls) in wanted.calls.iter().filter(|(key, _)| is_free(key)) {
        let stuck = calls.iter().find(|one| one.only_in_ecs && held.contains_key(&one.service));
        if let Some(callee) = stuck {
            return Some(waiting(&key.1, &callee.service, &code::HELD_BY_CALLEE));
        }
    }
    for (one, other) in &wanted.coupled {
        for (free, stuck) in [(one, other), (other, one)] {
            if is_free(free) && stuck.0 == env && held.contains_key(&stuck.1) {
                return Some(waiting(&free.1, &stuck.1, &code::HELD_WITH));
            }
        }
    }
    None
}

/// Services that somebody calls by a name that only ECS resolves, and who moves later than they.
fn kept(wanted: &Wanted, moved: &BTreeMap<Key, u32>) -> Vec<Kept> {
    let mut callers: BTreeMap<Key, BTreeSet<&str>> = BTreeMap::new();
    for ((env, caller), calls) in &wanted.calls {
        for callee in calls.iter().filter(|one| one.only_in_ecs) {
            let key = (env.clone(), callee.service.clone());
            let own = moved.get(&key);
            let other = moved.get(&(env.clone(), caller.clone()));
            let later = own.is_some_and(|own| other.is_none_or(|other| other > own));
            if later && caller != &callee.service {
                callers.entry(key).or_default().insert(caller);
            }
        }
    }
    let one = |((env, service), callers): (Key, BTreeSet<&str>)| {
        let waves: Vec<Option<&u32>> =
            callers.iter().map(|caller| moved.get(&(env.clone(), (*caller).to_owned()))).collect();
        let last = waves.iter().copied().collect::<Option<Vec<&u32>>>();
        let callers: Vec<String> = callers.into_iter().map(str::to_owned).collect();
        let because = Reason::new(&code::ECS_SIDE_STAYS)
            .with("service", &service)
            .with("env", &env)
            .with("callers", callers.join(", "));
        let until_wave = last.and_then(|waves| waves.into_iter().max().copied());
        Kept { service, environment: env, until_wave, callers, because }
    };
    let mut out: Vec<Kept> = callers.into_iter().map(one).collect();
    out.sort_by(|one, other| {
        (&one.service, &one.environment).cmp(&(&other.service, &other.environment))
    });
    out
}
