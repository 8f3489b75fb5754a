//! Objects read back through the types of the Kubernetes API: an unknown field, or one of the
//! wrong type, does not come back.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    Namespace, PersistentVolume, PersistentVolumeClaim, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::serde::{Serialize, de::DeserializeOwned};
use migrate::assemble::assemble;
use migrate::convert::{Built, convert};
use migrate::credential::Credentials;
use migrate::input::inventory::Inventory;
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use migrate::scope::Scope;
use serde_json::Value;

/// Kinds that are other projects' own; their types are checked with their CRDs.
const CUSTOM: &[&str] = &[
    "ExternalSecret",
    "SecretStore",
    "TargetGroupBinding",
    "ScaledObject",
    "TriggerAuthentication",
];

/// What every service of the snapshots becomes, blocked ones left out.
pub(crate) fn built(snapshots: &[Snapshot]) -> Vec<Built> {
    let inventory = Inventory::new(snapshots);
    let credentials = Credentials::of(&inventory.files);
    let assembly = assemble(&inventory, &Corrections::default());
    let mut out = Vec::new();
    for work in &assembly.workloads {
        let (scope, built) = convert(work, &credentials, Scope::new(&work.name, &work.env));
        if !scope.blocked() {
            out.push(built);
        }
    }
    out
}

/// What is wrong with an object.
pub(crate) fn wrong(object: &Value) -> Option<String> {
    let kind = object["kind"].as_str().unwrap_or_default();
    let back = match kind {
        "Deployment" => back::<Deployment>(object),
        "DaemonSet" => back::<DaemonSet>(object),
        "CronJob" => back::<CronJob>(object),
        "Job" => back::<Job>(object),
        "Namespace" => back::<Namespace>(object),
        "Service" => back::<Service>(object),
        "ServiceAccount" => back::<ServiceAccount>(object),
        "PersistentVolume" => back::<PersistentVolume>(object),
        "PersistentVolumeClaim" => back::<PersistentVolumeClaim>(object),
        "NetworkPolicy" => back::<NetworkPolicy>(object),
        "Ingress" => back::<Ingress>(object),
        "PodDisruptionBudget" => back::<PodDisruptionBudget>(object),
        "HorizontalPodAutoscaler" => back::<HorizontalPodAutoscaler>(object),
        kind if CUSTOM.contains(&kind) => return None,
        kind => return Some(format!("nobody checks a {kind}")),
    };
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    match back {
        Ok(back) => lost(object, &back).map(|place| format!("{kind}/{name} {place} is unknown")),
        Err(why) => Some(format!("{kind}/{name}: {why}")),
    }
}

fn back<T: DeserializeOwned + Serialize>(object: &Value) -> Result<Value, String> {
    let typed: T = serde_json::from_value(object.clone()).map_err(|e| e.to_string())?;
    serde_json::to_value(&typed).map_err(|e| e.to_string())
}

/// The first place of `one` that `other` has not, or has otherwise.
fn lost(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => one.iter().find_map(|(key, value)| {
            let inner = lost(value, other.get(key).unwrap_or(&Value::Null));
            inner.map(|place| format!(".{key}{place}"))
        }),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(index, (one, other))| {
                lost(one, other).map(|place| format!("[{index}]{place}"))
            })
        }
        (Value::Object(map), Value::Null) if map.is_empty() => None,
        (Value::Array(list), Value::Null) if list.is_empty() => None,
        (one, other) if one == other => None,
        _ => Some(format!(" ({one})")),
    }
}
