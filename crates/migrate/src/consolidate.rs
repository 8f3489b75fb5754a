//! The first stage, ECS to ECS: every service into the one cluster of its environment.
//!
//! Each service gets a second self in the new cluster, with target groups of its own, and the
//! weights of the rules in front move from the one to the other. The plan holds every call with
//! its input in AWS's own member names, so that whoever carries it out needs nothing else.
//! What it is not: it calls nothing, and it decides nothing about Kubernetes.

mod assign;
mod build;
mod carry;
mod cluster;
mod document;
mod draft;
mod facts;
mod findings;
mod forward;
mod frame;
mod held;
mod lookup;
mod moves;
mod order;
mod organisation;
mod owners;
mod service;
mod subject;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use model::Held;

pub use document::{
    Action, Balancer, Call, Cluster, Consolidation, Counts, EcsName, Group, Lookup, Manner, Move,
    Organisation, Owner, Rule, Step, Until,
};

use crate::given::{Given, Raised};
use assign::Assigned;
use facts::Facts;
use lookup::Lookups;
use moves::{Planned, Shared};
use subject::One;

/// Plans the first stage.
///
/// What a person must know goes into `raised`.
pub fn plan(given: Given<'_, '_>, raised: &mut Vec<Raised>) -> Consolidation {
    let facts = Facts::of(given);
    let organisation = organisation::of(given);
    let Assigned { targets, moving, held } = assign::assign(&facts, &organisation, raised);
    let mut lookups = Lookups::default();
    let mut rules = BTreeMap::new();
    let mut taken: BTreeSet<String> = assign::group_names(&facts);
    let mut planned: Vec<Planned> = Vec::new();
    for one in &moving {
        let Some(target) = targets.get(&assign::key(one)) else { continue };
        findings::of_service(&facts, one, target, raised);
        let mut shared = Shared { lookups: &mut lookups, rules: &mut rules, taken: &mut taken };
        planned.push(moves::plan(&facts, one, target, &moving, &mut shared));
    }
    frame::chain(&moving, &mut planned);
    let frame = frame::clusters(&facts, &targets, &moving, &mut planned, &held, &mut lookups);
    let made: BTreeMap<String, usize> =
        planned.iter().map(|one| (one.document.key(), one.document.groups.len())).collect();
    let all: Vec<&One<'_, '_>> = moving.iter().collect();
    let balancers = findings::balancers(&facts, &all, &made, raised);
    let counts = frame::counts(&facts, &targets, &planned, &held, &frame);
    let (documents, steps): (Vec<Move>, Vec<Vec<Step>>) =
        planned.into_iter().map(|one| (one.document, one.steps)).unzip();
    let steps = frame.first.into_iter().chain(steps.into_iter().flatten()).chain(frame.last);
    let whole = Consolidation {
        organisation,
        clusters: targets.into_values().map(|target| target.document).collect(),
        moves: documents,
        steps: order::sorted(steps.collect()),
        lookups: lookups.into_list(),
        held: held.into_iter().map(|one| Held { what: one.what, because: one.because }).collect(),
        balancers,
        counts,
    };
    frame::finished(whole, &facts)
}
