//! More failures than are allowed at all: a test of one side against a fixed rate.
//!
//! At 100 % there is no old side to compare with, and a service may be too bad whatever it was
//! before. So the new side's failures are held against the rate that the shift allows. Three
//! failures of the first hundred prove nothing against 1 %: they are chance in one step of a few
//! hundred, which is one in every plan of sixty services. The test is that of [`super::eprocess`],
//! a mean of likelihood ratios of "so many times the rate" against the rate, and like it may be
//! looked at all the time: E reaches `1/alpha` with a chance of at most alpha where the rate is
//! kept. It needs no state but the counts.

use super::eprocess::{RATIOS, Total};
use super::math::{ln, ln_mean_exp, whole};

/// Whether a rate of failures above `rate` (0 to 1) is proven, with this chance of being wrong.
///
/// The likelihood ratios are those of Poisson counts, which are never above those of single
/// requests on average, so that the test errs on the careful side.
pub fn exceeded(total: Total, rate: f64, alpha: f64) -> bool {
    let (failed, requests) = (whole(total.errors), whole(total.requests));
    let logs = RATIOS.map(|ratio| failed * ln(ratio) - requests * (ratio - 1.0) * rate);
    total.errors > 0 && ln_mean_exp(&logs) >= -ln(alpha)
}

#[cfg(test)]
mod tests {
    use super::exceeded;
    use crate::guard::ALPHA;
    use crate::guard::eprocess::Total;

    fn above(errors: u64, requests: u64) -> bool {
        exceeded(Total { requests, errors }, 0.01, ALPHA)
    }

    #[test]
    fn a_broken_side_is_found_within_a_handful_of_requests() {
        assert!(above(3, 3) && above(4, 15) && above(5, 30), "none, every fourth, every sixth");
        assert!(above(14, 300) && above(200, 10_000));
    }

    #[test]
    fn chance_and_bursts_are_no_proof() {
        for (errors, requests) in
            [(0, 10_000), (1, 1), (3, 264), (4, 200), (10, 300), (110, 10_000)]
        {
            assert!(!above(errors, requests), "{errors} of {requests}");
        }
    }

    #[test]
    fn where_nothing_is_allowed_few_are_enough() {
        let total = |errors| Total { requests: 100_000, errors };
        assert!(!exceeded(total(1), 0.0, ALPHA) && exceeded(total(2), 0.0, ALPHA));
    }

    /// Services that fail exactly as much as they may, and half as much, looked at after each
    /// request: they are sent back no more often than one in a thousand.
    #[test]
    fn sound_services_stay() {
        let mut random = fastrand::Rng::with_seed(5);
        for (chance, most) in [(0.01, 8), (0.005, 4)] {
            let mut back = 0;
            for _ in 0..2_000 {
                let mut total = Total::default();
                let sent_back = (0..1_500).any(|_| {
                    total.requests += 1;
                    let failed = random.f64() < chance;
                    total.errors += u64::from(failed);
                    failed && exceeded(total, 0.01, ALPHA)
                });
                back += u32::from(sent_back);
            }
            assert!(back <= most, "{back} of 2000 at {chance}");
        }
    }
}
