//! How long the guard will need, asked before the start.
//!
//! The shift is played through a few hundred times with the test that will watch it, on traffic
//! drawn from a fixed seed: the same question has the same answer, on every machine. Spread of
//! the answer: a median of 200 runs is within about 10 % of the true one.
//!
//! Sentences about it are made elsewhere; here are the figures.

mod clear;
mod walk;

use serde::Serialize;

use super::Settings;
use super::eprocess::Temper;
use super::math::{count, whole};
use walk::{Flow, Look, Walk};

pub use clear::clear;

/// Regressions that a shift shows: twice, five times, ten times as bad.
pub const FACTORS: [f64; 3] = [2.0, 5.0, 10.0];

/// How far is looked ahead for an alarm, and for a clear step.
const ALARM_SECS: f64 = 1_800.0;
const CLEAR_SECS: f64 = 7_200.0;

/// Runs of one answer at most and at least; between them it ends after so many ticks with errors,
/// so that a busy service is not asked for longer than a quiet one.
const RUNS_MAX: usize = 201;
const RUNS_MIN: usize = 41;
const ERROR_TICKS: u64 = 20_000;

/// A service as it is before the shift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Requests a second.
    pub rps: f64,
    /// Share of them that end badly, or are slow.
    pub error_rate: f64,
    /// Length of a tick.
    pub tick_secs: f64,
    /// How much one tick may say.
    pub temper: Temper,
}

/// How long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Times {
    /// Half of all shifts have it within this time; `None` if not within the horizon.
    pub median_secs: Option<f64>,
    /// Nine of ten.
    pub p90_secs: Option<f64>,
    /// The share that have it within the horizon.
    pub within: f64,
    /// How far was looked.
    pub horizon_secs: f64,
    /// Runs behind these figures.
    pub runs: usize,
}

/// What one step can show.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepPower {
    /// Share of the new side, 0 to 1.
    pub weight: f64,
    /// Time to the alarm, for each of [`FACTORS`].
    pub alarm: [Times; 3],
    /// Time to be clear if the sides are equal: of what the shift asks for, or else of twice as bad.
    pub clear: Times,
}

/// All steps of a shift whose guard has these settings.
pub fn estimate(load: &Load, weights: &[f64], settings: &Settings) -> Vec<StepPower> {
    let step = |weight: &f64| StepPower {
        weight: *weight,
        alarm: FACTORS.map(|factor| alarm(load, *weight, factor, settings.alpha)),
        clear: clear(load, *weight, &settings.clear.unwrap_or_default()),
    };
    weights.iter().map(step).collect()
}

/// Time to the alarm when the new side has `factor` times the errors of the old one.
pub fn alarm(load: &Load, weight: f64, factor: f64, alpha: f64) -> Times {
    let [times] = play(load, weight, factor, ALARM_SECS, &[Look::alarm(alpha)]);
    times
}

/// Plays runs until there are enough, and takes quantiles of the tick of each look.
fn play<const N: usize>(
    load: &Load,
    weight: f64,
    factor: f64,
    horizon_secs: f64,
    looks: &[Look; N],
) -> [Times; N] {
    let ticks = count((horizon_secs / load.tick_secs).floor()).max(1);
    let flow = Flow::new(load, weight, factor);
    let mut walk = Walk::new(load.temper);
    let mut found: [Vec<u64>; N] = std::array::from_fn(|_| Vec::new());
    let mut runs = 0;
    while runs < RUNS_MAX && (runs < RUNS_MIN || walk.error_ticks() < ERROR_TICKS) {
        let at = walk.run(&flow, ticks, looks);
        found.iter_mut().zip(at).for_each(|(found, at)| found.extend(at));
        runs += 1;
    }
    found.map(|found| times(found, runs, (horizon_secs, load.tick_secs)))
}

/// What `found` says, the tick of each of the `runs` that found what they waited for.
fn times(mut found: Vec<u64>, runs: usize, (horizon_secs, tick_secs): (f64, f64)) -> Times {
    found.sort_unstable();
    let secs = |rank: usize| found.get(rank).map(|tick| whole(*tick) * tick_secs);
    Times {
        median_secs: secs(runs / 2),
        p90_secs: secs(runs * 9 / 10),
        within: whole(found.len() as u64) / whole(runs as u64),
        horizon_secs,
        runs,
    }
}

