//! The loop that attaches pods to target groups: ready ones are registered, others let go.
//!
//! What the AWS Load Balancer Controller does for a `TargetGroupBinding`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use model::ports::{Cloud, Cluster, Fault, PodPhase};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Which workload's pods belong to which target group.
pub type Bindings = BTreeMap<String, String>;

/// Keeps the groups as the pods are, until `stop` or until the cluster is gone.
pub async fn run(
    cluster: &impl Cluster,
    cloud: &impl Cloud,
    bindings: &Bindings,
    mut changes: watch::Receiver<u64>,
    stop: &CancellationToken,
) -> Result<(), Fault> {
    let mut bound = BTreeSet::new();
    loop {
        changes.mark_unchanged();
        let wanted = ready(cluster, bindings).await?;
        for (group, target) in bound.difference(&wanted) {
            cloud.deregister(group, *target).await?;
        }
        for (group, target) in wanted.difference(&bound) {
            cloud.register(group, *target).await?;
        }
        bound = wanted;
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            rung = changes.changed() => if rung.is_err() { return Ok(()) },
        }
    }
}

/// Group and address of every ready pod that belongs to one.
async fn ready(
    cluster: &impl Cluster,
    bindings: &Bindings,
) -> Result<BTreeSet<(String, SocketAddr)>, Fault> {
    let mut ready = BTreeSet::new();
    for workload in cluster.workloads().await? {
        let Some(group) = bindings.get(&workload.name) else { continue };
        let pods = workload.pods.iter().filter(|pod| pod.phase == PodPhase::Ready);
        ready.extend(pods.filter_map(|pod| Some((group.clone(), pod.address?))));
    }
    Ok(ready)
}
