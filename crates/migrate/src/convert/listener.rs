//! Listener rules, as the Ingresses that would make them again.
//!
//! The old load balancer stays the switch while traffic moves, so these Ingresses are not applied
//! now: they lie beside the overlay for the day when the cluster owns its load balancers. All
//! Ingresses of one load balancer are one group, ordered by `group.order`; each has rules that
//! follow each other in one listener. Every rule becomes one action, with
//! `ImplementationSpecific` paths: the controller keeps their order and takes the patterns
//! verbatim (`pkg/ingress/model_build_listener_rules.go`).

mod action;
mod balancer;
mod condition;

use serde_json::{Map, Value, json};

use crate::convert::{Cx, RuleUse, names};
use crate::input::node::Node;

const PREFIX: &str = "alb.ingress.kubernetes.io";
/// The least and the greatest `group.order` that the controller takes.
const ORDER_RANGE: (i64, i64) = (-1000, 1000);

/// Converts the rules that forward to this service, and those that its Ingresses carry.
pub fn convert(cx: &mut Cx<'_, '_>) {
    for used in cx.work.rules.clone() {
        if used.run.is_none() {
            elsewhere(cx, &used);
        }
    }
    let mut groups = groups(cx);
    if groups.iter().all(Vec::is_empty) {
        return;
    }
    groups.sort_by_key(|group| rank(cx, group));
    let mut taken: Vec<String> = Vec::new();
    for group in &groups {
        let name = name(cx, group, &taken);
        let object = ingress(cx, group, &name);
        cx.built.later.push(object);
        taken.push(name);
    }
}

