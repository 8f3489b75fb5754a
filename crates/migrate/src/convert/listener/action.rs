//! Actions of a rule, as annotations of an Ingress.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use super::{PREFIX, lower_keys};
use crate::convert::Cx;
use crate::input::node::Node;

/// The action of a rule as the controller's JSON; `None` if it cannot be made.
pub(super) fn of(
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
            "jwt-validation" => jwt(cx, &action, annotations, target),
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

/// A check of tokens, which the controller knows once for a whole Ingress.
fn jwt(cx: &mut Cx<'_, '_>, action: &Node<'_>, annotations: &mut Map<String, Value>, target: &str) {
    let place = format!("{target} metadata.annotations[{PREFIX}/jwt-validation]");
    for node in members(action) {
        let reason = Reason::new(&code::NEW_CONTROLLER).with("what", "jwt-validation");
        cx.scope.finding_kept(&node, reason, &place);
    }
    if let Some(config) = action.get("JwtValidationConfig") {
        let copied = lower_keys(config.value).to_string();
        annotations.insert(format!("{PREFIX}/jwt-validation"), json!(copied));
    }
}

/// Changes of host and path on the way, as the controller's JSON.
pub(super) fn transforms(
    cx: &mut Cx<'_, '_>,
    rule: &Node<'_>,
    key: &str,
    annotations: &mut Map<String, Value>,
    target: &str,
) {
    let list = rule.list("Transforms");
    let place = format!("{target} metadata.annotations[{PREFIX}/transforms]");
    for transform in &list {
        let reason = Reason::new(&code::NEW_CONTROLLER).with("what", "rule transforms");
        cx.scope.finding_kept(transform, reason, &place);
    }
    if !list.is_empty() {
        let copied: Vec<Value> = list.iter().map(|node| lower_keys(node.value)).collect();
        let text = Value::Array(copied).to_string();
        annotations.insert(format!("{PREFIX}/transforms.{key}"), json!(text));
    }
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
        if node.pointer.ends_with("/Type") {
            cx.scope.approximated(&node, &place, "the controller calls it cognito");
        } else {
            cx.scope.exact(&node, &place);
        }
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
