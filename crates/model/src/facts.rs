//! What is known about one shift before and while its requests move: one service, one environment,
//! an old and a new side. Grouped by who can know it.
//!
//! A fact that is absent means that nobody has looked. It never means that all is well, so there
//! are no defaults that read as an answer: [`Facts::default`] knows nothing. `live` and `twin` fill
//! it from their worlds, `migrate` from its plan; `traffic::preflight` reads it. Nothing here
//! judges.
//!
//! Units stand last in names: `_secs`, `_ms`, `_per_minute`. Requests are counted a minute, as
//! CloudWatch counts them, so that slow services need no fractions.

pub mod balancers;
pub mod capacity;
pub mod databases;
pub mod dns;
pub mod drills;
pub mod engine;
pub mod identity;
pub mod jobs;
pub mod network;
pub mod owners;
pub mod pods;
pub mod quotas;
pub mod targets;
pub mod traffic;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that was read, where, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact<T> {
    /// What was read.
    pub value: T,
    /// Where it was read, as people would look it up: an API call, a file, a drill.
    pub from: String,
    /// When it was read. A declaration in a file is as old as the reading of the file.
    pub at: Timestamp,
}

impl<T> Fact<T> {
    /// `value`, as read at `at` from `from`.
    pub fn new(value: T, from: impl Into<String>, at: Timestamp) -> Self {
        Self { value, from: from.into(), at }
    }
}

/// A fact, or `None` if nobody has looked.
pub type Known<T> = Option<Fact<T>>;

/// Which of the two sides of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The side that had all requests at the beginning.
    Old,
    /// The side that gets them.
    New,
}

impl Side {
    /// Both, the old one first.
    pub const BOTH: [Self; 2] = [Self::Old, Self::New];
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Old => "old",
            Self::New => "new",
        })
    }
}

/// The same thing for each side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sides<T> {
    /// Of the old side.
    pub old: T,
    /// Of the new side.
    pub new: T,
}

impl<T> Sides<T> {
    /// That of `side`.
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
        }
    }

    /// That of `side`, to be filled.
    pub fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Old => &mut self.old,
            Side::New => &mut self.new,
        }
    }
}

/// Everything that is known about one shift.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Facts {
    /// Pods of each side that runs on Kubernetes (API server).
    pub pods: Sides<pods::Pods>,
    /// The target group of each side (Elastic Load Balancing, CloudWatch).
    pub targets: Sides<targets::Targets>,
    /// The balancer in front of each side. Where both share one, only `old` is filled.
    pub balancers: Sides<balancers::Balancer>,
    /// Names that clients use (Route 53, access logs).
    pub dns: dns::Dns,
    /// What the service talks to, and from which addresses (inventory, VPC).
    pub network: network::Network,
    /// Roles, variables and secrets (IAM, task definition, pod).
    pub identity: identity::Identity,
    /// Cron jobs and queue workers (EventBridge, SQS, `CronJobs`, lease table).
    pub jobs: jobs::Jobs,
    /// Databases and their migrations (settings, HPA, the database itself).
    pub databases: databases::Databases,
    /// Who else writes to what the shift writes to (`CloudTrail`, read-back).
    pub owners: owners::Owners,
    /// Quotas and API limits of the account (Service Quotas, Segue's limiter).
    pub quotas: quotas::Limits,
    /// What each side can carry (HPA, load test, subnets).
    pub capacity: Sides<capacity::Capacity>,
    /// What clients send (access logs, CloudWatch).
    pub traffic: traffic::Traffic,
    /// Segue's own prober and journal.
    pub engine: engine::Engine,
    /// What was tried on purpose before any client was affected.
    pub drills: drills::Drills,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_known_at_first_and_json_keeps_it_so() {
        let none: Facts = serde_json::from_str("{}").unwrap();
        assert_eq!(none, Facts::default());
        let json = serde_json::to_string(&none).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), none);
        // Every leaf of what is known by default is an absence.
        let leaves = json.matches("null").count();
        assert!(leaves > 60, "{leaves} facts");
        assert!(!json.contains("true") && !json.contains("false") && !json.contains('0'));
    }

    #[test]
    fn a_fact_keeps_its_source_and_its_time() {
        let at: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let mut facts = Facts::default();
        facts.balancers.old.idle_timeout_secs =
            Some(Fact::new(60, "DescribeLoadBalancerAttributes", at));
        let json = serde_json::to_string(&facts).unwrap();
        assert!(json.contains(r#""idleTimeoutSecs":{"value":60,"from":"DescribeLoadBalancerAttributes","at":"2026-11-20T10:00:00Z"}"#));
        assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), facts);
    }
}
