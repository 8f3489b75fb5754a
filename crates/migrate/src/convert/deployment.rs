//! Settings of the ECS service beside its size: how it is deployed, where it runs, what it is
//! attached to.

use model::Reason;
use model::code::convert as code;
use serde_json::json;

use crate::convert::service::workload_mut;
use crate::convert::{Cx, volumes};
use crate::input::node::Node;

/// Rules on all of them.
pub(super) fn convert(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    deployment(cx, service);
    network(cx, service);
    capacity(cx, service);
    small_fields(cx, service);
    ebs(cx, service);
}

/// `deploymentConfiguration` and `deploymentController`.
fn deployment(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    let daemon = cx.kind() == "DaemonSet";
    let place = cx.workload(if daemon {
        "spec.updateStrategy.rollingUpdate"
    } else {
        "spec.strategy.rollingUpdate"
    });
    let get = |path: &[&str]| service.get("deploymentConfiguration").and_then(|node| node.at(path));
    for key in ["maximumPercent", "minimumHealthyPercent"] {
        let Some(node) = get(&[key]) else { continue };
        if daemon && key == "maximumPercent" {
            cx.scope.ignored(&node, "a DaemonSet replaces pods node by node and adds none");
        } else {
            cx.scope.approximated(&node, &place, "written as whole pods: ECS floors the surge, Kubernetes would round a percentage up");
        }
    }
    for key in ["deploymentCircuitBreaker", "alarms"] {
        if let Some(node) = get(&[key]) {
            let on = node.flag("enable");
            if on {
                cx.scope.finding_kept(
                    &node,
                    Reason::new(&code::ROLLBACK).with("field", key),
                    &cx.workload("spec.progressDeadlineSeconds"),
                );
            } else {
                cx.scope.ignored(&node, "it is switched off");
            }
        }
    }
    let strategy = get(&["strategy"]);
    let rolling = strategy.as_ref().and_then(Node::str).is_none_or(|text| text == "ROLLING");
    if let Some(node) = &strategy
        && rolling
    {
        cx.scope.exact(node, &cx.workload("spec.strategy.type"));
    }
    for key in [
        "strategy",
        "lifecycleHooks",
        "bakeTimeInMinutes",
        "linearConfiguration",
        "canaryConfiguration",
        "earlySuccessCriteria",
    ] {
        let Some(node) = get(&[key]) else { continue };
        if rolling && key == "strategy" || node.is_void() {
            continue;
        }
        if rolling && key == "bakeTimeInMinutes" && node.int() == Some(0) {
            cx.scope.ignored(&node, "zero: nothing is waited for");
            continue;
        }
        cx.scope.finding(
            &node,
            Reason::new(&code::OWNS_TRAFFIC).with("field", key).with("service", &cx.work.name),
        );
    }
    if let Some(node) = service.at(&["deploymentController", "type"]) {
        match node.str() {
            Some("CODE_DEPLOY" | "EXTERNAL") => {
                let owner = node.scalar().unwrap_or_default();
                cx.scope.finding(
                    &node,
                    Reason::new(&code::OWNS_TRAFFIC)
                        .with("field", owner)
                        .with("service", &cx.work.name),
                );
            }
            _ => cx.scope.exact(&node, &cx.workload("spec.strategy")),
        }
    }
}

fn network(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    let path = ["networkConfiguration", "awsvpcConfiguration"];
    let Some(config) = service.at(&path) else {
        return;
    };
    if let Some(node) = config.get("subnets") {
        cx.scope.finding(&node, Reason::new(&code::SUBNETS).with("service", &cx.work.name));
    }
    if let Some(node) = config.get("securityGroups") {
        let groups = config.strings("securityGroups").join(", ");
        cx.scope.finding(
            &node,
            Reason::new(&code::SECURITY_GROUPS)
                .with("groups", groups)
                .with("service", &cx.work.name),
        );
    }
    if let Some(node) = config.get("assignPublicIp") {
        if node.boolean() == Some(true) {
            cx.scope.finding(&node, Reason::new(&code::PUBLIC_IP).with("service", &cx.work.name));
        } else {
            cx.scope.exact(&node, "(pods have no public address)");
        }
    }
}

