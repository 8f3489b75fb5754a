//! What may be set besides rules and targets: protocols, limits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::health::HealthCheck;
use crate::limits::{
    CLIENT_IDLE, CLIENT_REQUESTS_MAX, CLIENTS_MAX, EJECT_AFTER, EJECT_FOR, HEAD_WAIT, STREAMS_MAX,
    TARGET_IDLE, TARGET_REQUESTS_MAX,
};

/// What the targets of a group speak, as an ALB's protocol version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// HTTP/1.1.
    #[default]
    #[serde(rename = "HTTP1")]
    Http1,
    /// HTTP/2 in clear text, from its first byte; gRPC needs it.
    #[serde(rename = "HTTP2")]
    Http2,
}

/// What is set for one target group.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) check: HealthCheck,
    pub(super) protocol: Protocol,
    pub(super) passive: PassiveHealth,
    /// How long a new target gets less than its share.
    pub(super) slow_start: Duration,
    /// How long a target that leaves may finish what it has.
    pub(super) drain: Duration,
    /// Requests that one target may have at one time.
    pub(super) most: usize,
}

/// When a target is passed over for what its requests meet, beside its health checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassiveHealth {
    /// Failures in a row: no connection, a broken one, no answer in time. Answers with 5xx are
    /// none, since the target gave them. Zero turns it off.
    pub failures: u32,
    /// For how long. The last target that is not passed over never is.
    pub eject: Duration,
}

impl Default for PassiveHealth {
    fn default() -> Self {
        Self { failures: EJECT_AFTER, eject: EJECT_FOR }
    }
}

/// Bounds of one balancer. Connections keep those with which they began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Clients' connections at one time; more wait in the kernel's queue.
    pub clients: usize,
    /// How long a client may send no request on a kept connection.
    pub idle: Duration,
    /// How long a request's head may take from its first byte.
    pub head: Duration,
    /// Requests of one connection, after which it is closed in order.
    pub requests: u64,
    /// Requests of one HTTP/2 connection at one time.
    pub streams: u32,
    /// How long neither side may send a byte while a request is under way.
    pub silence: Duration,
    /// Requests that one target may have at one time.
    pub target_requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients: CLIENTS_MAX,
            idle: CLIENT_IDLE,
            head: HEAD_WAIT,
            requests: CLIENT_REQUESTS_MAX,
            streams: STREAMS_MAX,
            silence: TARGET_IDLE,
            target_requests: TARGET_REQUESTS_MAX,
        }
    }
}

impl Limits {
    /// What is wrong with them, if anything is.
    pub fn check(&self) -> Result<(), String> {
        let Self { clients, idle, head, requests, streams, silence, target_requests } = self;
        let zero = [*clients, *target_requests].contains(&0) || *requests == 0 || *streams == 0;
        if zero || [idle, head, silence].into_iter().any(Duration::is_zero) {
            return Err("every limit is at least 1, or 1s".to_owned());
        }
        Ok(())
    }
}
