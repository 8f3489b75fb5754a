//! One metric under guard: how its ticks are counted, and what they have proven.

use serde::{Deserialize, Serialize};

use super::eprocess::{Evidence, Temper, Tick, Total};
use super::latency::Slow;
use super::own::{Own, Sample};

/// What is compared between the sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Metric {
    /// Requests that ended badly.
    Errors,
    /// Requests slower than the old side's rolling p95.
    LatencyP95,
    /// Requests slower than the old side's rolling p99.
    LatencyP99,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Errors, Self::LatencyP95, Self::LatencyP99];

    /// Of a hundred requests, how many are slow by definition; `None` for errors.
    fn slow_percent(self) -> Option<u8> {
        match self {
            Self::Errors => None,
            Self::LatencyP95 => Some(5),
            Self::LatencyP99 => Some(1),
        }
    }

    /// How much one tick of it may say. Slow requests are common by definition: only what exceeds
    /// twice their share is a clump.
    pub fn temper(self) -> Temper {
        let twice = |percent: u8| Temper::Clumps { share: f64::from(percent) / 50.0 };
        self.slow_percent().map_or(Temper::ERRORS, twice)
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

/// What is known when a metric says "worse".
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// Which metric.
    pub metric: Metric,
    /// E at the alarm, at most e^700.
    pub e: f64,
    /// The new side is proven to have more than this many times the old side's rate.
    pub at_least: f64,
    /// The ratio of the rates as estimated; `None` if the old side had no error.
    pub ratio: Option<f64>,
    /// Ticks, and the counts of both sides in them.
    pub ticks: u64,
    /// The old side.
    pub old: Total,
    /// The new side.
    pub new: Total,
}

impl Alarm {
    fn of(metric: Metric, evidence: &Evidence, alpha: f64) -> Option<Self> {
        evidence.alarmed(alpha).then(|| Self {
            metric,
            e: evidence.e_value(),
            at_least: evidence.at_least(alpha).unwrap_or(1.0),
            ratio: evidence.ratio(),
            ticks: evidence.ticks,
            old: evidence.old,
            new: evidence.new,
        })
    }
}

/// What a proof still lacks where clients are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Lacks {
    /// The sides differ; the new side has no level of before to compare with.
    OwnLevel,
    /// The sides differ; the new side is no worse than it was: its clients may be the difference.
    OwnChange,
    /// The new side got worse than it was; the sides do not differ: everybody may be worse off.
    SideDifference,
}

/// What the guard says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "verdict")]
pub enum Verdict {
    /// Nothing is proven against the new side.
    Silent,
    /// Clients are split, and only one of the two comparisons speaks: hold, and ask a person.
    Unproven {
        /// What speaks.
        alarm: Alarm,
        /// What does not.
        lacks: Lacks,
        /// Whether the old side is worse than its own level too: a common cause.
        old_worse_too: bool,
    },
    /// The new side is worse: go back.
    Alarm(Alarm),
}

/// One metric. What has alarmed is kept as it was: its figures are those of the alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Watch {
    metric: Metric,
    slow: Option<Slow>,
    sides: Evidence,
    /// Where clients are split: each side against itself.
    own: Option<OwnSides>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OwnSides {
    old: Own,
    new: Own,
}

impl Watch {
    pub(super) fn new(metric: Metric, split: Split) -> Self {
        let percent = metric.slow_percent();
        let own = || percent.map_or_else(Own::errors, Own::slow);
        let own = (split == Split::Clients).then(|| OwnSides { old: own(), new: own() });
        Self { metric, slow: percent.map(Slow::new), sides: Evidence::default(), own }
    }

    /// A tick from before the shift.
    pub(super) fn record(&mut self, old: &Sample, new: &Sample) {
        if let Some(slow) = &mut self.slow {
            slow.observe(&old.latencies, &new.latencies);
        }
        if let Some(own) = &mut self.own {
            own.old.record(old);
            own.new.record(new);
        }
    }

    pub(super) fn observe(&mut self, old: &Sample, new: &Sample, temper: Temper, alpha: f64) {
        let counted = match &mut self.slow {
            None => Some((old.side, new.side)),
            Some(slow) => slow.observe(&old.latencies, &new.latencies),
        };
        if let Some((old, new)) = counted.filter(|_| !self.sides.alarmed(alpha)) {
            self.sides.observe(&Tick { old, new }, temper);
        }
        if let Some(own) = &mut self.own {
            for (own, sample) in [(&mut own.old, old), (&mut own.new, new)] {
                if !own.evidence().alarmed(alpha) {
                    own.observe(sample, temper);
                }
            }
        }
    }

    pub(super) fn begin_step(&mut self) {
        self.sides = Evidence::default();
        if let Some(own) = &mut self.own {
            own.old.begin_step();
            own.new.begin_step();
        }
    }

    pub(super) fn sides(&self) -> &Evidence {
        &self.sides
    }

    pub(super) fn verdict(&self, alpha: f64) -> Verdict {
        let sides = Alarm::of(self.metric, &self.sides, alpha);
        let Some(own) = &self.own else {
            return sides.map_or(Verdict::Silent, Verdict::Alarm);
        };
        let itself = Alarm::of(self.metric, own.new.evidence(), alpha);
        let old_worse_too = own.old.evidence().alarmed(alpha);
        let (alarm, lacks) = match (sides, itself) {
            (None, None) => return Verdict::Silent,
            (Some(alarm), Some(_)) => return Verdict::Alarm(alarm),
            (Some(alarm), None) if own.new.has_level() => (alarm, Lacks::OwnChange),
            (Some(alarm), None) => (alarm, Lacks::OwnLevel),
            (None, Some(alarm)) => (alarm, Lacks::SideDifference),
        };
        Verdict::Unproven { alarm, lacks, old_worse_too }
    }
}
