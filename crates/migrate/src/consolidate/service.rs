//! The new service and its target groups: inputs of the calls that make them.

use serde_json::{Map, Value, json};

use crate::consolidate::cluster::Target;
use crate::consolidate::facts::Facts;
use crate::consolidate::subject::{Connect, One};
use crate::consolidate::value::{clean, members, put, tags};
use crate::convert::target_group::COPIED;
use crate::input::section::Section;

/// Members of `DescribeServices` that `CreateService` takes as they stand.
const KEPT: &[&str] = &[
    "taskDefinition",
    "availabilityZoneRebalancing",
    "serviceRegistries",
    "placementConstraints",
    "placementStrategy",
    "networkConfiguration",
    "schedulingStrategy",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
];
/// Most tags of a thing (all of the services used here).
const TAGS_MAX: usize = 50;

/// The input of `ecs:CreateService`, without tasks; `groups` are the new target groups in the
/// order of the old ones.
pub(super) fn create(one: &One<'_, '_>, target: &Target, groups: &[String]) -> Option<Value> {
    let node = one.node.as_ref()?;
    let mut input = members(node, KEPT);
    put(&mut input, "cluster", json!(target.document.name));
    put(&mut input, "serviceName", json!(one.work.name));
    put(&mut input, "desiredCount", json!(0));
    capacity(one, target, &mut input);
    let balanced = one.groups.iter().zip(groups).map(|(group, arn)| {
        json!({"targetGroupArn": arn, "containerName": group.container, "containerPort": group.port})
    });
    put(&mut input, "loadBalancers", clean(&balanced.collect()));
    if !groups.is_empty() {
        // Without a load balancer ECS refuses a grace period.
        let grace = node.int_at("healthCheckGracePeriodSeconds");
        put(&mut input, "healthCheckGracePeriodSeconds", json!(grace));
    }
    controller(one, &mut input);
    if let Some(role) = node.text("roleArn").filter(|arn| !arn.contains("/aws-service-role/")) {
        put(&mut input, "role", json!(role));
    }
    let read = node.list("tags");
    let pairs = read
        .iter()
        .filter_map(|tag| Some((tag.text("key")?, tag.text("value").unwrap_or_default())));
    put(&mut input, "tags", tags(pairs.take(TAGS_MAX), ("key", "value")));
    if let Some(connect) = &one.connect {
        put(
            &mut input,
            "serviceConnectConfiguration",
            connected(connect, target, &old_namespace(one)),
        );
    }
    put(&mut input, "volumeConfigurations", volumes(one));
    Some(Value::Object(input))
}

/// Launch type or strategy; what ran on EC2 instances gets a provider of its own.
fn capacity(one: &One<'_, '_>, target: &Target, input: &mut Map<String, Value>) {
    let Some(node) = &one.node else { return };
    let provider = |old: String| {
        let key = (one.key(), old.clone());
        target.providers.get(&key).cloned().unwrap_or(old)
    };
    let mut strategy = Vec::new();
    for entry in node.list("capacityProviderStrategy") {
        let mut entry_input = members(&entry, &["base", "weight"]);
        let Some(old) = entry.text("capacityProvider") else { continue };
        put(&mut entry_input, "capacityProvider", json!(provider(old)));
        strategy.push(Value::Object(entry_input));
    }
    if strategy.is_empty() && one.on_instances() {
        strategy.push(json!({"capacityProvider": provider(one.cluster().to_owned()), "weight": 1}));
    }
    if strategy.is_empty() {
        put(input, "launchType", json!(node.text("launchType")));
    } else {
        put(input, "capacityProviderStrategy", Value::Array(strategy));
    }
    if !one.on_instances() {
        put(input, "platformVersion", json!(node.text("platformVersion")));
    }
}

/// The deployment controller, and a strategy that leaves the rules alone while weights move.
fn controller(one: &One<'_, '_>, input: &mut Map<String, Value>) {
    let Some(node) = &one.node else { return };
    if one.code_deploy_controls() {
        put(input, "deploymentController", json!({"type": "CODE_DEPLOY"}));
        // Its deployments take no configuration of ECS.
        return;
    }
    let Some(configuration) = node.get("deploymentConfiguration") else { return };
    let kept = ["deploymentCircuitBreaker", "maximumPercent", "minimumHealthyPercent", "alarms"];
    let mut rolling = members(&configuration, &kept);
    // A strategy that moves weights would take the rule over at its first deployment.
    put(&mut rolling, "strategy", json!("ROLLING"));
    put(input, "deploymentConfiguration", Value::Object(rolling));
}

