//! The target group of one side: health, attributes, who registers, what it serves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of a side's target group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Targets {
    /// Health by availability zone. Source: `DescribeTargetHealth`.
    pub health: Known<Health>,
    /// Deregistration delay in seconds. Source: `DescribeTargetGroupAttributes`.
    pub deregistration_delay_secs: Known<u32>,
    /// Since when no request came. Source: `RequestCount` of the group in CloudWatch.
    pub quiet: Known<Quiet>,
    /// Response times of the last minutes. Source: `TargetResponseTime`, or Segue's balancer.
    pub latency: Known<Latency>,
    /// Whose targets are in the group. Source: `DescribeTargetHealth`, `TargetGroupBinding`.
    pub binding: Known<Binding>,
}

/// Health by availability zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Health {
    /// Targets of each zone that is enabled, also of one without targets.
    pub zones: BTreeMap<String, Zone>,
}

impl Health {
    /// Healthy targets in all zones.
    pub fn healthy(&self) -> u32 {
        self.zones.values().fold(0, |sum, zone| sum.saturating_add(zone.healthy))
    }

    /// Registered targets in all zones.
    pub fn total(&self) -> u32 {
        self.zones.values().fold(0, |sum, zone| sum.saturating_add(zone.total))
    }

    /// Zones with a healthy target.
    pub fn healthy_zones(&self) -> usize {
        self.zones.values().filter(|zone| zone.healthy > 0).count()
    }
}

/// Targets of one availability zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Zone {
    /// Targets that answer their health checks and are not draining.
    pub healthy: u32,
    /// Targets registered.
    pub total: u32,
}

/// How long a group has had no request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quiet {
    /// Whole periods of CloudWatch without a request, up to now.
    pub periods: u32,
    /// Seconds without a request, up to now.
    pub secs: u32,
}

/// Response times of one side over the same minutes as those of the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// Half of the requests took at most this long.
    pub p50_ms: u64,
    /// 99 of 100 requests took at most this long.
    pub p99_ms: u64,
}

/// Whose targets are in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Binding {
    /// Whether a `TargetGroupBinding` names the group.
    pub bound: bool,
    /// Whether an ECS service registers its tasks in it.
    pub ecs: bool,
    /// Whether the binding has had `multiClusterTargetGroup: true` from its first apply. Set
    /// later, the targets that were registered before are not on its list.
    pub multi_cluster_from_first: bool,
}
