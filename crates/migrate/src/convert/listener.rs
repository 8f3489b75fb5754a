//! Listener rules, as the Ingress that would make them again.
//!
//! The old load balancer stays the switch while traffic moves, so this Ingress is not applied
//! now: it lies beside the overlay for the day when the cluster owns its load balancers. Every
//! rule becomes one action, in priority order, with `ImplementationSpecific` paths: the controller
//! keeps that order and takes the patterns verbatim (`pkg/ingress/model_build_listener_rules.go`).

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, RuleUse, names, put};
use crate::input::inventory::Item;
use crate::input::node::Node;

const PREFIX: &str = "alb.ingress.kubernetes.io";

/// Converts the rules that forward to this service.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let mut rules = cx.work.rules.clone();
    if rules.is_empty() {
        return;
    }
    rules.sort_by_key(|used| priority(&used.rule.node));
    let mut annotations = Map::new();
    let mut default = Value::Null;
    let mut paths: Vec<(String, Value)> = Vec::new();
    balancer_annotations(cx, &rules, &mut annotations);
    for used in &rules {
        one_rule(cx, used, &mut annotations, &mut paths, &mut default);
    }
    let name = cx.work.name.clone();
    let mut spec = json!({"ingressClassName": "alb"});
    if !default.is_null() {
        spec["defaultBackend"] = default;
    }
    if !paths.is_empty() {
        spec["rules"] = by_host(paths);
    }
    let mut object = cx.object("networking.k8s.io/v1", "Ingress", &name, spec);
    object["metadata"]["annotations"] = Value::Object(annotations);
    cx.built.later.push(object);
}

