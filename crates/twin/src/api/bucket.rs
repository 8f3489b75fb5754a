//! The bucket of calls that an account has for one service.

use std::collections::VecDeque;

use crate::time::{Micros, SECOND};

/// Calls are counted over so long.
const MINUTE: Micros = 60 * SECOND;

/// A bucket: holds so many calls, and gets so many back a second.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    /// In millionths of a call, so that a microsecond refills whole numbers.
    held: u64,
    size: u64,
    refill: u64,
    at: Micros,
    /// When calls were taken, those of the last minute.
    taken: VecDeque<Micros>,
}

impl Bucket {
    /// A full bucket of `size` calls that gets `refill` back a second.
    pub(crate) fn new((size, refill): (u32, u32)) -> Self {
        let size = u64::from(size) * 1_000_000;
        Self { held: size, size, refill: u64::from(refill), at: 0, taken: VecDeque::new() }
    }

    /// Takes a call out at `now`; false if none is left.
    pub(crate) fn take(&mut self, now: Micros) -> bool {
        let came = now.saturating_sub(self.at).saturating_mul(self.refill);
        self.held = self.held.saturating_add(came).min(self.size);
        self.at = now.max(self.at);
        let Some(left) = self.held.checked_sub(1_000_000) else {
            return false;
        };
        self.held = left;
        self.forget(now);
        self.taken.push_back(now);
        true
    }

    /// Calls that it gets back a minute, and how many of them nobody has taken in the last one.
    pub(crate) fn left(&mut self, now: Micros) -> (u32, u32) {
        self.forget(now);
        let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let all = small(self.refill.saturating_mul(60));
        (all, all.saturating_sub(small(self.taken.len() as u64)))
    }

    fn forget(&mut self, now: Micros) {
        let begin = now.saturating_sub(MINUTE);
        while self.taken.front().is_some_and(|at| *at < begin) {
            self.taken.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_a_burst_and_fills_at_its_rate() {
        let mut bucket = Bucket::new((3, 2));
        let taken = (0..5).filter(|_| bucket.take(0)).count();
        assert_eq!(taken, 3, "the burst");
        assert!(!bucket.take(SECOND / 2 - 1));
        assert!(bucket.take(SECOND / 2), "two a second");
        let taken = (0..9).filter(|_| bucket.take(100 * SECOND)).count();
        assert_eq!(taken, 3, "never more than its size");
    }

    #[test]
    fn what_was_taken_in_the_last_minute_is_not_left() {
        let mut bucket = Bucket::new((3, 2));
        assert_eq!(bucket.left(0), (120, 120));
        assert_eq!((0..5).filter(|_| bucket.take(0)).count(), 3);
        assert_eq!(bucket.left(SECOND), (120, 117), "what was refused took nothing");
        assert!(bucket.take(30 * SECOND));
        assert_eq!(bucket.left(61 * SECOND), (120, 119));
        assert_eq!(bucket.left(91 * SECOND), (120, 120));
    }
}
