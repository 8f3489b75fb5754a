//! Latency as a rate: a request is *slow* if it took longer than the old side's p95 (p99) of the
//! past minutes. Slow requests then go through the same test as errors.
//!
//! The threshold of a tick comes from earlier ticks alone. It is known before the tick's requests
//! are, so it cannot favour a side, and the test stays valid while the threshold moves.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::eprocess::Side;

/// Buckets a doubling: each is at most 1/64 = 1.6 % wide.
const STEPS: u64 = 64;

/// Ticks that one slice of the window takes in, and slices in the window: two to two and a half
/// minutes at ticks of a second. Long enough for a steady p99, short enough to follow the day.
const SLICE_TICKS: u32 = 30;
const SLICES: usize = 5;

/// Requests above the threshold that the window must hold before it is believed.
const ABOVE_MIN: u64 = 10;

/// How many times the slow share may lie above the threshold where requests take equal times.
const TIES_MAX: u64 = 4;

/// Latencies in buckets of a fixed relative width. Whole numbers only, so that it is the same
/// everywhere; at most 1,800 buckets from a microsecond to nine hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latencies(BTreeMap<u16, u32>);

impl Latencies {
    /// Takes in `requests` requests that took `micros` microseconds.
    pub fn record(&mut self, micros: u64, requests: u32) {
        if requests > 0 {
            let held = self.0.entry(bucket(micros)).or_default();
            *held = held.saturating_add(requests);
        }
    }

    /// Requests in all.
    pub fn requests(&self) -> u64 {
        self.0.values().copied().map(u64::from).sum()
    }

    /// How many took longer than the bucket `threshold` reaches.
    pub(super) fn side(&self, threshold: u16) -> Side {
        let slow = self.0.range(threshold.saturating_add(1)..).map(|(_, held)| u64::from(*held));
        let to_u32 = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Side::new(to_u32(self.requests()), to_u32(slow.sum()))
    }

    fn add(&mut self, other: &Self) {
        for (bucket, requests) in &other.0 {
            let held = self.0.entry(*bucket).or_default();
            *held = held.saturating_add(*requests);
        }
    }
}

/// The bucket of a latency: exact below 64 µs, then the exponent and six bits behind the first.
fn bucket(micros: u64) -> u16 {
    let micros = micros.clamp(1, 1 << 35);
    let shift = u64::from(micros.ilog2().saturating_sub(6));
    u16::try_from(shift * STEPS + (micros >> shift)).unwrap_or(u16::MAX)
}

/// The largest latency in a bucket, in microseconds.
fn reach(bucket: u16) -> u64 {
    let shift = (u64::from(bucket) / STEPS).saturating_sub(1);
    ((u64::from(bucket) - shift * STEPS + 1) << shift) - 1
}

/// A rolling quantile of the old side, and the slow requests of both sides by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slow {
    /// Of a hundred requests, this many are slow when all is well: 5 for p95, 1 for p99.
    percent: u8,
    /// Full slices, oldest first.
    past: VecDeque<Latencies>,
    /// The slice that is being filled, and the ticks in it.
    present: (Latencies, u32),
    /// The threshold for the next tick: a bucket.
    threshold: Option<u16>,
}

impl Slow {
    /// Slower than all but `percent` of a hundred requests.
    pub fn new(percent: u8) -> Self {
        let (past, present) = (VecDeque::new(), (Latencies::default(), 0));
        Self { percent, past, present, threshold: None }
    }

    /// The latency above which a request of the next tick is slow, in microseconds; `None` while
    /// too little of the old side was seen.
    pub fn threshold(&self) -> Option<u64> {
        self.threshold.map(reach)
    }

    /// The bucket of [`Slow::threshold`].
    pub(super) fn bucket(&self) -> Option<u16> {
        self.threshold
    }

    /// Slow requests of both sides, old first, by the threshold of the past; then the old side of
    /// this tick becomes part of the past.
    pub fn observe(&mut self, old: &Latencies, new: &Latencies) -> Option<(Side, Side)> {
        let sides = self.threshold.map(|threshold| (old.side(threshold), new.side(threshold)));
        self.present.0.add(old);
        self.present.1 += 1;
        if self.present.1 >= SLICE_TICKS {
            self.past.push_back(std::mem::take(&mut self.present.0));
            self.present.1 = 0;
            if self.past.len() > SLICES - 1 {
                self.past.pop_front();
            }
            self.threshold = self.quantile();
        } else if self.threshold.is_none() {
            self.threshold = self.quantile();
        }
        sides
    }

