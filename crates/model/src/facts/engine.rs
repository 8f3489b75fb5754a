//! Segue's own prober and journal.

use serde::{Deserialize, Serialize};

use super::{Known, Sides};

/// What is known of the engine that moves the requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Engine {
    /// What the prober sent to each side over the last minute, path by path. Source: the prober.
    pub prober: Sides<Known<Vec<Path>>>,
    /// Epochs and lease. Source: the journal.
    pub lease: Known<Lease>,
}

/// What the prober sent over one path, such as a host through a balancer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Path {
    /// The path, as people call it.
    pub name: String,
    /// Requests sent, each with an id of its own.
    pub requests: u64,
    /// Over how long.
    pub over_secs: u32,
    /// Requests without an answer, or with one that the balancer made (502, 503, 504).
    pub lost: u64,
}

/// Who may write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lease {
    /// The epoch that this engine writes with.
    pub ours: u64,
    /// The highest epoch of the journal.
    pub journal: u64,
    /// What is left of the lease.
    pub left_ms: u64,
    /// The longest that a call may take, with the greatest difference of the clocks.
    pub call_ms: u64,
}
