//! What the guard will be able to tell, step by step, before the start.

use model::ports::Weight;
use traffic::Goal;
use traffic::guard::Clearing;
use traffic::guard::eprocess::Temper;
use traffic::guard::power::{Load, StepPower, Times, estimate};

/// Share of the requests that end badly before the shift, where nobody has measured it.
pub(super) const ERRORS: f64 = 0.001;

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
    estimate(&load, &weights, &goal.guard)
}

/// What the settings of the guard mean for the whole shift: how often it is wrong, and what a step
/// needs beyond its silence.
pub(super) fn terms(goal: &Goal) -> [String; 2] {
    let settings = &goal.guard;
    let steps = goal.steps.iter().filter(|step| *step < Weight::ALL).count();
    let wrong = format!(
        "guard: sends a sound shift back in at most {} of 100 ({} for each test of each step)",
        percent(settings.alpha_sum(steps)),
        settings.alpha
    );
    let clear = match &settings.clear {
        Some(Clearing { times, alpha, rate }) => {
            let budget = rate.map(|rate| {
                format!(", or for errors that they are below {} in 1000,", rate * 1_000.0)
            });
            format!(
                "clear: a step is held until 'less than {times} times as bad' is proven{} with {} % certainty",
                budget.unwrap_or_default(),
                percent(1.0 - alpha)
            )
        }
        None => {
            "clear: not asked for; a step is left on its ticks, its requests and a silent guard"
                .to_owned()
        }
    };
    [wrong, clear]
}

/// One sentence of a step, with what to do where the hold is too short for it.
pub(super) fn sentence(step: &StepPower, goal: &Goal, rps: f64) -> String {
    let [_, five, _] = &step.alarm;
    let hold = goal.hold.tick.as_secs_f64() * f64::from(goal.hold.ticks);
    let found = match five.median_secs {
        Some(secs) => format!("a five-fold error rate is found in about {}", words(secs)),
        None => format!("a five-fold error rate is not found within {}", words(five.horizon_secs)),
    };
    let asked = goal.guard.clear.as_ref();
    let cleared = clear(&step.clear, asked);
    let advice = if asked.is_some() {
        match step.clear.median_secs {
            Some(secs) if secs <= hold => String::new(),
            Some(_) => {
                format!("; the step asks for {}, and is held until it is clear", words(hold))
            }
            None => "; it is held for so long: ask for less, or use bigger steps".to_owned(),
        }
    } else if five.median_secs.is_none_or(|secs| secs > hold) {
        format!(
            "; held for {}, the evidence is thin: use bigger steps, or sign that it is",
            words(hold)
        )
    } else {
        String::new()
    };
    format!("at {rps} rps and {} % {found}; {cleared}{advice}", percent(step.weight))
}

fn clear(times: &Times, asked: Option<&Clearing>) -> String {
    let what = match asked {
        Some(terms) => format!("clear of {} times as bad", terms.times),
        None => "'not twice as bad'".to_owned(),
    };
    match times.median_secs {
        Some(secs) => format!("{what} takes about {}", words(secs)),
        None => format!("{what} takes more than {}", words(times.horizon_secs)),
    }
}

/// A share in percent, without the noise of its last bits.
fn percent(share: f64) -> f64 {
    (share * 1e6).round() / 1e4
}

/// `45 s`, `10 min`.
fn words(secs: f64) -> String {
    if secs < 120.0 { format!("{secs:.0} s") } else { format!("{:.0} min", secs / 60.0) }
}
