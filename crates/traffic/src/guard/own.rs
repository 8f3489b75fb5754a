//! A side against its own level before the shift: for splits by DNS.
//!
//! DNS gives each *client* a side, not each request. The two sides then serve different people, and
//! a difference between them proves nothing yet. So each side is also compared with what it was
//! before the shift, tick for tick: a recorded tick takes the place of the old side, is used once,
//! and the test is the same. This one is blind to what changes for everybody with the hour, which
//! the comparison of the sides is not; only both together are a proof.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::eprocess::{Evidence, Side, Temper, Tick};
use super::latency::{Latencies, Slow};

/// Ticks of the level that are kept: half an hour of seconds. When they are used up, nothing more
/// is learnt from this comparison.
pub const LEVEL_TICKS_MAX: usize = 1_800;

/// What was counted of one side in one tick.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Requests and errors.
    pub side: Side,
    /// How long requests took; empty where nobody measures.
    pub latencies: Latencies,
}

/// One side of one metric against its own level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Own {
    /// For latency: the rolling quantile, which stands still once the shift has begun.
    slow: Option<Slow>,
    /// Ticks from before the shift that were not used yet.
    level: VecDeque<Side>,
    /// The present against the level.
    evidence: Evidence,
}

impl Own {
    /// By errors.
    pub fn errors() -> Self {
        Self { slow: None, level: VecDeque::new(), evidence: Evidence::default() }
    }

    /// By requests slower than all but `percent` of a hundred.
    pub fn slow(percent: u8) -> Self {
        Self { slow: Some(Slow::new(percent)), ..Self::errors() }
    }

    /// Takes in a tick from before the shift.
    ///
    /// The quantile has to be there first: ticks that went into it may not be judged by it, or the
    /// level would look steadier than it was. So it is set once and kept.
    pub fn record(&mut self, sample: &Sample) {
        let side = self.count(sample);
        if let Some(slow) = self.slow.as_mut().filter(|slow| slow.bucket().is_none()) {
            slow.observe(&sample.latencies, &Latencies::default());
        }
        if let Some(side) = side.filter(|side| side.requests > 0) {
            self.level.push_back(side);
            if self.level.len() > LEVEL_TICKS_MAX {
                self.level.pop_front();
            }
        }
    }

    /// Takes in a tick of the shift, together with the oldest one of the level.
    pub fn observe(&mut self, sample: &Sample, temper: Temper) {
        let Some(new) = self.count(sample).filter(|side| side.requests > 0) else { return };
        if let Some(old) = self.level.pop_front() {
            self.evidence.observe(&Tick { old, new }, temper);
        }
    }

    /// The comparison so far; its "old" is the level, its "new" the present.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether there is anything to compare with.
    pub fn has_level(&self) -> bool {
        self.evidence.ticks > 0 || !self.level.is_empty()
    }

    /// Forgets the comparison, and keeps what is left of the level: a new step begins.
    pub(super) fn begin_step(&mut self) {
        self.evidence = Evidence::default();
    }

    /// What the metric counts; `None` while there is no threshold.
    fn count(&self, sample: &Sample) -> Option<Side> {
        match &self.slow {
            None => Some(sample.side),
            Some(slow) => slow.bucket().map(|threshold| sample.latencies.side(threshold)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LEVEL_TICKS_MAX, Own, Sample};
    use crate::guard::eprocess::{Side, Temper};
    use crate::guard::latency::Latencies;

    fn errors(requests: u32, errors: u32) -> Sample {
        Sample { side: Side::new(requests, errors), latencies: Latencies::default() }
    }

    fn took(micros: u64, slow: u32) -> Sample {
        let mut latencies = Latencies::default();
        latencies.record(micros, 100 - slow);
        latencies.record(micros * 9, slow);
        Sample { side: Side::default(), latencies }
    }

    #[test]
    fn a_side_that_gets_worse_than_itself_is_found_and_one_that_stays_is_not() {
        let (mut steady, mut worse) = (Own::errors(), Own::errors());
        for own in [&mut steady, &mut worse] {
            (0..600).for_each(|tick| own.record(&errors(100, u32::from(tick % 10 == 0))));
        }
        for tick in 0..300 {
            steady.observe(&errors(300, u32::from(tick % 3 == 0)), Temper::ERRORS);
            worse.observe(&errors(300, 2), Temper::ERRORS);
        }
        assert!(worse.evidence().alarmed(0.001) && !steady.evidence().alarmed(0.05));
    }

    #[test]
    fn without_a_level_nothing_is_said() {
        let mut own = Own::errors();
        (0..100).for_each(|_| own.observe(&errors(100, 50), Temper::None));
        assert!(!own.has_level() && !own.evidence().alarmed(0.5));
    }

    #[test]
    fn each_tick_of_the_level_is_used_once() {
        let mut own = Own::errors();
        (0..2 * LEVEL_TICKS_MAX).for_each(|_| own.record(&errors(10, 0)));
        (0..2 * LEVEL_TICKS_MAX).for_each(|_| own.observe(&errors(10, 0), Temper::None));
        assert_eq!(own.evidence().ticks, LEVEL_TICKS_MAX as u64);
    }

    #[test]
    fn latency_has_its_threshold_before_its_level() {
        let mut own = Own::slow(5);
        for _ in 0..100 {
            own.record(&took(10_000, 2));
        }
        assert!(own.has_level());
        (0..20).for_each(|_| own.observe(&took(10_000, 2), Temper::None));
        assert!(!own.evidence().alarmed(0.05));
        (0..20).for_each(|_| own.observe(&took(10_000, 40), Temper::None));
        assert!(own.evidence().alarmed(0.001));
    }
}
