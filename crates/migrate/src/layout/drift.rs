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
        let others = sides.iter().map(|side| side.env).filter(|env| !envs.contains(env));
        let others: BTreeSet<&str> = others.collect();
        let list = |envs: &BTreeSet<&str>| envs.iter().copied().collect::<Vec<_>>().join(", ");
        let reason = Reason::new(&code::DRIFT)
            .with("what", what)
            .with("service", name)
            .with("envs", list(&envs))
            .with("others", list(&others));
        // The few differ from the many, so theirs is the finding.
        let few = if envs.len() <= others.len() { &envs } else { &others };
        for (side, scope) in sides.iter().zip(scopes.iter_mut()) {
            if few.contains(side.env) {
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
    for (name, image) in &side.built.images {
        let repository = without(side.env, &image.repository);
        out.insert(format!("image {repository} of {name}"));
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
                        parts(container, side.env, &mut out);
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

fn parts(container: &Value, env: &str, out: &mut BTreeSet<String>) {
    let name = container["name"].as_str().unwrap_or_default();
    out.insert(format!("container {name}"));
    for port in container["ports"].as_array().into_iter().flatten() {
        out.insert(format!("port {} of {name}", port["containerPort"]));
    }
    for key in ["command", "args"] {
        let words = container[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        let text = words.collect::<Vec<_>>().join(" ").replace('\n', " ");
        let text = without(env, &text);
        if !text.is_empty() {
            out.insert(format!("{key} `{text}` of {name}"));
        }
    }
}

/// The text with a star for the environment's own word, which is a value of the overlay and no
/// drift.
fn without(env: &str, text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(env) {
        let (before, after) = (&text[..at], &text[at + env.len()..]);
        if !before.ends_with(is_word) && !after.starts_with(is_word) {
            out.push_str(&text[from..at]);
            out.push('*');
            from = at + env.len();
        }
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_the_environment() {
        assert_eq!(without("prod", "prod/product-prod:prod"), "*/product-*:*");
    }
}
