//! A file of kind Balancer for a balancer that is configured by this program.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use live::balancer::{GroupConfig, ListenerConfig, RuleConfig};
use live::{BalancerConfig, HealthCheck};
use serde_json::{Map, Value, json};

use super::API_VERSION;

/// The text of a file whose balancer is `config`, each listener at its address. What cannot stand
/// in it, and what nobody makes so, is as usual: limits, certificates, an access log.
pub(crate) fn made(
    name: &str,
    config: &BalancerConfig,
    addresses: &BTreeMap<String, SocketAddr>,
) -> String {
    let at = |name: &String| addresses.get(name).copied();
    let listeners = config.listeners.iter();
    let listeners: Vec<Value> =
        listeners.filter_map(|(name, one)| Some(listener(name, one, at(name)?))).collect();
    let groups: Vec<Value> = config.groups.iter().map(|(name, one)| group(name, one)).collect();
    let document = json!({
        "apiVersion": API_VERSION,
        "kind": "Balancer",
        "metadata": { "name": name },
        "spec": { "listeners": listeners, "targetGroups": groups },
    });
    // A tree of strings and numbers is always YAML; JSON is as well.
    serde_saphyr::to_string(&document).unwrap_or_else(|_| document.to_string())
}

fn listener(name: &str, listener: &ListenerConfig, address: SocketAddr) -> Value {
    let rule = |rule: &RuleConfig| {
        let RuleConfig { name, when, action } = rule;
        json!({ "name": name, "when": when, "action": action })
    };
    json!({
        "name": name,
        "address": address,
        "forwarded": listener.forwarded,
        "rules": listener.rules.iter().map(rule).collect::<Vec<_>>(),
        "default": listener.default,
    })
}

fn group(name: &str, group: &GroupConfig) -> Value {
    json!({
        "name": name,
        "targets": group.targets,
        "healthCheck": check(&group.check),
        "protocolVersion": group.protocol,
    })
}

/// What differs from what is usual: that is counted in halves of a second, which a file cannot say.
fn check(check: &HealthCheck) -> Value {
    let usual = HealthCheck::default();
    let mut said = Map::new();
    said.insert("path".to_owned(), json!(check.path));
    for (key, length, usual) in
        [("interval", check.interval, usual.interval), ("timeout", check.timeout, usual.timeout)]
    {
        if length != usual {
            said.insert(key.to_owned(), json!(format!("{}s", length.as_secs().max(1))));
        }
    }
    for (key, count) in
        [("healthyAfter", check.healthy_after), ("unhealthyAfter", check.unhealthy_after)]
    {
        said.insert(key.to_owned(), json!(count.clamp(1, 10)));
    }
    Value::Object(said)
}
