//! `plan/plan.json`: everything that later commands need to know, in one versioned document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::consolidate::Consolidation;
use crate::cost::Cost;
use crate::waves::Order;

/// The version of `plan/plan.json` that this program writes, and the newest that it reads.
pub const FORMAT_VERSION: u32 = 2;
/// Where the document lies in the repository.
pub const PATH: &str = "plan/plan.json";

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationPlan {
    /// `segue.dev/v1alpha1`.
    pub api_version: String,
    /// `MigrationPlan`.
    pub kind: String,
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The program that made it.
    pub tool: String,
    /// The snapshots that it was made from, in the order given.
    pub sources: Vec<Source>,
    /// Environments, in order.
    pub environments: Vec<String>,
    /// One entry for each service in each environment, in order of both.
    pub services: Vec<Service>,
    /// The first stage, ECS to ECS.
    pub consolidation: Consolidation,
    /// Dependencies, risks and waves.
    pub order: Order,
    /// The bill before and after.
    pub cost: Cost,
}

/// A snapshot that was planned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// `aws` or `files`.
    pub source: crate::input::snapshot::Source,
    /// Account ids.
    pub accounts: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
    /// When the scan ended, RFC 3339; empty for files.
    pub taken_at: String,
}

/// One service in one environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// The canonical name.
    pub name: String,
    /// The environment.
    pub environment: String,
    /// True if a blocker keeps it from being generated.
    pub blocked: bool,
    /// How many findings of each severity: B, H, M, L.
    pub findings: BTreeMap<char, usize>,
    /// What it is in ECS.
    pub from: From,
    /// What it becomes.
    pub to: To,
    /// What its traffic goes through.
    pub traffic: Traffic,
    /// Labels of the schedules that start it.
    pub schedules: Vec<String>,
}

/// What a service is in ECS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct From {
    /// The ECS service, if there is one.
    pub service_arn: Option<String>,
    /// Its cluster.
    pub cluster_arn: Option<String>,
    /// Its task definition, if the files name it.
    pub task_definition_arn: Option<String>,
    /// The family of its task definition.
    pub family: Option<String>,
    /// The file that the task definition was read from.
    pub file: String,
}

/// What a service becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct To {
    /// The cluster.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// The folder of the overlay; none while a blocker is open.
    pub overlay: Option<String>,
    /// Every object.
    pub objects: Vec<Object>,
    /// Images by the logical name in the base.
    pub images: BTreeMap<String, Image>,
    /// Replicas, unless an autoscaler sets them.
    pub replicas: Option<i64>,
}

/// An object of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Group and version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// An image as the overlay pins it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Registry and repository.
    pub repository: String,
    /// Tag, where no digest is known.
    pub tag: Option<String>,
    /// `sha256:…`.
    pub digest: Option<String>,
}

/// What the traffic of a service goes through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// Target groups of ECS: `targetGroupArn`, `containerPort`.
    pub old_target_groups: Vec<Value>,
    /// New target groups, by the file under the overlay's `aws` folder.
    pub new_target_groups: Vec<String>,
    /// Rules that forward to it: `ruleArn` (none for a default action), `listenerArn`.
    pub rules: Vec<Value>,
}
