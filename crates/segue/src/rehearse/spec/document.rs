//! The fields of a Shift as they stand in the file.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use traffic::Steps;
use traffic::preflight::{CheckId, Mechanism, Platform};

use super::{API_VERSION, Length};

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
    /// How long each step is held.
    #[serde(default)]
    pub hold: HoldSpec,
    /// How long nothing is counted after a weight was read back.
    pub settle: Option<Length>,
    /// What must hold at each step.
    #[serde(default)]
    pub gates: Gates,
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

fn steps() -> Vec<u8> {
    traffic::goal::STEPS_DEFAULT.to_vec()
}

impl Shift {
    /// The first field that cannot be meant, and why.
    pub(super) fn wrong(&self) -> Option<(&'static str, String)> {
        let Self { api_version, kind, metadata, spec } = self;
        if api_version != API_VERSION {
            return Some(("apiVersion", format!("apiVersion is {API_VERSION}, not {api_version}")));
        }
        if kind != "Shift" {
            return Some(("kind", format!("kind is Shift, not {kind}")));
        }
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        if metadata.name.is_empty() || !metadata.name.chars().all(letter) {
            return Some(("name", "a name has a-z, 0-9, - and . only".to_owned()));
        }
        if Steps::new(&spec.steps).is_none() {
            return Some(("steps", "steps grow strictly from above 0 to 100".to_owned()));
        }
        if spec.old.target_group == spec.new.target_group {
            return Some(("targetGroup", "both sides have one target group".to_owned()));
        }
        if spec.old.fleet == spec.new.fleet {
            return Some(("fleet", "both sides have one fleet".to_owned()));
        }
        if [&spec.old, &spec.new].iter().any(|side| !(1..=1_000).contains(&side.replicas)) {
            return Some(("replicas", "replicas are 1 to 1000".to_owned()));
        }
        if spec.expected_rps.is_some_and(|rps| !(rps > 0.0 && rps <= 100_000.0)) {
            return Some(("expectedRps", "expectedRps is above 0, at most 100000".to_owned()));
        }
        if spec.hold.tick.is_some_and(|tick| tick.duration().is_zero()) {
            return Some(("tick", "a tick has a length".to_owned()));
        }
        let unknown = |waiver: &&WaiverSpec| CheckId::find(&waiver.check).is_none();
        let waiver = spec.waivers.iter().find(unknown)?;
        Some(("check", format!("there is no check {}", waiver.check)))
    }
}
