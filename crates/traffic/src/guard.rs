//! The guard: is the new side worse than the old one, and do we know enough to say no?
//!
//! Pure and deterministic: counts in, a verdict out. The state is replayed from the journal and
//! comes back as the same bits, so a restart goes on with the evidence it had.
//!
//! - [`Judged`]: what the ticks of one share say, a test for each [`Metric`]
//! - [`eprocess`]: the sequential test, and how clumps of errors are tempered
//! - [`own`]: the new side against what it was in the steps before, for splits by DNS
//! - [`floor`]: the new side against what is allowed at all
//! - [`clear`]: evidence for the new side: the mirror test, the bound, the absolute budget
//! - [`power`]: how long all this will take, asked before the start
//!
//! What it cannot do: at 100 % there is no old side to compare with, so only what sends everything
//! back without statistics (see [`crate::gate`]) still speaks.

pub mod clear;
pub mod eprocess;
pub mod floor;
mod math;
pub mod own;
pub mod power;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::Fresh;
use crate::seen::Counted;
use eprocess::{Evidence, Side, Temper, Tick};
use own::Own;

/// Chance of a false alarm for each test in one step. Three metrics and the floor make 1.7 % at the
/// most for a whole shift with four steps below 100 %.
pub const ALPHA: f64 = 0.001;

/// Tests that judge a step: one for each metric, and the floor.
const TESTS: usize = Metric::ALL.len() + 1;

/// How sure the guard must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Chance of a false alarm that each test may spend in one step.
    pub alpha: f64,
    /// What clears a step, if silence alone is not to be enough.
    pub clear: Option<Clearing>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { alpha: ALPHA, clear: None }
    }
}

impl Settings {
    /// The chance that a healthy shift with so many steps below 100 % is ever sent back: at most the
    /// sum over tests and steps, as each step is judged anew. At 100 % only the floor judges.
    pub fn alpha_sum(&self, steps: usize) -> f64 {
        let tests = u32::try_from(steps * TESTS + 1).unwrap_or(u32::MAX);
        self.alpha * f64::from(tests)
    }
}

/// When a step counts as clear, not only as silent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearing {
    /// "At least this many times as bad" must be rejected in every metric.
    pub times: f64,
    /// With this chance of being wrong.
    pub alpha: f64,
    /// Or, for errors: the new side's rate is proven to lie below this share of its requests.
    pub rate: Option<f64>,
}

impl Default for Clearing {
    /// Not twice as bad, at 5 %.
    fn default() -> Self {
        Self { times: 2.0, alpha: 0.05, rate: None }
    }
}

/// What is compared between the sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Requests that ended badly.
    Errors,
    /// Answers slower than the old side's 95th percentile.
    LatencyP95,
    /// Answers slower than its 99th.
    LatencyP99,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Errors, Self::LatencyP95, Self::LatencyP99];

    /// How much one tick of it may say. Slow requests are common by definition: only what exceeds
    /// twice their share is a clump.
    pub fn temper(self) -> Temper {
        match self {
            Self::Errors => Temper::ERRORS,
            Self::LatencyP95 => Temper::Clumps { share: 0.1 },
            Self::LatencyP99 => Temper::Clumps { share: 0.02 },
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Errors => "failed requests",
            Self::LatencyP95 => "answers slower than the old side's p95",
            Self::LatencyP99 => "answers slower than the old side's p99",
        })
    }
}

/// How requests find their side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Split {
    /// A balancer draws for each request: both sides serve the same clients.
    #[default]
    Requests,
    /// DNS draws for each client: a difference needs a second witness.
    Clients,
}

/// What the ticks of one share say about the new side, one test a metric.
///
/// Each share is judged by itself: what went well at 1 % must not outweigh what breaks at 50 %.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    errors: Watch,
    p95: Watch,
    p99: Watch,
}

/// One metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Watch {
    /// The new side against the old one.
    sides: Evidence,
    /// Where clients are split: the new side against itself.
    own: Option<Box<Own>>,
}

/// What is proven against the new side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict<'a> {
    /// Nothing.
    Silent,
    /// Clients are split, and only one of the two comparisons speaks.
    Unproven(Alarm<'a>, Lacks),
    /// It is worse.
    Worse(Alarm<'a>),
}

/// The test that has spoken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alarm<'a> {
    /// What was compared.
    pub metric: Metric,
    /// With what outcome.
    pub evidence: &'a Evidence,
}

/// What a proof still lacks where clients are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// The sides differ; there is no step before with which the new side could be compared.
    OwnLevel,
    /// The sides differ; the new side is no worse than it was: its clients may be the difference.
    OwnChange,
    /// The new side got worse than it was; the sides do not differ: everybody may be worse off.
    SideDifference,
}

