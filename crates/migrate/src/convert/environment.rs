//! Environment of a container: plain variables, files of variables, secrets.

use std::collections::BTreeMap;

use model::Reason;
use model::code::convert as code;
use serde_json::{Value, json};

use crate::convert::{Cx, escape::escape, names, secrets};
use crate::credential;
use crate::input::node::Node;

/// The environment of one container of the pod.
#[derive(Debug, Default)]
pub struct Environment {
    /// `env` entries, in order.
    pub env: Vec<Value>,
    /// `envFrom` entries, in order.
    pub env_from: Vec<Value>,
}

/// Variables that the ECS agent sets and a pod has not.
const ECS_ONLY: &[&str] = &[
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
    "AWS_EXECUTION_ENV",
    "ECS_AGENT_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/// Converts `environment`, `environmentFiles` and `secrets` of `container`; `base` is the name
/// stem of the ConfigMap and the ExternalSecrets.
pub fn environment(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    base: &str,
) -> Environment {
    let mut out = Environment::default();
    let mut literals: BTreeMap<String, String> = BTreeMap::new();
    environment_files(cx, container, base, &mut out);
    let secret_names: Vec<String> =
        container.list("secrets").iter().filter_map(|node| node.text("name")).collect();
    for pair in container.list("environment") {
        variable(cx, &pair, name, base, &secret_names, &mut literals, &mut out);
    }
    region(cx, container, &secret_names, &mut literals);
    if !literals.is_empty() {
        cx.built.configs.insert(base.to_owned(), literals);
        out.env_from.push(json!({"configMapRef": {"name": base}}));
    }
    for secret in container.list("secrets") {
        secrets::variable(cx, &secret, name, base, &mut out.env);
    }
    out
}

fn variable(
    cx: &mut Cx<'_, '_>,
    pair: &Node<'_>,
    container: &str,
    base: &str,
    secret_names: &[String],
    literals: &mut BTreeMap<String, String>,
    out: &mut Environment,
) {
    let Some(key) = pair.text("name") else {
        cx.scope
            .finding(pair, Reason::new(&code::VARIABLE_WITHOUT_NAME).with("container", container));
        return;
    };
    if let Some(node) = pair.get("valueFrom") {
        let reason = Reason::new(&code::VALUE_FROM_IN_ENVIRONMENT)
            .with("name", &key)
            .with("container", container);
        cx.scope.finding(&node, reason);
    }
    let value = pair.get("value").and_then(|node| node.scalar());
    let Some(value) = value else {
        if pair.get("valueFrom").is_some() {
            secrets::variable(cx, pair, container, base, &mut out.env);
        } else {
            // ECS takes an absent value for an empty one.
            add(cx, pair, &key, "", base, literals, out);
        }
        return;
    };
    if secret_names.contains(&key) {
        let reason =
            Reason::new(&code::VARIABLE_TWICE).with("name", &key).with("container", container);
        cx.scope.finding(pair, reason);
        return;
    }
    if cx.credentials.guards(&key, &value) {
        secrets::literal(cx, pair, container, base, &key, &mut out.env);
        return;
    }
    if credential::is_placeholder(&value) {
        let reason = Reason::new(&code::PLACEHOLDER).with("field", format!("environment {key}"));
        cx.scope.note(pair, reason);
    }
    add(cx, pair, &key, &value, base, literals, out);
}

/// Puts a plain variable where it keeps its exact value.
fn add(
    cx: &mut Cx<'_, '_>,
    pair: &Node<'_>,
    key: &str,
    value: &str,
    base: &str,
    literals: &mut BTreeMap<String, String>,
    out: &mut Environment,
) {
    if ECS_ONLY.contains(&key) {
        cx.scope.note(pair, Reason::new(&code::ECS_ONLY_VARIABLE).with("name", key));
    }
    let twice = literals.contains_key(key) || out.env.iter().any(|entry| entry["name"] == key);
    if twice {
        cx.scope.note(pair, Reason::new(&code::VARIABLE_REPEATED).with("name", key));
        out.env.retain(|entry| entry["name"] != key);
        literals.remove(key);
    }
    if names::is_shell_name(key) {
        literals.insert(key.to_owned(), value.to_owned());
        cx.scope.exact(pair, &format!("ConfigMap/{base} data.{key}"));
    } else if key.contains('=') || key.chars().any(char::is_control) {
        cx.scope.finding(
            pair,
            Reason::new(&code::BAD_VARIABLE_NAME).with("name", key.replace(char::is_control, "?")),
        );
    } else {
        out.env.push(json!({"name": key, "value": escape(value)}));
        cx.scope.exact(pair, &cx.pod(&format!("containers[].env[{key}]")));
    }
}

/// ECS agents set the region for every SDK; pods get it said plainly.
fn region(
    cx: &Cx<'_, '_>,
    container: &Node<'_>,
    secret_names: &[String],
    literals: &mut BTreeMap<String, String>,
) {
    let has_role = cx.work.task.node.get("taskRoleArn").is_some();
    let Some(region) = cx.work.region.as_ref().filter(|_| has_role) else {
        return;
    };
    let set = |name: &str| {
        secret_names.iter().any(|secret| secret == name)
            || container
                .list("environment")
                .iter()
                .any(|pair| pair.text("name").as_deref() == Some(name))
    };
    if !set("AWS_REGION") && !set("AWS_DEFAULT_REGION") {
        literals.insert("AWS_REGION".to_owned(), region.clone());
    }
}

/// Files of variables in S3 may hold secrets, so nobody reads them here: the pod asks for a
/// Secret that the team makes, and does not start without it.
fn environment_files(cx: &mut Cx<'_, '_>, container: &Node<'_>, base: &str, out: &mut Environment) {
    for (index, file) in container.list("environmentFiles").iter().enumerate() {
        let name = format!("{base}-env-file-{}", index + 1);
        let reason = Reason::new(&code::ENVIRONMENT_FILE)
            .with("file", file.text("value").unwrap_or_default())
            .with("secret", &name)
            .with("service", &cx.work.name);
        let target = cx.pod(&format!("containers[].envFrom[{name}]"));
        cx.scope.finding_kept(file, reason, &target);
        out.env_from.push(json!({"secretRef": {"name": name}}));
        cx.built.awaited.insert(name);
    }
}
