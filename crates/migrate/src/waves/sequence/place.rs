//! Fills the waves of one environment: what is ready, the least risk first, as many as fit.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::waves as code;

use super::circles::Units;
use super::{Key, Unit, Wanted, Wave};

/// A unit that waits for its wave.
struct Waiting {
    services: BTreeSet<String>,
    /// The first services of the units that it calls.
    callees: BTreeSet<String>,
    risk: u8,
    /// The wave in which it could have moved first.
    ready: Option<u32>,
}

/// Appends the waves of `env`; `moved` learns the wave of each service.
pub(super) fn waves(
    wanted: &Wanted,
    env: &str,
    units: &Units,
    moved: &mut BTreeMap<Key, u32>,
    out: &mut Vec<Wave>,
) {
    let mut waiting = waiting(wanted, env, units);
    let mut done: BTreeMap<String, u32> = BTreeMap::new();
    let mut before: Option<u32> = None;
    while !waiting.is_empty() {
        let number = u32::try_from(out.len()).unwrap_or(u32::MAX).saturating_add(1);
        for unit in waiting.values_mut() {
            let ready = unit.callees.iter().all(|callee| done.contains_key(callee));
            unit.ready = unit.ready.or(ready.then_some(number));
        }
        let taken = taken(&waiting, wanted.limits.of(env));
        // Units are components, so what is left has no circle and something is always ready.
        if taken.is_empty() {
            break;
        }
        let mut units = Vec::new();
        let mut after: BTreeSet<u32> = before.into_iter().collect();
        for name in &taken {
            let Some(unit) = waiting.remove(name) else { continue };
            after.extend(unit.services.iter().filter_map(|service| earlier(service, env, moved)));
            units.push(Unit {
                because: because(wanted, env, &unit, moved, number),
                services: unit.services.iter().cloned().collect(),
                risk: unit.risk,
            });
        }
        for service in units.iter().flat_map(|unit| &unit.services) {
            moved.insert((env.to_owned(), service.clone()), number);
        }
        done.extend(taken.into_iter().map(|name| (name, number)));
        let risk = units.iter().map(|unit| unit.risk).max().unwrap_or(0);
        let after = nearest(&after, out);
        out.push(Wave { number, environment: env.to_owned(), units, risk, after });
        before = Some(number);
    }
}

fn waiting(wanted: &Wanted, env: &str, units: &Units) -> BTreeMap<String, Waiting> {
    let unit_of: BTreeMap<&String, &String> = units
        .iter()
        .flat_map(|(first, services)| services.iter().map(move |service| (service, first)))
        .collect();
    let risk_of = |service: &String| {
        wanted.risks.get(&(env.to_owned(), service.clone())).copied().unwrap_or(0)
    };
    let one = |(first, services): (&String, &BTreeSet<String>)| {
        let calls = services
            .iter()
            .filter_map(|service| wanted.calls.get(&(env.to_owned(), service.clone())));
        // A callee that is held stays where it is; the caller reaches it there.
        let callees = calls.flatten().filter_map(|called| unit_of.get(&called.service));
        let callees = callees.filter(|unit| **unit != first).map(|unit| (*unit).clone()).collect();
        let risk = services.iter().map(risk_of).max().unwrap_or(0);
        (first.clone(), Waiting { services: services.clone(), callees, risk, ready: None })
    };
    units.iter().map(one).collect()
}

/// The ready units of the least risk that fit into one wave; one that is larger goes alone.
fn taken(waiting: &BTreeMap<String, Waiting>, size_max: usize) -> Vec<String> {
    let mut ready: Vec<(&String, &Waiting)> =
        waiting.iter().filter(|(_, unit)| unit.ready.is_some()).collect();
    ready.sort_by_key(|(name, unit)| (unit.risk, (*name).clone()));
    let mut size = 0_usize;
    let mut out = Vec::new();
    for (name, unit) in ready {
        let larger = size.saturating_add(unit.services.len());
        if out.is_empty() || larger <= size_max {
            size = larger;
            out.push(name.clone());
        }
    }
    out
}

/// Those of `after` that none of the others is behind anyway.
fn nearest(after: &BTreeSet<u32>, waves: &[Wave]) -> Vec<u32> {
    let behind = |number: u32| {
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut open = vec![number];
        while let Some(wave) = open.pop().and_then(|at| waves.iter().find(|one| one.number == at)) {
            open.extend(wave.after.iter().filter(|before| seen.insert(**before)));
        }
        seen
    };
    let implied: BTreeSet<u32> = after.iter().flat_map(|number| behind(*number)).collect();
    after.difference(&implied).copied().collect()
}

/// The last wave of an earlier environment in which the service moved.
fn earlier(service: &str, env: &str, moved: &BTreeMap<Key, u32>) -> Option<u32> {
    let same = moved.iter().filter(|((other, name), _)| name == service && other != env);
    same.map(|(_, wave)| *wave).max()
}

/// Why a unit is in this wave and in no earlier one.
fn because(
    wanted: &Wanted,
    env: &str,
    unit: &Waiting,
    moved: &BTreeMap<Key, u32>,
    number: u32,
) -> Reason {
    let names: Vec<&str> = unit.services.iter().map(String::as_str).collect();
    let of = |code| Reason::new(code).with("services", names.join(", ")).with("env", env);
    let first = unit.ready.unwrap_or(number);
    let wave_of = |service: &str| moved.get(&(env.to_owned(), service.to_owned()));
    let last = unit.callees.iter().filter_map(|callee| wave_of(callee)).max();
    if names.len() > 1 {
        return of(&code::MOVES_TOGETHER);
    }
    if first < number {
        return of(&code::MOVES_BY_RISK).with("first", first).with("risk", unit.risk);
    }
    match last {
        Some(wave) => {
            let calls = names
                .iter()
                .filter_map(|name| wanted.calls.get(&(env.to_owned(), (*name).to_owned())));
            let callees: BTreeSet<&str> = calls
                .flatten()
                .map(|called| called.service.as_str())
                .filter(|callee| wave_of(callee) == Some(wave))
                .collect();
            let callees: Vec<&str> = callees.into_iter().collect();
            of(&code::MOVES_AFTER_CALLEES).with("callees", callees.join(", ")).with("wave", wave)
        }
        None => of(&code::MOVES_AS_LEAF),
    }
}
