//! Target groups: each gets a new one for pods, bound by a TargetGroupBinding.
//!
//! The ECS target group is never bound: the controller deregisters every target that it does not
//! know (aws-load-balancer-controller, `docs/guide/targetgroupbinding`).

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, TargetUse, names};
use crate::input::node::Node;

/// Seconds of `ELBv2`'s own default for `deregistration_delay.timeout_seconds`.
const DEREGISTRATION_SECS_DEFAULT: i64 = 300;

/// Members of `DescribeTargetGroups` that `CreateTargetGroup` takes as they stand; `TargetType` is
/// left to whoever asks, since pods are addresses whatever the tasks were.
pub(crate) const COPIED: &[&str] = &[
    "Protocol",
    "ProtocolVersion",
    "Port",
    "VpcId",
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckEnabled",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
    "IpAddressType",
    "TargetControlPort",
];

/// Deregistration delay of a target group, in seconds.
pub fn deregistration_delay(used: &TargetUse<'_>) -> i64 {
    let attributes = used.attributes.as_ref().map(|item| item.node.items()).unwrap_or_default();
    let found = attributes
        .iter()
        .find(|pair| pair.text("Key").as_deref() == Some("deregistration_delay.timeout_seconds"));
    found.and_then(|pair| pair.int_at("Value")).unwrap_or(DEREGISTRATION_SECS_DEFAULT)
}

/// Converts `loadBalancers` of the service and the target groups behind it.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let uses = cx.work.target_groups.clone();
    let several = uses.len() > 1;
    for used in &uses {
        let entry = &used.entry;
        if let Some(node) = entry.get("loadBalancerName") {
            cx.scope.finding(
                &node,
                Reason::new(&code::CLASSIC_BALANCER)
                    .with("name", node.scalar().unwrap_or_default()),
            );
        }
        if let Some(node) = entry.get("advancedConfiguration") {
            cx.scope.finding(
                &node,
                Reason::new(&code::OWNS_TRAFFIC)
                    .with("field", "advancedConfiguration")
                    .with("service", &cx.work.name),
            );
        }
        let port = entry.int_at("containerPort");
        let kind = if several {
            port.map_or_else(|| "x".to_owned(), |port| port.to_string())
        } else {
            String::new()
        };
        let name = names::aws_name(&cx.work.env, &cx.work.name, &kind);
        let object =
            if kind.is_empty() { cx.work.name.clone() } else { format!("{}-{kind}", cx.work.name) };
        let target = format!("TargetGroupBinding/{object}");
        for key in ["containerName", "containerPort"] {
            if let Some(node) = entry.get(key) {
                cx.scope.exact(&node, &format!("{target} spec.serviceRef"));
            }
        }
        let Some(arn) = entry.get("targetGroupArn") else {
            continue;
        };
        cx.scope.approximated(
            &arn,
            &format!("{target} spec.targetGroupName"),
            "a new target group: binding this one would throw the ECS tasks out of it",
        );
        if let Some(group) = &used.group {
            new_group(cx, &group.node, &name, &target);
            attributes(cx, used, &name);
        } else {
            cx.scope
                .note(&arn, Reason::new(&code::TARGET_GROUP_UNREAD).with("service", &cx.work.name));
            continue;
        }
        binding(cx, &object, &name, port);
    }
}

fn new_group(cx: &mut Cx<'_, '_>, group: &Node<'_>, name: &str, target: &str) {
    let file = format!("apps/{}/aws/{}/{name}.json", cx.work.name, cx.work.env);
    let mut request = Map::new();
    request.insert("Name".to_owned(), json!(name));
    for key in COPIED {
        if let Some(node) = group.get(key) {
            request.insert((*key).to_owned(), node.value.clone());
            cx.scope.exact(&node, &file);
        }
    }
    request.insert("TargetType".to_owned(), json!("ip"));
    if let Some(node) = group.get("TargetType") {
        match node.str() {
            Some("ip") => cx.scope.exact(&node, &format!("{target} spec.targetType")),
            Some("instance") => {
                cx.scope.finding_kept(
                    &node,
                    Reason::new(&code::TARGET_TYPE_INSTANCE).with("service", &cx.work.name),
                    &format!("{target} spec.targetType"),
                );
            }
            _ => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::TARGET_TYPE_OTHER)
                        .with("type", node.scalar().unwrap_or_default()),
                );
            }
        }
    }
    for key in ["TargetGroupArn", "TargetGroupName", "LoadBalancerArns"] {
        if let Some(node) = group.get(key) {
            cx.scope.ignored(
                &node,
                "identity of the old target group, which stays with ECS until it is empty",
            );
        }
    }
    let tags = json!([{"Key": "segue.dev/service", "Value": cx.work.name}, {"Key": "segue.dev/environment", "Value": cx.work.env}]);
    request.insert("Tags".to_owned(), tags);
    cx.built.aws.insert(format!("{name}.json"), Value::Object(request));
}

fn attributes(cx: &mut Cx<'_, '_>, used: &TargetUse<'_>, name: &str) {
    let Some(list) = &used.attributes else { return };
    let file = format!("apps/{}/aws/{}/{name}-attributes.json", cx.work.name, cx.work.env);
    cx.scope.exact(&list.node, &file);
    let mut sticky = None;
    for pair in list.node.items() {
        if pair.text("Key").as_deref() == Some("stickiness.enabled")
            && pair.text("Value").as_deref() == Some("true")
        {
            sticky = Some(pair);
        }
    }
    if let Some(node) = sticky {
        cx.scope.note(&node, Reason::new(&code::STICKY).with("service", &cx.work.name));
    }
    cx.built.aws.insert(format!("{name}-attributes.json"), json!({"Attributes": list.node.value}));
}

fn binding(cx: &mut Cx<'_, '_>, object: &str, group: &str, port: Option<i64>) {
    let number = port.unwrap_or(80);
    let mut spec = json!({
        "targetGroupName": group,
        "targetType": "ip",
        "serviceRef": {"name": cx.work.name, "port": number},
    });
    let from: Vec<Value> =
        balancer_groups(cx).iter().map(|id| json!({"securityGroup": {"groupID": id}})).collect();
    if !from.is_empty() {
        spec["networking"] =
            json!({"ingress": [{"from": from, "ports": [{"protocol": "TCP", "port": number}]}]});
    }
    let binding = cx.object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", object, spec);
    cx.built.objects.push(binding);
}

/// Security groups of the load balancers in front, in order and once each.
fn balancer_groups(cx: &Cx<'_, '_>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for used in &cx.work.rules {
        if let Some(balancer) = &used.balancer {
            for id in balancer.node.strings("SecurityGroups") {
                if !out.contains(&id) {
                    out.push(id);
                }
            }
        }
    }
    out
}
