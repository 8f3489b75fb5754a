//! Laws that hold for any graph.

use std::collections::{BTreeMap, BTreeSet};

use migrate::waves::Limits;
use migrate::waves::sequence::{Called, Key, Sequence, Wanted, plan};
use proptest::prelude::*;

const ENVIRONMENTS: [&str; 3] = ["dev", "stag", "prod"];

/// Limits for all environments and for some.
fn limits() -> impl Strategy<Value = Limits> {
    let own =
        prop::collection::btree_map(prop::sample::select(&ENVIRONMENTS[..]), 0..4_usize, 0..3);
    (0..7_usize, own).prop_map(|(services_max, own)| Limits {
        services_max,
        services_max_in: own.into_iter().map(|(env, max)| (env.to_owned(), max)).collect(),
    })
}

/// A random graph: services are letters, and not each is in every environment.
fn wanted() -> impl Strategy<Value = Wanted> {
    let key = (0..3_usize, 0..14_usize);
    let call = (key.clone(), 0..14_usize, 1..100_u8, prop::bool::weighted(0.15));
    (
        prop::collection::btree_map(key.clone(), 0..100_u8, 0..40),
        prop::collection::vec(call, 0..70),
        prop::collection::vec((key.clone(), 0..14_usize), 0..3),
        prop::collection::vec(key, 0..4),
        limits(),
    )
        .prop_map(|(risks, calls, coupled, blocked, limits)| {
            let named = |(env, service): (usize, usize)| -> Key {
                (ENVIRONMENTS[env].to_owned(), format!("s{service:02}"))
            };
            let mut out = Wanted { limits, ..Wanted::default() };
            out.risks = risks.into_iter().map(|(key, risk)| (named(key), risk)).collect();
            for (key, callee, weight, only_in_ecs) in calls {
                let called = Called { service: named((0, callee)).1, weight, only_in_ecs };
                out.calls.entry(named(key)).or_default().push(called);
            }
            let pairs = coupled.into_iter().map(|(key, other)| (named(key), named((key.0, other))));
            out.coupled = pairs.collect();
            for key in blocked.into_iter().map(named).filter(|key| out.risks.contains_key(key)) {
                out.blocked.insert(key, vec!["SG-M179/x/1".to_owned()]);
            }
            out
        })
}

/// The wave and the unit of each service.
fn placed(sequence: &Sequence) -> BTreeMap<Key, (u32, usize)> {
    let mut out = BTreeMap::new();
    for wave in &sequence.waves {
        for (at, unit) in wave.units.iter().enumerate() {
            for service in &unit.services {
                let key = (wave.environment.clone(), service.clone());
                assert!(out.insert(key, (wave.number, at)).is_none(), "{service} moves twice");
            }
        }
    }
    out
}

/// True if the calls have no circle: leaves are taken away until nothing is left.
fn is_acyclic(calls: &[(String, String)]) -> bool {
    let mut calls = calls.to_vec();
    loop {
        let callers: BTreeSet<String> = calls.iter().map(|(caller, _)| caller.clone()).collect();
        let before = calls.len();
        calls.retain(|(_, callee)| callers.contains(callee));
        if calls.is_empty() {
            return true;
        }
        if calls.len() == before {
            return false;
        }
    }
}

