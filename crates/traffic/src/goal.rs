//! What a shift is to reach, and its constants.

use std::collections::BTreeMap;
use std::time::Duration;

use model::Subject;
use model::ports::{Weight, Weights};
use serde::{Deserialize, Serialize};

use crate::effect::Effect;
use crate::guard::{self, Split};
use crate::preflight::Terms;

/// Steps of the new side in percent when nothing else is asked for. The first is small enough to
/// hurt one request in a hundred; each later one multiplies the evidence.
pub const STEPS_DEFAULT: [u8; 4] = [1, 10, 50, 100];

/// Healthy targets that a side needs before it gets more requests: with one, the loss of a single
/// process is the loss of the side.
pub const TARGETS_MIN: u32 = 2;

/// Bad requests on the new side per thousand that are still allowed, whatever the old side does.
pub const FLOOR_PER_MILLE: u64 = 10;

/// Requests that the balancer could not hand to the new side, below which no share is judged: a pod
/// that ends badly costs one or two.
pub const BAD_REQUESTS_MIN: u64 = 3;

/// Requests on both sides before the measured share is compared with the weight: at 1 % the
/// smooth choice has sent exactly one of these to the new side.
pub const SHARE_REQUESTS_MIN: u64 = 100;

/// How long an order may stay unseen before it is given again. Weights are absolute, so too
/// short a time costs only calls.
pub const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What a shift is to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Goal {
    /// Name of the shift, usually that of the service.
    pub shift: String,
    /// Who started it; the one person who cannot approve the removal of the old side.
    pub author: String,
    /// The balancer's rule, or the set of records, whose weights move.
    pub rule: String,
    /// Target group of the old side.
    pub old: String,
    /// Target group of the new side.
    pub new: String,
    /// What moves the requests.
    pub dial: Dial,
    /// The way up.
    pub steps: Steps,
    /// How long each step is held.
    pub hold: Hold,
    /// Healthy targets needed on the new side before each step, however small.
    pub targets_min: u32,
    /// Zones in which the new side needs a healthy target; 0 where zones are not known.
    pub zones_min: u32,
    /// Bad requests per thousand on the new side that are still allowed.
    pub floor_per_mille: u64,
    /// How sure the guard must be before it sends everything back, or lets a step be left.
    #[serde(default)]
    pub guard: guard::Settings,
    /// Copies of both sides; `None` if somebody else scales them.
    pub copies: Option<Copies>,
    /// What the checks before the start need to know; `None`: they were made elsewhere.
    pub preflight: Option<Terms>,
    /// Whether the new side is drilled before it gets a request.
    pub drills: bool,
    /// Jobs that only one side may own, old name and new name.
    pub jobs: Vec<Job>,
    /// What happens when all requests are on the new side.
    pub finish: Finish,
    /// Shifts that have to be across before this one begins.
    pub after: Vec<String>,
    /// Shifts that this one cannot do without: it begins after them and goes back with them.
    pub requires: Vec<String>,
    /// What is shared with other shifts.
    pub budget: Budget,
    /// How long the steps may take in all, in observed time.
    pub limits: Limits,
}

/// What moves the requests, as far as it changes what is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dial {
    /// How long after the read-back nothing is counted: a rule reaches the nodes of an ALB by and
    /// by, for which no API gives a bound (30 s); a record takes its TTL and 60 s.
    pub settle: Duration,
    /// Σ s², with s the share of each resolver in the requests: 0 where each request is chosen by
    /// itself, and what makes the share of a DNS step jump.
    pub clients: f64,
    /// An engine that takes over with an intent open waits this long first: the old one's lease
    /// and its longest call. 0 where the world refuses orders of an older engine by itself.
    pub takeover: Duration,
}

impl Dial {
    /// How requests find their side.
    pub fn split(&self) -> Split {
        if self.clients > 0.0 { Split::Clients } else { Split::Requests }
    }
}

impl Default for Dial {
    /// A balancer that obeys at once and knows its engines: the local one.
    fn default() -> Self {
        Self { settle: Duration::ZERO, clients: 0.0, takeover: Duration::ZERO }
    }
}

/// Copies of both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Copies {
    /// The old fleet.
    pub old: String,
    /// The new fleet.
    pub new: String,
    /// Copies that carry all requests on the old side.
    pub old_need: u32,
    /// Copies that carry all requests on the new side.
    pub new_need: u32,
}

/// A job that only one side may own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its name on the old side.
    pub old: String,
    /// Its name on the new side.
    pub new: String,
}

/// What happens when all requests are on the new side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Finish {
    /// The old side stays as it is.
    Keep,
    /// The old side is removed when nothing has reached it for `quiet` and a person agrees.
    Remove {
        /// How long nothing may reach it: at least 120 s, the stickiness of the group, and the
        /// longest connection of a client.
        quiet: Duration,
    },
}

