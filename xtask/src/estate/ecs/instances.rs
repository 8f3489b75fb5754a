//! The instances under the clusters that do not run on Fargate.

use serde_json::{Value, json};

use super::super::answers::Answers;
use super::super::arn::{arn, date};
use super::super::catalog::Oddity;
use super::super::cell::{Cell, zone};

/// Puts the capacity providers of all clusters, and the instances of each.
pub(super) fn put(answers: &mut Answers, cells: &[Cell]) {
    let own: Vec<&Cell> = cells.iter().filter(|cell| cell.on_instances()).collect();
    let fargate = ["FARGATE", "FARGATE_SPOT"].map(|name| provider(name, None));
    let providers: Value = fargate
        .into_iter()
        .chain(own.iter().map(|cell| provider(&provider_name(cell), Some(cell))))
        .collect();
    answers.put(
        "ecs:DescribeCapacityProviders",
        "1",
        json!({"include": ["TAGS"]}),
        json!({"capacityProviders": providers, "failures": []}),
    );
    for cell in own {
        put_instances(answers, cell);
    }
}

/// How many instances a cluster has: one for each task, and one that nobody uses.
pub(super) fn count(cell: &Cell) -> u32 {
    if cell.on_instances() { cell.desired() + 1 } else { 0 }
}

/// The name of the capacity provider of a cluster with instances.
pub(super) fn provider_name(cell: &Cell) -> String {
    format!("{}-asg", cell.names.cluster)
}

fn provider(name: &str, of: Option<&Cell>) -> Value {
    let mut provider = json!({
        "capacityProviderArn": arn("ecs", &format!("capacity-provider/{name}")),
        "name": name,
        "status": "ACTIVE",
        "tags": of.map_or(json!([]), Cell::ecs_tags),
    });
    if let Some(cell) = of {
        let id = cell.dice.hex(&cell.label("asg"), 12);
        let group = format!(
            "autoScalingGroup:3c1d2e4f-{}-4a5b-8c6d-{id}:autoScalingGroupName/{name}",
            &id[..4]
        );
        provider["autoScalingGroupProvider"] = json!({
            "autoScalingGroupArn": arn("autoscaling", &group),
            "managedScaling": {"status": "DISABLED"},
            "managedTerminationProtection": "DISABLED",
            "managedDraining": "ENABLED",
        });
    }
    provider
}

fn put_instances(answers: &mut Answers, cell: &Cell) {
    let arns: Vec<String> = (0..count(cell)).map(|at| instance_arn(cell, at)).collect();
    let cluster = cell.cluster_arn();
    let instances: Value = (0..count(cell)).map(|at| instance(cell, at)).collect();
    answers.put(
        "ecs:ListContainerInstances",
        &cell.names.cluster,
        json!({"cluster": cluster}),
        json!({"containerInstanceArns": arns}),
    );
    answers.put(
        "ecs:DescribeContainerInstances",
        &cell.names.cluster,
        json!({"cluster": cluster, "containerInstances": arns, "include": ["TAGS"]}),
        json!({"containerInstances": instances, "failures": []}),
    );
}

/// The ARN of the instance under a task.
pub(super) fn instance_arn(cell: &Cell, at: u32) -> String {
    let id = cell.dice.hex(&cell.label(&format!("container-instance/{at}")), 32);
    arn("ecs", &format!("container-instance/{}/{id}", cell.names.cluster))
}

/// Type, CPU units and MiB of the instances of a cell.
fn machine(cell: &Cell) -> (&'static str, u32, u32) {
    if cell.service.has(Oddity::Gpu) {
        return ("g5.xlarge", 4096, 15_616);
    }
    match cell.service.name {
        "video-transcoder" => ("c6i.xlarge", 4096, 7_680),
        _ => ("t3.small", 2048, 1_910),
    }
}

fn instance(cell: &Cell, at: u32) -> Value {
    let (kind, cpu, memory) = machine(cell);
    let busy = u32::from(at < cell.desired());
    let resource =
        |name: &str, value: u32| json!({"name": name, "type": "INTEGER", "integerValue": value});
    let mut attributes = vec![
        json!({"name": "ecs.instance-type", "value": kind}),
        json!({"name": "ecs.availability-zone", "value": zone(at)}),
        json!({"name": "ecs.cpu-architecture", "value": "x86_64"}),
        json!({"name": "ecs.os-type", "value": "linux"}),
    ];
    if cell.service.has(Oddity::Gpu) {
        let driver = json!({"name": "ecs.capability.gpu-driver-version", "value": "550.90.07"});
        attributes.push(driver);
    }
    json!({
        "containerInstanceArn": instance_arn(cell, at),
        "ec2InstanceId": cell.instance_id(at),
        "capacityProviderName": provider_name(cell),
        "version": 41,
        "versionInfo": {"agentVersion": "1.86.3", "agentHash": "e4b2f1c7", "dockerVersion": "DockerVersion: 25.0.6"},
        "registeredResources": [resource("CPU", cpu), resource("MEMORY", memory)],
        "remainingResources": [
            resource("CPU", cpu - busy * cpu / 2), resource("MEMORY", memory - busy * memory / 2),
        ],
        "status": "ACTIVE",
        "agentConnected": true,
        "runningTasksCount": busy,
        "pendingTasksCount": 0,
        "attributes": attributes,
        "registeredAt": date(55, 90 + at),
        "attachments": [],
        "tags": cell.ecs_tags(),
    })
}
