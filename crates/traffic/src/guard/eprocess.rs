//! The conditional mixture e-process: is the new side worse than the old one?
//!
//! Of the errors of one tick, each fell on the new side with the chance `t = n_new / n` if nothing
//! differs, and with `t(r) = r·t / (1 − t + r·t)` if the new side's rate is `r` times the old one's.
//! For each of a few ratios the log likelihood ratio of the two is summed up over all ticks; E is
//! the mean of their exponentials. Under "no difference" E is a non-negative martingale that starts
//! at 1, so it ever reaches `1/alpha` with a chance of at most alpha, however often one looks and
//! whatever traffic and common errors do (Ville). Howard and others call this always valid.
//!
//! Both sides must serve the same mix of clients. Where DNS splits them this alone proves nothing:
//! see [`super::own`].

use serde::{Deserialize, Serialize};

use super::math::{exact, exp, ln, ln_mean_exp};

/// Rate ratios that the test listens for.
pub const RATIOS: [f64; 8] = [1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0];

/// Further ratios for the mirror test of [`super::clear`]: better than, and nearly as good as.
/// Its third, 1, needs no sum: a likelihood ratio against itself is 1.
pub(super) const BETTER: [f64; 2] = [0.5, 0.8];

/// Requests and errors of one side in one tick.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Requests that ended in this tick.
    pub requests: u32,
    /// Those of them that ended badly. More than `requests` is read as that many requests.
    pub errors: u32,
}

impl Side {
    /// `errors` of `requests`.
    pub fn new(requests: u32, errors: u32) -> Self {
        Self { requests: requests.max(errors), errors }
    }
}

/// Both sides in the same tick.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// The old side: the control.
    pub old: Side,
    /// The new side.
    pub new: Side,
}

/// How much one tick may say. Errors come in clumps, and ten errors of one cause are not ten
/// witnesses.
///
/// A tick with `e` errors counts with the power `min(1, cap/e)`. The power depends on the sum of
/// both sides alone and is at most 1, so E stays a supermartingale and the test valid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Temper {
    /// Each error is its own witness.
    None,
    /// `cap` is two errors, or this share of the tick's requests if that is more. A share of 0
    /// suits errors; slow requests need twice their usual share, for at a thousand requests a
    /// second fifty slow ones are no clump but every second's business.
    Clumps {
        /// Share of the tick's requests.
        share: f64,
    },
}

/// Errors in a tick that each count in full.
const CLUMP: f64 = 2.0;

impl Temper {
    /// For errors: ticks of one to five seconds, rare errors.
    pub const ERRORS: Self = Self::Clumps { share: 0.0 };

    /// The power with which a tick counts.
    pub(super) fn power(self, requests: f64, errors: f64) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Clumps { share } => (CLUMP.max(share * requests) / errors).min(1.0),
        }
    }
}

/// Requests and errors of one side over all ticks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// Requests.
    pub requests: u64,
    /// Those of them that ended badly.
    pub errors: u64,
}

impl Total {
    fn add(&mut self, side: Side) {
        self.requests += u64::from(side.requests);
        self.errors += u64::from(side.errors);
    }
}

/// The state of the test: small, and the same bytes after a replay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Ticks with requests on both sides.
    pub ticks: u64,
    /// The old side in those ticks.
    pub old: Total,
    /// The new side in those ticks.
    pub new: Total,
    /// Log likelihood ratios of [`RATIOS`] against 1.
    #[serde(with = "exact")]
    worse: [f64; 8],
    /// The same of [`BETTER`].
    #[serde(with = "exact")]
    better: [f64; 2],
    /// Mantel and Haenszel's two sums; their quotient is the ratio of the rates.
    #[serde(with = "exact")]
    pooled: [f64; 2],
}

impl Evidence {
    /// Takes in one tick. A tick in which a side had no requests says nothing.
    pub fn observe(&mut self, tick: &Tick, temper: Temper) {
        let sane = |side: Side| Side::new(side.requests, side.errors);
        let (old, new) = (sane(tick.old), sane(tick.new));
        if old.requests == 0 || new.requests == 0 {
            return;
        }
        self.ticks += 1;
        self.old.add(old);
        self.new.add(new);
        if old.errors + new.errors > 0 {
            self.weigh(old, new, temper);
        }
    }

