//! Effects: what an order makes the world show. Absolute, so that ordering one twice is harmless.

use std::fmt;

use model::ports::{Weight, Weights};
use serde::{Deserialize, Serialize};

/// Something that the world is to show, or showed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// A rule, or a set of weighted records, has these weights.
    Weights {
        /// The rule.
        rule: String,
        /// All its weights.
        weights: Weights,
        /// The share of the new side among them.
        share: Weight,
    },
    /// A fleet has this many copies, and nothing scales it below.
    Replicas {
        /// The fleet.
        fleet: String,
        /// How many.
        replicas: u32,
    },
    /// A schedule or a worker may start work, or not.
    Job {
        /// The schedule or worker.
        job: String,
        /// Whether it may.
        enabled: bool,
    },
    /// The drills of the new side have ended.
    Drill {
        /// Whether they have.
        ended: bool,
    },
}

impl Effect {
    /// The share of the new side, if this is about weights.
    pub fn share(&self) -> Option<Weight> {
        match self {
            Self::Weights { share, .. } => Some(*share),
            Self::Replicas { .. } | Self::Job { .. } | Self::Drill { .. } => None,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weights { weights, .. } => write!(f, "weights {weights}"),
            Self::Replicas { fleet, replicas } => write!(f, "{replicas} copies of {fleet}"),
            Self::Job { job, enabled: true } => write!(f, "{job} enabled"),
            Self::Job { job, enabled: false } => write!(f, "{job} disabled"),
            Self::Drill { .. } => f.write_str("drills of the new side"),
        }
    }
}
