//! `ListTasks` and `DescribeTasks`: what runs now, and the digests that it runs.

use serde_json::{Value, json};

use super::super::answers::Answers;
use super::super::arn::{arn, date};
use super::super::catalog::{Launch, Oddity};
use super::super::cell::{Cell, zone};
use super::super::images::digest;
use super::super::taskdef::{Draft, draft};
use super::instances::instance_arn;

/// Puts the tasks of a cell. A service that runs none was asked only for the list.
pub(super) fn put(answers: &mut Answers, cell: &Cell) {
    let arns: Vec<String> = (0..cell.desired()).map(|task| task_arn(cell, task)).collect();
    answers.put(
        "ecs:ListTasks",
        &cell.names.cluster,
        json!({"cluster": cell.cluster_arn(), "desiredStatus": "RUNNING"}),
        json!({"taskArns": arns}),
    );
    if arns.is_empty() {
        return;
    }
    let draft = draft(cell);
    let tasks: Value = (0..cell.desired()).map(|number| task(cell, &draft, number)).collect();
    answers.put(
        "ecs:DescribeTasks",
        &cell.names.cluster,
        json!({"cluster": cell.cluster_arn(), "tasks": arns, "include": ["TAGS"]}),
        json!({"tasks": tasks, "failures": []}),
    );
}

fn task_arn(cell: &Cell, task: u32) -> String {
    arn("ecs", &format!("task/{}/{}", cell.names.cluster, cell.task_id(task)))
}

fn task(cell: &Cell, draft: &Draft, number: u32) -> Value {
    let started = date(84 + number % 6, 250 + number * 3);
    let mut task = json!({
        "taskArn": task_arn(cell, number),
        "clusterArn": cell.cluster_arn(),
        "taskDefinitionArn": cell.task_definition_arn(),
        "group": format!("service:{}", cell.names.service),
        "startedBy": format!("ecs-svc/{}", 10_000_000 + cell.dice.below(&cell.label("deployment"), 89_999_999)),
        "availabilityZone": zone(number),
        "desiredStatus": "RUNNING",
        "lastStatus": "RUNNING",
        "connectivity": "CONNECTED",
        "connectivityAt": started,
        "createdAt": started,
        "pullStartedAt": started,
        "pullStoppedAt": started,
        "startedAt": started,
        "enableExecuteCommand": false,
        "healthStatus": health(draft.app.get("healthCheck")),
        "version": 4,
        "attributes": [{"name": "ecs.cpu-architecture", "value": architecture(cell)}],
        "attachments": attachments(cell, number),
        "containers": containers(cell, draft, number),
        "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": []},
        "inferenceAccelerators": [],
        "tags": [],
    });
    for member in ["cpu", "memory"] {
        if let Some(size) = draft.top.get(member) {
            task[member] = size.clone();
        }
    }
    place(cell, number, &mut task);
    task
}

/// Where the task landed: a Fargate provider or an instance.
fn place(cell: &Cell, number: u32, task: &mut Value) {
    if cell.on_instances() {
        task["launchType"] = json!("EC2");
        task["containerInstanceArn"] = json!(instance_arn(cell, number));
        return;
    }
    task["launchType"] = json!("FARGATE");
    task["platformVersion"] = json!("1.4.0");
    task["platformFamily"] = json!("Linux");
    let gib = if cell.service.has(Oddity::BigDisk) { 150 } else { 20 };
    task["ephemeralStorage"] = json!({"sizeInGiB": gib});
    if cell.service.launch == Launch::Spot {
        let provider = if number < 2 { "FARGATE" } else { "FARGATE_SPOT" };
        task["capacityProviderName"] = json!(provider);
    }
}

fn architecture(cell: &Cell) -> &'static str {
    if cell.service.has(Oddity::Arm) { "arm64" } else { "x86_64" }
}

fn attachment_id(cell: &Cell, number: u32) -> String {
    let hex = cell.dice.hex(&cell.label(&format!("attachment/{number}")), 32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn attachments(cell: &Cell, number: u32) -> Value {
    if cell.service.launch == Launch::Ec2Bridge {
        return json!([]);
    }
    let subnet = &super::super::network::subnets(cell.env, cell.dice)[number as usize % 3];
    let interface = cell.dice.hex(&cell.label(&format!("eni/{number}")), 16);
    json!([{
        "id": attachment_id(cell, number),
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [
            {"name": "subnetId", "value": subnet},
            {"name": "networkInterfaceId", "value": format!("eni-0{interface}")},
            {"name": "privateIPv4Address", "value": cell.task_ip(number)},
        ],
    }])
}

fn containers(cell: &Cell, draft: &Draft, number: u32) -> Value {
    let all = std::iter::once(&draft.app).chain(&draft.beside);
    all.map(|container| {
        let (name, image) = (container.text("name"), container.text("image"));
        let arn_label = cell.label(&format!("container/{number}/{name}"));
        let id = cell.dice.hex(&arn_label, 32);
        let path = format!("{}/{}/{id}", cell.names.cluster, cell.task_id(number));
        // The migration ended before the others began.
        let done = name == "migrate";
        let mut described = json!({
            "containerArn": arn("ecs", &format!("container/{path}")),
            "taskArn": task_arn(cell, number),
            "name": name,
            "image": image,
            "imageDigest": digest(cell.dice, image),
            "runtimeId": format!("{}-{}", cell.task_id(number), cell.dice.below(&arn_label, 999_999_999)),
            "lastStatus": if done { "STOPPED" } else { "RUNNING" },
            "healthStatus": health(container.get("healthCheck")),
            "networkBindings": bindings(cell, number),
            "networkInterfaces": interfaces(cell, number),
            "cpu": container.get("cpu").to_string(),
        });
        if done {
            described["exitCode"] = json!(0);
        }
        described
    })
    .collect()
}

fn health(check: &Value) -> &'static str {
    if check.is_null() { "UNKNOWN" } else { "HEALTHY" }
}

fn bindings(cell: &Cell, number: u32) -> Value {
    if cell.service.launch != Launch::Ec2Bridge {
        return json!([]);
    }
    let port = cell.host_port(number);
    json!([{"bindIP": "0.0.0.0", "containerPort": 4000, "hostPort": port, "protocol": "tcp"}])
}

fn interfaces(cell: &Cell, number: u32) -> Value {
    if cell.service.launch == Launch::Ec2Bridge {
        return json!([]);
    }
    json!([{
        "attachmentId": attachment_id(cell, number),
        "privateIpv4Address": cell.task_ip(number),
    }])
}
