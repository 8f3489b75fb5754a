//! `Fleets`: how many copies of a service run, and who runs its schedules.

use std::future::Future;

use serde::{Deserialize, Serialize};

use super::{Epoch, Fault};

/// The copies and the single-owner jobs of services, on whatever runs them.
pub trait Fleets: Sync {
    /// The copies of the fleet `fleet`, such as `ecs/CLUSTER/SERVICE` or `deployment/NS/NAME`.
    fn fleet(&self, fleet: &str) -> impl Future<Output = Result<FleetSeen, Fault>> + Send;

    /// Gives a fleet this many copies and keeps any autoscaler from going below.
    fn scale(&self, order: &ScaleOrder) -> impl Future<Output = Result<(), Fault>> + Send;

    /// A schedule or a queue worker, such as `schedule/GROUP/NAME` or `cronjob/NS/NAME`.
    fn job(&self, job: &str) -> impl Future<Output = Result<JobSeen, Fault>> + Send;

    /// Lets a schedule or a worker start work, or keeps it from starting any.
    fn set_job(&self, order: &JobOrder) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// The copies of one fleet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FleetSeen {
    /// How many were asked for.
    pub wanted: u32,
    /// How many run, ready or not, those that are ending among them.
    pub running: u32,
    /// How many are ready for requests.
    pub ready: u32,
}

/// An order to give a fleet a number of copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScaleOrder {
    /// The fleet.
    pub fleet: String,
    /// How many copies, absolutely.
    pub replicas: u32,
    /// Who orders: a lower epoch than the last one obeyed is refused.
    pub epoch: Epoch,
    /// Number of the order within its shift; only grows.
    pub seq: u64,
}

/// A schedule or a worker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSeen {
    /// Whether it may start work.
    pub enabled: bool,
    /// How many of its runs or copies are at work now.
    pub running: u32,
}

/// An order to let a schedule or a worker run, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobOrder {
    /// The schedule or worker.
    pub job: String,
    /// Whether it may start work.
    pub enabled: bool,
    /// Who orders: a lower epoch than the last one obeyed is refused.
    pub epoch: Epoch,
    /// Number of the order within its shift; only grows.
    pub seq: u64,
}
