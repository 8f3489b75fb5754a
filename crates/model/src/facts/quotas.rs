//! Quotas of the account, and how fast its APIs may be called.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of limits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Counts once the plan is carried out. Source: Service Quotas, Describe*, the plan.
    pub counts: Known<BTreeMap<Quota, Count>>,
    /// How Segue shares out its calls. Source: its limiter.
    pub limiter: Known<Limiter>,
    /// The request that takes everything back. Source: the journal.
    pub roll_back: Known<RollBack>,
}

/// Quotas that a shift comes near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Quota {
    /// Rules of the balancer.
    RulesPerBalancer,
    /// Target groups of the balancer.
    TargetGroupsPerBalancer,
    /// Target groups of one action.
    TargetGroupsPerAction,
    /// Targets of the balancer.
    TargetsPerBalancer,
    /// Targets of one group.
    TargetsPerTargetGroup,
    /// Target groups of the region.
    TargetGroupsPerRegion,
    /// Balancers of the region.
    BalancersPerRegion,
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::RulesPerBalancer => "rules of the balancer",
            Self::TargetGroupsPerBalancer => "target groups of the balancer",
            Self::TargetGroupsPerAction => "target groups of one action",
            Self::TargetsPerBalancer => "targets of the balancer",
            Self::TargetsPerTargetGroup => "targets of a target group",
            Self::TargetGroupsPerRegion => "target groups of the region",
            Self::BalancersPerRegion => "balancers of the region",
        })
    }
}

/// A count and its quota.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// How many there are once the plan is carried out.
    pub after: u32,
    /// How many there may be.
    pub quota: u32,
}

/// A limiter of calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limiter {
    /// Calls a minute in all.
    pub per_minute: u32,
    /// Calls a minute that only a roll back may use.
    pub reserved_per_minute: u32,
}

/// The request that takes everything back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RollBack {
    /// Whether it is built, ready to be sent.
    pub built: bool,
    /// Whether it was checked against the world: its rule and groups exist, the role may make it.
    pub validated: bool,
}
