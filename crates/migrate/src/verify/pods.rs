//! Inside of a pod: nothing twice, and every mount has its volume.

use std::collections::BTreeSet;

use serde_json::Value;

use super::objects::{Objects, Pod, blame, list, title};
use super::{Fault, Problem};

pub(super) fn check(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    for pod in objects.pods() {
        twice(&pod, "container", pod.containers().map(|container| &container["name"]), found);
        twice(&pod, "volume", list(&pod.spec()["volumes"]).map(|volume| &volume["name"]), found);
        let volumes: BTreeSet<&str> =
            list(&pod.spec()["volumes"]).filter_map(|volume| volume["name"].as_str()).collect();
        for container in pod.containers() {
            twice(&pod, "variable", list(&container["env"]).map(|entry| &entry["name"]), found);
            let mounts: Vec<&Value> = list(&container["volumeMounts"]).collect();
            twice(&pod, "mount at", mounts.iter().map(|mount| &mount["mountPath"]), found);
            for name in mounts.iter().filter_map(|mount| mount["name"].as_str()) {
                if !volumes.contains(name) {
                    blame(found, pod.owner, Fault::Missing(format!("the volume {name}")));
                }
            }
        }
    }
    replicas(objects, found);
}

/// A name that stands twice: of variables the last one counts, and nobody sees the first.
fn twice<'v>(
    pod: &Pod<'_>,
    what: &str,
    names: impl Iterator<Item = &'v Value>,
    found: &mut Vec<Problem>,
) {
    let mut seen = BTreeSet::new();
    for name in names.filter_map(Value::as_str) {
        if !seen.insert(name) {
            blame(found, pod.owner, Fault::NamedTwice(format!("{what} {name}")));
        }
    }
}

/// A workload whose replicas an autoscaler counts says none of its own.
fn replicas(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    for kind in ["HorizontalPodAutoscaler", "ScaledObject"] {
        for scaler in objects.of_kind(kind) {
            let target = &scaler["spec"]["scaleTargetRef"];
            let name = target["name"].as_str().unwrap_or_default();
            let kind = target["kind"].as_str().unwrap_or("Deployment");
            if let Some(workload) = objects.find(kind, name, scaler)
                && !workload["spec"]["replicas"].is_null()
            {
                blame(found, workload, Fault::ReplicasTwice(title(scaler)));
            }
        }
    }
}
