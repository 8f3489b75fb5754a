//! Names: which of them lead to the old balancer, how they are answered, who still uses them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dns {
    /// Every record, of any type and in any zone, that leads to the old balancer. Source:
    /// `ListResourceRecordSets` of all zones, public and private, and the Host of access logs.
    pub records: Known<Vec<Record>>,
    /// The records that the plan moves. Source: the shift.
    pub planned: Known<BTreeSet<Name>>,
    /// Seconds that an answer may be cached; 60 for an alias to a load balancer. Source: Route 53.
    pub ttl_secs: Known<u32>,
    /// Requests by resolver (or by client where the resolver is not known), over a day. Source:
    /// access logs, query logs.
    pub resolvers: Known<BTreeMap<String, u64>>,
    /// What still comes over the old balancer. Source: access logs, `ActiveConnectionCount`.
    pub stragglers: Known<Stragglers>,
}

/// A name, its type and its zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Name {
    /// The host, without the full stop at the end.
    pub host: String,
    /// `A`, `AAAA` or `CNAME`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who is answered by it.
    pub zone: Zone,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = match self.zone {
            Zone::Public => "public",
            Zone::Private => "private",
        };
        write!(f, "{} {} ({zone})", self.host, self.kind)
    }
}

/// Who is answered by a hosted zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Zone {
    /// Everybody.
    Public,
    /// The VPCs that it is associated with.
    Private,
}

/// A record set that leads to a balancer of the shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Name, type and zone.
    #[serde(flatten)]
    pub name: Name,
    /// Whether several record sets share the name, by weight, failover, latency or place.
    pub one_of_several: bool,
    /// `EvaluateTargetHealth` of the alias.
    pub evaluates_target_health: bool,
}

/// What still comes over the old balancer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stragglers {
    /// Seconds without a request of a client (health checks and bots filtered) and without an open
    /// connection, up to now.
    pub quiet_secs: u32,
    /// Whether that time holds the busiest hour of the week.
    pub weekly_peak_seen: bool,
    /// Who came last, by address and user agent, with the number of requests of the last day.
    pub clients: BTreeMap<String, u64>,
}
