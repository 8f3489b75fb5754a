//! Application Auto Scaling: bounds, policies and scheduled actions.

use serde_json::{Value, json};

use super::answers::{Answers, Paged};
use super::arn::{arn, date, role};
use super::catalog::{Env, Scaling};
use super::cell::Cell;
use super::elb::balancers::front;
use super::elb::targets::{dimension, target_groups};

const DIMENSION: &str = "ecs:service:DesiredCount";

const TARGETS: Paged = Paged {
    operation: "application-autoscaling:DescribeScalableTargets",
    list: "ScalableTargets",
    token: "NextToken",
    size: 50,
};
const POLICIES: Paged = Paged {
    operation: "application-autoscaling:DescribeScalingPolicies",
    list: "ScalingPolicies",
    token: "NextToken",
    size: 10,
};
const ACTIONS: Paged = Paged {
    operation: "application-autoscaling:DescribeScheduledActions",
    list: "ScheduledActions",
    token: "NextToken",
    size: 50,
};

/// Puts everything that scales.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    let request = json!({"ServiceNamespace": "ecs"});
    let scaled = || cells.iter().filter(|cell| cell.service.scaling != Scaling::None);
    answers.put_pages(&TARGETS, &request, &scaled().map(target).collect::<Vec<_>>());
    answers.put_pages(&POLICIES, &request, &scaled().flat_map(policies).collect::<Vec<_>>());
    answers.put_pages(&ACTIONS, &request, &scheduled_actions(cells));
}

/// The least and the most tasks of a cell.
fn bounds(cell: &Cell) -> (u32, u32) {
    let desired = cell.desired();
    (desired, (desired * cell.env.pick(&[2, 3, 4])).max(2))
}

fn target(cell: &Cell) -> Value {
    let (least, most) = bounds(cell);
    let suspended = cell.is("live-chat", Env::Prod);
    let id = cell.dice.hex(&cell.label("scalable-target"), 36);
    json!({
        "ServiceNamespace": "ecs",
        "ResourceId": cell.scaling_id(),
        "ScalableDimension": DIMENSION,
        "MinCapacity": least,
        "MaxCapacity": most,
        "RoleARN": role("aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"),
        "CreationTime": date(12, 340),
        "SuspendedState": {
            "DynamicScalingInSuspended": suspended,
            "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": false,
        },
        "ScalableTargetARN": arn("application-autoscaling", &format!("scalable-target/{id}")),
    })
}

fn policies(cell: &Cell) -> Vec<Value> {
    let plain = cell.plain_name();
    match cell.service.scaling {
        Scaling::None => Vec::new(),
        Scaling::Cpu(percent) => {
            vec![tracking(
                cell,
                &format!("{plain}-cpu"),
                predefined(cell, "ECSServiceAverageCPUUtilization", percent),
            )]
        }
        Scaling::Memory(percent) => {
            vec![tracking(
                cell,
                &format!("{plain}-memory"),
                predefined(cell, "ECSServiceAverageMemoryUtilization", percent),
            )]
        }
        Scaling::Requests(count) => vec![
            tracking(cell, &format!("{plain}-requests"), requests(cell, count)),
            tracking(
                cell,
                &format!("{plain}-cpu"),
                predefined(cell, "ECSServiceAverageCPUUtilization", 70),
            ),
        ],
        Scaling::Custom => vec![tracking(cell, &format!("{plain}-sockets"), sockets(cell))],
        Scaling::Steps => vec![steps(cell, "out", 1), steps(cell, "in", -1)],
    }
}

fn policy(cell: &Cell, name: &str) -> Value {
    let id = cell.dice.hex(&cell.label(&format!("policy/{name}")), 12);
    let resource = format!(
        "scalingPolicy:0f2d1c3b-{}-4a5b-8c6d-{id}:resource/ecs/{}:policyName/{name}",
        &id[..4],
        cell.scaling_id()
    );
    json!({
        "PolicyARN": arn("autoscaling", &resource),
        "PolicyName": name,
        "ServiceNamespace": "ecs",
        "ResourceId": cell.scaling_id(),
        "ScalableDimension": DIMENSION,
        "Alarms": [],
        "CreationTime": date(12, 341),
    })
}

fn alarms(names: &[String]) -> Value {
    names
        .iter()
        .map(|name| {
            json!({"AlarmName": name, "AlarmARN": arn("cloudwatch", &format!("alarm:{name}"))})
        })
        .collect()
}

/// The alarms that AWS makes for a policy of target tracking.
pub fn tracking_alarms(cell: &Cell) -> Vec<String> {
    if matches!(cell.service.scaling, Scaling::None | Scaling::Steps) {
        return Vec::new();
    }
    ["AlarmHigh", "AlarmLow"]
        .iter()
        .map(|side| {
            let id = cell.dice.hex(&cell.label(&format!("alarm/{side}")), 12);
            format!("TargetTracking-{}-{side}-{id}", cell.scaling_id())
        })
        .collect()
}

