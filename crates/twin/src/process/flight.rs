//! A request under way, from its arrival at a copy to its end.

use std::cmp::Ordering;

use crate::time::Micros;

/// A request under way at a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flight {
    /// When it ends, unless something ends it before.
    pub end: Micros,
    /// When it was sent.
    pub sent: Micros,
    /// Number of its service in `clients`.
    pub service: u32,
    /// Number of the target group that it came through.
    pub group: u32,
    /// How it ends.
    pub fate: Fate,
}

/// How a request that reached a copy ends, if nothing comes between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The copy answers.
    Answered,
    /// The copy answers with a 5xx of its own.
    Failed,
    /// The copy has no room for it, and answers with a 503 of its own.
    Overloaded,
    /// The balancer gives up waiting for the copy, in whose queue it stands.
    TimedOut,
    /// The balancer gives up waiting for what takes so long by itself.
    TooLong,
}

impl Ord for Flight {
    /// The one that ends first is the greatest: the top of a heap.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.end, other.sent, other.group).cmp(&(self.end, self.sent, self.group))
    }
}

impl PartialOrd for Flight {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
