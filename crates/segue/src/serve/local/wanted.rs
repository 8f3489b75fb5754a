//! From rendered objects to what a machine must run: a pure function.

use std::collections::{BTreeMap, BTreeSet};

use live::balancer::{Action, FixedResponse, Forward, GroupConfig, ListenerConfig};
use model::Reason;
use model::code::live as code;
use model::ports::Weights;
use serde_json::Value;

use super::super::book::HeldStatus;
use super::groups::{self, Services};
use super::{ingress, shown};

/// Kinds that processes are made of.
const WORKLOADS: [&str; 5] = ["Deployment", "Job", "CronJob", "ConfigMap", "Secret"];

/// Kinds that only say something about others, and are read with them.
const BESIDE: [&str; 3] = ["HorizontalPodAutoscaler", "ScaledObject", "TargetGroupBinding"];

/// Kinds of a cluster that have no meaning on one machine, and that nobody misses there.
const SILENT: [&str; 4] = ["Namespace", "ServiceAccount", "PodDisruptionBudget", "IngressClass"];

/// What a machine must run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// Objects for the processes.
    pub workloads: Vec<Value>,
    /// Target groups.
    pub groups: BTreeMap<String, GroupConfig>,
    /// Which pods are the targets of a group.
    pub backends: BTreeMap<String, Backend>,
    /// Listeners with their rules.
    pub listeners: BTreeMap<String, ListenerConfig>,
    /// The port that a listener would have in a cluster.
    pub ports: BTreeMap<String, u16>,
    /// What is not done, and why.
    pub held: Vec<HeldStatus>,
}

/// The pods behind a target group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backend {
    /// Workloads, as the cluster names them.
    pub workloads: BTreeSet<String>,
    /// Container port.
    pub port: u16,
}

/// What objects ask of a machine. Equal objects, equal answer, whatever their order is.
pub(super) fn wanted(objects: &[Value]) -> Wanted {
    let mut wanted = Wanted::default();
    let mut sorted: Vec<&Value> = objects.iter().collect();
    sorted.sort_by_key(|object| shown(object));
    let services = Services::read(&sorted, &mut wanted);
    for object in &sorted {
        let kind = object["kind"].as_str().unwrap_or_default();
        if WORKLOADS.contains(&kind) || BESIDE.contains(&kind) {
            wanted.workloads.push((*object).clone());
        } else if !SILENT.contains(&kind) && !["Service", "Ingress"].contains(&kind) {
            wanted.hold(object, &code::NOT_PLAYED, why(kind));
        }
    }
    groups::bindings(&sorted, &services, &mut wanted);
    services.listen(&mut wanted);
    ingress::listeners(&sorted, &services, &mut wanted);
    wanted
}

/// Why a kind is not played.
fn why(kind: &str) -> &'static str {
    match kind {
        "" => "it has no kind",
        "NetworkPolicy" => "nothing keeps processes of one machine apart",
        "ExternalSecret" | "SecretStore" | "ClusterSecretStore" => {
            "no secret store is asked; put a Secret of the same name into overlays/local"
        }
        "PersistentVolume" | "PersistentVolumeClaim" | "StorageClass" => "it has no such disks",
        "DaemonSet" | "StatefulSet" | "ReplicaSet" | "Pod" => {
            "only Deployments, Jobs and CronJobs run"
        }
        "TriggerAuthentication" => "nothing scales by itself",
        _ => "it is not known there",
    }
}

impl Wanted {
    /// Says why an object is not done.
    pub(super) fn hold(
        &mut self,
        object: &Value,
        code: &'static model::code::Code,
        cause: impl Into<String>,
    ) {
        let (kind, name) = shown(object);
        let what = format!("{}/{name}", kind.to_lowercase());
        let because =
            Reason::new(code).with("kind", kind).with("name", name).with("cause", cause.into());
        self.held.push(HeldStatus { what, because });
    }

    /// A listener, new if there is none of this name: it answers 404 until it has rules.
    pub(super) fn listener(&mut self, name: &str, port: u16) -> &mut ListenerConfig {
        self.ports.entry(name.to_owned()).or_insert(port);
        self.listeners.entry(name.to_owned()).or_insert_with(|| {
            let content_type = "text/plain".to_owned();
            let none = FixedResponse { status: 404, content_type, body: String::new() };
            ListenerConfig::new(Vec::new(), Action::FixedResponse(none))
        })
    }
}

/// All requests to one group.
pub(super) fn all_to(group: &str) -> Action {
    Action::Forward(Forward::by(Weights::all_to(group)))
}

#[cfg(test)]
mod tests;
