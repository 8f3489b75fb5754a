//! How far a healthy target is trusted: passed over after broken connections, spared while new.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use model::ports::Clock as _;

use crate::SystemClock;

/// What is held against a target, or for it. All zero in the usual case, which costs two loads.
#[derive(Debug, Default)]
pub(super) struct Trust {
    /// Failures in a row.
    failures: AtomicU32,
    /// Milliseconds of the steady clock until which it is passed over, or zero.
    ejected_until: AtomicU64,
    /// Milliseconds of the steady clock since which it is new, or zero.
    warm_since: AtomicU64,
}

impl Trust {
    /// The target has answered.
    pub(super) fn good(&self) {
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// A connection broke, or none came about. How many in a row that makes.
    pub(super) fn bad(&self) -> u32 {
        self.failures.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Passed over for `time`, after which its failures count anew.
    pub(super) fn eject(&self, time: Duration) {
        self.failures.store(0, Ordering::Relaxed);
        self.ejected_until.store(now() + millis(time), Ordering::Relaxed);
    }

    pub(super) fn is_ejected(&self) -> bool {
        let until = self.ejected_until.load(Ordering::Relaxed);
        if until == 0 {
            return false;
        }
        let ejected = now() < until;
        if !ejected {
            self.ejected_until.store(0, Ordering::Relaxed);
        }
        ejected
    }

    /// It is new from now on.
    pub(super) fn warm(&self) {
        self.warm_since.store(now().max(1), Ordering::Relaxed);
    }

    /// It is new no more.
    pub(super) fn settle(&self) {
        self.warm_since.store(0, Ordering::Relaxed);
    }

    pub(super) fn is_warming(&self) -> bool {
        self.warm_since.load(Ordering::Relaxed) != 0
    }

    /// Whether it takes its turn: while it is new, it does more and more often.
    pub(super) fn takes_turn(&self, slow_start: Duration) -> bool {
        if self.is_ejected() {
            return false;
        }
        let since = self.warm_since.load(Ordering::Relaxed);
        if since == 0 {
            return true;
        }
        let age = Duration::from_millis(now().saturating_sub(since));
        if age >= slow_start {
            self.settle();
            return true;
        }
        fastrand::f64() < share(age, slow_start)
    }
}

/// The share of its turns that a target of this age takes: it grows evenly, as an ALB's.
fn share(age: Duration, slow_start: Duration) -> f64 {
    if age >= slow_start { 1.0 } else { age.as_secs_f64() / slow_start.as_secs_f64() }
}

fn now() -> u64 {
    millis(SystemClock.steady())
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_a_new_target_grows_evenly() {
        let start = Duration::from_secs(30);
        let said = |secs| format!("{:.1}", share(Duration::from_secs(secs), start));
        assert_eq!([0, 3, 15, 27, 30, 40].map(said), ["0.0", "0.1", "0.5", "0.9", "1.0", "1.0"]);
    }

    #[test]
    fn failures_count_in_a_row_and_an_ejection_ends() {
        let trust = Trust::default();
        assert_eq!((trust.bad(), trust.bad()), (1, 2));
        trust.good();
        assert_eq!(trust.bad(), 1);
        trust.eject(Duration::from_mins(1));
        assert!(trust.is_ejected() && !trust.takes_turn(Duration::ZERO));
        assert_eq!(trust.bad(), 1, "counts anew");
        trust.eject(Duration::ZERO);
        assert!(!trust.is_ejected() && trust.takes_turn(Duration::ZERO));
        trust.warm();
        assert!(trust.is_warming());
        assert!(trust.takes_turn(Duration::ZERO) && !trust.is_warming());
    }
}