/// What is shared with other shifts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Shifts on their way at the same time; 0: no limit.
    pub moving_max: u32,
    /// Connections that both fleets of this shift may hold together, by database.
    pub connections: BTreeMap<String, u32>,
    /// Connections that a database may give to shifting services, by database.
    pub connections_max: BTreeMap<String, u32>,
}

/// How long things may take, in observed time: what nobody could see does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// For others, before the shift begins.
    pub wait: Duration,
    /// From the start until the end of the shift.
    pub shift: Duration,
    /// A roll back, before a person is called.
    pub back: Duration,
    /// One order, until the world shows it.
    pub order: Duration,
    /// The realised share, until it agrees.
    pub converge: Duration,
    /// A step without evidence.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wait: Duration::from_hours(30 * 24),
            shift: Duration::from_hours(24),
            back: Duration::from_mins(30),
            order: Duration::from_mins(5),
            converge: Duration::from_mins(15),
            silence: Duration::from_mins(15),
        }
    }
}

impl Goal {
    /// A shift that only moves weights, by the defaults: what stands on both sides is somebody
    /// else's business, and the old side stays.
    pub fn weights_only(shift: &str, rule: &str, (old, new): (&str, &str)) -> Self {
        Self {
            shift: shift.to_owned(),
            author: String::new(),
            rule: rule.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
            dial: Dial::default(),
            steps: Steps::default(),
            hold: Hold::default(),
            targets_min: TARGETS_MIN,
            zones_min: 0,
            floor_per_mille: FLOOR_PER_MILLE,
            guard: guard::Settings::default(),
            copies: None,
            preflight: None,
            drills: false,
            jobs: Vec::new(),
            finish: Finish::Keep,
            after: Vec::new(),
            requires: Vec::new(),
            budget: Budget::default(),
            limits: Limits::default(),
        }
    }

    /// The weights when the new side has `weight`.
    pub fn weights(&self, weight: Weight) -> Weights {
        Weights::between(&self.old, &self.new, weight)
    }

    /// The same as an effect.
    pub fn turned(&self, share: Weight) -> Effect {
        Effect::Weights { rule: self.rule.clone(), weights: self.weights(share), share }
    }

    /// The shift, as people refer to it.
    pub fn subject(&self) -> Subject {
        Subject::new("shift", &self.shift)
    }

    /// Healthy targets that the new side needs to carry `share`.
    pub fn new_need(&self, share: Weight) -> u32 {
        let need = self.copies.as_ref().map_or(0, |copies| copies.new_need);
        part(need, share).max(self.targets_min)
    }

    /// Healthy targets that the old side needs to take everything back; at least one.
    pub fn old_need(&self) -> u32 {
        self.copies.as_ref().map_or(1, |copies| copies.old_need).max(1)
    }
}

/// `share` of `need`, rounded up.
fn part(need: u32, share: Weight) -> u32 {
    need.saturating_mul(u32::from(share.percent())).div_ceil(100)
}

/// How long a step is held: in observed ticks and requests, not in time alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Weight>", into = "Vec<Weight>")]
pub struct Steps(Vec<Weight>);

impl Steps {
    /// `percents` if they grow strictly from above 0 to 100.
    pub fn new(percents: &[u8]) -> Option<Self> {
        let weights: Option<Vec<Weight>> = percents.iter().map(|p| Weight::new(*p)).collect();
        Self::grow(weights?)
    }

    fn grow(weights: Vec<Weight>) -> Option<Self> {
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

impl TryFrom<Vec<Weight>> for Steps {
    type Error = &'static str;

    fn try_from(weights: Vec<Weight>) -> Result<Self, Self::Error> {
        Self::grow(weights).ok_or("steps grow strictly from above 0 to 100")
    }
}

impl From<Steps> for Vec<Weight> {
    fn from(steps: Steps) -> Self {
        steps.0
    }
}

#[cfg(test)]
mod tests {
    use super::Steps;

    #[test]
    fn steps_grow_from_above_nothing_to_all() {
        for good in [&[100][..], &[1, 100], &[1, 10, 50, 100]] {
            assert!(Steps::new(good).is_some(), "{good:?}");
        }
        for bad in [&[][..], &[0, 100], &[10, 10, 100], &[50, 10, 100], &[10, 50], &[10, 101]] {
            assert!(Steps::new(bad).is_none(), "{bad:?}");
        }
        let written: Result<Steps, _> = serde_json::from_str("[50, 10, 100]");
        assert!(written.unwrap_err().to_string().contains("grow strictly"));
    }
}
