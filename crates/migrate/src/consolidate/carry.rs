//! What names a service from outside and does not follow by itself: scaling, alarms, schedules.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::consolidate::facts::{Facts, things};
use crate::consolidate::lookup::Lookups;
use crate::consolidate::subject::One;
use crate::consolidate::value::{clean, members, put, replace};
use crate::convert::ScheduleUse;
use crate::input::inventory::Item;
use crate::input::node::Node;

/// How the alarms are called that AWS makes and removes with a scaling policy.
const MADE_BY_AWS: &str = "TargetTracking-";
/// Longest name of an alarm (`CloudWatch`, `PutMetricAlarm`).
const ALARM_NAME_MAX: usize = 255;
/// Members of `DescribeAlarms` that `PutMetricAlarm` takes as they stand.
const ALARM_KEPT: &[&str] = &[
    "AlarmDescription",
    "ActionsEnabled",
    "OKActions",
    "AlarmActions",
    "InsufficientDataActions",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "Metrics",
    "ThresholdMetricId",
];
const POLICY_KEPT: &[&str] = &[
    "PolicyName",
    "ServiceNamespace",
    "ScalableDimension",
    "PolicyType",
    "StepScalingPolicyConfiguration",
    "TargetTrackingScalingPolicyConfiguration",
    "PredictiveScalingPolicyConfiguration",
];
const ACTION_KEPT: &[&str] = &[
    "ServiceNamespace",
    "Schedule",
    "Timezone",
    "ScheduledActionName",
    "ScalableDimension",
    "StartTime",
    "EndTime",
    "ScalableTargetAction",
];
const SCHEDULE_KEPT: &[&str] = &[
    "Name",
    "GroupName",
    "ScheduleExpression",
    "StartDate",
    "EndDate",
    "Description",
    "ScheduleExpressionTimezone",
    "State",
    "KmsKeyArn",
    "FlexibleTimeWindow",
    "ActionAfterCompletion",
];

/// A service on its way: names of both sides, and what stands for the new target groups.
pub(super) struct Way<'w> {
    /// The region.
    pub(super) region: &'w str,
    /// The new cluster's name.
    pub(super) cluster: &'w str,
    /// `targetgroup/NAME/ID` of each old target group to the name of the new one.
    pub(super) groups: BTreeMap<String, String>,
}