proptest! {
    #[test]
    fn every_service_moves_once_or_is_held(wanted in wanted()) {
        let sequence = plan(&wanted);
        let placed = placed(&sequence);
        let held: BTreeSet<Key> = sequence
            .held
            .iter()
            .map(|held| (held.environment.clone(), held.service.clone()))
            .collect();
        prop_assert_eq!(held.len(), sequence.held.len());
        for key in wanted.risks.keys() {
            prop_assert!(placed.contains_key(key) != held.contains(key), "{:?}", key);
        }
        prop_assert_eq!(placed.len() + held.len(), wanted.risks.len());
        for key in wanted.blocked.keys() {
            prop_assert!(held.contains(key));
        }
    }

    #[test]
    fn callees_move_before_their_callers_or_with_them(wanted in wanted()) {
        let sequence = plan(&wanted);
        let placed = placed(&sequence);
        for ((env, caller), calls) in &wanted.calls {
            for called in calls {
                let callee = (env.clone(), called.service.clone());
                let caller = (env.clone(), caller.clone());
                match (placed.get(&caller), placed.get(&callee)) {
                    (Some(one), Some(other)) => {
                        prop_assert!(other.0 < one.0 || other == one, "{:?} {:?}", caller, callee);
                    }
                    // A callee that stays must be in reach of a pod.
                    (Some(_), None) if wanted.risks.contains_key(&callee) => {
                        prop_assert!(!called.only_in_ecs, "{:?} {:?}", caller, callee);
                    }
                    _ => {}
                }
            }
        }
        for (one, other) in &wanted.coupled {
            prop_assert_eq!(placed.contains_key(one) && wanted.risks.contains_key(other),
                placed.contains_key(other) && wanted.risks.contains_key(one));
            if let (Some(one), Some(other)) = (placed.get(one), placed.get(other)) {
                prop_assert_eq!(one, other);
            }
        }
    }

    #[test]
    fn environments_follow_each_other(wanted in wanted()) {
        let sequence = plan(&wanted);
        let placed = placed(&sequence);
        for ((env, service), (wave, _)) in &placed {
            let at = ENVIRONMENTS.iter().position(|one| one == env).unwrap();
            for earlier in &ENVIRONMENTS[..at] {
                let before = ((*earlier).to_owned(), service.clone());
                if wanted.risks.contains_key(&before) {
                    prop_assert!(placed.get(&before).is_some_and(|(other, _)| other < wave));
                }
            }
        }
        for (at, wave) in sequence.waves.iter().enumerate() {
            prop_assert_eq!(wave.number as usize, at + 1);
            prop_assert!(wave.after.iter().all(|number| *number < wave.number));
            let size: usize = wave.units.iter().map(|unit| unit.services.len()).sum();
            prop_assert!(size <= wanted.limits.of(&wave.environment) || wave.units.len() == 1);
        }
    }

    #[test]
    fn a_circle_is_told_with_its_calls_and_a_cut_that_ends_it(wanted in wanted()) {
        let sequence = plan(&wanted);
        for env in ENVIRONMENTS {
            let mut all: BTreeSet<(String, String)> = BTreeSet::new();
            for ((own, caller), calls) in wanted.calls.iter().filter(|((own, _), _)| own == env) {
                for callee in calls.iter().map(|called| &called.service) {
                    let there = |name: &String| wanted.risks.contains_key(&(own.clone(), name.clone()));
                    if callee != caller && there(callee) && there(caller) {
                        all.insert((caller.clone(), callee.clone()));
                    }
                }
            }
            let cycles: Vec<_> =
                sequence.cycles.iter().filter(|cycle| cycle.environment == env).collect();
            let all: Vec<(String, String)> = all.into_iter().collect();
            prop_assert_eq!(cycles.is_empty(), is_acyclic(&all));
            let cut: BTreeSet<(String, String)> = cycles
                .iter()
                .flat_map(|cycle| &cycle.cut)
                .map(|call| (call.caller.clone(), call.callee.clone()))
                .collect();
            let left: Vec<_> = all.iter().filter(|pair| !cut.contains(*pair)).cloned().collect();
            prop_assert!(is_acyclic(&left));
            // None of it is cut in vain.
            for call in &cut {
                let mut more = left.clone();
                more.push(call.clone());
                prop_assert!(!is_acyclic(&more), "{:?} need not go", call);
            }
            for cycle in cycles {
                prop_assert!(cycle.services.len() > 1 && !cycle.cut.is_empty());
                for call in cycle.cut.iter().chain(&cycle.edges) {
                    prop_assert!(cycle.services.contains(&call.caller));
                    prop_assert!(cycle.services.contains(&call.callee));
                }
                prop_assert!(cycle.cut.iter().all(|call| cycle.edges.contains(call)));
            }
        }
    }

    #[test]
    fn equal_graphs_give_equal_orders(wanted in wanted()) {
        let text = |sequence: &Sequence| serde_json::to_string(&sequence.waves).unwrap()
            + &serde_json::to_string(&sequence.held).unwrap()
            + &serde_json::to_string(&sequence.cycles).unwrap()
            + &serde_json::to_string(&sequence.kept).unwrap();
        let mut turned = wanted.clone();
        turned.coupled.reverse();
        turned.calls.values_mut().for_each(|calls| calls.reverse());
        prop_assert_eq!(text(&plan(&wanted)), text(&plan(&wanted.clone())));
        prop_assert_eq!(text(&plan(&wanted)), text(&plan(&turned)));
    }
}