/// Rules by the Ingress they stand in, in their order.
fn groups<'a>(cx: &Cx<'_, 'a>) -> Vec<Vec<RuleUse<'a>>> {
    let mut out: Vec<(String, i64, Vec<RuleUse<'a>>)> = Vec::new();
    for used in cx.work.rules.iter().chain(&cx.work.carried) {
        let Some(run) = used.run else { continue };
        let key = listener_key(used);
        match out.iter_mut().find(|(listener, first, _)| *listener == key && *first == run) {
            Some((_, _, list)) => list.push(used.clone()),
            None => out.push((key, run, vec![used.clone()])),
        }
    }
    for (_, _, list) in &mut out {
        list.sort_by_key(|used| priority(&used.rule.node));
    }
    out.into_iter().map(|(_, _, list)| list).collect()
}

fn listener_key(used: &RuleUse<'_>) -> String {
    let node = used.listener.as_ref().map(|listener| &listener.node);
    node.map(|node| format!("{}{}", node.file, node.pointer)).unwrap_or_default()
}

/// The Ingress that people look for first comes first: with rules of the service, on the port
/// for browsers.
fn rank(cx: &Cx<'_, '_>, group: &[RuleUse<'_>]) -> (bool, bool, Option<i64>, Option<i64>, String) {
    let same =
        |one: &Node<'_>, other: &Node<'_>| one.file == other.file && one.pointer == other.pointer;
    let own =
        |used: &RuleUse<'_>| cx.work.rules.iter().any(|own| same(&own.rule.node, &used.rule.node));
    let port = port(group);
    let run = group.first().and_then(|used| used.run);
    let listener = group.first().map(listener_key).unwrap_or_default();
    (!group.iter().any(own), port != Some(443), port, run, listener)
}

fn port(group: &[RuleUse<'_>]) -> Option<i64> {
    group.first()?.listener.as_ref()?.node.int_at("Port")
}

/// The service's name for its first Ingress, with port and place for the others.
fn name(cx: &Cx<'_, '_>, group: &[RuleUse<'_>], taken: &[String]) -> String {
    let service = &cx.work.name;
    let port = port(group).unwrap_or(80);
    let run = group.first().and_then(|used| used.run).unwrap_or(0);
    let wanted = [service.clone(), format!("{service}-{port}"), format!("{service}-{port}-{run}")];
    let free = wanted.into_iter().find(|name| !taken.contains(name));
    names::dns_label(&free.unwrap_or_else(|| format!("{service}-{}", taken.len())), 63)
}

/// A rule that no Ingress of this service has.
fn elsewhere(cx: &mut Cx<'_, '_>, used: &RuleUse<'_>) {
    let http = used.listener.as_ref().and_then(|item| item.node.text("Protocol"));
    let why = if http.is_none_or(|protocol| protocol.starts_with("HTTP")) {
        "the Ingress of another service, which gets more of the weight, has this rule"
    } else {
        "no Ingress makes such a listener: its load balancer stays, and the TargetGroupBinding registers the pods"
    };
    cx.scope.ignored(&used.rule.node, why);
}

fn ingress(cx: &mut Cx<'_, '_>, group: &[RuleUse<'_>], name: &str) -> Value {
    let mut annotations = Map::new();
    let mut default = Value::Null;
    let mut paths: Vec<(String, Value)> = Vec::new();
    balancer::annotations(cx, group, name, &mut annotations);
    for used in group {
        one_rule(cx, used, name, &mut annotations, &mut paths, &mut default);
    }
    let mut spec = json!({"ingressClassName": "alb"});
    if !default.is_null() {
        spec["defaultBackend"] = default;
    }
    if !paths.is_empty() {
        spec["rules"] = by_host(paths);
    }
    let mut object = cx.object("networking.k8s.io/v1", "Ingress", name, spec);
    object["metadata"]["annotations"] = Value::Object(annotations);
    object
}

/// Paths that follow each other under one host share an entry. A host may have several entries:
/// between them stand rules of other hosts, whose pattern may be met by the same request.
fn by_host(paths: Vec<(String, Value)>) -> Value {
    let mut out: Vec<(String, Vec<Value>)> = Vec::new();
    for (host, path) in paths {
        match out.last_mut() {
            Some((present, list)) if *present == host => list.push(path),
            _ => out.push((host, vec![path])),
        }
    }
    let rule = |(host, list): (String, Vec<Value>)| {
        if host.is_empty() {
            json!({"http": {"paths": list}})
        } else {
            json!({"host": host, "http": {"paths": list}})
        }
    };
    out.into_iter().map(rule).collect()
}

/// A rule's priority; the default action comes last.
fn priority(rule: &Node<'_>) -> i64 {
    rule.get("Priority").and_then(|node| node.int()).unwrap_or(i64::MAX)
}

fn one_rule(
    cx: &mut Cx<'_, '_>,
    used: &RuleUse<'_>,
    ingress: &str,
    annotations: &mut Map<String, Value>,
    paths: &mut Vec<(String, Value)>,
    default: &mut Value,
) {
    let rule = &used.rule.node;
    let target = format!("Ingress/{ingress}");
    let is_default = priority(rule) == i64::MAX;
    let key = if is_default { "default".to_owned() } else { format!("rule-{}", priority(rule)) };
    let actions = if rule.get("Actions").is_some() { "Actions" } else { "DefaultActions" };
    let Some(action) = action::of(cx, rule, actions, annotations, &target) else {
        return;
    };
    annotations.insert(format!("{PREFIX}/actions.{key}"), json!(action.to_string()));
    let backend = json!({"service": {"name": key, "port": {"name": "use-annotation"}}});
    for name in ["RuleArn", "IsDefault", "Priority"] {
        if let Some(node) = rule.get(name) {
            match name {
                "Priority" => cx.scope.exact(&node, &format!("{target} spec.rules (order)")),
                _ => cx.scope.ignored(&node, "identity of the rule"),
            }
        }
    }
    action::transforms(cx, rule, &key, annotations, &target);
    if is_default {
        *default = backend;
        return;
    }
    let asked = condition::of(cx, rule, &target);
    if !asked.others.is_empty() {
        let others = Value::Array(asked.others).to_string();
        annotations.insert(format!("{PREFIX}/conditions.{key}"), json!(others));
    }
    for host in &asked.hosts {
        for pattern in &asked.paths {
            let mut path = json!({"pathType": "ImplementationSpecific", "backend": backend});
            if let Some(pattern) = pattern {
                path["path"] = json!(pattern);
            }
            paths.push((host.clone(), path));
        }
    }
}

/// JSON with keys as the controller writes them: first letter small.
fn lower_keys(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let lower = |key: &str| {
                let mut chars = key.chars();
                chars
                    .next()
                    .map(|first| first.to_ascii_lowercase().to_string() + chars.as_str())
                    .unwrap_or_default()
            };
            Value::Object(
                map.iter()
                    .filter(|(_, v)| !v.is_null())
                    .map(|(k, v)| (lower(k), lower_keys(v)))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.iter().map(lower_keys).collect()),
        other => other.clone(),
    }
}
