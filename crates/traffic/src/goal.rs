//! What a shift is to reach, and its constants.

use std::time::Duration;

use model::Subject;
use model::ports::{Weight, Weights};

/// Steps of the new side in percent when nothing else is asked for. The first is small enough to
/// hurt one request in a hundred; each later one multiplies the evidence.
pub const STEPS_DEFAULT: [u8; 4] = [1, 10, 50, 100];

/// Healthy targets that a side needs before it gets more requests: with one, the loss of a single
/// process is the loss of the side.
pub const TARGETS_MIN: u32 = 2;

/// Bad requests on the new side per thousand that are still allowed. A fixed floor: crude, and
/// safe for a service whose errors are rare.
pub const FLOOR_PER_MILLE: u64 = 10;

/// Bad requests below which no share is judged: one hiccup at 1 % weight is no trend.
pub const BAD_REQUESTS_MIN: u64 = 3;

/// Requests on both sides before the measured share is compared with the weight: at 1 % the
/// smooth choice has sent exactly one of these to the new side.
pub const SHARE_REQUESTS_MIN: u64 = 100;

/// How long an order may stay unseen before it is given again. Weights are absolute, so too
/// short a time costs only calls.
pub const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What a shift is to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Name of the shift, usually that of the service.
    pub shift: String,
    /// The balancer's rule whose weights move.
    pub rule: String,
    /// Target group of the old side.
    pub old: String,
    /// Target group of the new side.
    pub new: String,
    /// The way up.
    pub steps: Steps,
    /// How long each step is held.
    pub hold: Hold,
    /// Healthy targets needed on the new side before each step.
    pub targets_min: u32,
    /// Bad requests per thousand on the new side that are still allowed.
    pub floor_per_mille: u64,
}

impl Goal {
    /// The weights when the new side has `weight`.
    pub fn weights(&self, weight: Weight) -> Weights {
        Weights::between(&self.old, &self.new, weight)
    }

    /// The shift, as people refer to it.
    pub fn subject(&self) -> Subject {
        Subject::new("shift", &self.shift)
    }
}

/// How long a step is held: in observed ticks and requests, not in time alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Length of a tick.
    pub tick: Duration,
    /// Ticks with requests on every side that has weight.
    pub ticks: u32,
    /// Requests that the new side must have ended in this step.
    pub requests_min: u64,
}

impl Default for Hold {
    /// Seven ticks of a second: at 300 requests a second and 1 % some 20 requests reach the new
    /// side, and four steps take about 35 s, which a person will watch.
    fn default() -> Self {
        Self { tick: Duration::from_secs(1), ticks: 7, requests_min: 15 }
    }
}

/// The weights of the new side, step by step. **Invariant:** strictly growing, the last is 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps(Vec<Weight>);

impl Steps {
    /// `percents` if they grow strictly from above 0 to 100.
    pub fn new(percents: &[u8]) -> Option<Self> {
        let weights: Option<Vec<Weight>> = percents.iter().map(|p| Weight::new(*p)).collect();
        let weights = weights?;
        let grow = weights.windows(2).all(|pair| pair[0] < pair[1]);
        let ends = weights.last() == Some(&Weight::ALL) && weights.first() > Some(&Weight::NONE);
        (grow && ends).then_some(Self(weights))
    }

    /// The first step above `weight`.
    pub fn after(&self, weight: Weight) -> Option<Weight> {
        self.0.iter().copied().find(|step| *step > weight)
    }

    /// All steps, upwards.
    pub fn iter(&self) -> impl Iterator<Item = Weight> {
        self.0.iter().copied()
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self(STEPS_DEFAULT.into_iter().filter_map(Weight::new).collect())
    }
}