impl fmt::Display for Lacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OwnLevel => "there is no earlier step of the new side to compare with",
            Self::OwnChange => "the new side is no worse than in the steps before",
            Self::SideDifference => "the sides do not differ",
        })
    }
}

/// How good the evidence for a share is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// "Worse than allowed" is rejected in every metric.
    Clear,
    /// The guard is silent, and that is all; the metric that is farthest from clear.
    Thin(Metric),
}

impl Judged {
    /// How requests find their side from here on. Only where clients are split the new side is
    /// compared with itself too.
    pub fn split(&mut self, by: Split) {
        for (_, watch) in self.each_mut() {
            match by {
                Split::Requests => watch.own = None,
                Split::Clients => drop(watch.own.get_or_insert_default()),
            }
        }
    }

    /// Another share: the comparison begins anew. What the new side was like in this step is the
    /// level for the next.
    pub fn begin_step(&mut self) {
        for (_, watch) in self.each_mut() {
            watch.sides = Evidence::default();
            watch.own.iter_mut().for_each(|own| own.begin_step());
        }
    }

    /// Takes in one tick: what ended on each side, and how much of it was slow.
    pub fn observe(&mut self, ended: &Counted, fresh: &Fresh) {
        let requests = [ended.old.ended(), ended.new.ended()].map(small);
        let bad = [ended.old.bad(), ended.new.bad()];
        for (metric, watch) in self.each_mut() {
            let counted = match metric {
                Metric::Errors => bad,
                Metric::LatencyP95 => fresh.p95,
                Metric::LatencyP99 => fresh.p99,
            };
            let side = |at: usize| Side::new(requests[at], small(counted[at]));
            let tick = Tick { old: side(0), new: side(1) };
            watch.sides.observe(&tick, metric.temper());
            watch.own.iter_mut().for_each(|own| own.observe(tick.new, metric.temper()));
        }
    }

    /// What is proven against the new side, at `alpha` for each metric. What is proven comes before
    /// what is not.
    pub fn verdict(&self, alpha: f64) -> Verdict<'_> {
        let mut unproven = Verdict::Silent;
        for (metric, watch) in self.each() {
            match watch.verdict(metric, alpha) {
                worse @ Verdict::Worse(_) => return worse,
                found @ Verdict::Unproven(..) if unproven == Verdict::Silent => unproven = found,
                Verdict::Silent | Verdict::Unproven(..) => {}
            }
        }
        unproven
    }

    /// What is proven for the new side. Ask when the step has its requests: the bound of the rate
    /// holds for one look.
    pub fn standing(&self, terms: &Clearing) -> Standing {
        let clear = |metric: Metric, watch: &Watch| {
            let bound = clear::rate_below(watch.sides.new, terms.alpha);
            let within = metric == Metric::Errors
                && terms.rate.zip(bound).is_some_and(|(allowed, proven)| proven <= allowed);
            within || clear::cleared(&watch.sides, terms.times, terms.alpha)
        };
        let thin = self.each().into_iter().find(|(metric, watch)| !clear(*metric, watch));
        thin.map_or(Standing::Clear, |(metric, _)| Standing::Thin(metric))
    }

    /// The comparison of the sides in one metric.
    pub fn evidence(&self, metric: Metric) -> &Evidence {
        match metric {
            Metric::Errors => &self.errors.sides,
            Metric::LatencyP95 => &self.p95.sides,
            Metric::LatencyP99 => &self.p99.sides,
        }
    }

    fn each(&self) -> [(Metric, &Watch); 3] {
        let [errors, p95, p99] = Metric::ALL;
        [(errors, &self.errors), (p95, &self.p95), (p99, &self.p99)]
    }

    fn each_mut(&mut self) -> [(Metric, &mut Watch); 3] {
        let [errors, p95, p99] = Metric::ALL;
        [(errors, &mut self.errors), (p95, &mut self.p95), (p99, &mut self.p99)]
    }
}

impl Watch {
    fn verdict(&self, metric: Metric, alpha: f64) -> Verdict<'_> {
        let alarm = |evidence| Alarm { metric, evidence };
        let sides = self.sides.alarmed(alpha).then(|| alarm(&self.sides));
        let Some(own) = &self.own else {
            return sides.map_or(Verdict::Silent, Verdict::Worse);
        };
        let itself = own.evidence().alarmed(alpha).then(|| alarm(own.evidence()));
        match (sides, itself) {
            (None, None) => Verdict::Silent,
            (Some(found), Some(_)) => Verdict::Worse(found),
            (Some(found), None) if own.has_level() => Verdict::Unproven(found, Lacks::OwnChange),
            (Some(found), None) => Verdict::Unproven(found, Lacks::OwnLevel),
            (None, Some(found)) => Verdict::Unproven(found, Lacks::SideDifference),
        }
    }
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
