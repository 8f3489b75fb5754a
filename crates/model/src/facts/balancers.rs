//! A load balancer: time-outs, the rule that is shifted, warmth, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of the balancer in front of a side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Balancer {
    /// `idle_timeout.timeout_seconds`. Source: `DescribeLoadBalancerAttributes`.
    pub idle_timeout_secs: Known<u32>,
    /// `client_keep_alive.seconds`: how long a client may stay on one connection. Same source.
    pub client_keep_alive_secs: Known<u32>,
    /// What is shifted, as read back. Source: `DescribeRules`, or the weighted records where names
    /// are shifted.
    pub rule: Known<Rule>,
    /// Capacity units at the busiest minute of the last two weeks. Source: `PeakLCUs`.
    pub peak_units: Known<u32>,
    /// Capacity units that are reserved. Source: `DescribeCapacityReservation`.
    pub reserved_units: Known<u32>,
    /// Settings in which the new balancer differs from the old one, kept with the new one:
    /// certificates, TLS policy, rules and their order, redirects, WAF, authentication, idle
    /// time-out, HTTP/2, header limits, X-Forwarded-For mode, access logs. Source: Describe* of both.
    pub differences: Known<Vec<Difference>>,
    /// Target groups on this balancer in which no target is registered or all are unhealthy.
    /// Source: `DescribeTargetGroups`, `DescribeTargetHealth`.
    pub empty_groups: Known<BTreeSet<String>>,
    /// Requests by Host header (or TLS server name) since the logs begin. Source: access logs.
    pub hosts: Known<BTreeMap<String, u64>>,
}

/// A rule as the control plane states it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Share of the new side in percent.
    pub new_percent: u8,
    /// Seconds since the rule was first read with this share.
    pub since_secs: u32,
    /// `TargetGroupStickinessConfig` in seconds; `None` if it is off.
    pub stickiness_secs: Option<u32>,
}

/// A setting in which two balancers differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Path of the setting, such as `listener/443/sslPolicy`.
    pub setting: String,
    /// Its value on the old balancer.
    pub old: String,
    /// Its value on the new balancer.
    pub new: String,
}