    /// Adds what the errors of a tick say.
    fn weigh(&mut self, old: Side, new: Side, temper: Temper) {
        let requests = f64::from(old.requests) + f64::from(new.requests);
        let share = f64::from(new.requests) / requests;
        let on_new = f64::from(new.errors);
        let errors = f64::from(old.errors) + on_new;
        let power = temper.power(requests, errors);
        for (sum, ratio) in self.worse.iter_mut().zip(RATIOS) {
            *sum += power * increment(ratio, share, errors, on_new);
        }
        for (sum, ratio) in self.better.iter_mut().zip(BETTER) {
            *sum += power * increment(ratio, share, errors, on_new);
        }
        self.pooled[0] += on_new * (1.0 - share);
        self.pooled[1] += f64::from(old.errors) * share;
    }

    /// ln E. The form to compare and to draw: E itself runs out of range.
    pub fn ln_e(&self) -> f64 {
        ln_mean_exp(&self.worse)
    }

    /// E: how many times better "worse" explains the errors than "no difference" does. Capped at
    /// e^700.
    pub fn e_value(&self) -> f64 {
        exp(self.ln_e())
    }

    /// Whether "no difference" is rejected, at a false alarm in `alpha` of all healthy shifts.
    pub fn alarmed(&self, alpha: f64) -> bool {
        self.ln_e() >= -ln(alpha)
    }

    /// The ratio of the error rates, new to old, pooled over ticks so that a change of weight does
    /// not bend it; `None` before the old side's first error.
    pub fn ratio(&self) -> Option<f64> {
        (self.pooled[1] > 0.0).then(|| self.pooled[0] / self.pooled[1])
    }

    /// The largest ratio that the new side is proven to exceed: 1 says "worse, no more is known".
    /// `None` if not even that is proven.
    pub fn at_least(&self, alpha: f64) -> Option<f64> {
        let proven = |known: usize| {
            let base = known.checked_sub(1).map_or(0.0, |at| self.worse[at]);
            let above: Vec<f64> = self.worse[known..].iter().map(|log| log - base).collect();
            ln_mean_exp(&above) >= -ln(alpha)
        };
        let known = (0..RATIOS.len()).rev().find(|known| proven(*known))?;
        Some(known.checked_sub(1).map_or(1.0, |at| RATIOS[at]))
    }

    /// Log likelihood ratio of the ratio at `at` of [`RATIOS`].
    pub(super) fn worse(&self, at: usize) -> f64 {
        self.worse.get(at).copied().unwrap_or(0.0)
    }

    /// Log likelihood ratios of [`BETTER`] and of 1.
    pub(super) fn as_good(&self) -> [f64; 3] {
        [self.better[0], self.better[1], 0.0]
    }
}

