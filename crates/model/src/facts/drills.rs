//! What was tried on purpose, on a test route, before any client was affected.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Known;

/// The outcome of each drill.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Drills {
    /// A target of the new side was ended under load.
    pub end_target: Known<Load>,
    /// A connection was opened to a target and left idle.
    pub idle: Known<Idle>,
    /// A login was used on both sides.
    pub session: Known<Session>,
    /// TCP connections from the balancer to a target and from a target to each dependency
    /// (`host:port`), and whether they were taken.
    pub connect: Known<Connections>,
    /// A deep smoke test through the test route.
    pub smoke: Known<Smoke>,
    /// A client of a long connection was cut off.
    pub reconnect: Known<Reconnect>,
    /// How long a target still gets requests after its deregistration was asked for.
    pub leave: Known<Leave>,
    /// The address of a client as the service sees it on each side.
    pub client_address: Known<ClientAddress>,
}

/// A drill under load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Load {
    /// What was done, such as `deleted pod payments-7d9f-x2`.
    pub did: String,
    /// Requests sent meanwhile.
    pub requests: u64,
    /// Requests without an answer, or with one that the balancer made (502, 503, 504).
    pub lost: u64,
}

/// A connection that was left idle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Idle {
    /// How long it was watched.
    pub watched_secs: u32,
    /// When the server closed it; `None` if it did not.
    pub closed_after_secs: Option<u32>,
}

/// A login that was used on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Session {
    /// The service has no login and keeps nothing between requests.
    None,
    /// The cookie of one side was sent to the other.
    Replayed {
        /// Status of the new side for a cookie of the old one.
        on_new: u16,
        /// Status of the old side for a cookie of the new one.
        on_old: u16,
    },
}

/// TCP connections that were tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connections {
    /// Whether the balancer reached a target of the new side.
    pub balancer_to_target: bool,
    /// Whether a target of the new side reached each dependency.
    pub dependencies: BTreeMap<String, bool>,
}

/// A smoke test that goes through what the health check does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Smoke {
    /// Checks made.
    pub checks: u32,
    /// Checks that were green.
    pub green: u32,
}

/// A client of a long connection that was cut off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconnect {
    /// Whether the client came back by itself.
    pub came_back: bool,
    /// Whether clients come back spread over time, not all at once.
    pub jitter: bool,
}

/// How long a target still gets requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leave {
    /// From the end of the pod to the beginning of its deregistration, p99, rounded up.
    pub deregistration_p99_secs: u32,
    /// From there to the last new request, the longest that was seen, rounded up.
    pub propagation_secs: u32,
}

/// The address of a client as the service sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientAddress {
    /// On the old side.
    pub old: String,
    /// On the new side.
    pub new: String,
}