/// An operation and its input.
pub(super) type Made = (&'static str, Value);

/// What scales, in its three states.
#[derive(Debug, Default)]
pub(super) struct Scaling {
    /// Keeps the old side from being scaled in.
    pub(super) pin: Vec<Made>,
    /// The same for the new side, with policies and actions; not scaled in either.
    pub(super) equip: Vec<Made>,
    /// The new side as the old one was.
    pub(super) settle: Vec<Made>,
    /// The old side's target goes, with policies and their alarms.
    pub(super) release: Vec<Made>,
}

fn resource(cluster: &str, service: &str) -> String {
    format!("service/{cluster}/{service}")
}

/// The scaling of a service.
pub(super) fn scaling(one: &One<'_, '_>, way: &Way<'_>, lookups: &mut Lookups) -> Scaling {
    let mut out = Scaling::default();
    let new = resource(way.cluster, &one.work.name);
    for target in &one.work.scalable {
        let node = &target.node;
        let mut base =
            members(node, &["ServiceNamespace", "ScalableDimension", "MinCapacity", "MaxCapacity"]);
        if let Some(role) = node.text("RoleARN").filter(|arn| !arn.contains("/aws-service-role/")) {
            put(&mut base, "RoleARN", json!(role));
        }
        let state = node.get("SuspendedState");
        let flag = |key: &str| state.as_ref().is_some_and(|state| state.flag(key));
        let suspended = |scale_in: bool| {
            json!({
                "DynamicScalingInSuspended": scale_in || flag("DynamicScalingInSuspended"),
                "DynamicScalingOutSuspended": flag("DynamicScalingOutSuspended"),
                "ScheduledScalingSuspended": flag("ScheduledScalingSuspended"),
            })
        };
        let register = |resource: &str, scale_in: bool| {
            let mut input = base.clone();
            put(&mut input, "ResourceId", json!(resource));
            put(&mut input, "SuspendedState", suspended(scale_in));
            ("application-autoscaling:RegisterScalableTarget", Value::Object(input))
        };
        let Some(old) = node.text("ResourceId") else { continue };
        out.pin.push(register(&old, true));
        out.equip.push(register(&new, true));
        out.settle.push(register(&new, false));
        let mut gone = members(node, &["ServiceNamespace", "ScalableDimension"]);
        put(&mut gone, "ResourceId", json!(old));
        out.release.push(("application-autoscaling:DeregisterScalableTarget", Value::Object(gone)));
    }
    for policy in &one.work.policies {
        out.equip.push(self::policy(one, &policy.node, &new, way, lookups));
    }
    for action in &one.work.scheduled_actions {
        let mut input = members(&action.node, ACTION_KEPT);
        put(&mut input, "ResourceId", json!(new));
        out.equip.push(("application-autoscaling:PutScheduledAction", Value::Object(input)));
    }
    out
}

fn policy(
    one: &One<'_, '_>,
    node: &Node<'_>,
    resource: &str,
    way: &Way<'_>,
    lookups: &mut Lookups,
) -> Made {
    let mut input = members(node, POLICY_KEPT);
    put(&mut input, "ResourceId", json!(resource));
    let mut input = Value::Object(input);
    let label =
        "/TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification/ResourceLabel";
    if let Some(Value::String(label)) = input.pointer_mut(label) {
        // app/NAME/ID/targetgroup/NAME/ID
        for (old, name) in &way.groups {
            if label.ends_with(old.as_str()) {
                let head = label.len().saturating_sub(old.len());
                let head = label.get(..head).unwrap_or_default().to_owned();
                *label = format!("{head}{}", lookups.group_path(way.region, name));
                break;
            }
        }
    }
    repoint(&mut input, one, way, lookups);
    ("application-autoscaling:PutScalingPolicy", input)
}

/// Replaces old names in dimensions of metrics.
fn repoint(value: &mut Value, one: &One<'_, '_>, way: &Way<'_>, lookups: &mut Lookups) -> bool {
    let mut changed = false;
    match value {
        Value::Array(list) if of_service(list, one) => {
            for dimension in list {
                let name = dimension.get("Name").and_then(Value::as_str).unwrap_or_default();
                let new = match name {
                    "ClusterName" => way.cluster.to_owned(),
                    "ServiceName" => one.work.name.clone(),
                    _ => continue,
                };
                dimension["Value"] = json!(new);
                changed = true;
            }
        }
        Value::Array(list) => {
            for item in list {
                changed |= repoint_group(item, way, lookups) || repoint(item, one, way, lookups);
            }
        }
        Value::Object(map) => {
            for item in map.values_mut() {
                changed |= repoint(item, one, way, lookups);
            }
        }
        _ => {}
    }
    changed
}

/// True for dimensions that name the old service.
fn of_service(dimensions: &[Value], one: &One<'_, '_>) -> bool {
    let is = |name: &str, value: &str| {
        dimensions.iter().any(|dimension| {
            dimension.get("Name").and_then(Value::as_str) == Some(name)
                && dimension.get("Value").and_then(Value::as_str) == Some(value)
        })
    };
    one.node.is_some() && is("ClusterName", one.cluster()) && is("ServiceName", &one.ecs_name())
}

/// A dimension that names an old target group.
fn repoint_group(dimension: &mut Value, way: &Way<'_>, lookups: &mut Lookups) -> bool {
    if dimension.get("Name").and_then(Value::as_str) != Some("TargetGroup") {
        return false;
    }
    let old = dimension.get("Value").and_then(Value::as_str).unwrap_or_default();
    let Some(name) = way.groups.get(old) else { return false };
    dimension["Value"] = json!(lookups.group_path(way.region, name));
    true
}

/// Alarms of a service, in their two states.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    /// Copies that watch the new side while both are up, and new actions of shared alarms.
    pub(super) equip: Vec<Made>,
    /// The alarms themselves, pointed at the new side; the copies go.
    pub(super) settle: Vec<Made>,
    /// Their names.
    pub(super) names: Vec<String>,
}

