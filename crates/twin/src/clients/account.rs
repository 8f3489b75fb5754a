//! The account of a service's requests: every one of them, and whose act it was that lost one.

use std::collections::BTreeMap;
use std::fmt;

use model::ports::{Counts, Latency};
use serde::Serialize;

use crate::process::CopyId;

/// Why requests are lost, in the words of the account.
pub mod why {
    /// The group that was chosen has no target at all.
    pub const EMPTY: &str = "balancer 503: no target in the group";
    /// Its targets are all new or leaving.
    pub const NONE_USABLE: &str = "balancer 503: only new or leaving targets in the group";
    /// Nobody listens at the target.
    pub const REFUSED: &str = "balancer 502: connection refused";
    /// The target closed the idle connection on which the request was sent.
    pub const CLOSED: &str = "balancer 502: target closed an idle connection";
    /// The deregistration delay was over before the request.
    pub const DRAINED: &str = "balancer 502: target drained before its answer";
    /// SIGTERM ended the copy at once.
    pub const TERMINATED: &str = "killed: ended by SIGTERM in the middle of it";
    /// No answer within the idle time-out, as the request waited too long for a processor.
    pub const TIMED_OUT: &str = "balancer 504: no answer within 60 s";
    /// No answer within the idle time-out, as the service takes longer for such a request.
    pub const TOO_LONG: &str = "balancer 504: a request that takes more than 60 s";
}

/// Whose act it was that a request was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// An injected fault explains it: the copy or the group is under that fault.
    Fault(&'static str),
    /// The copy is not well-behaved.
    Badness(CopyId),
    /// Neither: what Segue did, or failed to do.
    Segue,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(name) => write!(f, "fault {name}"),
            Self::Badness(copy) => write!(f, "copy {} is not well-behaved", copy.0),
            Self::Segue => f.write_str("Segue"),
        }
    }
}

/// What became of the requests of one service.
/// **Invariant:** `sent` = `answered` + `failed` + all `lost` + `in_flight`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Sent by clients.
    pub sent: u64,
    /// Answered by a copy with anything but a 5xx.
    pub answered: u64,
    /// Answered by a copy with a 5xx of its own.
    pub failed: u64,
    /// Of the failed: refused by a copy whose queue was full.
    pub overloaded: u64,
    /// Without an answer, or answered by the balancer with 502, 503 or 504.
    pub lost: BTreeMap<(Origin, &'static str), u64>,
    /// Not ended yet; counted at the copies, not computed from the rest.
    pub in_flight: u64,
    /// The same as each target group's balancer counts it, by group.
    pub by_group: BTreeMap<String, (Counts, Latency)>,
    /// Answered or failed by each copy.
    pub by_copy: BTreeMap<CopyId, u64>,
    /// How long the answers took.
    pub latency: Latency,
    /// Microseconds of idle time in which only a share of the requests was simulated.
    pub thinned: u64,
    /// A rolling hash over all that happened to the requests.
    pub hash: u64,
}

impl Account {
    /// Requests lost, whatever the reason.
    pub fn lost_total(&self) -> u64 {
        self.lost.values().sum()
    }

    /// Requests lost by Segue's own acts.
    pub fn lost_by_segue(&self) -> u64 {
        lost_by_segue(&self.lost)
    }
}

/// Those of them that were lost by Segue's own acts.
pub(super) fn lost_by_segue(lost: &BTreeMap<(Origin, &'static str), u64>) -> u64 {
    let own = lost.iter().filter(|((origin, _), _)| *origin == Origin::Segue);
    own.map(|(_, count)| count).sum()
}