/// What `errors` say for `ratio` against 1, `on_new` of them on the side with `share` of the
/// requests: the quotients `t(r)/t` and `(1−t(r))/(1−t)` have the denominator in common.
pub(super) fn increment(ratio: f64, share: f64, errors: f64, on_new: f64) -> f64 {
    on_new * ln(ratio) - errors * ln(1.0 + (ratio - 1.0) * share)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BETTER, Evidence, RATIOS, Side, Temper, Tick, increment};

    /// What e^increment is on average over all ways in which `errors` can fall, if each falls on the
    /// new side with a chance that makes it `truth` times as bad.
    fn mean(ratio: f64, against: f64, share: f64, errors: u32, truth: f64, power: f64) -> f64 {
        let chance = truth * share / (1.0 - share + truth * share);
        let mut ways = (1.0 - chance).powi(i32::try_from(errors).unwrap());
        let mut sum = 0.0;
        for on_new in 0..=errors {
            let (errors, hits) = (f64::from(errors), f64::from(on_new));
            let log = |ratio| increment(ratio, share, errors, hits);
            sum += ways * (power * (log(ratio) - log(against))).exp();
            ways *= (errors - hits) / (hits + 1.0) * chance / (1.0 - chance);
        }
        sum
    }

    proptest! {
        /// The heart of it: a tick never raises E on average if nothing differs, exactly, for
        /// whatever traffic and errors; nor if the new side is better; nor when tempered.
        #[test]
        fn no_tick_raises_e_by_itself(new in 1..500_u32, old in 1..500_u32, errors in 1..40_u32) {
            let requests = f64::from(new + old);
            let share = f64::from(new) / requests;
            let tempered = Temper::ERRORS.power(requests, f64::from(errors));
            for ratio in RATIOS {
                prop_assert!((mean(ratio, 1.0, share, errors, 1.0, 1.0) - 1.0).abs() < 1e-9);
                prop_assert!(mean(ratio, 1.0, share, errors, 0.7, 1.0) <= 1.0);
                prop_assert!(mean(ratio, 1.0, share, errors, 1.0, tempered) <= 1.0 + 1e-9);
            }
            // The mirror: against "twice as bad", when it is twice or three times as bad.
            for ratio in BETTER {
                prop_assert!((mean(ratio, 2.0, share, errors, 2.0, 1.0) - 1.0).abs() < 1e-9);
                prop_assert!(mean(ratio, 2.0, share, errors, 3.0, tempered) <= 1.0);
            }
        }

        /// Written and read, the state is the same to the bit, and goes on the same.
        #[test]
        fn the_state_survives_json(ticks in prop::collection::vec(
            (0..2_000_u32, 0..20_u32, 0..2_000_u32, 0..20_u32), 1..60,
        )) {
            let (mut lived, mut replayed) = (Evidence::default(), Evidence::default());
            for (old, old_bad, new, new_bad) in ticks {
                let old = Side { requests: old, errors: old_bad };
                let tick = Tick { old, new: Side { requests: new, errors: new_bad } };
                lived.observe(&tick, Temper::ERRORS);
                replayed.observe(&tick, Temper::ERRORS);
                let text = serde_json::to_string(&replayed).unwrap();
                replayed = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(text, serde_json::to_string(&replayed).unwrap());
                prop_assert_eq!(lived.ln_e().to_bits(), replayed.ln_e().to_bits());
                prop_assert_eq!(&lived, &replayed);
            }
        }
    }

    #[test]
    fn ticks_without_requests_on_a_side_say_nothing() {
        let mut evidence = Evidence::default();
        for tick in [
            Tick { old: Side::new(0, 0), new: Side::new(10, 10) },
            Tick { old: Side::new(10, 10), new: Side::new(0, 0) },
        ] {
            evidence.observe(&tick, Temper::None);
        }
        assert_eq!(evidence, Evidence::default());
    }

    #[test]
    fn ticks_without_errors_move_no_sum() {
        let mut evidence = Evidence::default();
        let tick = Tick { old: Side::new(90, 0), new: Side::new(10, 0) };
        evidence.observe(&tick, Temper::None);
        assert_eq!((evidence.ticks, evidence.new.requests), (1, 10));
        assert_eq!(evidence.ln_e().to_bits(), Evidence::default().ln_e().to_bits());
    }

    #[test]
    fn one_error_counts_as_the_formula_says() {
        let mut evidence = Evidence::default();
        evidence.observe(&Tick { old: Side::new(90, 0), new: Side::new(10, 1) }, Temper::None);
        let quotients = RATIOS.map(|r| r / (0.9 + 0.1 * r));
        let e = quotients.iter().sum::<f64>() / 8.0;
        assert!((evidence.e_value() - e).abs() < 1e-12, "{} {e}", evidence.e_value());
        assert_eq!(evidence.ratio(), None);
    }

    #[test]
    fn more_errors_than_requests_are_that_many_requests() {
        let (mut sane, mut odd) = (Evidence::default(), Evidence::default());
        let old = Side::new(90, 1);
        odd.observe(&Tick { old, new: Side { requests: 1, errors: 7 } }, Temper::None);
        sane.observe(&Tick { old, new: Side::new(7, 7) }, Temper::None);
        assert_eq!(odd, sane);
    }

    #[test]
    fn ratio_and_lower_bound_follow_the_truth() {
        let mut evidence = Evidence::default();
        // Ten times as bad, at two weights: the pooled ratio is not bent by the change.
        for (old, new) in [((900, 9), (100, 10)), ((500, 1), (500, 10))] {
            let tick = Tick { old: Side::new(old.0, old.1), new: Side::new(new.0, new.1) };
            (0..60).for_each(|_| evidence.observe(&tick, Temper::None));
        }
        let ratio = evidence.ratio().unwrap();
        assert!((ratio - 10.0).abs() < 1e-9, "{ratio}");
        assert_eq!(evidence.at_least(0.001), Some(5.0));
        assert_eq!(Evidence::default().at_least(0.001), None);
    }
}
