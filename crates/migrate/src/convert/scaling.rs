//! Autoscaling: a `HorizontalPodAutoscaler`, or a KEDA `ScaledObject` where more than CPU and memory
//! decide.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, cron, put, size};
use crate::input::node::Node;

/// Seconds of the ECS default for both cooldowns (Application Auto Scaling, target tracking).
const COOLDOWN_SECS_DEFAULT: i64 = 300;

/// Least and most replicas, where the service has a scalable target.
pub fn bounds(cx: &Cx<'_, '_>) -> Option<(i64, i64)> {
    if cx.work.only_scheduled || cx.kind() == "DaemonSet" {
        return None;
    }
    let target = cx.work.scalable.first()?;
    let least = target.node.int_at("MinCapacity").unwrap_or(1).max(0);
    let most = target.node.int_at("MaxCapacity").unwrap_or(least).max(least).max(1);
    Some((least, most))
}

#[derive(Debug, Default)]
struct Wanted {
    /// Resource metrics: name and quantity per pod.
    resources: Vec<(&'static str, String)>,
    /// KEDA triggers beyond CPU and memory.
    triggers: Vec<Value>,
    scale_in_secs: Option<i64>,
    scale_out_secs: Option<i64>,
    no_scale_in: bool,
    no_scale_out: bool,
    no_schedule: bool,
}

/// Converts scalable target, policies and scheduled actions.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let Some((least, most)) = bounds(cx) else {
        return;
    };
    let mut wanted = Wanted::default();
    targets(cx, &mut wanted);
    for policy in cx.work.policies.clone() {
        self::policy(cx, &policy.node, &mut wanted);
    }
    scheduled(cx, least, &mut wanted);
    if least > 0 && wanted.triggers.is_empty() {
        autoscaler(cx, least, most, &wanted);
    } else {
        scaled_object(cx, least, most, &wanted);
        let (hpa, keda) = (place(cx), format!("ScaledObject/{}", cx.work.name));
        for (theirs, ours) in [
            (" spec.minReplicas", " spec.minReplicaCount"),
            (" spec.maxReplicas", " spec.maxReplicaCount"),
            (" spec.metrics", " spec.triggers"),
            (" spec.behavior", " spec.advanced.horizontalPodAutoscalerConfig.behavior"),
            ("", ""),
        ] {
            cx.scope.ledger.retarget(&format!("{hpa}{theirs}"), &[format!("{keda}{ours}")]);
        }
    }
}

fn place(cx: &Cx<'_, '_>) -> String {
    format!("HorizontalPodAutoscaler/{}", cx.work.name)
}

fn targets(cx: &mut Cx<'_, '_>, wanted: &mut Wanted) {
    let place = place(cx);
    for target in cx.work.scalable.clone() {
        let node = &target.node;
        for (key, field) in [("MinCapacity", "minReplicas"), ("MaxCapacity", "maxReplicas")] {
            if let Some(value) = node.get(key) {
                if key == "MinCapacity" && value.int() == Some(0) {
                    cx.scope.finding_kept(
                        &value,
                        Reason::new(&code::SCALE_TO_ZERO).with("service", &cx.work.name),
                        &format!("ScaledObject/{} spec.minReplicaCount", cx.work.name),
                    );
                } else {
                    cx.scope.exact(&value, &format!("{place} spec.{field}"));
                }
            }
        }
        suspended(cx, node, &place, wanted);
        for leaf in cx.scope.ledger.unclaimed(node) {
            cx.scope.ignored(&leaf, "identity of the scalable target");
        }
    }
}

/// What somebody has switched off for a while.
fn suspended(cx: &mut Cx<'_, '_>, target: &Node<'_>, place: &str, wanted: &mut Wanted) {
    for key in
        ["DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"]
    {
        let Some(value) = target.at(&["SuspendedState", key]) else { continue };
        if value.boolean() != Some(true) {
            cx.scope.ignored(&value, "nothing is suspended, which is the default");
            continue;
        }
        let field = match key {
            "DynamicScalingInSuspended" => {
                wanted.no_scale_in = true;
                "spec.behavior.scaleDown.selectPolicy"
            }
            "DynamicScalingOutSuspended" => {
                wanted.no_scale_out = true;
                "spec.behavior.scaleUp.selectPolicy"
            }
            _ => {
                wanted.no_schedule = true;
                "(no cron triggers)"
            }
        };
        let reason = Reason::new(&code::SCALING_SUSPENDED).with("what", key);
        cx.scope.finding_kept(&value, reason, &format!("{place} {field}"));
    }
}

