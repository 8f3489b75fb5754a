//! How long a sound step takes to be clear of what the shift asks for.

use super::walk::{Draw, Look};
use super::{CLEAR_SECS, Load, RUNS_MAX, Times, play, times};
use crate::guard::clear::mean_below;
use crate::guard::math::{count, ln};
use crate::guard::{Clearing, Metric};

/// Share of the answers that are slower than the old side's 99th percentile, on a sound new side.
const SLOW: f64 = 0.01;

/// Errors of the new side after which nothing is waited for any more: by then the bound is within
/// 4 % of the rate itself, and the budget all but used up.
const ERRORS_MAX: u32 = 2_000;

/// Time until a step is clear if the sides are equal.
///
/// Errors are the rarest of what is compared, so they are waited for. Where a budget of errors
/// will do for them, the slowest answers are waited for as well.
pub fn clear(load: &Load, weight: f64, terms: &Clearing) -> Times {
    let looks = [Look::clear(terms.times, terms.alpha)];
    let [errors] = play(load, weight, 1.0, CLEAR_SECS, &looks);
    let Some(rate) = terms.rate else { return errors };
    let slow = Load { error_rate: SLOW, temper: Metric::LatencyP99.temper(), ..*load };
    let [slow] = play(&slow, weight, 1.0, CLEAR_SECS, &looks);
    let within = within_budget(load, weight, (rate, terms.alpha));
    let errors = if is_sooner(&within, &errors) { within } else { errors };
    if is_sooner(&errors, &slow) { slow } else { errors }
}

/// Whether one comes sooner than the other; what does not come within the horizon comes last.
fn is_sooner(one: &Times, other: &Times) -> bool {
    let secs = |times: &Times| times.median_secs.unwrap_or(f64::INFINITY);
    secs(one) < secs(other)
}

/// Time until the new side's rate of errors is proven to lie below `rate`.
fn within_budget(load: &Load, weight: f64, (rate, alpha): (f64, f64)) -> Times {
    let requests = (load.rps * weight.clamp(0.0, 1.0)).max(0.0);
    let each = 1.0 / (requests * load.error_rate);
    let horizon = CLEAR_SECS.min(each * f64::from(ERRORS_MAX));
    let mut needed: Vec<f64> = Vec::new();
    let mut draw = Draw::new();
    let mut run = || {
        let mut at = 0.0;
        for errors in 0..=ERRORS_MAX {
            let index = usize::try_from(errors).unwrap_or(usize::MAX);
            if needed.len() <= index {
                needed.push(mean_below(u64::from(errors), alpha) / rate / requests);
            }
            let next = at - ln(draw.unit()) * each;
            let proven = needed.get(index).copied().unwrap_or(f64::INFINITY).max(at);
            if proven <= next {
                return (proven <= CLEAR_SECS).then_some(proven);
            }
            at = next;
            if at > horizon {
                break;
            }
        }
        None
    };
    let possible = requests > 0.0 && rate > load.error_rate;
    let found: Vec<f64> =
        if possible { (0..RUNS_MAX).filter_map(|_| run()).collect() } else { Vec::new() };
    // Looked at when a tick ends.
    let tick = |secs: f64| count((secs / load.tick_secs).ceil()).max(1);
    times(found.into_iter().map(tick).collect(), RUNS_MAX, (CLEAR_SECS, load.tick_secs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::eprocess::Temper;

    const LOAD: Load = Load { rps: 40.0, error_rate: 0.0, tick_secs: 1.0, temper: Temper::ERRORS };

    /// Without errors three thousandths are proven by a thousand requests: the rule of three.
    #[test]
    fn a_budget_is_proven_by_the_rule_of_three() {
        let times = within_budget(&LOAD, 0.5, (0.003, 0.05));
        assert_eq!((times.median_secs, times.p90_secs), (Some(50.0), Some(50.0)), "{times:?}");
        let some = within_budget(&Load { error_rate: 0.001, ..LOAD }, 0.5, (0.003, 0.05));
        assert!(some.median_secs > Some(50.0) && some.p90_secs > some.median_secs, "{some:?}");
        let none = within_budget(&Load { error_rate: 0.004, ..LOAD }, 0.5, (0.003, 0.05));
        assert_eq!(none.median_secs, None);
    }

    #[test]
    fn a_budget_makes_a_step_clear_sooner_but_never_before_the_slow_answers() {
        let load = Load { error_rate: 0.001, ..LOAD };
        let terms = Clearing::default();
        let plain = clear(&load, 0.5, &terms);
        let budget = clear(&load, 0.5, &Clearing { rate: Some(0.01), ..terms });
        assert!(is_sooner(&budget, &plain), "{budget:?} {plain:?}");
        let slow = Load { error_rate: SLOW, temper: Metric::LatencyP99.temper(), ..load };
        let slow = clear(&slow, 0.5, &terms);
        assert!(budget.median_secs >= slow.median_secs, "{budget:?} {slow:?}");
        let more = clear(&load, 0.5, &Clearing { times: 10.0, ..terms });
        assert!(is_sooner(&more, &plain), "{more:?}");
        let surer = clear(&load, 0.5, &Clearing { alpha: 0.001, ..terms });
        assert!(is_sooner(&plain, &surer), "{surer:?}");
    }
}