/// Rules by host in their order; paths of one host stay in priority order.
fn by_host(paths: Vec<(String, Value)>) -> Value {
    let mut out: Vec<(String, Vec<Value>)> = Vec::new();
    for (host, path) in paths {
        match out.iter_mut().find(|(present, _)| *present == host) {
            Some((_, list)) => list.push(path),
            None => out.push((host, vec![path])),
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
    annotations: &mut Map<String, Value>,
    paths: &mut Vec<(String, Value)>,
    default: &mut Value,
) {
    let rule = &used.rule.node;
    let target = format!("Ingress/{}", cx.work.name);
    let is_default = priority(rule) == i64::MAX;
    let key = if is_default { "default".to_owned() } else { format!("rule-{}", priority(rule)) };
    let actions = if rule.get("Actions").is_some() { "Actions" } else { "DefaultActions" };
    let Some(action) = action(cx, rule, actions, annotations, &target) else {
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
    for transform in rule.list("Transforms") {
        cx.scope.finding(
            &transform,
            Reason::new(&code::NEW_CONTROLLER).with("what", "rule transforms"),
        );
    }
    if is_default {
        *default = backend;
        return;
    }
    let (hosts, patterns, others) = conditions(cx, rule, &target);
    if !others.is_empty() {
        annotations
            .insert(format!("{PREFIX}/conditions.{key}"), json!(Value::Array(others).to_string()));
    }
    for host in &hosts {
        for pattern in &patterns {
            let path =
                json!({"path": pattern, "pathType": "ImplementationSpecific", "backend": backend});
            paths.push((host.clone(), path));
        }
    }
}

/// Hosts and paths that an Ingress rule can say, and conditions that only an annotation can.
fn conditions(
    cx: &mut Cx<'_, '_>,
    rule: &Node<'_>,
    target: &str,
) -> (Vec<String>, Vec<String>, Vec<Value>) {
    let mut hosts = Vec::new();
    let mut paths = Vec::new();
    let mut others = Vec::new();
    for condition in rule.list("Conditions") {
        let field = condition.text("Field").unwrap_or_default();
        let values = values_of(&condition, &field);
        let plain_host = |host: &String| {
            host.strip_prefix("*.")
                .unwrap_or(host)
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
        };
        let plain_path = |path: &String| path.starts_with('/') && !path.contains('?');
        match field.as_str() {
            "host-header"
                if !values.is_empty() && values.iter().all(plain_host) && hosts.is_empty() =>
            {
                hosts = values.iter().map(|host| host.to_ascii_lowercase()).collect();
                cx.scope.exact(&condition, &format!("{target} spec.rules[].host"));
            }
            "path-pattern"
                if !values.is_empty() && values.iter().all(plain_path) && paths.is_empty() =>
            {
                paths = values;
                cx.scope.exact(&condition, &format!("{target} spec.rules[].http.paths[].path"));
            }
            _ => {
                others.push(lower_keys(condition.value));
                cx.scope.exact(
                    &condition,
                    &format!("{target} metadata.annotations[{PREFIX}/conditions]"),
                );
            }
        }
    }
    if hosts.is_empty() {
        hosts.push(String::new());
    }
    if paths.is_empty() {
        paths.push("/*".to_owned());
    }
    (hosts, paths, others)
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

/// The action of a rule as the controller's JSON; `None` if it cannot be made.
fn action(
    cx: &mut Cx<'_, '_>,
    rule: &Node<'_>,
    key: &str,
    annotations: &mut Map<String, Value>,
    target: &str,
) -> Option<Value> {
    let mut out = None;
    for action in rule.list(key) {
        if let Some(node) = action.get("Order") {
            cx.scope.ignored(&node, "a login always comes first, and the action that answers last");
        }
        let kind = action.text("Type").unwrap_or_default();
        match kind.as_str() {
            "forward" => out = Some(forward(cx, &action, target)),
            "redirect" | "fixed-response" => {
                let place = format!("{target} metadata.annotations[{PREFIX}/actions]");
                for node in members(&action) {
                    cx.scope.exact(&node, &place);
                }
                let mut copied = lower_keys(action.value);
                copied.as_object_mut()?.remove("order");
                out = Some(copied);
            }
            "authenticate-cognito" => cognito(cx, &action, annotations, target),
            "authenticate-oidc" => {
                cx.scope.finding(
                    &action,
                    Reason::new(&code::OIDC_SECRET).with("service", &cx.work.name),
                );
            }
            _ => {
                cx.scope.finding(&action, Reason::new(&code::NEW_CONTROLLER).with("what", kind));
            }
        }
    }
    out
}

/// What an action says, but for its place in the order.
fn members<'a>(action: &Node<'a>) -> Vec<Node<'a>> {
    let members = action.entries().into_iter().filter(|(key, _)| *key != "Order");
    members.map(|(_, node)| node).collect()
}

/// A login by Cognito, which the controller knows once for a whole Ingress.
fn cognito(
    cx: &mut Cx<'_, '_>,
    action: &Node<'_>,
    annotations: &mut Map<String, Value>,
    target: &str,
) {
    for node in members(action) {
        let place = format!("{target} metadata.annotations[{PREFIX}/auth-type]");
        cx.scope.approximated(&node, &place, "one login for the whole Ingress");
    }
    annotations.insert(format!("{PREFIX}/auth-type"), json!("cognito"));
    let Some(config) = action.get("AuthenticateCognitoConfig") else { return };
    let text = |key: &str| config.text(key).unwrap_or_default();
    let mut pool = json!({"userPoolARN": text("UserPoolArn"), "userPoolClientID": text("UserPoolClientId"), "userPoolDomain": text("UserPoolDomain")});
    if let Some(extra) = config.get("AuthenticationRequestExtraParams") {
        pool["authenticationRequestExtraParams"] = extra.value.clone();
    }
    annotations.insert(format!("{PREFIX}/auth-idp-cognito"), json!(pool.to_string()));
    for (theirs, ours) in [
        ("Scope", "auth-scope"),
        ("SessionCookieName", "auth-session-cookie"),
        ("SessionTimeout", "auth-session-timeout"),
        ("OnUnauthenticatedRequest", "auth-on-unauthenticated-request"),
    ] {
        if let Some(value) = config.text(theirs) {
            annotations.insert(format!("{PREFIX}/{ours}"), json!(value));
        }
    }
}

/// A forward to the Service, and to every other target group by its ARN.
fn forward(cx: &mut Cx<'_, '_>, action: &Node<'_>, target: &str) -> Value {
    let config = action.get("ForwardConfig");
    let listed = config.as_ref().map(|node| node.list("TargetGroups")).unwrap_or_default();
    let mut groups = Vec::new();
    for group in &listed {
        let arn = group.text("TargetGroupArn").unwrap_or_default();
        let weight = group.int_at("Weight").unwrap_or(1).clamp(0, 999);
        groups.push(group_of(cx, &arn, weight));
    }
    if groups.is_empty() {
        groups.push(group_of(cx, &action.text("TargetGroupArn").unwrap_or_default(), 1));
    }
    let place = format!("{target} metadata.annotations[{PREFIX}/actions]");
    for leaf in members(action).iter().flat_map(Node::leaves) {
        let own = leaf.pointer.ends_with("/TargetGroupArn")
            && leaf.str().is_some_and(|arn| own_port(cx, arn).is_some());
        if own {
            let why = "the Service takes the place of the old target group";
            cx.scope.approximated(&leaf, &place, why);
        } else {
            cx.scope.exact(&leaf, &place);
        }
    }
    let mut out = json!({"type": "forward", "forwardConfig": {"targetGroups": groups}});
    let sticky = config.as_ref().and_then(|node| node.get("TargetGroupStickinessConfig"));
    if let Some(node) = sticky.filter(|node| node.flag("Enabled")) {
        out["forwardConfig"]["targetGroupStickinessConfig"] = lower_keys(node.value);
        cx.scope.note(&node, Reason::new(&code::STICKY).with("service", &cx.work.name));
    }
    out
}

/// The port behind a target group of this service.
fn own_port(cx: &Cx<'_, '_>, arn: &str) -> Option<i64> {
    let mut groups = cx.work.target_groups.iter();
    let ours = groups.find(|used| used.entry.text("targetGroupArn").as_deref() == Some(arn));
    ours.and_then(|used| used.entry.int_at("containerPort"))
}

fn group_of(cx: &Cx<'_, '_>, arn: &str, weight: i64) -> Value {
    match own_port(cx, arn) {
        Some(port) => {
            json!({"serviceName": cx.work.name, "servicePort": port.to_string(), "weight": weight})
        }
        None => json!({"targetGroupARN": arn, "weight": weight}),
    }
}

/// What the Ingress says of the load balancer and its listeners.
fn balancer_annotations(
    cx: &mut Cx<'_, '_>,
    rules: &[RuleUse<'_>],
    annotations: &mut Map<String, Value>,
) {
    let mut set = |key: &str, value: String| {
        annotations.insert(format!("{PREFIX}/{key}"), json!(value));
    };
    set("target-type", "ip".to_owned());
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
            rule_listener(cx, listener);
        }
        if let Some(balancer) = &used.balancer {
            let node = &balancer.node;
            set("scheme", node.text("Scheme").unwrap_or_else(|| "internet-facing".to_owned()));
            set("group.name", names::dns_label(&format!("{}-{}", cx.work.env, cx.work.name), 63));
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
            rule_balancer(cx, balancer);
        }
    }
    if !ports.is_empty() {
        set("listen-ports", Value::Array(ports).to_string());
    }
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

fn rule_listener(cx: &mut Cx<'_, '_>, listener: &Item<'_>) {
    let target = format!("Ingress/{} metadata.annotations", cx.work.name);
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

fn rule_balancer(cx: &mut Cx<'_, '_>, balancer: &Item<'_>) {
    let target = format!("Ingress/{} metadata.annotations", cx.work.name);
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
