//! What the service talks to, and from which addresses it is seen.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of the network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    /// `host:port` of every database, cache, queue and service that it connects to. Source: the
    /// inventory of the migration plan.
    pub dependencies: Known<BTreeSet<String>>,
    /// Addresses that the new side is seen with from outside. Source: NAT gateways, Elastic IPs.
    pub egress: Known<BTreeSet<String>>,
    /// Address lists of partners that let the service in, as addresses or CIDR blocks, by partner.
    /// Source: declared in the shift; an empty list says that there is no such partner.
    pub allowlists: Known<BTreeMap<String, BTreeSet<String>>>,
    /// p99 of what the service calls. Source: metrics of the dependencies.
    pub dependency_latency: Known<BTreeMap<String, Steadiness>>,
}

/// p99 of a dependency before and after a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Steadiness {
    /// Before the step.
    pub before_ms: u64,
    /// Now.
    pub now_ms: u64,
}
