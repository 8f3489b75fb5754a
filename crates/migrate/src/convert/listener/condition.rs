//! Conditions of a rule: what an Ingress can say by itself, and what only an annotation can.

use serde_json::{Map, Value, json};

use super::{PREFIX, lower_keys};
use crate::convert::Cx;
use crate::input::node::Node;

/// What a rule asks for.
pub(super) struct Asked {
    /// Hosts of entries; an empty one is any host.
    pub(super) hosts: Vec<String>,
    /// Paths of entries; `None` leaves the path to the annotation, because the controller takes
    /// what both say together.
    pub(super) paths: Vec<Option<String>>,
    /// Conditions for the annotation.
    pub(super) others: Vec<Value>,
}

/// Hosts and paths that an Ingress rule can say, and conditions that only an annotation can.
pub(super) fn of(cx: &mut Cx<'_, '_>, rule: &Node<'_>, target: &str) -> Asked {
    let mut hosts = Vec::new();
    let mut paths = Vec::new();
    let mut others = Vec::new();
    let mut by_annotation = false;
    for condition in rule.list("Conditions") {
        let field = condition.text("Field").unwrap_or_default();
        let values = values_of(&condition, &field);
        match field.as_str() {
            "host-header" if values.iter().all(|host| plain_host(host)) && !values.is_empty() => {
                hosts.extend(values.iter().map(|host| host.to_ascii_lowercase()));
                cx.scope.exact(&condition, &format!("{target} spec.rules[].host"));
            }
            "path-pattern" if values.iter().all(|path| plain_path(path)) && !values.is_empty() => {
                paths.extend(values.into_iter().map(Some));
                cx.scope.exact(&condition, &format!("{target} spec.rules[].http.paths[].path"));
            }
            _ => {
                by_annotation |= field == "path-pattern";
                others.push(annotated(&condition, &field, &values));
                let place = format!("{target} metadata.annotations[{PREFIX}/conditions]");
                cx.scope.exact(&condition, &place);
            }
        }
    }
    if hosts.is_empty() {
        hosts.push(String::new());
    }
    if paths.is_empty() {
        paths.push((!by_annotation).then(|| "/*".to_owned()));
    }
    Asked { hosts, paths, others }
}

/// True for a host that an Ingress takes: letters, digits and hyphens between dots, with a
/// wildcard for the first part at most.
fn plain_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    host.strip_prefix("*.").unwrap_or(host).split('.').all(label)
}

fn plain_path(path: &str) -> bool {
    path.starts_with('/') && !path.contains('?')
}

/// A condition as the controller's JSON, also where an old answer has its values only beside it.
fn annotated(condition: &Node<'_>, field: &str, values: &[String]) -> Value {
    let key = match field {
        "host-header" => "hostHeaderConfig",
        "path-pattern" => "pathPatternConfig",
        _ => "",
    };
    let Value::Object(copied) = lower_keys(condition.value) else { return Value::Null };
    // Values beside the configuration say the same again.
    let repeats = |key: &str| matches!(key, "values" | "regexValues");
    let mut out: Map<String, Value> = copied.into_iter().filter(|(key, _)| !repeats(key)).collect();
    if !key.is_empty() && !out.contains_key(key) {
        out.insert(key.to_owned(), json!({"values": values}));
    }
    Value::Object(out)
}

fn values_of(condition: &Node<'_>, field: &str) -> Vec<String> {
    let config = match field {
        "host-header" => condition.get("HostHeaderConfig"),
        "path-pattern" => condition.get("PathPatternConfig"),
        _ => None,
    };
    let regex = config.as_ref().is_some_and(|config| !config.strings("RegexValues").is_empty());
    if regex {
        return Vec::new();
    }
    let listed = config.map(|config| config.strings("Values")).unwrap_or_default();
    if listed.is_empty() { condition.strings("Values") } else { listed }
}