#[cfg(test)]
mod tests {
    use super::{Load, Settings, Temper, Times, alarm, clear, estimate};
    use crate::guard::Clearing;

    fn clears(load: &Load, weight: f64) -> [Times; 3] {
        let terms = |times| Clearing { times, ..Clearing::default() };
        [2.0, 5.0, 10.0].map(|times| clear(load, weight, &terms(times)))
    }

    fn load(rps: f64) -> Load {
        Load { rps, error_rate: 0.001, tick_secs: 1.0, temper: Temper::ERRORS }
    }

    /// The same in debug and release, today and tomorrow: the figures go into plans.
    #[test]
    fn the_same_question_has_the_same_answer() {
        let times = alarm(&load(100.0), 0.1, 10.0, 0.001);
        assert_eq!((times.median_secs, times.p90_secs), (Some(78.0), Some(136.0)), "{times:?}");
        assert_eq!(alarm(&load(100.0), 0.1, 10.0, 0.001), times);
    }

    #[test]
    fn without_a_second_side_or_errors_nothing_is_ever_found() {
        let sound = Load { error_rate: 0.0, ..load(100.0) };
        for (load, weight) in
            [(load(100.0), 1.0), (load(100.0), 0.0), (load(0.0), 0.5), (sound, 0.5)]
        {
            let times = alarm(&load, weight, 5.0, 0.001);
            assert_eq!((times.median_secs, times.within.to_bits()), (None, 0), "{load:?} {weight}");
            assert!(clears(&load, weight).iter().all(|times| times.median_secs.is_none()));
        }
    }

    #[test]
    fn more_weight_more_traffic_and_more_harm_are_found_sooner() {
        let median = |rps, weight, factor| {
            alarm(&load(rps), weight, factor, 0.001).median_secs.unwrap_or(f64::INFINITY)
        };
        assert!(median(100.0, 0.5, 5.0) < median(100.0, 0.1, 5.0));
        assert!(median(1_000.0, 0.1, 5.0) < median(100.0, 0.1, 5.0));
        assert!(median(100.0, 0.1, 10.0) < median(100.0, 0.1, 5.0));
        assert!(median(100.0, 0.1, 1.0).is_infinite());
    }

    #[test]
    fn a_step_states_all_its_factors() {
        let steps = estimate(&load(100.0), &[0.1, 0.5], &Settings::default());
        assert_eq!(steps.len(), 2);
        for step in steps {
            assert!(step.alarm.is_sorted_by(|a, b| a.within <= b.within), "{step:?}");
            let clear = clears(&load(100.0), step.weight);
            assert!(clear.is_sorted_by(|a, b| a.within <= b.within), "{clear:?}");
            assert_eq!(clear[0], step.clear);
            assert!(step.alarm.iter().all(|times| times.runs >= 41), "{step:?}");
        }
    }

    /// Thousands of errors a tick are drawn from the normal curve, hundreds from the table. As one
    /// tick says no more than a clump, both find the same thing at the same time.
    #[test]
    fn a_flood_of_errors_says_as_much_as_hundreds() {
        let median = |rps| {
            let flood = Load { error_rate: 0.1, ..load(rps) };
            alarm(&flood, 0.5, 2.0, 0.001).median_secs.unwrap()
        };
        let (flood, hundreds) = (median(40_000.0), median(4_000.0));
        assert!((flood / hundreds - 1.0).abs() < 0.1, "{flood} and {hundreds} s");
        assert!(flood > 60.0, "{flood} s");
    }

    #[test]
    fn long_ticks_are_counted_in_seconds() {
        let long = Load { tick_secs: 5.0, temper: Temper::None, ..load(100.0) };
        let seconds = Load { temper: Temper::None, ..load(100.0) };
        let [long, seconds] = [long, seconds].map(|load| alarm(&load, 0.1, 10.0, 0.001));
        let off = long.median_secs.unwrap() / seconds.median_secs.unwrap() - 1.0;
        assert!(off.abs() < 0.2, "{off}");
    }
}
