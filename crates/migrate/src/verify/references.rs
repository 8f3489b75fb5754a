//! References: whatever an object names is made in the same overlay.

use std::collections::BTreeSet;

use serde_json::Value;

use super::objects::{Objects, Pod, blame, keys, list};
use super::{Fault, Problem};

pub(super) fn check(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    for pod in objects.pods() {
        variables(objects, &pod, found);
        volumes(objects, &pod, found);
        let spec = pod.spec();
        for secret in list(&spec["imagePullSecrets"]) {
            named(objects, pod.owner, "Secret", &secret["name"], found);
        }
        named(objects, pod.owner, "ServiceAccount", &spec["serviceAccountName"], found);
    }
    for secret in objects.of_kind("ExternalSecret") {
        let store = &secret["spec"]["secretStoreRef"];
        // A store of the cluster belongs to its infrastructure.
        if store["kind"] != "ClusterSecretStore" {
            named(objects, secret, "SecretStore", &store["name"], found);
        }
    }
    for store in objects.of_kind("SecretStore") {
        let account = &store["spec"]["provider"]["aws"]["auth"]["jwt"]["serviceAccountRef"];
        named(objects, store, "ServiceAccount", &account["name"], found);
    }
    for claim in objects.of_kind("PersistentVolumeClaim") {
        let volume = claim["spec"]["volumeName"].as_str();
        if volume.is_some_and(|name| objects.find_global("PersistentVolume", name).is_none()) {
            blame(found, claim, missing("PersistentVolume", &claim["spec"]["volumeName"]));
        }
    }
    scalers(objects, found);
}

/// What the environment of the containers is read from.
fn variables(objects: &Objects<'_>, pod: &Pod<'_>, found: &mut Vec<Problem>) {
    for container in pod.containers() {
        for source in list(&container["envFrom"]) {
            for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
                if source[field]["optional"] != true {
                    named(objects, pod.owner, kind, &source[field]["name"], found);
                }
            }
        }
        for variable in list(&container["env"]) {
            for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                let source = &variable["valueFrom"][field];
                if !source.is_null() && source["optional"] != true {
                    key(objects, pod.owner, kind, source, found);
                }
            }
        }
    }
}

fn volumes(objects: &Objects<'_>, pod: &Pod<'_>, found: &mut Vec<Problem>) {
    for volume in list(&pod.spec()["volumes"]) {
        for source in std::iter::once(volume).chain(list(&volume["projected"]["sources"])) {
            named(objects, pod.owner, "ConfigMap", &source["configMap"]["name"], found);
            // A volume and a source of a projected volume spell it differently.
            for name in [&source["secret"]["secretName"], &source["secret"]["name"]] {
                named(objects, pod.owner, "Secret", name, found);
            }
        }
        let claim = &volume["persistentVolumeClaim"]["claimName"];
        named(objects, pod.owner, "PersistentVolumeClaim", claim, found);
    }
}

/// What autoscalers scale.
fn scalers(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    for kind in ["HorizontalPodAutoscaler", "ScaledObject"] {
        for scaler in objects.of_kind(kind) {
            let target = &scaler["spec"]["scaleTargetRef"];
            named(
                objects,
                scaler,
                target["kind"].as_str().unwrap_or("Deployment"),
                &target["name"],
                found,
            );
            for trigger in list(&scaler["spec"]["triggers"]) {
                let login = &trigger["authenticationRef"];
                if login["kind"] != "ClusterTriggerAuthentication" {
                    named(objects, scaler, "TriggerAuthentication", &login["name"], found);
                }
            }
        }
    }
}

/// An object of this kind and name is there, or made by another one; null names nothing.
fn named(objects: &Objects<'_>, from: &Value, kind: &str, name: &Value, found: &mut Vec<Problem>) {
    let Some(text) = name.as_str() else { return };
    let there = objects.find(kind, text, from).is_some()
        || kind == "Secret" && external(objects, text, from).is_some();
    if !there {
        blame(found, from, missing(kind, name));
    }
}

/// The key of a ConfigMap or secret is there.
fn key(objects: &Objects<'_>, from: &Value, kind: &str, source: &Value, found: &mut Vec<Problem>) {
    let name = source["name"].as_str().unwrap_or_default();
    let known = match objects.find(kind, name, from) {
        Some(object) => Some(stored(object)),
        None if kind == "Secret" => external(objects, name, from).map(written),
        None => None,
    };
    let Some(known) = known else { return blame(found, from, missing(kind, &source["name"])) };
    let key = source["key"].as_str().unwrap_or_default();
    if !known.contains(key) {
        blame(found, from, Fault::MissingKey(format!("{kind}/{name} {key}")));
    }
}

fn stored(object: &Value) -> BTreeSet<&str> {
    ["data", "binaryData", "stringData"]
        .into_iter()
        .flat_map(|field| keys(&object[field]))
        .collect()
}

/// The ExternalSecret that makes the secret `name`.
fn external<'o>(objects: &Objects<'o>, name: &str, near: &Value) -> Option<&'o Value> {
    objects.of_kind("ExternalSecret").find(|object| {
        let target = &object["spec"]["target"]["name"];
        let made = if target.is_null() { &object["metadata"]["name"] } else { target };
        *made == name && object["metadata"]["namespace"] == near["metadata"]["namespace"]
    })
}

/// The keys that an ExternalSecret writes: its template's, if it has one.
fn written(secret: &Value) -> BTreeSet<&str> {
    let template = keys(&secret["spec"]["target"]["template"]["data"]);
    if !template.is_empty() {
        return template;
    }
    list(&secret["spec"]["data"]).filter_map(|entry| entry["secretKey"].as_str()).collect()
}

fn missing(kind: &str, name: &Value) -> Fault {
    Fault::Missing(format!("{kind}/{}", name.as_str().unwrap_or_default()))
}
