//! Both fleets before the crossing: that they answer, and where.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use model::Reason;
use model::code::live as code;
use model::ports::{Cloud as _, Cluster as _, GroupSeen};

use super::person::short;
use super::place::{LISTENER, NEW, NEW_GROUP, OLD, OLD_GROUP, OVERLAY, REPLICAS, RULE, SERVICE};
use crate::serve::local::Local;

/// How long the fleets may take to come up.
const UP_WAIT: Duration = Duration::from_mins(1);
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(100);

/// Where the balancer answers for the rule that the shift turns.
pub(super) async fn front(local: &Local) -> Result<SocketAddr, Reason> {
    let address = local.addresses().get(LISTENER).copied();
    if let Some(address) = address
        && local.balancer().rule(RULE).await.is_ok()
    {
        return Ok(address);
    }
    let of_it = |held: &&crate::serve::book::HeldStatus| {
        let what = held.what.as_str();
        what == format!("listener/{LISTENER}") || what.ends_with(SERVICE)
    };
    if let Some(held) = local.held().iter().find(of_it) {
        return Err(held.because.clone());
    }
    let cause = format!(
        "{OVERLAY} was there before and makes no rule {RULE} at {LISTENER}; give the folder another \
         name, or begin in another one with --dir"
    );
    Err(Reason::new(&code::MANIFESTS).with("service", SERVICE).with("cause", cause))
}

/// Waits until all copies of both sides are healthy.
pub(super) async fn up(local: &Local, logs: &Path) -> Result<(), Reason> {
    let all_up = async {
        while behind(local).await.is_some() {
            tokio::time::sleep(LOOK).await;
        }
    };
    if tokio::time::timeout(UP_WAIT, all_up).await.is_ok() {
        return Ok(());
    }
    let Some((side, seen)) = behind(local).await else { return Ok(()) };
    Err(Reason::new(&code::NOT_UP)
        .with("side", side)
        .with("waited", UP_WAIT.as_secs())
        .with("ready", seen.healthy)
        .with("wanted", REPLICAS)
        .with("logs", logs.display()))
}

/// A side that is not up yet.
async fn behind(local: &Local) -> Option<(&'static str, GroupSeen)> {
    for (side, group) in [(OLD, OLD_GROUP), (NEW, NEW_GROUP)] {
        let seen = local.balancer().group(group).await.unwrap_or_default();
        if seen.healthy < REPLICAS {
            return Some((side, seen));
        }
    }
    None
}

/// Where the copies of each side listen.
pub(super) async fn addresses(local: &Local) -> Vec<(&'static str, Vec<SocketAddr>)> {
    let seen = local.cluster().workloads().await.unwrap_or_default();
    let of = |group: &str| {
        let pods = seen.iter().filter(|one| short(&one.name) == group).flat_map(|one| &one.pods);
        pods.filter_map(|pod| pod.address).collect()
    };
    vec![(OLD, of(OLD_GROUP)), (NEW, of(NEW_GROUP))]
}
