//! Drift between siblings: what only some environments of a service have.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::convert as code;
use serde_json::Value;

use crate::layout::service::Side;
use crate::scope::Scope;

/// Reports what is there in some environments of the service and missing in others.
pub fn find(name: &str, sides: &[Side<'_>], scopes: &mut [&mut Scope]) {
    if sides.len() < 2 {
        return;
    }
    let mut seen: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for side in sides {
        for thing in things(side) {
            seen.entry(thing).or_default().insert(side.env);
        }
    }
    for (what, envs) in seen {
        if envs.len() == sides.len() {
            continue;
        }
        let list = envs.iter().copied().collect::<Vec<_>>().join(", ");
        let reason =
            Reason::new(&code::DRIFT).with("what", what).with("service", name).with("envs", list);
        for (side, scope) in sides.iter().zip(scopes.iter_mut()) {
            if envs.contains(side.env) {
                scope.report(reason.clone());
            }
        }
    }
}

/// What an environment has, in words.
fn things(side: &Side<'_>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (config, settings) in &side.built.configs {
        out.extend(settings.keys().map(|key| format!("variable {key} of {config}")));
    }
    for object in &side.built.objects {
        let kind = object["kind"].as_str().unwrap_or_default();
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let spec = &object["spec"]["template"]["spec"];
        match kind {
            "Deployment" | "DaemonSet" => {
                out.insert(kind.to_owned());
                for list in ["containers", "initContainers"] {
                    let containers = spec[list].as_array().into_iter().flatten();
                    for container in containers {
                        parts(container, &mut out);
                    }
                }
            }
            "ExternalSecret" => {
                for entry in object["spec"]["data"].as_array().into_iter().flatten() {
                    out.insert(format!(
                        "secret {} of {name}",
                        entry["secretKey"].as_str().unwrap_or_default()
                    ));
                }
            }
            "CronJob"
            | "HorizontalPodAutoscaler"
            | "ScaledObject"
            | "PersistentVolumeClaim"
            | "TargetGroupBinding" => {
                out.insert(format!("{kind} {name}"));
            }
            _ => {}
        }
    }
    out
}

fn parts(container: &Value, out: &mut BTreeSet<String>) {
    let name = container["name"].as_str().unwrap_or_default();
    out.insert(format!("container {name}"));
    for port in container["ports"].as_array().into_iter().flatten() {
        out.insert(format!("port {} of {name}", port["containerPort"]));
    }
}
