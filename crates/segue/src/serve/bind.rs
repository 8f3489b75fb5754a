//! Attaches pods to target groups: ready ones are registered, others let go.
//!
//! What the AWS Load Balancer Controller does for a `TargetGroupBinding`.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use model::ports::{Cloud, Fault};

/// A target group with one of its targets.
pub type Bound = (String, SocketAddr);

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