/// The input that gives the new service the old one's own way of swapping target groups, when the
/// old one no longer writes the rule.
pub(super) fn swap(
    one: &One<'_, '_>,
    target: &Target,
    groups: &[(String, String)],
) -> Option<Value> {
    let node = one.node.as_ref()?;
    let configuration = clean(node.get("deploymentConfiguration")?.value);
    let entries = node.list("loadBalancers");
    let mut balanced = Vec::new();
    for (group, (main, alternate)) in one.groups.iter().zip(groups) {
        let same = |arn: &str| arn == group.arn || group.alternate.as_deref() == Some(arn);
        let entry =
            entries.iter().find(|entry| entry.text("targetGroupArn").is_some_and(|arn| same(&arn)));
        let mut out = Map::new();
        put(&mut out, "targetGroupArn", json!(main));
        put(&mut out, "containerName", json!(group.container));
        put(&mut out, "containerPort", json!(group.port));
        if let Some(advanced) = entry.and_then(|entry| entry.get("advancedConfiguration")) {
            let mut inner = members(&advanced, &["roleArn"]);
            put(&mut inner, "alternateTargetGroupArn", json!(alternate));
            for key in ["productionListenerRule", "testListenerRule"] {
                if let Some(rule) = advanced.text(key) {
                    put(&mut inner, key, json!(rule));
                }
            }
            put(&mut out, "advancedConfiguration", Value::Object(inner));
        }
        balanced.push(Value::Object(out));
    }
    let mut input = Map::new();
    put(&mut input, "cluster", json!(target.document.name));
    put(&mut input, "service", json!(one.work.name));
    put(&mut input, "deploymentConfiguration", configuration);
    put(&mut input, "loadBalancers", clean(&Value::Array(balanced)));
    Some(Value::Object(input))
}

/// Service Connect in the new cluster's namespace, under the same names as in the old one.
fn connected(connect: &Connect<'_>, target: &Target, old: &str) -> Value {
    let mut out = clean(connect.node.value);
    let Some(map) = out.as_object_mut() else { return out };
    put(map, "namespace", json!(target.document.namespace));
    let services = map.get_mut("services").and_then(Value::as_array_mut);
    for service in services.into_iter().flatten() {
        let called =
            ["discoveryName", "portName"].iter().find_map(|key| service.get(key)?.as_str());
        // Without an alias the name would end in the name of the new namespace.
        let implied = format!("{}.{old}", called.unwrap_or_default());
        let aliases = service.get_mut("clientAliases").and_then(Value::as_array_mut);
        for alias in aliases.into_iter().flatten().filter_map(Value::as_object_mut) {
            if !alias.contains_key("dnsName") {
                alias.insert("dnsName".to_owned(), json!(implied));
            }
        }
    }
    out
}

/// The name of the namespace that a service is in, out of its ARN where nothing says it.
fn old_namespace(one: &One<'_, '_>) -> String {
    let given = one.connect.as_ref().map(|connect| connect.namespace.clone()).unwrap_or_default();
    let named = one.namespace_name.clone();
    named.unwrap_or_else(|| crate::convert::names::last_part(&given).to_owned())
}

/// Volumes that ECS makes for each task, of the deployment that runs.
fn volumes(one: &One<'_, '_>) -> Value {
    let Some(node) = &one.node else { return Value::Null };
    let deployments = node.list("deployments");
    let primary = deployments.iter().find(|one| one.text("status").as_deref() == Some("PRIMARY"));
    let found = primary.and_then(|one| one.get("volumeConfigurations"));
    found.map(|node| clean(node.value)).unwrap_or_default()
}

/// The input of `elasticloadbalancing:CreateTargetGroup` for a copy of `old` called `name`.
pub(super) fn group(facts: &Facts<'_, '_>, one: &One<'_, '_>, old: &str, name: &str) -> Value {
    let mut input = facts.groups.get(old).map(|node| members(node, COPIED)).unwrap_or_default();
    let of = |key| facts.groups.get(old).and_then(|node| node.text(key));
    put(&mut input, "TargetType", json!(of("TargetType")));
    put(&mut input, "Name", json!(name));
    let own = [
        ("segue.dev/service".to_owned(), one.work.name.clone()),
        ("segue.dev/environment".to_owned(), one.work.env.clone()),
    ];
    let known = facts.tags(old).iter().filter(|(key, _)| !key.starts_with("segue.dev/")).cloned();
    put(&mut input, "Tags", tags(own.into_iter().chain(known).take(TAGS_MAX), ("Key", "Value")));
    Value::Object(input)
}

/// The input of `elasticloadbalancing:ModifyTargetGroupAttributes`; none if nothing is known.
pub(super) fn attributes(facts: &Facts<'_, '_>, old: &str, arn: &str) -> Option<Value> {
    let read = facts.attributes(old)?;
    let pair = |node: &crate::input::node::Node<'_>| {
        // An attribute that does not apply has an empty value, which the call refuses.
        Some(json!({"Key": node.text("Key")?, "Value": node.text("Value")?}))
    };
    let pairs: Vec<Value> = read.items().iter().filter_map(pair).collect();
    (!pairs.is_empty()).then(|| json!({"TargetGroupArn": arn, "Attributes": pairs}))
}

/// The name of a namespace of Cloud Map by its ARN.
pub(super) fn namespace_name(facts: &Facts<'_, '_>, arn: &str) -> Option<String> {
    let all = facts.given.inventory.having(Section::Namespaces, "Arn", arn);
    all.first()?.node.text("Name")
}
