//! Slow answers: the measure that a tick is judged by, fixed before the tick.

use model::ports::GroupSeen;
use serde::{Deserialize, Serialize};

/// What counts as slow, and how many answers were slow so far by that measure.
///
/// The bounds come from the old side's answers of the past, so that the next tick cannot choose
/// its own measure: the test stays valid whatever the traffic does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slow {
    /// By the old side's 95th percentile.
    pub p95: Bound,
    /// By its 99th.
    pub p99: Bound,
}

/// One bound with the answers above it, since the balancer started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bound {
    /// The bucket of [`model::ports::latency`] above which an answer is slow; `None` until the old
    /// side has answered anything.
    pub bucket: Option<u8>,
    /// Slow answers of the old side.
    pub old: u64,
    /// Slow answers of the new side.
    pub new: u64,
}

/// Slow answers of one tick: `[old, new]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fresh {
    /// Above the 95th percentile of the old side.
    pub p95: [u64; 2],
    /// Above the 99th.
    pub p99: [u64; 2],
}

impl Slow {
    /// The slow answers since, by this measure.
    pub fn fresh(&self, old: &GroupSeen, new: &GroupSeen) -> Fresh {
        Fresh { p95: self.p95.since(old, new), p99: self.p99.since(old, new) }
    }

    /// The measure for the next tick, from the answers so far.
    pub fn measure(old: &GroupSeen, new: &GroupSeen) -> Self {
        let bound = |per_mille| {
            let bucket = old.latency.quantile(per_mille);
            let above = |group: &GroupSeen| bucket.map_or(0, |bucket| group.latency.above(bucket));
            Bound { bucket, old: above(old), new: above(new) }
        };
        Self { p95: bound(950), p99: bound(990) }
    }
}

impl Bound {
    /// How many answers of the old and of the new side were slow since, by this measure. Nothing
    /// if the balancer has started to count anew.
    fn since(&self, old: &GroupSeen, new: &GroupSeen) -> [u64; 2] {
        let Some(bucket) = self.bucket else {
            return [0, 0];
        };
        let fresh =
            |group: &GroupSeen, before: u64| group.latency.above(bucket).saturating_sub(before);
        [fresh(old, self.old), fresh(new, self.new)]
    }
}