/// The alarms that name the service, or that drive its step scaling.
pub(super) fn alarms(
    facts: &Facts<'_, '_>,
    one: &One<'_, '_>,
    way: &Way<'_>,
    lookups: &mut Lookups,
) -> Alarms {
    let resource = resource(way.cluster, &one.work.name);
    let mut policies: BTreeMap<String, String> = BTreeMap::new();
    let mut driving: BTreeMap<String, (String, String)> = BTreeMap::new();
    for Item { node, .. } in &one.work.policies {
        let (Some(arn), Some(name)) = (node.text("PolicyARN"), node.text("PolicyName")) else {
            continue;
        };
        if node.text("PolicyType").as_deref() != Some("StepScaling") {
            continue;
        }
        let new = lookups.policy(way.region, &resource, &name);
        for alarm in node.list("Alarms").iter().filter_map(|alarm| alarm.text("AlarmName")) {
            driving.insert(alarm, (arn.clone(), new.clone()));
        }
        policies.insert(arn, new);
    }
    let mut out = Alarms::default();
    let mut copies = Vec::new();
    for alarm in things(facts.given.inventory, "MetricAlarms") {
        let Some(name) = alarm.text("AlarmName") else { continue };
        if name.starts_with(MADE_BY_AWS) {
            continue;
        }
        let mut input = Value::Object(members(&alarm, ALARM_KEPT));
        let own = repoint(&mut input, one, way, lookups);
        let drives = driving.get(&name);
        if !own && drives.is_none() {
            continue;
        }
        out.names.push(name.clone());
        if own {
            for (old, new) in &policies {
                replace(&mut input, old, new);
            }
            let copy = copy_name(&name, way.cluster);
            out.equip.push(named(&input, &copy));
            copies.push(copy);
        } else if let Some((old, new)) = drives {
            // Both sides listen while both are up.
            let mut both = input.clone();
            act(&mut both, &[old, new]);
            out.equip.push(named(&both, &name));
            act(&mut input, &[new]);
            remove(&mut input, old);
        }
        out.settle.push(named(&input, &name));
    }
    if !copies.is_empty() {
        out.settle.push(("cloudwatch:DeleteAlarms", json!({"AlarmNames": copies})));
    }
    out
}

fn copy_name(name: &str, cluster: &str) -> String {
    let room = ALARM_NAME_MAX.saturating_sub(cluster.chars().count().saturating_add(3));
    let head: String = name.chars().take(room).collect();
    format!("{head} ({cluster})")
}

fn named(input: &Value, name: &str) -> Made {
    let mut input = input.clone();
    input["AlarmName"] = json!(name);
    ("cloudwatch:PutMetricAlarm", input)
}

/// Adds actions that are not there yet.
fn act(input: &mut Value, actions: &[&String]) {
    let Some(map) = input.as_object_mut() else { return };
    let list = map.entry("AlarmActions").or_insert_with(|| json!([]));
    let Some(list) = list.as_array_mut() else { return };
    for action in actions {
        if !list.iter().any(|present| present.as_str() == Some(action)) {
            list.push(json!(action));
        }
    }
}

fn remove(input: &mut Value, action: &str) {
    if let Some(list) = input.get_mut("AlarmActions").and_then(Value::as_array_mut) {
        list.retain(|present| present.as_str() != Some(action));
    }
}

/// A schedule pointed at the new cluster; none if it was not read whole.
pub(super) fn schedule(
    facts: &Facts<'_, '_>,
    used: &ScheduleUse<'_>,
    region: &str,
    (cluster_arn, provider): (&str, Option<&str>),
    lookups: &mut Lookups,
) -> Option<(String, Made)> {
    let rule = used.rule.as_ref()?;
    let name = rule.node.text("Name")?;
    let mut target = clean(used.target.value);
    let map = target.as_object_mut()?;
    map.insert("Arn".to_owned(), json!(cluster_arn));
    let ecs = map.get_mut("EcsParameters").and_then(Value::as_object_mut)?;
    if let Some(provider) = provider
        && ecs.get("LaunchType").and_then(Value::as_str) == Some("EC2")
    {
        // Else its tasks could land on instances of other services.
        ecs.remove("LaunchType");
        let strategy = json!([{"capacityProvider": provider, "weight": 1, "base": 0}]);
        ecs.insert("CapacityProviderStrategy".to_owned(), strategy);
    }
    if used.scheduler {
        let group = rule.node.text("GroupName").unwrap_or_else(|| "default".to_owned());
        let mut ask = |member: &str| lookups.schedule_target(region, (&group, &name), member);
        hide(facts, map, &mut ask);
        let mut input = members(&rule.node, SCHEDULE_KEPT);
        put(&mut input, "Target", target);
        return Some((name, ("scheduler:UpdateSchedule", Value::Object(input))));
    }
    let bus = rule.node.text("EventBusName").unwrap_or_else(|| "default".to_owned());
    let id = used.target.text("Id")?;
    let mut ask = |member: &str| lookups.event_target(region, (&bus, &name, &id), member);
    hide(facts, map, &mut ask);
    let input = json!({"Rule": name, "EventBusName": bus, "Targets": [target]});
    Some((name, ("events:PutTargets", input)))
}

/// Members that hold a credential are asked for when the call is made, and never written down.
fn hide(facts: &Facts<'_, '_>, map: &mut Map<String, Value>, ask: &mut dyn FnMut(&str) -> String) {
    for member in ["Input", "InputPath"] {
        let Some(Value::String(text)) = map.get_mut(member) else { continue };
        if facts.credentials.contains(text) || facts.credentials.redacted(text).is_some() {
            *text = ask(member);
        }
    }
}
