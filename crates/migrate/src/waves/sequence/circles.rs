//! Circles of calls: what has to move together, and which calls would have to go.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Call, Cycle, HeldMove, Wanted};

/// Services of an environment that move together, by the first of them.
pub(super) type Units = BTreeMap<String, BTreeSet<String>>;

/// Groups the services of `env` that are not held: each circle of calls, and those that share a
/// target group, are one unit.
pub(super) fn units(wanted: &Wanted, env: &str, held: &BTreeMap<String, HeldMove>) -> Units {
    let free = |service: &str| !held.contains_key(service);
    let mut edges: Vec<(String, String)> =
        calls(wanted, env).into_iter().map(|call| (call.caller, call.callee)).collect();
    // Both ways: what is coupled is a circle of its own.
    for ((own, one), (other_env, other)) in &wanted.coupled {
        if own == env && other_env == env {
            edges.push((one.clone(), other.clone()));
            edges.push((other.clone(), one.clone()));
        }
    }
    edges.retain(|(one, other)| free(one) && free(other));
    let nodes = wanted.risks.keys().filter(|(own, service)| own == env && free(service));
    let nodes: BTreeSet<String> = nodes.map(|(_, service)| service.clone()).collect();
    components(&nodes, &edges)
        .into_iter()
        .filter_map(|unit| Some((unit.first()?.clone(), unit)))
        .collect()
}

/// The circles of calls in `env`, held services included: they are circles all the same.
pub fn circles(wanted: &Wanted, env: &str) -> Vec<Cycle> {
    let all = calls(wanted, env);
    let nodes = all.iter().flat_map(|call| [call.caller.clone(), call.callee.clone()]).collect();
    let pairs: Vec<(String, String)> =
        all.iter().map(|call| (call.caller.clone(), call.callee.clone())).collect();
    let mut out: Vec<Cycle> = components(&nodes, &pairs)
        .into_iter()
        .filter(|unit| unit.len() > 1)
        .map(|unit| {
            let within = |call: &&Call| unit.contains(&call.caller) && unit.contains(&call.callee);
            let edges: Vec<Call> = all.iter().filter(within).cloned().collect();
            let cut = cut(&edges);
            Cycle { environment: env.to_owned(), services: unit.into_iter().collect(), edges, cut }
        })
        .collect();
    out.sort_by(|one, other| one.services.cmp(&other.services));
    out
}

/// The calls within an environment between services that are there, in order, none to itself.
fn calls(wanted: &Wanted, env: &str) -> Vec<Call> {
    let mut out: BTreeSet<Call> = BTreeSet::new();
    for ((own, caller), list) in &wanted.calls {
        for called in list.iter().filter(|_| own == env) {
            let there =
                |service: &String| wanted.risks.contains_key(&(env.to_owned(), service.clone()));
            if caller != &called.service && there(caller) && there(&called.service) {
                out.insert(Call {
                    caller: caller.clone(),
                    callee: called.service.clone(),
                    weight: called.weight,
                });
            }
        }
    }
    out.into_iter().collect()
}

/// Calls without which `edges` have no circle: the lightest that do, taken back where a heavier one
/// made them needless. Not always the fewest, which is a hard problem, but none is there in vain.
fn cut(edges: &[Call]) -> Vec<Call> {
    let mut kept: Vec<Call> = Vec::new();
    let mut cut = Vec::new();
    // The heaviest are kept first; what then closes a circle has to go.
    let mut by_weight: Vec<&Call> = edges.iter().collect();
    by_weight.sort_by(|one, other| other.weight.cmp(&one.weight).then_with(|| one.cmp(other)));
    for call in by_weight {
        if reaches(&kept, &call.callee, &call.caller) {
            cut.push(call.clone());
        } else {
            kept.push(call.clone());
        }
    }
    cut.sort();
    cut
}

/// True if `to` can be reached from `from` along `edges`.
fn reaches(edges: &[Call], from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            open.extend(
                edges.iter().filter(|call| call.caller == at).map(|call| call.callee.as_str()),
            );
        }
    }
    false
}

/// The strongly connected components, each in order; every node is in one.
fn components(nodes: &BTreeSet<String>, edges: &[(String, String)]) -> Vec<BTreeSet<String>> {
    let mut graph: DiGraph<&str, ()> = DiGraph::new();
    let index: BTreeMap<&str, NodeIndex> =
        nodes.iter().map(|node| (node.as_str(), graph.add_node(node))).collect();
    for (from, to) in edges {
        if let (Some(from), Some(to)) = (index.get(from.as_str()), index.get(to.as_str())) {
            graph.add_edge(*from, *to, ());
        }
    }
    let named = |unit: Vec<NodeIndex>| {
        unit.into_iter()
            .filter_map(|at| graph.node_weight(at))
            .map(|name| (*name).to_owned())
            .collect()
    };
    kosaraju_scc(&graph).into_iter().map(named).collect()
}
