//! The fields of a Shift as they stand in the file.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use traffic::preflight::{Mechanism, Platform};

use super::{Length, NamesSpec};

/// A file of kind Shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shift {
    /// `segue.dev/v1alpha1`.
    pub api_version: String,
    /// `Shift`.
    pub kind: String,
    /// Who it is.
    pub metadata: Meta,
    /// What it is to reach.
    pub spec: Spec,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Meta {
    /// Name of the shift.
    pub name: String,
}

/// What a shift is to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Who answers for it.
    pub author: String,
    /// What moves the requests.
    pub mechanism: Mechanism,
    /// The rule, or the record set, whose weights move.
    pub rule: String,
    /// The side that has all requests.
    pub old: SideSpec,
    /// The side that gets them.
    pub new: SideSpec,
    /// Requests a second.
    pub expected_rps: Option<f64>,
    /// Weights of the new side in percent.
    #[serde(default = "steps")]
    pub steps: Vec<u8>,
    /// The second half of a bridge: the names that follow the weights.
    pub names: Option<NamesSpec>,
    /// How long each step is held.
    #[serde(default)]
    pub hold: HoldSpec,
    /// How long nothing is counted after a weight was read back.
    pub settle: Option<Length>,
    /// What must hold at each step.
    #[serde(default)]
    pub gates: Gates,
    /// How sure the guard must be.
    #[serde(default)]
    pub guard: GuardSpec,
    /// The longest ordinary request.
    pub longest_request: Option<Length>,
    /// Whether, and when, the old side is removed.
    pub remove_old: Option<RemoveOld>,
    /// Jobs that only one side may own.
    #[serde(default)]
    pub jobs: Vec<JobSpec>,
    /// Shifts that have to be across first.
    #[serde(default)]
    pub after: Vec<String>,
    /// The same, and it goes back with them.
    #[serde(default)]
    pub requires: Vec<String>,
    /// How long things may take.
    #[serde(default)]
    pub limits: LimitsSpec,
    /// Checks that a person accepts as they are.
    #[serde(default)]
    pub waivers: Vec<WaiverSpec>,
}

/// One side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SideSpec {
    /// Its target group.
    pub target_group: String,
    /// What runs its copies.
    pub fleet: String,
    /// On what they run.
    pub platform: Platform,
    /// Copies that carry all requests.
    pub replicas: u32,
}

/// How long each step is held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HoldSpec {
    /// Length of a tick.
    pub tick: Option<Length>,
    /// Ticks with requests on every side that has weight.
    pub ticks: Option<u32>,
    /// Requests that the new side must have ended in a step.
    pub requests_min: Option<u64>,
}

/// What must hold at each step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Gates {
    /// Bad requests per thousand on the new side that are still allowed.
    pub errors_per_mille: Option<u64>,
    /// Healthy targets of the new side.
    pub healthy_targets_min: Option<u32>,
    /// Zones in which it needs one.
    pub zones_min: Option<u32>,
}

/// How sure the guard must be.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GuardSpec {
    /// Chance of a false alarm that each metric may spend in one step.
    pub alpha: Option<f64>,
    /// What clears a step, if silence alone is not to be enough.
    pub clear: Option<ClearSpec>,
}

/// When a step counts as clear.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClearSpec {
    /// "That many times as bad" must be ruled out.
    pub times: Option<f64>,
    /// With this chance of being wrong.
    pub alpha: Option<f64>,
    /// Or, for errors: proven to be fewer than these per thousand.
    pub errors_below_per_mille: Option<f64>,
}

/// The removal of the old side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveOld {
    /// How long nothing may have reached it.
    pub quiet: Length,
}

/// A job that only one side may own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobSpec {
    /// Its name on the old side.
    pub old: String,
    /// Its name on the new side.
    pub new: String,
}

/// How long things may take.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LimitsSpec {
    /// The whole shift.
    pub shift: Option<Length>,
    /// A roll back.
    pub back: Option<Length>,
    /// One order, until the world shows it.
    pub order: Option<Length>,
    /// The realised share, until it agrees.
    pub converge: Option<Length>,
    /// A step without evidence.
    pub silence: Option<Length>,
}

/// A check that a person accepts as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaiverSpec {
    /// The check.
    pub check: String,
    /// Who answers for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The last day.
    pub until: Date,
}

pub(super) fn steps() -> Vec<u8> {
    traffic::goal::STEPS_DEFAULT.to_vec()
}
