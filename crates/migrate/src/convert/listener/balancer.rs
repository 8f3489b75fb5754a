//! What an Ingress says of its load balancer and of its listener.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use super::{ORDER_RANGE, PREFIX};
use crate::convert::{Cx, RuleUse, TargetUse, names, put};
use crate::input::inventory::Item;
use crate::input::node::Node;

/// Names the listener of today whose rules an Ingress has, for people and for the check of routes.
const LISTENER: &str = "segue.dev/listener";

/// What the Ingress says of the load balancer and its listeners.
pub(super) fn annotations(
    cx: &mut Cx<'_, '_>,
    rules: &[RuleUse<'_>],
    ingress: &str,
    annotations: &mut Map<String, Value>,
) {
    let mut set = |key: &str, value: String| {
        annotations.insert(format!("{PREFIX}/{key}"), json!(value));
    };
    set("target-type", "ip".to_owned());
    for (key, value) in spoken(cx, rules) {
        set(key, value);
    }
    if let Some(run) = rules.first().and_then(|used| used.run).filter(|run| *run > 0) {
        set("group.order", run.clamp(ORDER_RANGE.0, ORDER_RANGE.1).to_string());
    }
    let mut ports: Vec<Value> = Vec::new();
    for used in rules {
        if let Some(listener) = &used.listener {
            let node = &listener.node;
            let port = json!({node.text("Protocol").unwrap_or_else(|| "HTTP".to_owned()): node.int_at("Port").unwrap_or(80)});
            if !ports.contains(&port) {
                ports.push(port);
            }
            let certificates: Vec<String> =
                node.list("Certificates").iter().filter_map(|c| c.text("CertificateArn")).collect();
            if !certificates.is_empty() {
                set("certificate-arn", certificates.join(","));
            }
            if let Some(policy) = node.text("SslPolicy") {
                set("ssl-policy", policy);
            }
            if let Some(entry) = mutual_authentication(node) {
                set("mutual-authentication", json!([entry]).to_string());
            }
            rule_listener(cx, listener, ingress);
        }
        if let Some(balancer) = &used.balancer {
            let node = &balancer.node;
            set("scheme", node.text("Scheme").unwrap_or_else(|| "internet-facing".to_owned()));
            let own = || format!("{}-{}", cx.work.env, cx.work.name);
            let name = node.text("LoadBalancerName").unwrap_or_else(own);
            set("group.name", names::dns_label(&name, 63));
            let zones = node.list("AvailabilityZones");
            let subnets: Vec<String> =
                zones.iter().filter_map(|zone| zone.text("SubnetId")).collect();
            if !subnets.is_empty() {
                set("subnets", subnets.join(","));
            }
            let groups = node.strings("SecurityGroups");
            if !groups.is_empty() {
                set("security-groups", groups.join(","));
                set("manage-backend-security-group-rules", "true".to_owned());
            }
            rule_balancer(cx, balancer, ingress);
        }
    }
    if !ports.is_empty() {
        set("listen-ports", Value::Array(ports).to_string());
    }
    let listener = rules.first().and_then(|used| used.listener.as_ref());
    if let Some(arn) = listener.and_then(|listener| listener.node.text("ListenerArn")) {
        annotations.insert(LISTENER.to_owned(), json!(arn));
    }
}

/// What is spoken to the pods, where it is not plain HTTP/1.1.
fn spoken(cx: &Cx<'_, '_>, rules: &[RuleUse<'_>]) -> Vec<(&'static str, String)> {
    let forwards = |used: &&TargetUse<'_>| {
        let arn = used.entry.text("targetGroupArn");
        let leaves = rules.iter().flat_map(|rule| rule.rule.node.leaves());
        arn.is_some_and(|arn| leaves.into_iter().any(|leaf| leaf.str() == Some(arn.as_str())))
    };
    let used = cx.work.target_groups.iter().find(forwards);
    let Some(group) = used.and_then(|used| used.group.as_ref()) else { return Vec::new() };
    let text = |key: &str, usual: &str| group.node.text(key).filter(|text| text != usual);
    let protocol = text("Protocol", "HTTP").map(|text| ("backend-protocol", text));
    let version = text("ProtocolVersion", "HTTP1").map(|text| ("backend-protocol-version", text));
    protocol.into_iter().chain(version).collect()
}

/// Client certificates as the controller's JSON; `None` where they are not asked for.
fn mutual_authentication(listener: &Node<'_>) -> Option<Value> {
    let config = listener.get("MutualAuthentication")?;
    let mode = config.text("Mode").filter(|mode| mode != "off")?;
    let mut entry = Map::new();
    put(&mut entry, "port", json!(listener.int_at("Port")));
    put(&mut entry, "mode", json!(mode));
    put(&mut entry, "trustStore", json!(config.text("TrustStoreArn")));
    if config.flag("IgnoreClientCertificateExpiry") {
        put(&mut entry, "ignoreClientCertificateExpiry", json!(true));
    }
    put(&mut entry, "advertiseTrustStoreCaNames", json!(config.text("AdvertiseTrustStoreCaNames")));
    Some(Value::Object(entry))
}

fn rule_listener(cx: &mut Cx<'_, '_>, listener: &Item<'_>, ingress: &str) {
    let target = format!("Ingress/{ingress} metadata.annotations");
    for (key, node) in listener.node.entries() {
        match key {
            "Protocol" | "Port" | "SslPolicy" => cx.scope.exact(&node, &target),
            "Certificates" => {
                for (key, node) in node.items().iter().flat_map(Node::entries) {
                    match key {
                        "CertificateArn" => cx.scope.exact(&node, &target),
                        _ => cx.scope.ignored(&node, "the first certificate is the default one"),
                    }
                }
            }
            "MutualAuthentication" => {
                for (key, node) in node.entries() {
                    match key {
                        "TrustStoreAssociationStatus" => {
                            cx.scope.ignored(&node, "state of the trust store");
                        }
                        _ => cx.scope.exact(&node, &target),
                    }
                }
            }
            "AlpnPolicy" => cx.scope.ignored(
                &node,
                "only listeners of network load balancers have it, and an Ingress makes none",
            ),
            "ListenerArn" | "LoadBalancerArn" => cx.scope.ignored(
                &node,
                "identity of the old listener, which stays the switch while traffic moves",
            ),
            _ => {}
        }
    }
}

fn rule_balancer(cx: &mut Cx<'_, '_>, balancer: &Item<'_>, ingress: &str) {
    let target = format!("Ingress/{ingress} metadata.annotations");
    for (key, node) in balancer.node.entries() {
        match key {
            "Scheme" | "SecurityGroups" => cx.scope.exact(&node, &target),
            "AvailabilityZones" => {
                for (key, node) in node.items().iter().flat_map(Node::entries) {
                    match key {
                        "SubnetId" => cx.scope.exact(&node, &target),
                        _ => cx.scope.ignored(&node, "the subnet says the zone"),
                    }
                }
            }
            _ => cx.scope.ignored(&node, "identity or state of the old load balancer, which stays the switch while traffic moves"),
        }
    }
    cx.scope.note(&balancer.node, Reason::new(&code::NEW_BALANCER).with("service", &cx.work.name));
}
