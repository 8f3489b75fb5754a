//! What the guard will be able to tell, step by step, before the start.

use traffic::Goal;
use traffic::guard::eprocess::Temper;
use traffic::guard::power::{Load, StepPower, Times, estimate};

/// Share of the requests that end badly before the shift, where nobody has measured it.
pub(super) const ERRORS: f64 = 0.001;
/// How sure a clear step is.
const CLEAR: f64 = 0.05;

/// The power of every step but the last, where no old side is left to compare with.
pub(super) fn of(goal: &Goal, rps: f64) -> Vec<StepPower> {
    let load = Load {
        rps,
        error_rate: ERRORS,
        tick_secs: goal.hold.tick.as_secs_f64(),
        temper: Temper::ERRORS,
    };
    let weights = goal.steps.iter().map(|weight| f64::from(weight.percent()) / 100.0);
    let weights: Vec<f64> = weights.filter(|weight| *weight < 1.0).collect();
    estimate(&load, &weights, goal.guard.alpha, CLEAR)
}

/// One sentence of a step, with what to do where the hold is too short for it.
pub(super) fn sentence(step: &StepPower, goal: &Goal, rps: f64) -> String {
    let percent = step.weight * 100.0;
    let [_, five, _] = &step.alarm;
    let [twice, ..] = &step.clear;
    let hold = goal.hold.tick.as_secs_f64() * f64::from(goal.hold.ticks);
    let found = match five.median_secs {
        Some(secs) => format!("a five-fold error rate is found in about {}", words(secs)),
        None => format!("a five-fold error rate is not found within {}", words(five.horizon_secs)),
    };
    let thin = five.median_secs.is_none_or(|secs| secs > hold);
    let cleared = clear(twice);
    let advice = if thin {
        format!(
            "; held for {}, the evidence is thin: use bigger steps, or sign that it is",
            words(hold)
        )
    } else {
        String::new()
    };
    format!("at {rps} rps and {percent} % {found}; {cleared}{advice}")
}

fn clear(twice: &Times) -> String {
    match twice.median_secs {
        Some(secs) => format!("'not twice as bad' takes about {}", words(secs)),
        None => format!("'not twice as bad' takes more than {}", words(twice.horizon_secs)),
    }
}

/// `45 s`, `10 min`.
fn words(secs: f64) -> String {
    if secs < 120.0 { format!("{secs:.0} s") } else { format!("{:.0} min", secs / 60.0) }
}
