//! The guard: is the new side worse than the old one, and do we know enough to say no?
//!
//! Pure and deterministic: counts in, a verdict out. The state goes to the journal as JSON and
//! comes back as the same bits, so a restart goes on with the evidence it had.
//!
//! - [`eprocess`]: the sequential test, and how clumps of errors are tempered
//! - [`clear`]: evidence for the new side: the mirror test, the bound, the absolute budget
//! - [`latency`]: slow requests, by the old side's rolling p95 and p99
//! - [`own`]: each side against its own level before the shift, for splits by DNS
//! - [`watch`]: one metric, its alarm and its verdict
//! - [`trigger`]: what goes back at once, without statistics
//! - [`power`]: how long all this will take, asked before the start
//!
//! What it cannot do: at 100 % there is no old side to compare with, so only triggers (and, for
//! DNS, the own level) still speak.

pub mod clear;
pub mod eprocess;
pub mod latency;
mod math;
pub mod own;
pub mod power;
pub mod trigger;
pub mod watch;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use eprocess::{Evidence, Temper, Total};
pub use own::Sample;
use watch::Watch;
pub use watch::{Alarm, Lacks, Metric, Split, Verdict};

/// False alarms that one metric may raise in one step: one healthy step in a thousand.
pub const ALPHA: f64 = 0.001;

/// What the guard watches, and how sure it must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Each metric, and the chance of a false alarm that it may spend in a step.
    pub alpha: BTreeMap<Metric, f64>,
    /// How requests find their side.
    pub split: Split,
    /// How much a tick of errors may say; a share fitted before the shift suits services whose
    /// errors are many. Latencies have their own.
    pub errors: Temper,
    /// What clears a step.
    pub clear: Clearing,
}

impl Settings {
    /// The chance that a healthy shift of this many steps is ever sent back: at most the sum over
    /// metrics and steps, as each step is judged anew.
    pub fn alpha_sum(&self, steps: u32) -> f64 {
        self.alpha.values().sum::<f64>() * f64::from(steps)
    }

    fn temper(&self, metric: Metric) -> Temper {
        if metric == Metric::Errors { self.errors } else { metric.temper() }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            alpha: Metric::ALL.map(|metric| (metric, ALPHA)).into(),
            split: Split::Requests,
            errors: Temper::ERRORS,
            clear: Clearing { times: 2.0, alpha: 0.05, rate: None },
        }
    }
}

/// When a step counts as clear, not only as silent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clearing {
    /// "At least this many times as bad" must be rejected in every metric.
    pub times: f64,
    /// With this chance of being wrong.
    pub alpha: f64,
    /// Or, for errors: the new side's rate is proven to lie below this.
    pub rate: Option<f64>,
}

/// What a step has behind it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Whether every metric is clear.
    pub class: Class,
    /// Each metric.
    pub metrics: BTreeMap<Metric, Clearance>,
}

/// How good the evidence for a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Class {
    /// "Worse than allowed" is rejected in every metric.
    Clear,
    /// The guard is silent, and that is all.
    Thin,
}

/// What is known in favour of the new side in one metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearance {
    /// Whether it suffices.
    pub clear: bool,
    /// The new side is at most this many times as bad; `None` while nothing is excluded.
    pub at_most: Option<f64>,
    /// Its rate lies below this; `None` before its first request.
    pub rate_below: Option<f64>,
    /// Its counts.
    pub new: Total,
}

/// All metrics of one shift.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    settings: Settings,
    state: State,
}

/// What the journal keeps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State(BTreeMap<Metric, Watch>);

impl Guard {
    /// A guard that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        Self::resume(settings, State::default())
    }

    /// The guard of which `state` was written. A metric that is new in `settings` starts afresh,
    /// one that is gone is forgotten.
    pub fn resume(settings: Settings, state: State) -> Self {
        let mut held = state.0;
        let watch = |metric: &Metric| {
            let fresh = || Watch::new(*metric, settings.split);
            (*metric, held.remove(metric).unwrap_or_else(fresh))
        };
        let state = State(settings.alpha.keys().map(watch).collect());
        Self { settings, state }
    }

    /// What to write.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes in a tick from before the shift: latencies of the old side for the first threshold,
    /// and the level of both sides where clients are split.
    pub fn record(&mut self, old: &Sample, new: &Sample) {
        self.state.0.values_mut().for_each(|watch| watch.record(old, new));
    }

    /// Takes in a tick of the shift.
    pub fn observe(&mut self, old: &Sample, new: &Sample) {
        for (metric, watch) in &mut self.state.0 {
            let alpha = self.settings.alpha.get(metric).copied().unwrap_or(ALPHA);
            watch.observe(old, new, self.settings.temper(*metric), alpha);
        }
    }

    /// Starts the comparison anew, with a new alpha for each metric. What went well at 1 % must
    /// not outweigh what breaks at 50 %: carried over, an hour without trouble would have to be
    /// outweighed first. Thresholds and levels are kept.
    pub fn begin_step(&mut self) {
        self.state.0.values_mut().for_each(Watch::begin_step);
    }

    /// What is proven against the new side. An alarm comes before what is unproven, the strongest
    /// of several first.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.state.0.iter().map(|(metric, watch)| {
            watch.verdict(self.settings.alpha.get(metric).copied().unwrap_or(ALPHA))
        });
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Silent => (0, 0.0),
            Verdict::Unproven { alarm, .. } => (1, alarm.e),
            Verdict::Alarm(alarm) => (2, alarm.e),
        };
        let above = |a: &Verdict, b: &Verdict| {
            let ((a, a_e), (b, b_e)) = (rank(a), rank(b));
            a.cmp(&b).then(a_e.total_cmp(&b_e))
        };
        verdicts.max_by(above).unwrap_or(Verdict::Silent)
    }

    /// What is proven for the new side. Ask when the step has its requests: `rate_below` holds for
    /// one look.
    pub fn standing(&self) -> Standing {
        let metrics = self.state.0.iter();
        let metrics: BTreeMap<_, _> = metrics
            .map(|(metric, watch)| (*metric, self.clearance(*metric, watch.sides())))
            .collect();
        let clear = !metrics.is_empty() && metrics.values().all(|metric| metric.clear);
        Standing { class: if clear { Class::Clear } else { Class::Thin }, metrics }
    }

    fn clearance(&self, metric: Metric, evidence: &Evidence) -> Clearance {
        let Clearing { times, alpha, rate } = self.settings.clear;
        let rate_below = clear::rate_below(evidence.new, alpha);
        let within = metric == Metric::Errors
            && rate.zip(rate_below).is_some_and(|(allowed, proven)| proven <= allowed);
        Clearance {
            clear: within || clear::cleared(evidence, times, alpha),
            at_most: clear::at_most(evidence, alpha),
            rate_below,
            new: evidence.new,
        }
    }

    /// The comparison of the sides in one metric.
    pub fn evidence(&self, metric: Metric) -> Option<&Evidence> {
        self.state.0.get(&metric).map(Watch::sides)
    }
}
