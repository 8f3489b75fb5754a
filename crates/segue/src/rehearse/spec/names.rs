//! The second half of a bridge: when all requests are on the new side, the names that clients use
//! move from the old balancer to a new one that reaches the same copies.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use traffic::goal::{Dial, Finish};
use traffic::{Goal, Steps};
use twin::script;

use super::become_goal::CLIENTS;
use super::{Length, Shift};

/// The TTL of an alias record for an ALB, which nobody can set.
const ALIAS_TTL: Duration = Duration::from_mins(1);
/// What a record takes after its TTL until every resolver has asked again.
const STRAGGLE: Duration = Duration::from_mins(1);

/// The names of a bridge, and the balancer that they move to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamesSpec {
    /// The record set whose weights move.
    pub rule: String,
    /// Target group of the new balancer; the binding of the new side fills it too.
    pub target_group: String,
    /// How long resolvers remember an answer; 60 s for an alias.
    pub ttl: Option<Length>,
    /// Weights of the new balancer in percent.
    #[serde(default = "super::document::steps")]
    pub steps: Vec<u8>,
}

impl NamesSpec {
    fn ttl(&self) -> Duration {
        self.ttl.map_or(ALIAS_TTL, Length::duration)
    }
}

impl Shift {
    /// What the planner is to reach with the names. A shift of its own, which cannot do without
    /// that of the weights: it begins when that is across, and goes back with it.
    pub fn names_goal(&self) -> Option<Goal> {
        let names = self.spec.names.as_ref()?;
        let weights = self.goal();
        Some(Goal {
            shift: self.names_shift(),
            rule: names.rule.clone(),
            old: self.spec.new.target_group.clone(),
            new: names.target_group.clone(),
            dial: Dial {
                settle: names.ttl().saturating_add(STRAGGLE),
                clients: CLIENTS,
                ..weights.dial
            },
            steps: Steps::new(&names.steps).unwrap_or_default(),
            // Copies, jobs and checks are the business of the weights, which come first.
            copies: None,
            preflight: None,
            drills: false,
            jobs: Vec::new(),
            finish: Finish::Keep,
            after: Vec::new(),
            requires: vec![self.metadata.name.clone()],
            ..weights
        })
    }

    /// Name of the shift of the names.
    pub fn names_shift(&self) -> String {
        format!("{}-names", self.metadata.name)
    }

    /// Everything that the planner is to reach: the weights, and the names of a bridge.
    pub fn goals(&self) -> Vec<Goal> {
        std::iter::once(self.goal()).chain(self.names_goal()).collect()
    }

    /// The names in the twin.
    pub(super) fn names_in_the_twin(&self) -> Option<script::Names> {
        let names = self.spec.names.as_ref()?;
        Some(script::Names {
            rule: names.rule.clone(),
            ttl: u32::try_from(names.ttl().as_secs()).unwrap_or(u32::MAX),
            evaluate_target_health: false,
            group: names.target_group.clone(),
        })
    }
}