/// Capacity providers: spot is preferred where ECS used it; ratios are the node provisioner's.
fn capacity(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    let mut preferred = Vec::new();
    for entry in service.list("capacityProviderStrategy") {
        let provider = entry.text("capacityProvider").unwrap_or_default();
        let weight = entry.int_at("weight").unwrap_or(0).clamp(0, 1000);
        let place = cx.pod("affinity.nodeAffinity");
        for key in ["capacityProvider", "weight"] {
            if let Some(node) = entry.get(key) {
                cx.scope.finding_kept(
                    &node,
                    Reason::new(&code::CAPACITY_RATIO).with("provider", &provider),
                    &place,
                );
            }
        }
        if let Some(node) = entry.get("base") {
            if node.int().unwrap_or(0) > 0 {
                cx.scope
                    .finding(&node, Reason::new(&code::CAPACITY_BASE).with("provider", &provider));
            } else {
                cx.scope.ignored(&node, "zero: no base is kept");
            }
        }
        if provider.contains("SPOT") && weight > 0 {
            let term =
                json!({"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]});
            preferred.push(
                json!({"weight": weight.clamp(1, 100), "preference": {"matchExpressions": [term]}}),
            );
        }
    }
    if preferred.is_empty() {
        return;
    }
    if let Some(object) = workload_mut(cx) {
        object["spec"]["template"]["spec"]["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"] =
            json!(preferred);
    }
}

fn small_fields(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    if let Some(node) = service.get("healthCheckGracePeriodSeconds") {
        cx.scope.exact(&node, &cx.pod("containers[].startupProbe.failureThreshold"));
    }
    if let Some(node) = service.get("availabilityZoneRebalancing") {
        if node.boolean() == Some(true) {
            cx.scope.approximated(
                &node,
                &cx.pod("topologySpreadConstraints"),
                "pods are spread when placed; a descheduler would rebalance running ones",
            );
        } else {
            cx.scope.ignored(&node, "switched off; running pods are not moved between zones");
        }
    }
    if let Some(node) = service.get("enableExecuteCommand") {
        if node.boolean() == Some(true) {
            cx.scope.finding(&node, Reason::new(&code::EXEC).with("service", &cx.work.name));
        } else {
            cx.scope.ignored(&node, "switched off; access to pods/exec is a matter of RBAC");
        }
    }
    for key in ["propagateTags", "enableECSManagedTags"] {
        if let Some(node) = service.get(key) {
            cx.scope.finding(&node, Reason::new(&code::COST_TAGS));
        }
    }
    for (key, what) in
        [("vpcLatticeConfigurations", "VPC Lattice"), ("gatewayConnectors", "gateway connectors")]
    {
        for node in service.list(key) {
            cx.scope.finding(&node, Reason::new(&code::LATTICE).with("what", what));
        }
    }
}

fn ebs(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    for entry in volumes::configurations(service) {
        let name = entry.text("name").unwrap_or_default();
        let place = cx.pod(&format!("volumes[{name}].ephemeral"));
        let wanted = |volume: &Node<'_>| {
            volume.text("name").as_deref() == Some(&name) && volume.flag("configuredAtLaunch")
        };
        if !cx.work.task.node.list("volumes").iter().any(wanted) {
            let reason = Reason::new(&code::BAD_VALUE).with("field", "volumeConfigurations");
            cx.scope.finding(&entry, reason.with("container", "the service"));
            continue;
        }
        let class = volumes::storage_class(entry.get("managedEBSVolume").as_ref());
        let plain = |leaf: &Node<'_>| {
            ["/name", "/sizeInGiB", "/volumeType"].iter().any(|end| leaf.pointer.ends_with(end))
                && !leaf.pointer.contains("/tagSpecifications")
        };
        for leaf in entry.leaves() {
            if plain(&leaf) {
                cx.scope.exact(&leaf, &place);
            } else {
                cx.scope.finding_kept(
                    &leaf,
                    Reason::new(&code::EBS_CLASS).with("volume", &name).with("class", &class),
                    &place,
                );
            }
        }
    }
}

/// Deployments under way repeat the service; only what they alone carry is read from them.
pub(super) fn deployments_of(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    if let Some(node) = service.get("deployments") {
        for leaf in cx.scope.ledger.unclaimed(&node) {
            if !leaf.pointer.contains("/serviceConnect") {
                cx.scope.ignored(&leaf, "state of deployments under way");
            }
        }
    }
}