fn policy(cx: &mut Cx<'_, '_>, policy: &Node<'_>, wanted: &mut Wanted) {
    if let Some(config) = policy.get("TargetTrackingScalingPolicyConfiguration") {
        tracking(cx, &config, wanted);
    }
    if let Some(config) = policy.get("StepScalingPolicyConfiguration") {
        step(cx, policy, &config, wanted);
    }
    if let Some(config) = policy.get("PredictiveScalingPolicyConfiguration") {
        cx.scope.finding(&config, Reason::new(&code::PREDICTIVE).with("service", &cx.work.name));
    }
    for leaf in cx.scope.ledger.unclaimed(policy) {
        cx.scope.ignored(&leaf, "identity of the scaling policy");
    }
}

fn tracking(cx: &mut Cx<'_, '_>, config: &Node<'_>, wanted: &mut Wanted) {
    let place = place(cx);
    let target = config
        .get("TargetValue")
        .and_then(|node| node.scalar())
        .and_then(|text| text.parse::<f64>().ok())
        .unwrap_or(0.0);
    cooldowns(cx, config, wanted);
    let metric = config.at(&["PredefinedMetricSpecification", "PredefinedMetricType"]);
    let kind = metric.as_ref().and_then(Node::scalar).unwrap_or_default();
    let resource = match kind.as_str() {
        "ECSServiceAverageCPUUtilization" => reserved(cx, "cpu", size::cpu_units)
            .map(|units| ("cpu", format!("{}m", share(size::millicores(units), target)))),
        "ECSServiceAverageMemoryUtilization" => reserved(cx, "memory", size::memory_mib)
            .map(|mib| ("memory", format!("{}Mi", share(mib, target)))),
        _ => None,
    };
    if let Some((name, quantity)) = resource {
        if let Some(node) = config.at(&["PredefinedMetricSpecification", "ResourceLabel"]) {
            cx.scope.ignored(&node, "only counts of requests have a label");
        }
        for node in [config.get("TargetValue"), metric].into_iter().flatten() {
            let place = format!("{place} spec.metrics[{name}].averageValue");
            cx.scope.approximated(&node, &place, "an amount per pod, since a percentage would mean a part of the pod's own, later smaller, request");
        }
        wanted.resources.push((name, quantity));
        return;
    }
    let reason = Reason::new(&code::SCALES_ON_METRIC)
        .with("metric", if kind.is_empty() { "a metric of its own" } else { &kind })
        .with("service", &cx.work.name);
    let keda = format!("ScaledObject/{} spec.triggers", cx.work.name);
    for key in ["TargetValue", "PredefinedMetricSpecification", "CustomizedMetricSpecification"] {
        if let Some(node) = config.get(key) {
            cx.scope.finding_kept(&node, reason.clone(), &keda);
        }
    }
    if let Some(trigger) = metric_trigger(cx, config, target) {
        wanted.triggers.push(trigger);
    }
}

fn cooldowns(cx: &mut Cx<'_, '_>, config: &Node<'_>, wanted: &mut Wanted) {
    let place = place(cx);
    for (key, field) in [("ScaleInCooldown", "scaleDown"), ("ScaleOutCooldown", "scaleUp")] {
        if let Some(node) = config.get(key) {
            let secs = node.int().unwrap_or(COOLDOWN_SECS_DEFAULT).clamp(0, 3600);
            let slot = if key == "ScaleInCooldown" {
                &mut wanted.scale_in_secs
            } else {
                &mut wanted.scale_out_secs
            };
            *slot = Some(slot.unwrap_or(0).max(secs));
            cx.scope.approximated(
                &node,
                &format!("{place} spec.behavior.{field}.stabilizationWindowSeconds"),
                "a window over which the lowest wish counts, instead of a pause after each change",
            );
        }
    }
    if let Some(node) = config.get("DisableScaleIn") {
        wanted.no_scale_in |= node.boolean() == Some(true);
        cx.scope.exact(&node, &format!("{place} spec.behavior.scaleDown.selectPolicy"));
    }
}

