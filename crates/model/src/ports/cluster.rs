//! `Cluster`: what runs workloads from manifests.

use std::future::Future;
use std::net::SocketAddr;

use serde::Serialize;
use serde_json::Value;

use super::Fault;

/// A place that runs workloads. Only the verbs that are used today.
pub trait Cluster: Sync {
    /// Makes the cluster run these objects; objects applied before and not named now stay.
    fn apply(&self, objects: &[Value]) -> impl Future<Output = Result<(), Fault>> + Send;

    /// Every workload with its pods.
    fn workloads(&self) -> impl Future<Output = Result<Vec<WorkloadSeen>, Fault>> + Send;

    /// Stops the workload `name`, gracefully, and forgets it.
    fn delete(&self, name: &str) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// A workload as it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadSeen {
    /// Its name.
    pub name: String,
    /// How many pods were asked for.
    pub wanted: u32,
    /// Its pods, by name.
    pub pods: Vec<Pod>,
}

impl WorkloadSeen {
    /// How many pods are ready for requests.
    pub fn ready(&self) -> usize {
        self.pods.iter().filter(|pod| pod.phase == PodPhase::Ready).count()
    }
}

/// One running copy of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pod {
    /// Its name, unique in the cluster.
    pub name: String,
    /// Where it listens with its first port, once that is known.
    pub address: Option<SocketAddr>,
    /// Container ports with the ports of `address` that they are reached at.
    pub ports: Vec<(u16, u16)>,
    /// How far it is.
    pub phase: PodPhase,
    /// How often it was started again after its end.
    pub restarts: u32,
}

/// How far a pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum PodPhase {
    /// Started, not ready for requests (yet, or any more).
    Starting,
    /// Answers its readiness probe.
    Ready,
    /// Ended by itself; it is started again after a wait.
    BackOff,
    /// Told to stop; finishes its work.
    Terminating,
}
