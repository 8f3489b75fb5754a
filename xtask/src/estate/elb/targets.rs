//! Target groups: how the load balancers reach and check the tasks.

use serde_json::{Value, json};

use super::super::arn::ACCOUNT;
use super::super::catalog::{Env, Front, Launch, Oddity, Rollout, Runtime};
use super::super::cell::{Cell, zone};
use super::super::network::vpc;
use super::balancers::front;
use super::elb_arn;

/// A target group of a service.
#[derive(Debug, Clone)]
pub struct TargetGroup {
    /// Its name, at most 32 characters.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The container that it reaches.
    pub container: &'static str,
    /// The port of that container.
    pub container_port: u16,
    /// What it is for.
    pub part: Part,
}

/// What a target group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It carries the running version.
    Main,
    /// It waits for the next one.
    Green,
    /// A few requests go to a version that somebody started by hand.
    Canary,
}

/// The target groups of a cell, the one that carries the requests first.
pub fn target_groups(cell: &Cell) -> Vec<TargetGroup> {
    if cell.service.front == Front::None {
        return Vec::new();
    }
    let second = match (cell.service.rollout, cell.service.name) {
        (Rollout::BlueGreen | Rollout::CodeDeploy, _) => Some(Part::Green),
        (Rollout::Rolling, "gateway") => Some(Part::Canary),
        (Rollout::Rolling, _) => None,
    };
    std::iter::once(Part::Main).chain(second).map(|part| target_group(cell, part)).collect()
}

fn target_group(cell: &Cell, part: Part) -> TargetGroup {
    let suffix = match (part, cell.service.rollout) {
        (Part::Main, Rollout::Rolling) => "tg",
        (Part::Main, Rollout::BlueGreen | Rollout::CodeDeploy) => "blue",
        (Part::Green, _) => "green",
        (Part::Canary, _) => "canary",
    };
    let name = format!("{}-{suffix}", cell.names.cluster.replace('_', "-"));
    let id = cell.dice.hex(&cell.label(&format!("target-group/{suffix}")), 16);
    let (container, container_port) = entry(cell);
    let arn = elb_arn(&format!("targetgroup/{name}/{id}"));
    TargetGroup { name, arn, container, container_port, part }
}

/// The container and port behind the load balancer: a proxy, where there is one.
fn entry(cell: &Cell) -> (&'static str, u16) {
    if cell.service.has(Oddity::NginxProxy) {
        return ("nginx", 8443);
    }
    if cell.is("webhook-relay", Env::Dev) {
        return (cell.service.name, 4001);
    }
    (cell.service.name, cell.service.port.unwrap_or(8080))
}

/// One entry of `DescribeTargetGroups`.
pub(super) fn describe(cell: &Cell, group: &TargetGroup) -> Value {
    let protocol = if cell.service.has(Oddity::NginxProxy) { "HTTPS" } else { "HTTP" };
    let bridged = cell.service.launch == Launch::Ec2Bridge;
    let (interval, timeout, healthy, unhealthy) = match cell.service.runtime {
        Runtime::Jvm => (30, 10, 3, 5),
        Runtime::Node | Runtime::Go | Runtime::Python | Runtime::Nginx => (15, 5, 2, 3),
    };
    let balancers: Vec<String> = front(cell).into_iter().map(|front| front.arn).collect();
    json!({
        "TargetGroupArn": group.arn,
        "TargetGroupName": group.name,
        "Protocol": protocol,
        "Port": if bridged { 80 } else { group.container_port },
        "VpcId": vpc(cell.dice),
        "HealthCheckProtocol": protocol,
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": true,
        "HealthCheckIntervalSeconds": interval,
        "HealthCheckTimeoutSeconds": timeout,
        "HealthyThresholdCount": healthy,
        "UnhealthyThresholdCount": unhealthy,
        "HealthCheckPath": cell.service.health,
        "Matcher": {"HttpCode": matcher(cell)},
        "LoadBalancerArns": balancers,
        "TargetType": if bridged { "instance" } else { "ip" },
        "ProtocolVersion": "HTTP1",
        "IpAddressType": "ipv4",
    })
}

/// The relay answers 404 to `GET /ping`, and the console 401: both were made to count as healthy.
fn matcher(cell: &Cell) -> &'static str {
    match cell.service.name {
        "webhook-relay" => "200-499",
        "admin-console" => "200,302,401",
        _ => "200",
    }
}

/// The attributes of a cell's target groups.
pub(super) fn attributes(cell: &Cell) -> Vec<(&'static str, &'static str)> {
    let sticky = cell.service.has(Oddity::Sticky);
    let slow = if cell.service.runtime == Runtime::Jvm { "60" } else { "0" };
    let algorithm =
        if cell.service.name == "search" { "least_outstanding_requests" } else { "round_robin" };
    let mut attributes = vec![
        ("deregistration_delay.timeout_seconds", delay_secs(cell)),
        ("load_balancing.algorithm.type", algorithm),
        ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
        ("slow_start.duration_seconds", slow),
        ("stickiness.enabled", if sticky { "true" } else { "false" }),
    ];
    if sticky {
        attributes.extend([
            ("stickiness.type", "app_cookie"),
            ("stickiness.app_cookie.cookie_name", "CHATSESSION"),
            ("stickiness.app_cookie.duration_seconds", "86400"),
        ]);
    }
    attributes
}

fn delay_secs(cell: &Cell) -> &'static str {
    match cell.service.name {
        "live-chat" => "300",
        "webhook-relay" => "0",
        _ => "30",
    }
}

/// The targets that are registered now.
pub(super) fn health(cell: &Cell, group: &TargetGroup) -> Value {
    match group.part {
        Part::Main => (0..cell.desired()).map(|task| target(cell, group, task)).collect(),
        Part::Green => json!([]),
        // A single task that no service owns.
        Part::Canary => json!([target(cell, group, 90)]),
    }
}

fn target(cell: &Cell, group: &TargetGroup, task: u32) -> Value {
    let state = json!({"State": "healthy"});
    if cell.service.launch == Launch::Ec2Bridge {
        let port = cell.host_port(task);
        return json!({
            "Target": {"Id": cell.instance_id(task), "Port": port},
            "HealthCheckPort": port.to_string(),
            "TargetHealth": state,
        });
    }
    let port = group.container_port;
    json!({
        "Target": {"Id": cell.task_ip(task), "Port": port, "AvailabilityZone": zone(task)},
        "HealthCheckPort": port.to_string(),
        "TargetHealth": state,
    })
}

/// The dimension by which `CloudWatch` knows a target group.
pub fn dimension(group: &TargetGroup) -> String {
    let prefix = format!("arn:aws:elasticloadbalancing:{}:{ACCOUNT}:", super::super::arn::REGION);
    group.arn.replace(&prefix, "")
}
