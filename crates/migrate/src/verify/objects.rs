//! The objects of one overlay, found by kind and name, and the pods among them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Fault, Problem};

/// The objects of one overlay.
pub(super) struct Objects<'o> {
    all: &'o [Value],
}

impl<'o> Objects<'o> {
    pub(super) fn new(all: &'o [Value]) -> Self {
        Self { all }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'o Value> {
        self.all.iter()
    }

    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'o Value> {
        self.all.iter().filter(move |object| object["kind"] == kind)
    }

    /// The object of this kind and name in the namespace of `near`.
    pub(super) fn find(&self, kind: &str, name: &str, near: &Value) -> Option<&'o Value> {
        let same = |object: &&Value| {
            object["metadata"]["name"] == name
                && object["metadata"]["namespace"] == near["metadata"]["namespace"]
        };
        self.of_kind(kind).find(same)
    }

    /// Like [`Self::find`], for kinds that are in no namespace.
    pub(super) fn find_global(&self, kind: &str, name: &str) -> Option<&'o Value> {
        self.of_kind(kind).find(|object| object["metadata"]["name"] == name)
    }

    /// Every workload with its pods.
    pub(super) fn pods(&self) -> impl Iterator<Item = Pod<'o>> {
        self.all.iter().filter_map(Pod::of)
    }

    /// The pods that serve in the namespace of `near`, and are taken by `selector`.
    pub(super) fn serving(&self, selector: &Value, near: &Value) -> Vec<Pod<'o>> {
        let namespace = near["metadata"]["namespace"].clone();
        self.pods()
            .filter(|pod| !pod.is_job() && pod.owner["metadata"]["namespace"] == namespace)
            .filter(|pod| matches(selector, pod.labels()))
            .collect()
    }
}

/// The pods that a workload makes.
pub(super) struct Pod<'o> {
    pub(super) owner: &'o Value,
    template: &'o Value,
}

impl<'o> Pod<'o> {
    fn of(owner: &'o Value) -> Option<Self> {
        let template = match owner["kind"].as_str()? {
            "Deployment" | "DaemonSet" | "StatefulSet" | "Job" => &owner["spec"]["template"],
            "CronJob" => &owner["spec"]["jobTemplate"]["spec"]["template"],
            _ => return None,
        };
        Some(Self { owner, template })
    }

    pub(super) fn is_job(&self) -> bool {
        self.owner["kind"] == "Job" || self.owner["kind"] == "CronJob"
    }

    pub(super) fn spec(&self) -> &'o Value {
        &self.template["spec"]
    }

    pub(super) fn labels(&self) -> &'o Value {
        &self.template["metadata"]["labels"]
    }

    /// All containers, those that run before the others included.
    pub(super) fn containers(&self) -> impl Iterator<Item = &'o Value> {
        let spec = self.spec();
        list(&spec["containers"]).chain(list(&spec["initContainers"]))
    }

    /// The ports of all containers.
    pub(super) fn ports(&self) -> impl Iterator<Item = &'o Value> {
        self.containers().flat_map(|container| list(&container["ports"]))
    }
}

/// The elements of an array; nothing for anything else.
pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The keys of an object.
pub(super) fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect()
}

/// Whether `labels` has everything that `selector` asks for; an empty selector takes nothing.
pub(super) fn matches(selector: &Value, labels: &Value) -> bool {
    let Some(wanted) = selector.as_object() else { return false };
    !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// `Kind/name`.
pub(super) fn title(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

/// Adds a problem of `object`.
pub(super) fn blame(found: &mut Vec<Problem>, object: &Value, fault: Fault) {
    found.push(Problem { object: title(object), fault });
}
