//! `Cloud`: a load balancer's rule, its weighted target groups, their health and their counts.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{Epoch, Fault, Latency};

/// What decides where requests go. Only the verbs that are used today.
pub trait Cloud: Sync {
    /// The weights of `rule` as the control plane states them now.
    fn rule(&self, rule: &str) -> impl Future<Output = Result<RuleSeen, Fault>> + Send;

    /// Sets the weights of a rule, absolutely. An order of a lower epoch than the last is refused.
    fn set_weights(&self, order: &WeightOrder) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Health and counts of the target group `group`.
    fn group(&self, group: &str) -> impl Future<Output = Result<GroupSeen, Fault>> + Send;

    /// Adds a target to a group; it gets no request before its first good health check.
    fn register(
        &self,
        group: &str,
        target: SocketAddr,
    ) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Takes a target out of a group: no new request, those under way may finish.
    fn deregister(
        &self,
        group: &str,
        target: SocketAddr,
    ) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// A share of the requests in percent, 0 to 100.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weight(u8);

impl Weight {
    /// No requests.
    pub const NONE: Self = Self(0);
    /// All requests.
    pub const ALL: Self = Self(100);

    /// `percent` if it is at most 100.
    pub fn new(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self(percent))
    }

    /// The share in percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// What is left for the other side.
    #[must_use]
    pub fn rest(self) -> Self {
        Self(100 - self.0)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} %", self.0))
    }
}

impl TryFrom<u8> for Weight {
    type Error = String;

    fn try_from(percent: u8) -> Result<Self, Self::Error> {
        Self::new(percent).ok_or_else(|| format!("a weight is 0 to 100, not {percent}"))
    }
}

impl From<Weight> for u8 {
    fn from(weight: Weight) -> Self {
        weight.0
    }
}

/// Weights by target group. **Invariant:** they sum to 100.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Weight>", into = "BTreeMap<String, Weight>")]
pub struct Weights(BTreeMap<String, Weight>);

impl Weights {
    /// `weights` if they sum to 100.
    pub fn new(weights: BTreeMap<String, Weight>) -> Option<Self> {
        let sum: u32 = weights.values().map(|weight| u32::from(weight.percent())).sum();
        (sum == 100).then_some(Self(weights))
    }

    /// All to `group`.
    pub fn all_to(group: &str) -> Self {
        Self(BTreeMap::from([(group.to_owned(), Weight::ALL)]))
    }

    /// `weight` to the group `new` and the rest to the group `old`; all to it if they are one.
    pub fn between(old: &str, new: &str, weight: Weight) -> Self {
        if old == new {
            return Self::all_to(new);
        }
        let sides = [(old.to_owned(), weight.rest()), (new.to_owned(), weight)];
        Self(BTreeMap::from(sides))
    }

    /// The weight of `group`; 0 if it is not named.
    pub fn of(&self, group: &str) -> Weight {
        self.0.get(group).copied().unwrap_or(Weight::NONE)
    }

    /// All groups named, with their weights.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Weight)> {
        self.0.iter().map(|(group, weight)| (group.as_str(), *weight))
    }

    /// Whether both send the same share to every group; one that is not named has 0.
    pub fn same_as(&self, other: &Self) -> bool {
        let positive = |weights: &Self| -> BTreeMap<String, Weight> {
            let named = weights.0.iter().filter(|(_, weight)| **weight > Weight::NONE);
            named.map(|(group, weight)| (group.clone(), *weight)).collect()
        };
        positive(self) == positive(other)
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (group, weight)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{group} {weight}")?;
        }
        Ok(())
    }
}

impl TryFrom<BTreeMap<String, Weight>> for Weights {
    type Error = String;

    fn try_from(weights: BTreeMap<String, Weight>) -> Result<Self, Self::Error> {
        Self::new(weights).ok_or_else(|| "weights must sum to 100".to_owned())
    }
}

impl From<Weights> for BTreeMap<String, Weight> {
    fn from(weights: Weights) -> Self {
        weights.0
    }
}

/// An order to give a rule these weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightOrder {
    /// The rule of a balancer, or the name of a set of weighted records.
    pub rule: String,
    /// All its weights, not only those that change.
    pub weights: Weights,
    /// What it must show before: where the control plane can compare and swap (Route 53), the
    /// order is refused if it does not.
    pub expected: Weights,
    /// Who orders: a lower epoch than the last one obeyed is refused.
    pub epoch: Epoch,
    /// Number of the order within its shift; only grows.
    pub seq: u64,
}

/// A rule as the control plane states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSeen {
    /// Its weights.
    pub weights: Weights,
    /// The epoch of the last order that it obeyed.
    pub epoch: Epoch,
    /// Whether the change has reached all that serve it: INSYNC for records, always so for rules,
    /// whose propagation no API tells.
    pub settled: bool,
}

/// A target group as the control plane states it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSeen {
    /// Targets that answer their health checks and are not leaving.
    pub healthy: u32,
    /// Targets registered and not leaving.
    pub total: u32,
    /// Zones with at least one such healthy target; 0 where zones are not known.
    pub zones: u32,
    /// Requests so far.
    pub counts: Counts,
    /// How long the answers so far took.
    pub latency: Latency,
}

/// Requests of one target group since its balancer started; each only grows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Sent here by weight.
    pub chosen: u64,
    /// Answered by a target with anything but a 5xx.
    pub answered: u64,
    /// Answered by a target with a 5xx.
    pub failed: u64,
    /// Answered by the balancer itself with 502, 503 or 504.
    pub refused: u64,
}

impl Counts {
    /// What was counted since `earlier`; `None` if the balancer has started anew in between.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        Some(Self {
            chosen: self.chosen.checked_sub(earlier.chosen)?,
            answered: self.answered.checked_sub(earlier.answered)?,
            failed: self.failed.checked_sub(earlier.failed)?,
            refused: self.refused.checked_sub(earlier.refused)?,
        })
    }

    /// Requests that have an end, good or bad.
    pub fn ended(&self) -> u64 {
        self.answered + self.failed + self.refused
    }

    /// Requests that ended badly.
    pub fn bad(&self) -> u64 {
        self.failed + self.refused
    }
}
