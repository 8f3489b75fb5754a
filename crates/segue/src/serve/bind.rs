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

/// A target group with one of its targets.
pub type Bound = (String, SocketAddr);

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
        step(cloud, &wanted, &mut bound).await?;
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            rung = changes.changed() => if rung.is_err() { return Ok(()) },
        }
    }
}

/// Takes targets that are not wanted out of their groups, and adds the others. `bound` is what
/// was done, also after an error.
pub async fn step(
    cloud: &impl Cloud,
    wanted: &BTreeSet<Bound>,
    bound: &mut BTreeSet<Bound>,
) -> Result<(), Fault> {
    let mut failed = None;
    for target in bound.difference(wanted).cloned().collect::<Vec<_>>() {
        // A group that is gone has let go of its targets by itself.
        let _ = cloud.deregister(&target.0, target.1).await;
        bound.remove(&target);
    }
    for target in wanted.difference(bound).cloned().collect::<Vec<_>>() {
        match cloud.register(&target.0, target.1).await {
            Ok(()) => _ = bound.insert(target),
            Err(fault) => failed = failed.or(Some(fault)),
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Group and address of every ready pod that belongs to one.
async fn ready(cluster: &impl Cluster, bindings: &Bindings) -> Result<BTreeSet<Bound>, Fault> {
    let mut ready = BTreeSet::new();
    for workload in cluster.workloads().await? {
        let Some(group) = bindings.get(&workload.name) else { continue };
        let pods = workload.pods.iter().filter(|pod| pod.phase == PodPhase::Ready);
        ready.extend(pods.filter_map(|pod| Some((group.clone(), pod.address?))));
    }
    Ok(ready)
}
