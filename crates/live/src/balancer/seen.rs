//! What can be seen of single targets from outside.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Balancer;
use super::target::Target;
use crate::LiveError;

/// One target as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetSeen {
    /// Where it is.
    pub address: SocketAddr,
    /// Whether it may get requests.
    pub state: TargetState,
    /// Requests and upgraded connections that it has now.
    pub in_flight: usize,
    /// Passed over for a while, since connections to it broke.
    pub ejected: bool,
    /// Gets less than its share for a while, since it is new.
    pub warming: bool,
}

/// Whether a target may get requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TargetState {
    /// Not checked yet.
    Initial,
    /// Answers its health checks.
    Healthy,
    /// Does not.
    Unhealthy,
    /// Is leaving: finishes what it has.
    Draining,
}

impl Balancer {
    /// The targets of a group, in order of their addresses.
    pub fn targets(&self, group: &str) -> Result<Vec<TargetSeen>, LiveError> {
        let group = self.shared.group(group)?;
        let mut targets: Vec<_> = group.targets().iter().map(|target| seen(target)).collect();
        targets.sort_by_key(|target| target.address);
        Ok(targets)
    }

    /// The targets of every group.
    pub fn all_targets(&self) -> BTreeMap<String, Vec<TargetSeen>> {
        let names: Vec<String> = self.shared.now.load().groups.keys().cloned().collect();
        // One that has gone in between has none.
        let targets =
            names.into_iter().filter_map(|name| Some((name.clone(), self.targets(&name).ok()?)));
        targets.collect()
    }
}

fn seen(target: &Target) -> TargetSeen {
    let state = match target.verdict() {
        _ if target.is_draining() => TargetState::Draining,
        None => TargetState::Initial,
        Some(true) => TargetState::Healthy,
        Some(false) => TargetState::Unhealthy,
    };
    TargetSeen {
        address: target.address,
        state,
        in_flight: target.in_flight(),
        ejected: target.trust.is_ejected(),
        warming: target.trust.is_warming(),
    }
}
