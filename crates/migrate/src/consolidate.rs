//! The first stage, ECS to ECS: every service into the one cluster of its environment.
//!
//! Each service gets a second self in the new cluster, with target groups of its own, and the
//! weights of the rules in front move from the one to the other. The plan holds every call with
//! its input in AWS's own member names, so that whoever carries it out needs nothing else.
//! What it is not: it calls nothing, and it decides nothing about Kubernetes.

mod document;

pub use document::{
    Action, Balancer, Call, Cluster, Consolidation, Counts, EcsName, Group, Lookup, Manner, Move,
    Organisation, Owner, Rule, Step, Until,
};

use crate::given::{Given, Raised};

/// Plans the first stage.
///
/// What a person must know goes into `raised`.
pub fn plan(_given: Given<'_, '_>, _raised: &mut Vec<Raised>) -> Consolidation {
    Consolidation::default()
}
