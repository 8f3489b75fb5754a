//! What sends everything back at once, without statistics.
//!
//! Plain counts in, a trigger out: these faults are no matter of degree.

use serde::{Deserialize, Serialize};

/// A reason to go back now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "trigger")]
pub enum Trigger {
    /// A side that gets requests has no healthy target. A balancer may then send them to unhealthy
    /// ones, so that the error counts alone could stay silent.
    NoHealthyTargets {
        /// Targets, all of them unhealthy.
        total: u32,
    },
    /// The prober's requests to the new side are not answered.
    ProberFailed {
        /// Probes without the expected answer.
        failed: u32,
        /// Probes sent.
        sent: u32,
    },
    /// The balancer itself answered with 502, 503 or 504: it could not reach the service.
    BalancerErrors {
        /// Answers that the balancer made.
        made: u32,
        /// Requests to the new side.
        requests: u32,
    },
}

/// When failures are no longer chance: both must be exceeded or met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Failures at least.
    pub failures_min: u32,
    /// Failures of a thousand at least.
    pub per_mille: u32,
}

impl Floor {
    /// For probes: one may be lost on its way to the balancer, three of ten are not.
    pub const PROBES: Self = Self { failures_min: 3, per_mille: 100 };
    /// For the balancer's own errors: above what a restarting pod behind a balancer costs.
    pub const BALANCER: Self = Self { failures_min: 3, per_mille: 10 };

    fn reached(self, failures: u32, of: u32) -> bool {
        let share = u64::from(failures) * 1000 >= u64::from(of) * u64::from(self.per_mille);
        failures > 0 && failures >= self.failures_min && share
    }
}

/// If the new side has weight and no healthy target.
pub fn targets(healthy: u32, total: u32, weight_is_above_zero: Weighted) -> Option<Trigger> {
    let dead = healthy == 0 && weight_is_above_zero == Weighted::Yes;
    dead.then_some(Trigger::NoHealthyTargets { total })
}

/// Whether requests are sent to a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighted {
    /// Its weight is above 0.
    Yes,
    /// Its weight is 0: an empty target group there hurts nobody.
    No,
}

/// If the probes of the newest ticks fail on the new side.
pub fn prober(failed: u32, sent: u32, floor: Floor) -> Option<Trigger> {
    floor.reached(failed, sent).then_some(Trigger::ProberFailed { failed, sent })
}

/// If the balancer answers for the new side in the newest ticks.
pub fn balancer(made: u32, requests: u32, floor: Floor) -> Option<Trigger> {
    floor.reached(made, requests).then_some(Trigger::BalancerErrors { made, requests })
}

#[cfg(test)]
mod tests {
    use super::{Floor, Trigger, Weighted, balancer, prober, targets};

    #[test]
    fn a_side_without_healthy_targets_goes_back_if_it_has_weight() {
        assert_eq!(targets(0, 3, Weighted::Yes), Some(Trigger::NoHealthyTargets { total: 3 }));
        assert_eq!(targets(0, 0, Weighted::Yes), Some(Trigger::NoHealthyTargets { total: 0 }));
        assert_eq!(targets(0, 3, Weighted::No), None);
        assert_eq!(targets(1, 3, Weighted::Yes), None);
    }

    #[test]
    fn floors_need_a_number_and_a_share() {
        assert_eq!(prober(2, 2, Floor::PROBES), None);
        assert_eq!(prober(3, 31, Floor::PROBES), None);
        let failed = Trigger::ProberFailed { failed: 3, sent: 30 };
        assert_eq!(prober(3, 30, Floor::PROBES), Some(failed));
        assert_eq!(balancer(9, 1_000, Floor::BALANCER), None);
        let made = Trigger::BalancerErrors { made: 10, requests: 1_000 };
        assert_eq!(balancer(10, 1_000, Floor::BALANCER), Some(made));
        let none = Floor { failures_min: 0, per_mille: 0 };
        assert_eq!(balancer(0, 1_000, none), None);
    }
}