/// What the task reserves, by which ECS divides its utilization.
fn reserved(cx: &Cx<'_, '_>, key: &str, parse: fn(&Node<'_>) -> Option<i64>) -> Option<i64> {
    let task = &cx.work.task.node;
    let whole = task.get(key).and_then(|node| parse(&node)).filter(|value| *value > 0);
    whole.or_else(|| {
        let containers = task.list("containerDefinitions");
        let parts =
            containers.iter().filter_map(|node| node.get(key).and_then(|node| parse(&node)));
        let sum = parts.fold(0_i64, i64::saturating_add);
        (sum > 0).then_some(sum)
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "sizes are far below 2^52"
)]
fn share(amount: i64, percent: f64) -> i64 {
    ((amount as f64 * percent.clamp(1.0, 1000.0) / 100.0).round() as i64).max(1)
}

/// A CloudWatch trigger of KEDA.
fn metric_trigger(cx: &Cx<'_, '_>, config: &Node<'_>, target: f64) -> Option<Value> {
    let region = cx.work.region.clone().unwrap_or_else(|| "us-east-1".to_owned());
    let custom = config.get("CustomizedMetricSpecification");
    let label = config
        .at(&["PredefinedMetricSpecification", "ResourceLabel"])
        .and_then(|node| node.scalar());
    let (namespace, metric, names, values, statistic) = if let Some(custom) = custom {
        let dimensions = custom.list("Dimensions");
        let join =
            |key: &str| dimensions.iter().filter_map(|d| d.text(key)).collect::<Vec<_>>().join(";");
        (
            custom.text("Namespace")?,
            custom.text("MetricName")?,
            join("Name"),
            join("Value"),
            custom.text("Statistic").unwrap_or_else(|| "Average".to_owned()),
        )
    } else {
        // `app/name/id/targetgroup/name/id`: the group is the new one once traffic has moved.
        let label = label?;
        let group =
            label.split_once("/targetgroup/").map(|(_, group)| format!("targetgroup/{group}"))?;
        (
            "AWS/ApplicationELB".to_owned(),
            "RequestCountPerTarget".to_owned(),
            "TargetGroup".to_owned(),
            group,
            "Sum".to_owned(),
        )
    };
    Some(json!({
        "type": "aws-cloudwatch",
        "metadata": {
            "namespace": namespace, "metricName": metric, "dimensionName": names, "dimensionValue": values,
            "targetMetricValue": plain(target), "minMetricValue": "0", "metricStat": statistic,
            "awsRegion": region,
        },
        "authenticationRef": {"name": cx.work.name},
    }))
}

fn plain(number: f64) -> String {
    format!("{number}")
}

fn step(cx: &mut Cx<'_, '_>, policy: &Node<'_>, config: &Node<'_>, wanted: &mut Wanted) {
    let keda = format!("ScaledObject/{}", cx.work.name);
    if let Some(node) = config.get("Cooldown") {
        wanted.scale_out_secs = Some(node.int().unwrap_or(COOLDOWN_SECS_DEFAULT).clamp(0, 3600));
        cx.scope.approximated(
            &node,
            &format!("{keda} spec.advanced.horizontalPodAutoscalerConfig.behavior"),
            "a stabilization window",
        );
    }
    let alarms: Vec<Node<'_>> = policy
        .list("Alarms")
        .iter()
        .filter_map(|alarm| alarm.text("AlarmName"))
        .filter_map(|name| cx.work.alarms.get(&name).cloned())
        .collect();
    for alarm in &alarms {
        let threshold = alarm
            .get("Threshold")
            .and_then(|node| node.scalar())
            .and_then(|text| text.parse::<f64>().ok());
        let up = alarm.text("ComparisonOperator").is_some_and(|text| text.starts_with("Greater"));
        let (Some(threshold), true) = (threshold, up) else {
            continue;
        };
        match alarm.text("MetricName").as_deref() {
            Some("CPUUtilization") => {
                if let Some(units) = reserved(cx, "cpu", size::cpu_units) {
                    wanted
                        .resources
                        .push(("cpu", format!("{}m", share(size::millicores(units), threshold))));
                }
            }
            Some("MemoryUtilization") => {
                if let Some(mib) = reserved(cx, "memory", size::memory_mib) {
                    wanted.resources.push(("memory", format!("{}Mi", share(mib, threshold))));
                }
            }
            _ => {}
        }
    }
    let reason = Reason::new(&code::STEP_SCALING).with("service", &cx.work.name);
    for leaf in cx.scope.ledger.unclaimed(config) {
        cx.scope.finding_kept(&leaf, reason.clone(), &keda);
    }
}

/// Scheduled actions: KEDA cron triggers that raise the least number within a window.
fn scheduled(cx: &mut Cx<'_, '_>, least: i64, wanted: &mut Wanted) {
    let actions = cx.work.scheduled_actions.clone();
    let keda = format!("ScaledObject/{} spec.triggers", cx.work.name);
    let minimum =
        |node: &Node<'_>| node.at(&["ScalableTargetAction", "MinCapacity"]).and_then(|n| n.int());
    let down = actions.iter().find(|item| minimum(&item.node).is_some_and(|count| count <= least));
    let end = down
        .and_then(|item| item.node.text("Schedule"))
        .and_then(|text| cron::five_fields(&text).ok());
    for action in &actions {
        let node = &action.node;
        let zone = node.text("Timezone").unwrap_or_else(|| "Etc/UTC".to_owned());
        let start = node.text("Schedule").and_then(|text| cron::five_fields(&text).ok());
        let reason = Reason::new(&code::SCHEDULED_SCALING)
            .with("name", node.text("ScheduledActionName").unwrap_or_default());
        match (start, minimum(node), &end) {
            (Some(start), Some(count), Some(end)) if count > least && !wanted.no_schedule => {
                wanted.triggers.push(json!({"type": "cron", "metadata": {"timezone": zone, "start": start, "end": end, "desiredReplicas": count.to_string()}}));
            }
            _ => {}
        }
        for key in ["Schedule", "Timezone", "ScalableTargetAction", "StartTime", "EndTime"] {
            if let Some(value) = node.get(key) {
                cx.scope.finding_kept(&value, reason.clone(), &keda);
            }
        }
        for leaf in cx.scope.ledger.unclaimed(node) {
            cx.scope.ignored(&leaf, "identity of the scheduled action");
        }
    }
}

fn behavior(wanted: &Wanted) -> Value {
    let mut down = Map::new();
    let mut up = Map::new();
    put(
        &mut down,
        "stabilizationWindowSeconds",
        json!(wanted.scale_in_secs.unwrap_or(COOLDOWN_SECS_DEFAULT)),
    );
    put(&mut up, "stabilizationWindowSeconds", json!(wanted.scale_out_secs));
    if wanted.no_scale_in {
        put(&mut down, "selectPolicy", json!("Disabled"));
    }
    if wanted.no_scale_out {
        put(&mut up, "selectPolicy", json!("Disabled"));
    }
    let mut out = Map::new();
    put(&mut out, "scaleDown", Value::Object(down));
    put(&mut out, "scaleUp", Value::Object(up));
    Value::Object(out)
}

fn autoscaler(cx: &mut Cx<'_, '_>, least: i64, most: i64, wanted: &Wanted) {
    let metrics: Vec<Value> = wanted.resources.iter().map(|(name, quantity)| {
        json!({"type": "Resource", "resource": {"name": name, "target": {"type": "AverageValue", "averageValue": quantity}}})
    }).collect();
    let mut spec = Map::new();
    put(
        &mut spec,
        "scaleTargetRef",
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": cx.work.name}),
    );
    put(&mut spec, "minReplicas", json!(least));
    put(&mut spec, "maxReplicas", json!(most));
    put(&mut spec, "metrics", json!(metrics));
    put(&mut spec, "behavior", behavior(wanted));
    let object =
        cx.object("autoscaling/v2", "HorizontalPodAutoscaler", &cx.work.name, Value::Object(spec));
    cx.built.objects.push(object);
}

fn scaled_object(cx: &mut Cx<'_, '_>, least: i64, most: i64, wanted: &Wanted) {
    let mut triggers: Vec<Value> = wanted.resources.iter().map(|(name, quantity)| json!({"type": name, "metricType": "AverageValue", "metadata": {"value": quantity}})).collect();
    triggers.extend(wanted.triggers.iter().cloned());
    if triggers.is_empty() {
        // KEDA refuses an object without triggers; half of the task's CPU is a harmless one.
        triggers.push(
            json!({"type": "cpu", "metricType": "AverageValue", "metadata": {"value": "500m"}}),
        );
        cx.scope.report(Reason::new(&code::NO_SCALING_METRIC).with("service", &cx.work.name));
    }
    if triggers.iter().any(|trigger| trigger["type"] == "aws-cloudwatch") {
        let spec = json!({"podIdentity": {"provider": "aws"}});
        let object = cx.object("keda.sh/v1alpha1", "TriggerAuthentication", &cx.work.name, spec);
        cx.built.objects.push(object);
    }
    let spec = json!({
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": cx.work.name},
        "minReplicaCount": least,
        "maxReplicaCount": most,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior(wanted)}},
        "triggers": triggers,
    });
    let object = cx.object("keda.sh/v1alpha1", "ScaledObject", &cx.work.name, spec);
    cx.built.objects.push(object);
}