fn tracking(cell: &Cell, name: &str, configuration: Value) -> Value {
    let mut policy = policy(cell, name);
    policy["PolicyType"] = json!("TargetTrackingScaling");
    policy["TargetTrackingScalingPolicyConfiguration"] = configuration;
    policy["Alarms"] = alarms(&tracking_alarms(cell));
    policy
}

fn predefined(cell: &Cell, metric: &str, target: u32) -> Value {
    let mut configuration = json!({
        "TargetValue": f64::from(target),
        "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 300,
    });
    if cell.is("recommendation", Env::Prod) {
        configuration["DisableScaleIn"] = json!(true);
    }
    configuration
}

/// The label names the old target group, which a crossing leaves behind.
fn requests(cell: &Cell, count: u32) -> Value {
    let groups = target_groups(cell);
    let balancer = front(cell).map(|front| front.path()).unwrap_or_default();
    let group = groups.first().map(dimension).unwrap_or_default();
    let mut configuration = predefined(cell, "ALBRequestCountPerTarget", count);
    let label = format!("{balancer}/{group}");
    configuration["PredefinedMetricSpecification"]["ResourceLabel"] = json!(label);
    configuration
}

fn sockets(cell: &Cell) -> Value {
    json!({
        "TargetValue": 1500.0,
        "CustomizedMetricSpecification": {
            "MetricName": "OpenSockets",
            "Namespace": "Haedal/Chat",
            "Dimensions": [{"Name": "Environment", "Value": cell.env.word()}],
            "Statistic": "Average",
            "Unit": "Count",
        },
        "ScaleOutCooldown": 30,
        "ScaleInCooldown": 900,
    })
}

/// The name of the alarm that starts a step.
pub fn step_alarm(cell: &Cell, direction: &str) -> String {
    format!("{}-queue-{direction}", cell.plain_name())
}

fn steps(cell: &Cell, direction: &str, sign: i32) -> Value {
    let mut policy = policy(cell, &format!("{}-queue-{direction}", cell.plain_name()));
    policy["PolicyType"] = json!("StepScaling");
    policy["Alarms"] = alarms(&[step_alarm(cell, direction)]);
    let adjustments = if sign > 0 {
        json!([
            {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 400.0, "ScalingAdjustment": 1},
            {"MetricIntervalLowerBound": 400.0, "ScalingAdjustment": 4},
        ])
    } else {
        json!([{"MetricIntervalUpperBound": 0.0, "ScalingAdjustment": -1}])
    };
    policy["StepScalingPolicyConfiguration"] = json!({
        "AdjustmentType": "ChangeInCapacity",
        "StepAdjustments": adjustments,
        "Cooldown": 120,
        "MetricAggregationType": "Average",
    });
    policy
}

/// Evenings are full of pupils; one action is for a single day.
fn scheduled_actions(cells: &[Cell]) -> Vec<Value> {
    let cell = |service: &'static str| cells.iter().find(move |cell| cell.is(service, Env::Prod));
    let seoul = Some("Asia/Seoul");
    let mut actions = Vec::new();
    if let Some(gateway) = cell("gateway") {
        actions.push(action(gateway, "evening-up", "cron(30 17 ? * MON-FRI *)", seoul, (12, 40)));
        actions.push(action(gateway, "night-down", "cron(0 1 * * ? *)", seoul, (4, 24)));
    }
    if let Some(payments) = cell("payments") {
        actions.push(action(payments, "enrolment-day", "at(2026-11-20T09:00:00)", seoul, (8, 32)));
    }
    if let Some(catalog) = cell("product-catalog") {
        actions.push(action(catalog, "refresh", "rate(6 hours)", None, (3, 12)));
    }
    actions
}

fn action(cell: &Cell, name: &str, schedule: &str, zone: Option<&str>, to: (u32, u32)) -> Value {
    let name = format!("{}-{name}", cell.plain_name());
    let id = cell.dice.hex(&cell.label(&name), 12);
    let resource =
        format!("scheduledAction:7b1c2d3e-{}-4f5a-9b6c-{id}:scheduledActionName/{name}", &id[..4]);
    let mut action = json!({
        "ScheduledActionName": name,
        "ScheduledActionARN": arn("autoscaling", &resource),
        "ServiceNamespace": "ecs",
        "Schedule": schedule,
        "ResourceId": cell.scaling_id(),
        "ScalableDimension": DIMENSION,
        "ScalableTargetAction": {"MinCapacity": to.0, "MaxCapacity": to.1},
        "CreationTime": date(15, 400),
    });
    if let Some(zone) = zone {
        action["Timezone"] = json!(zone);
    }
    action
}
