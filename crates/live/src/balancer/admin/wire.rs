//! What goes over the admin socket.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use model::Reason;
use model::ports::{Epoch, Fault, Retry, RuleSeen, Weights};
use serde::{Deserialize, Serialize};

/// Version of the paths and of what they hold.
pub(in crate::balancer) const PROTOCOL: u32 = 1;

/// Version of this program.
pub(in crate::balancer) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a connection is upgraded to for a hand-over.
pub(in crate::balancer) const HANDOVER: &str = "segue-handover";

/// Who answers.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::balancer) struct Hello {
    pub(in crate::balancer) protocol: u32,
    pub(in crate::balancer) version: String,
    pub(in crate::balancer) pid: u32,
}

/// An order of weights; the rule is in the path.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::balancer) struct Ordered {
    pub(in crate::balancer) weights: Weights,
    pub(in crate::balancer) expected: Weights,
    pub(in crate::balancer) epoch: Epoch,
    pub(in crate::balancer) seq: u64,
}

/// Why something was not done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::balancer) struct Refused {
    pub(in crate::balancer) reason: Reason,
    /// When to ask again; absent where that does not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::balancer) retry_ms: Option<u64>,
}

impl From<&Fault> for Refused {
    fn from(fault: &Fault) -> Self {
        let retry_ms = match fault.retry {
            Retry::Now => Some(0),
            Retry::After(wait) => Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            Retry::Never => None,
        };
        Self { reason: fault.because.clone(), retry_ms }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        let retry = match refused.retry_ms {
            None => Retry::Never,
            Some(0) => Retry::Now,
            Some(millis) => Retry::After(Duration::from_millis(millis)),
        };
        Self { because: refused.reason, retry }
    }
}

/// What a successor has to know to go on without a gap.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::balancer) struct State {
    /// Listeners in the order of the sockets that come with this.
    pub(in crate::balancer) listeners: Vec<(String, SocketAddr)>,
    /// The weights of every rule, and who ordered them.
    pub(in crate::balancer) rules: BTreeMap<String, RuleSeen>,
    /// The targets of every group.
    pub(in crate::balancer) groups: BTreeMap<String, Vec<TargetState>>,
}

/// One target of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::balancer) struct TargetState {
    pub(in crate::balancer) address: SocketAddr,
    /// Its last verdict; `None` before the first.
    pub(in crate::balancer) healthy: Option<bool>,
    /// Whether an order has put it there, rather than the configuration.
    pub(in crate::balancer) ordered: bool,
}
