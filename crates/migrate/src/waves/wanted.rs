//! From the graph to what decides the order, and from the order to what a person must know.

use std::collections::BTreeMap;

use model::Reason;
use model::code::{migrate as names_code, waves as code};

use super::edges::{Graph, service_id};
use super::graph::{Edge, Relation, Sign, Thing};
use super::risk::Risk;
use super::sequence::{Called, Key, Wanted};
use super::{Limits, Order};
use crate::finding::Finding;
use crate::generate::Converted;
use crate::given::{Given, Raised};

/// What decides the order.
pub(super) fn of(given: Given<'_, '_>, graph: &Graph, risks: &[Risk], limits: &Limits) -> Wanted {
    let key = |risk: &Risk| (risk.environment.clone(), risk.service.clone());
    let mut wanted = Wanted {
        risks: risks.iter().map(|risk| (key(risk), risk.score)).collect(),
        limits: limits.clone(),
        ..Wanted::default()
    };
    let keys: BTreeMap<String, Key> = wanted
        .risks
        .keys()
        .map(|(env, name)| (service_id(name, env), (env.clone(), name.clone())))
        .collect();
    for edge in graph.edges.values() {
        let (Some(from), Some(to)) = (keys.get(&edge.from), keys.get(&edge.to)) else { continue };
        // A call into another environment is a finding; that one has its own time.
        if from.0 != to.0 {
            continue;
        }
        match edge.relation {
            Relation::Calls => wanted.calls.entry(from.clone()).or_default().push(called(edge, to)),
            Relation::Shares => wanted.coupled.push((from.clone(), to.clone())),
            Relation::Uses | Relation::Starts | Relation::May => {}
        }
    }
    for one in given.converted.iter().filter(|one| one.scope.blocked()) {
        let blockers = one.scope.findings.iter().filter(|finding| finding.blocks());
        let ids = blockers.map(|finding| finding.id.clone()).collect();
        wanted.blocked.insert((one.work.env.clone(), one.work.name.clone()), ids);
    }
    wanted
}

fn called(edge: &Edge, to: &Key) -> Called {
    let words = edge.evidence.iter().filter(|one| !one.sign.is_permission());
    let only_in_ecs = words.map(|one| one.sign).all(|sign| sign == Sign::ServiceConnect);
    Called { service: to.1.clone(), weight: edge.weight, only_in_ecs }
}

/// Raises what a person must know of the order.
pub(super) fn raise(given: Given<'_, '_>, order: &Order, raised: &mut Vec<Raised>) {
    let mut add = |service: &str, environment: &str, reason: Reason| {
        raised.push(Raised {
            service: service.to_owned(),
            environment: environment.to_owned(),
            reason,
        });
    };
    for cycle in &order.cycles {
        let names = cycle.services.join(", ");
        let cut: Vec<String> =
            cycle.cut.iter().map(|call| format!("{} → {}", call.caller, call.callee)).collect();
        let reason = Reason::new(&code::CALL_CIRCLE)
            .with("services", names)
            .with("env", &cycle.environment)
            .with("cut", cut.join(", "));
        for service in &cycle.services {
            add(service, &cycle.environment, reason.clone());
        }
    }
    for kept in &order.kept {
        add(&kept.service, &kept.environment, kept.because.clone());
    }
    let things: BTreeMap<&str, &Thing> =
        order.things.iter().map(|thing| (thing.id.as_str(), thing)).collect();
    for one in given.converted {
        let id = service_id(&one.work.name, &one.work.env);
        for edge in order.edges.iter().filter(|edge| edge.from == id) {
            if let Some(reason) = foreign(one, edge, &things) {
                add(&one.work.name, &one.work.env, reason);
            }
            if edge.relation == Relation::Shares
                && let Some(other) = things.get(edge.to.as_str())
            {
                let names = format!("{} and {}", one.work.name, other.name);
                let reason = Reason::new(&code::GROUP_SHARED)
                    .with("services", names)
                    .with("env", &one.work.env);
                add(&one.work.name, &one.work.env, reason);
            }
        }
    }
}

/// What is to be said of an edge into another environment, unless its words said it already.
fn foreign(one: &Converted<'_>, edge: &Edge, things: &BTreeMap<&str, &Thing>) -> Option<Reason> {
    let env = edge.foreign.as_ref()?;
    if edge.relation == Relation::May {
        return None;
    }
    let told = |finding: &Finding| {
        finding.reason.code.id == names_code::WORD_FOREIGN.id
            && edge.evidence.iter().any(|said| finding.place.as_ref() == Some(&said.place))
    };
    if one.scope.findings.iter().any(told) {
        return None;
    }
    let thing = things.get(edge.to.as_str())?;
    Some(
        Reason::new(&code::FOREIGN_USE)
            .with("service", &one.work.name)
            .with("env", &one.work.env)
            .with("what", format!("the {} {}", thing.kind.noun(), thing.name))
            .with("foreign", env),
    )
}
