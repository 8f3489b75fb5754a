//! Evidence *for* the new side: the mirror of the alarm, and the absolute budget.
//!
//! A silent guard may be silent because nobody came. The mirror test takes "the new side is at
//! least `times` as bad" for its null hypothesis and listens for ratios of 0.5, 0.8 and 1; when it
//! rejects, the step is clear of that. It uses the sums of the alarm's test: a likelihood ratio
//! against `times` is one against 1 less the one of `times`.

use super::eprocess::{Evidence, RATIOS, Total};
use super::math::{exp, ln, ln_mean_exp, whole};

/// Errors below which the bound of [`rate_below`] is computed by its sum, not by its approximation.
const EXACT_BELOW: u64 = 100;

/// ln E of the mirror test against "at least as bad as the ratio at `at` of [`RATIOS`]".
fn ln_mirror(evidence: &Evidence, at: usize) -> f64 {
    ln_mean_exp(&evidence.as_good().map(|log| log - evidence.worse(at)))
}

/// Whether "the new side is at least `times` as bad" is rejected at `alpha`.
///
/// A number between two of [`RATIOS`] is judged by the lower one, which proves more. Below the
/// lowest nothing is ever cleared: to tell 1.1 from 1 takes more traffic than a shift has.
pub fn cleared(evidence: &Evidence, times: f64, alpha: f64) -> bool {
    let at = RATIOS.iter().rposition(|ratio| *ratio <= times);
    at.is_some_and(|at| ln_mirror(evidence, at) >= -ln(alpha))
}

/// The least of [`RATIOS`] that the new side is proven to stay below, as of now; `None` if there
/// is none yet. All of them hold together with a confidence of `1 − alpha`, at every look.
pub fn at_most(evidence: &Evidence, alpha: f64) -> Option<f64> {
    (0..RATIOS.len()).find(|at| ln_mirror(evidence, *at) >= -ln(alpha)).map(|at| RATIOS[at])
}

/// The error rate that is not exceeded, with a confidence of `1 − alpha`: with 0 errors in `n`
/// requests and 95 % this is 3/n. `None` without requests.
///
/// Garwood's exact bound for a Poisson count, which lies a little above Clopper and Pearson's. Unlike
/// the tests above it holds for *one* look: ask when the step has its requests, not at each tick.
pub fn rate_below(total: Total, alpha: f64) -> Option<f64> {
    let proven = || (mean_below(total.errors, alpha) / whole(total.requests)).min(1.0);
    (total.requests > 0).then(proven)
}

/// The mean number of errors that is not exceeded, where so many were seen.
pub(super) fn mean_below(errors: u64, alpha: f64) -> f64 {
    match errors {
        0 => -ln(alpha),
        few if few < EXACT_BELOW => solve(few, alpha),
        many => near(many, alpha),
    }
}

/// The mean at which `errors` or fewer have a chance of `alpha`, by halving.
fn solve(errors: u64, alpha: f64) -> f64 {
    let chance = |mean: f64| {
        let (mut term, mut sum) = (1.0, 1.0);
        for n in 1..=errors {
            term *= mean / whole(n);
            sum += term;
        }
        sum * exp(-mean)
    };
    let (mut low, mut high) = (whole(errors), 10.0 * whole(errors) - 10.0 * ln(alpha));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        *(if chance(middle) > alpha { &mut low } else { &mut high }) = middle;
    }
    high
}

/// The same by Wilson and Hilferty's cube root, off by less than one in a thousand here.
fn near(errors: u64, alpha: f64) -> f64 {
    let k = whole(errors) + 1.0;
    let root = 1.0 - 1.0 / (9.0 * k) + deviation(alpha) / (3.0 * k.sqrt());
    k * root * root * root
}

/// The standard normal deviation that is exceeded with a chance of `alpha` (Abramowitz and
/// Stegun 26.2.23, error below 0.00045).
fn deviation(alpha: f64) -> f64 {
    let t = (-2.0 * ln(alpha)).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

#[cfg(test)]
mod tests {
    use super::{at_most, cleared, near, rate_below, solve};
    use crate::guard::eprocess::{Evidence, Side, Temper, Tick, Total};

    fn of(errors: u64, requests: u64) -> f64 {
        rate_below(Total { requests, errors }, 0.05).unwrap()
    }

    #[test]
    fn the_rule_of_three() {
        assert!((of(0, 1_000) - 0.003).abs() < 0.00001);
        assert_eq!(rate_below(Total::default(), 0.05), None);
        assert!(of(0, 1) >= 1.0 && of(3, 3) <= 1.0);
    }

    #[test]
    fn bounds_with_errors_agree_with_the_tables() {
        // Garwood 1936, upper limits of a Poisson mean, one-sided 95 %.
        for (errors, mean) in [(1, 4.744), (2, 6.296), (5, 10.513), (10, 16.962), (50, 63.287)] {
            let found = of(errors, 1_000_000) * 1e6;
            assert!((found - mean).abs() < 0.001, "{errors}: {found} instead of {mean}");
        }
        for errors in [60, 99] {
            let off = near(errors, 0.05) / solve(errors, 0.05) - 1.0;
            assert!(off.abs() < 0.001, "{errors}: {off}");
        }
    }

    #[test]
    fn equal_sides_are_cleared_step_by_step() {
        let mut evidence = Evidence::default();
        let tick = Tick { old: Side::new(900, 9), new: Side::new(100, 1) };
        let mut bounds = Vec::new();
        for _ in 0..300 {
            evidence.observe(&tick, Temper::None);
            bounds.extend(at_most(&evidence, 0.05));
            let clear = at_most(&evidence, 0.05).is_some_and(|bound| bound <= 2.0);
            assert_eq!(cleared(&evidence, 2.0, 0.05), clear);
            assert_eq!(cleared(&evidence, 2.9, 0.05), clear);
        }
        assert!(bounds.is_sorted_by(|a, b| a >= b), "{bounds:?}");
        assert!(bounds.first() >= Some(&10.0) && bounds.last() <= Some(&1.5), "{bounds:?}");
        assert!(!cleared(&evidence, 1.1, 0.05));
    }
}
