//! The calls of an account are shared by all shifts: who looks too often gets nothing at all.
//!
//! AWS gives an account and region 40 `Describe*` calls of Elastic Load Balancing at once and 10 a
//! second, which its other users take from as well. Sixty shifts that all ask again a second after
//! they were refused would spend the calls on looks that never come to their end. So looks queue up
//! here, before the first call. A roll back never queues.

use std::time::Duration;

/// Calls a second that looks may take: seven of ten, the rest is for roll backs, for orders, and for
/// the load balancer controller.
const CALLS_A_SECOND: u32 = 7;
/// Calls that looks may take at once: seven tenths of 40.
const BURST: u32 = 28;
/// Calls of one look: the rule and both groups.
const CALLS_A_LOOK: u32 = 3;

/// The queue, in steady time: a clock that is put back must not keep everybody waiting.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// When every look that was let in so far is paid for.
    paid_at: Duration,
}

impl Pace {
    /// How long a look that wants to begin at `now` waits. It is counted as taken.
    pub fn look(&mut self, now: Duration) -> Duration {
        let burst = cost(BURST - CALLS_A_LOOK);
        let wait = self.debt(now).saturating_sub(burst);
        self.urgent(now);
        wait
    }

    /// A look that does not wait; later ones pay for it.
    pub fn urgent(&mut self, now: Duration) {
        self.paid_at = self.paid_at.max(now).saturating_add(cost(CALLS_A_LOOK));
    }

    fn debt(&self, now: Duration) -> Duration {
        self.paid_at.saturating_sub(now)
    }
}

/// How long so many calls take to come back.
fn cost(calls: u32) -> Duration {
    Duration::from_secs(u64::from(calls)) / CALLS_A_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The calls that looks take within a time are never more than the burst and what came back.
    #[test]
    fn many_looks_never_take_more_than_their_part() {
        let mut pace = Pace::default();
        let mut begun: Vec<Duration> = (0..60).map(|_| pace.look(Duration::ZERO)).collect();
        assert_eq!(begun.iter().filter(|wait| wait.is_zero()).count(), 9, "28 / 3");
        begun.sort();
        for (before, wait) in (0..).zip(&begun) {
            let came = f64::from(BURST) + f64::from(CALLS_A_SECOND) * wait.as_secs_f64();
            let taken = f64::from((before + 1) * CALLS_A_LOOK);
            assert!(taken <= came + 0.001, "{taken} of {came} after {wait:?}");
        }
    }

    #[test]
    fn one_shift_alone_does_not_wait_and_a_roll_back_makes_the_others_wait() {
        let mut pace = Pace::default();
        let at = Duration::from_secs;
        assert!(
            (0..600)
                .all(|second| pace.look(at(second)).is_zero() && pace.look(at(second)).is_zero())
        );
        (0..30).for_each(|_| pace.urgent(at(600)));
        assert!(pace.look(at(600)) > Duration::from_secs(8));
        assert!(pace.look(at(700)).is_zero());
    }
}
