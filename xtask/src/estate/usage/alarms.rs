//! Alarms: those that AWS makes for target tracking, and those that people made for ECS and for the
//! load balancers. All of the first kind fall silent when their service has moved.

use serde_json::{Value, json};

use super::super::answers::{Answers, Paged};
use super::super::arn::{arn, date};
use super::super::catalog::{Env, Scaling};
use super::super::cell::Cell;
use super::super::elb::balancers::front;
use super::super::elb::targets::{dimension, target_groups};
use super::super::scaling::{step_alarm, tracking_alarms};

const ALARMS: Paged = Paged {
    operation: "cloudwatch:DescribeAlarms",
    list: "MetricAlarms",
    token: "NextToken",
    size: 100,
};

/// Services for which somebody made an alarm by hand.
const WATCHED: &[&str] = &["payments", "gateway", "live-chat", "product-catalog", "grading"];

/// Puts all alarms.
pub(super) fn put(answers: &mut Answers, cells: &[Cell]) {
    let alarms: Vec<Value> = cells.iter().flat_map(alarms).collect();
    answers.put_pages(&ALARMS, &json!({"MaxRecords": 100}), &alarms);
}

fn alarms(cell: &Cell) -> Vec<Value> {
    let mut alarms: Vec<Value> =
        tracking_alarms(cell).iter().map(|name| tracking(cell, name)).collect();
    if cell.env == Env::Prod && WATCHED.contains(&cell.service.name) {
        let name = format!("{}-cpu-high", cell.plain_name());
        alarms.push(service_alarm(cell, &name, "CPUUtilization", 85));
        let name = format!("{}-memory-high", cell.plain_name());
        alarms.push(service_alarm(cell, &name, "MemoryUtilization", 90));
    }
    if cell.is("gateway", Env::Prod) {
        alarms.push(errors(cell));
    }
    if cell.service.scaling == Scaling::Steps {
        alarms.push(queue(cell, "out", "GreaterThanOrEqualToThreshold", 100));
        alarms.push(queue(cell, "in", "LessThanOrEqualToThreshold", 5));
    }
    alarms
}

/// What an alarm compares, and with what.
struct Test<'a> {
    name: &'a str,
    about: String,
    namespace: &'a str,
    metric: &'a str,
    dimensions: Value,
    comparison: &'a str,
    threshold: u32,
}

fn alarm(cell: &Cell, test: &Test<'_>) -> Value {
    let page = arn("sns", &format!("{}-oncall", cell.env.word()));
    json!({
        "AlarmName": test.name,
        "AlarmArn": arn("cloudwatch", &format!("alarm:{}", test.name)),
        "AlarmDescription": test.about,
        "AlarmConfigurationUpdatedTimestamp": date(30, 200),
        "ActionsEnabled": true,
        "OKActions": [],
        "AlarmActions": [page],
        "InsufficientDataActions": [],
        "StateValue": "OK",
        "StateReason": "Threshold not crossed",
        "StateUpdatedTimestamp": date(90, 10),
        "Namespace": test.namespace,
        "MetricName": test.metric,
        "Statistic": "Average",
        "Dimensions": test.dimensions,
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": f64::from(test.threshold),
        "ComparisonOperator": test.comparison,
        "TreatMissingData": "missing",
    })
}

fn service_dimensions(cell: &Cell) -> Value {
    json!([
        {"Name": "ClusterName", "Value": cell.names.cluster},
        {"Name": "ServiceName", "Value": cell.names.service},
    ])
}

fn service_alarm(cell: &Cell, name: &str, metric: &str, threshold: u32) -> Value {
    alarm(
        cell,
        &Test {
            name,
            about: format!("page on-call: {} of {}", metric, cell.names.service),
            namespace: "AWS/ECS",
            metric,
            dimensions: service_dimensions(cell),
            comparison: "GreaterThanThreshold",
            threshold,
        },
    )
}

fn tracking(cell: &Cell, name: &str) -> Value {
    let metric = match cell.service.scaling {
        Scaling::Memory(_) => "MemoryUtilization",
        _ => "CPUUtilization",
    };
    let mut alarm = service_alarm(cell, name, metric, 60);
    if name.contains("AlarmLow") {
        alarm["ComparisonOperator"] = json!("LessThanThreshold");
        alarm["EvaluationPeriods"] = json!(15);
    }
    match cell.service.scaling {
        Scaling::Requests(count) => {
            alarm["Namespace"] = json!("AWS/ApplicationELB");
            alarm["MetricName"] = json!("RequestCountPerTarget");
            alarm["Dimensions"] = balancer_dimensions(cell);
            alarm["Threshold"] = json!(f64::from(count));
        }
        Scaling::Custom => {
            alarm["Namespace"] = json!("Haedal/Chat");
            alarm["MetricName"] = json!("OpenSockets");
            alarm["Dimensions"] = json!([{"Name": "Environment", "Value": cell.env.word()}]);
            alarm["Threshold"] = json!(1500.0);
        }
        Scaling::Cpu(percent) | Scaling::Memory(percent) => {
            alarm["Threshold"] = json!(f64::from(percent));
        }
        Scaling::None | Scaling::Steps => {}
    }
    alarm["AlarmDescription"] = json!("DO NOT EDIT OR DELETE. For TargetTrackingScaling policy.");
    alarm["AlarmActions"] = json!([]);
    alarm
}

fn balancer_dimensions(cell: &Cell) -> Value {
    let balancer = front(cell).map(|front| front.path()).unwrap_or_default();
    let group = target_groups(cell).first().map(dimension).unwrap_or_default();
    json!([{"Name": "LoadBalancer", "Value": balancer}, {"Name": "TargetGroup", "Value": group}])
}

/// The alarm that rolls a deployment of the gateway back.
fn errors(cell: &Cell) -> Value {
    alarm(
        cell,
        &Test {
            name: "prod-gateway-5xx",
            about: "rolls a deployment back".to_owned(),
            namespace: "AWS/ApplicationELB",
            metric: "HTTPCode_Target_5XX_Count",
            dimensions: balancer_dimensions(cell),
            comparison: "GreaterThanThreshold",
            threshold: 25,
        },
    )
}

fn queue(cell: &Cell, direction: &str, comparison: &str, threshold: u32) -> Value {
    let queue = format!("{}-{}-jobs", cell.env.word(), cell.service.name);
    alarm(
        cell,
        &Test {
            name: &step_alarm(cell, direction),
            about: format!("scales {direction}"),
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            dimensions: json!([{"Name": "QueueName", "Value": queue}]),
            comparison,
            threshold,
        },
    )
}