    /// The lowest bucket that leaves at most the slow share of the window above it.
    ///
    /// Where many requests take the same time this can leave hardly any, and then nothing could
    /// ever be shown in the new side's favour. The bucket below is taken instead, unless it leaves
    /// far more: any threshold is fair that was known before.
    fn quantile(&self) -> Option<u16> {
        let mut window = self.present.0.clone();
        for slice in &self.past {
            window.add(slice);
        }
        let slow = window.requests() * u64::from(self.percent) / 100;
        let mut above = 0;
        for (bucket, held) in window.0.iter().rev() {
            let with = above + u64::from(*held);
            if with > slow {
                let below = above * 2 < slow && with <= slow * TIES_MAX;
                let threshold = if below { bucket.saturating_sub(1) } else { *bucket };
                return (slow >= ABOVE_MIN).then_some(threshold);
            }
            above = with;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Latencies, Slow, bucket, reach};

    fn of(micros: impl IntoIterator<Item = u64>) -> Latencies {
        let mut latencies = Latencies::default();
        micros.into_iter().for_each(|micros| latencies.record(micros, 1));
        latencies
    }

    #[test]
    fn buckets_are_in_order_without_gaps_and_narrow() {
        for micros in (1..5_000).chain((1..2_000).map(|n| n * 7_919_113)) {
            let (at, end) = (bucket(micros), reach(bucket(micros)));
            assert!(micros <= end && end <= micros + micros / 64, "{micros} in {at} up to {end}");
            assert_eq!((bucket(end), bucket(end + 1)), (at, at + 1));
        }
        assert_eq!((bucket(0), bucket(u64::MAX)), (1, bucket(1 << 35)));
    }

    #[test]
    fn the_threshold_is_the_quantile_of_the_past() {
        let mut slow = Slow::new(5);
        let tick = of((1..=1_000).map(|n| n * 100));
        assert_eq!(slow.observe(&tick, &tick), None);
        let threshold = slow.threshold().unwrap();
        assert!((95_000..=96_500).contains(&threshold), "{threshold}");
        // Of the same latencies on both sides the same share is slow.
        let (old, new) = slow.observe(&tick, &of((1..=100).map(|n| n * 1_000))).unwrap();
        assert!((40..=50).contains(&old.errors) && old.requests == 1_000, "{old:?}");
        assert_eq!((new.requests, new.errors / 2), (100, old.errors / 20));
    }

    #[test]
    fn equal_times_are_slow_if_they_are_few() {
        let threshold = |equal: u32| {
            let mut slow = Slow::new(1);
            let mut tick = Latencies::default();
            tick.record(10_000, 5_000);
            tick.record(20_000, equal);
            slow.observe(&tick, &tick);
            (slow.observe(&tick, &tick).unwrap().0.errors, slow.threshold().unwrap())
        };
        let (slow, above) = threshold(150);
        assert!(slow == 150 && above < 20_000);
        let (slow, above) = threshold(500);
        assert!(slow == 0 && above >= 20_000);
    }

    #[test]
    fn the_new_side_never_moves_the_threshold() {
        let (mut quiet, mut loud) = (Slow::new(1), Slow::new(1));
        let old = of((1..=500).map(|n| n * 90));
        for _ in 0..200 {
            quiet.observe(&old, &Latencies::default());
            loud.observe(&old, &of([9_000_000; 500]));
        }
        assert_eq!(quiet, loud);
    }

    #[test]
    fn the_window_forgets_and_stays_small() {
        let mut slow = Slow::new(5);
        for tick in 0..1_000_u64 {
            let scale = if tick < 500 { 1_000 } else { 100 };
            let old = of((1..=100).map(|n| n * scale));
            slow.observe(&old, &old);
        }
        assert!(slow.threshold().unwrap() < 10_000);
        assert!(slow.past.len() < 6 && serde_json::to_string(&slow).unwrap().len() < 20_000);
    }

    #[test]
    fn too_few_requests_give_no_threshold() {
        let mut slow = Slow::new(1);
        for _ in 0..9 {
            slow.observe(&of(1..=100), &of(1..=10));
            assert_eq!(slow.threshold(), None);
        }
        slow.observe(&of(1..=100), &of(1..=10));
        assert!(slow.threshold().is_some());
    }
}
