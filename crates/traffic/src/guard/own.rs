//! The new side against itself: for splits by DNS.
//!
//! DNS gives each *client* a side, not each request. The two sides then serve different people, and
//! a difference between them proves nothing yet. So the new side is also compared with what it was
//! in the steps before, tick for tick: an earlier tick takes the place of the old side, is used
//! once, and the test is the same. This one is blind to what changes for everybody with the hour,
//! which the comparison of the sides is not; only both together are a proof.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::eprocess::{Evidence, Side, Temper, Tick};

/// Ticks of the level that are kept: five minutes of seconds. When they are used up, nothing more
/// is learnt from this comparison.
pub const LEVEL_TICKS_MAX: usize = 300;

/// One metric of the new side against its own level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Own {
    /// Ticks of the steps before that were not used yet.
    level: VecDeque<Side>,
    /// Ticks of this step: the level of the next.
    present: VecDeque<Side>,
    /// The present against the level.
    evidence: Evidence,
}

impl Own {
    /// Takes in a tick of this step, together with the oldest one of the level.
    pub fn observe(&mut self, new: Side, temper: Temper) {
        if new.requests == 0 {
            return;
        }
        if let Some(old) = self.level.pop_front() {
            self.evidence.observe(&Tick { old, new }, temper);
        }
        keep(&mut self.present, new);
    }

    /// The comparison so far; its "old" is the level, its "new" the present.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether there is anything to compare with.
    pub fn has_level(&self) -> bool {
        self.evidence.ticks > 0 || !self.level.is_empty()
    }

    /// Another step: this one joins the level, and the comparison begins anew.
    pub(super) fn begin_step(&mut self) {
        for tick in std::mem::take(&mut self.present) {
            keep(&mut self.level, tick);
        }
        self.evidence = Evidence::default();
    }
}

/// Keeps the newest.
fn keep(ticks: &mut VecDeque<Side>, tick: Side) {
    ticks.push_back(tick);
    if ticks.len() > LEVEL_TICKS_MAX {
        ticks.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::{LEVEL_TICKS_MAX, Own};
    use crate::guard::eprocess::{Side, Temper};

    fn after(ticks: u32, errors: impl Fn(u32) -> u32) -> Own {
        let mut own = Own::default();
        for tick in 0..ticks {
            own.observe(Side::new(100, errors(tick)), Temper::ERRORS);
        }
        own.begin_step();
        own
    }

    #[test]
    fn a_side_that_gets_worse_than_itself_is_found_and_one_that_stays_is_not() {
        let every_tenth = |tick: u32| u32::from(tick.is_multiple_of(10));
        let (mut steady, mut worse) = (after(300, every_tenth), after(300, every_tenth));
        for tick in 0..300 {
            steady.observe(Side::new(300, u32::from(tick % 3 == 0)), Temper::ERRORS);
            worse.observe(Side::new(300, 2), Temper::ERRORS);
        }
        assert!(worse.evidence().alarmed(0.001) && !steady.evidence().alarmed(0.05));
    }

    #[test]
    fn without_a_level_nothing_is_said() {
        let mut own = Own::default();
        (0..100).for_each(|_| own.observe(Side::new(100, 50), Temper::None));
        assert!(!own.has_level() && !own.evidence().alarmed(0.5));
    }

    #[test]
    fn each_tick_of_the_level_is_used_once() {
        let mut own = after(1_000, |_| 0);
        (0..1_000).for_each(|_| own.observe(Side::new(10, 0), Temper::None));
        assert_eq!(own.evidence().ticks, LEVEL_TICKS_MAX as u64);
    }

    #[test]
    fn a_tick_without_requests_uses_nothing_up() {
        let mut own = after(1, |_| 0);
        own.observe(Side::default(), Temper::None);
        assert_eq!(own.evidence().ticks, 0);
        own.observe(Side::new(1, 0), Temper::None);
        assert_eq!(own.evidence().ticks, 1);
    }
}
