//! What one side can carry.

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of a side's capacity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Capacity {
    /// Replicas (tasks, pods) that are ready now. Source: `DescribeServices`, Deployment status.
    pub replicas: Known<u32>,
    /// Replicas that auto scaling may start. Source: HPA, scalable target.
    pub replicas_max: Known<u32>,
    /// Replicas for which there is room beside those that run: nodes, network interfaces,
    /// addresses, Fargate quota. Source: `NodePool` limits, subnets, Service Quotas.
    pub room: Known<u32>,
    /// Requests a minute that one replica carries. Source: a load test, or the busiest minute.
    pub per_replica_per_minute: Known<u64>,
    /// The least number of replicas that auto scaling keeps. Source: HPA, scalable target.
    pub replicas_min: Known<u32>,
}
