//! What the checks need of the shift: its mechanism, its steps, and what a person has declared.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the checks need of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Name of the shift.
    pub shift: String,
    /// What moves the requests.
    pub mechanism: Mechanism,
    /// The side that has all requests at the beginning.
    pub old: Fleet,
    /// The side that gets them.
    pub new: Fleet,
    /// Shares of the new side in percent, growing.
    pub steps: Vec<u8>,
    /// How long each step is held at least.
    pub step_hold_secs: u32,
    /// The longest ordinary request as declared. What is measured counts if it is longer.
    pub longest_request_secs: Option<u32>,
    /// How long the old targets are kept after they have no weight any more.
    pub keep_old_secs: u32,
    /// Schedules and queues that may have one owner only.
    pub single_owner: Vec<String>,
    /// The longest that taking everything back may last.
    pub recovery_secs: u32,
    /// Who wrote the shift.
    pub author: String,
    /// Checks that a person accepts as they are.
    pub waivers: Vec<Waiver>,
}

/// One side of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fleet {
    /// What runs it.
    pub platform: Platform,
    /// Targets that it needs for all requests.
    pub need: u32,
}

/// What moves the requests (traffic shifting, three mechanisms, and the local balancer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mechanism {
    /// Weights of one rule on one ALB.
    SameAlb,
    /// Weights on the old ALB first; then names move to a new ALB that reaches the same targets.
    Bridge,
    /// Weights of Route 53 records between unequal sides.
    Route53,
    /// Segue's own balancer on one machine.
    Local,
}

/// What runs a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Platform {
    /// An ECS service.
    Ecs,
    /// A Deployment in a cluster, behind the AWS Load Balancer Controller unless local.
    Kubernetes,
    /// A Deployment as processes of one machine.
    Processes,
}

impl Platform {
    /// Whether a pod template says how it runs.
    pub fn has_pods(self) -> bool {
        match self {
            Self::Kubernetes | Self::Processes => true,
            Self::Ecs => false,
        }
    }
}

/// When the guard of the steps is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Moment {
    /// Before a step, in percent of the new side.
    Step {
        /// The share now.
        from: u8,
        /// The share to come.
        to: u8,
    },
    /// While a share is observed.
    Watch {
        /// The share.
        weight: u8,
    },
    /// Before the old side is scaled down.
    ScaleDown,
    /// Before the old balancer and its names are removed.
    Decommission,
}

impl Moment {
    /// The share of the new side now, in percent.
    pub fn weight(self) -> u8 {
        match self {
            Self::Step { from, .. } => from,
            Self::Watch { weight } => weight,
            Self::ScaleDown | Self::Decommission => 100,
        }
    }

    /// The share of the new side that must be carried: that to come, before a step.
    pub fn target(self) -> u8 {
        match self {
            Self::Step { to, .. } => to,
            Self::Watch { .. } | Self::ScaleDown | Self::Decommission => self.weight(),
        }
    }

    /// Whether the old side is being given up.
    pub fn gives_up_old(self) -> bool {
        match self {
            Self::ScaleDown | Self::Decommission => true,
            Self::Step { .. } | Self::Watch { .. } => false,
        }
    }
}

/// A check that a person accepts as it is, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiver {
    /// The check, such as `Z9`.
    pub check: String,
    /// Who answers for it.
    pub by: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is good, in UTC.
    pub until: Date,
}
