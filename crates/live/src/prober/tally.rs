//! The account of a prober.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::limits::{LOST_SHOWN_MAX, PROBE_WAIT};

/// Every request that was sent, and how it ended.
///
/// **Invariant:** once the prober has stopped, `sent` = answered + failed + lost.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Requests sent.
    pub sent: u64,
    /// Requests that were due and not sent, because too many were under way.
    pub skipped: u64,
    /// Answered by the application, by side.
    pub sides: BTreeMap<String, SideTally>,
    /// Requests without an answer of the application.
    pub lost: u64,
    /// The first of them: id and cause.
    pub lost_first: Vec<(String, String)>,
}

/// Requests that one side answered.
#[derive(Debug, Clone, Default)]
pub struct SideTally {
    /// Answered with anything but a 5xx.
    pub answered: u64,
    /// Answered with a 5xx.
    pub failed: u64,
    /// How long both took, from when they were due.
    pub latency: Latency,
}

/// Latencies with a relative error under 1 %.
#[derive(Debug, Clone)]
pub struct Latency(Option<Histogram<u64>>);

impl Default for Latency {
    fn default() -> Self {
        let longest = u64::try_from(PROBE_WAIT.as_micros()).unwrap_or(u64::MAX);
        Self(Histogram::new_with_max(longest.max(2), 2).ok())
    }
}

impl Latency {
    fn record(&mut self, took: Duration) {
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// The latency that `percent` of the requests did not pass.
    pub fn percentile(&self, percent: f64) -> Duration {
        let micros = self.0.as_ref().map_or(0, |histogram| histogram.value_at_percentile(percent));
        Duration::from_micros(micros)
    }
}

impl Tally {
    /// Requests that one side answered well.
    pub fn answered_by(&self, side: &str) -> u64 {
        self.sides.get(side).map_or(0, |tally| tally.answered)
    }

    /// Requests that some side answered with a 5xx.
    pub fn failed(&self) -> u64 {
        self.sides.values().map(|tally| tally.failed).sum()
    }

    /// Requests still under way.
    pub fn under_way(&self) -> u64 {
        let ended: u64 = self.sides.values().map(|tally| tally.answered + tally.failed).sum();
        self.sent.saturating_sub(ended + self.lost)
    }

    pub(super) fn answered(&mut self, side: &str, failed: bool, took: Duration) {
        let tally = self.sides.entry(side.to_owned()).or_default();
        *(if failed { &mut tally.failed } else { &mut tally.answered }) += 1;
        tally.latency.record(took);
    }

    pub(super) fn lost(&mut self, id: &str, cause: &str) {
        self.lost += 1;
        if self.lost_first.len() < LOST_SHOWN_MAX {
            self.lost_first.push((id.to_owned(), cause.to_owned()));
        }
    }
}
