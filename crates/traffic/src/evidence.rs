//! Slow answers: the measure that a tick is judged by, fixed before the tick.

use model::ports::{GroupSeen, Latency};
use serde::{Deserialize, Serialize};

/// Answers of a step from which its own percentiles are taken: ten lie above the 99th.
const ANSWERS_MIN: u64 = 1_000;

/// What counts as slow, and how many answers were slow so far by that measure.
///
/// The bounds come from the old side's answers of the past, so that the next tick cannot choose
/// its own measure: the test stays valid whatever the traffic does. The past begins with the step,
/// as soon as that has answers enough: what is slow at night is not slow at noon.
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

    /// The measure for the next tick, from the old side's answers since `from`, or from all of
    /// them while those are too few.
    pub fn measure(old: &GroupSeen, new: &GroupSeen, from: &Latency) -> Self {
        let step = old.latency.since(from).filter(|step| step.total() >= ANSWERS_MIN);
        let past = step.as_ref().unwrap_or(&old.latency);
        let bound = |per_mille| {
            let bucket = past.quantile(per_mille);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(fast: u64, slow: u64) -> GroupSeen {
        GroupSeen {
            latency: [(40, fast), (80, slow)].into_iter().collect(),
            ..GroupSeen::default()
        }
    }

    #[test]
    fn the_measure_is_that_of_the_step_once_it_has_answers_enough() {
        let before = answers(100_000, 0);
        let from = &before.latency;
        let few = Slow::measure(&answers(100_500, 400), &before, from);
        assert_eq!(few.p95.bucket, Some(40), "of all answers");
        let many = Slow::measure(&answers(100_500, 600), &before, from);
        assert_eq!(many.p95.bucket, Some(80), "of the step: most are slow by now");
        // The balancer was started anew: it counts from nothing again.
        let anew = Slow::measure(&answers(900, 0), &before, from);
        assert_eq!(anew.p95.bucket, Some(40));
    }

    #[test]
    fn a_tick_is_judged_by_the_measure_from_before_it() {
        let (old, new) = (answers(1_000, 0), answers(100, 0));
        let slow = Slow::measure(&old, &new, &Latency::default());
        let fresh = slow.fresh(&answers(1_090, 10), &answers(105, 5));
        assert_eq!((fresh.p95, fresh.p99), ([10, 5], [10, 5]));
        assert_eq!(Slow::default().fresh(&old, &new), Fresh::default());
    }
}
