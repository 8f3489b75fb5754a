//! The answers of ECS: clusters, task definitions, services, tasks.

mod instances;
mod service;
mod tasks;

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::arn;
use super::catalog::{Env, Launch};
use super::cell::Cell;
use super::schedules;
use super::taskdef::{self, Draft};

/// Puts everything that ECS says.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    put_clusters(answers, cells);
    instances::put(answers, cells);
    for cell in cells {
        put_task_definition(answers, cell);
        put_service(answers, cell);
        tasks::put(answers, cell);
    }
}

fn put_clusters(answers: &mut Answers, cells: &[Cell]) {
    let arns: Value = cells.iter().map(|cell| Value::from(cell.cluster_arn())).collect();
    let clusters: Value = cells.iter().map(cluster).collect();
    answers.put("ecs:ListClusters", "1", json!({}), json!({"clusterArns": arns}));
    let include = json!(["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"]);
    answers.put(
        "ecs:DescribeClusters",
        "1",
        json!({"clusters": arns, "include": include}),
        json!({"clusters": clusters, "failures": []}),
    );
}

fn cluster(cell: &Cell) -> Value {
    let insights = if cell.desired() > 0 { "enabled" } else { "disabled" };
    let mut cluster = json!({
        "clusterArn": cell.cluster_arn(),
        "clusterName": cell.names.cluster,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": instances::count(cell),
        "runningTasksCount": cell.desired(),
        "pendingTasksCount": 0,
        "activeServicesCount": 1,
        "statistics": [],
        "tags": cell.ecs_tags(),
        "settings": [{"name": "containerInsights", "value": insights}],
        "capacityProviders": providers(cell),
        "defaultCapacityProviderStrategy": [],
    });
    if let Some(namespace) = service::connect_namespace(cell) {
        cluster["serviceConnectDefaults"] = json!({"namespace": namespace});
    }
    cluster
}

fn providers(cell: &Cell) -> Value {
    match cell.service.launch {
        Launch::Fargate => json!([]),
        Launch::Spot => json!(["FARGATE", "FARGATE_SPOT"]),
        Launch::Ec2 | Launch::Ec2Bridge => json!([instances::provider_name(cell)]),
    }
}

fn put_task_definition(answers: &mut Answers, cell: &Cell) {
    put_revision(answers, cell, cell.revision(), taskdef::draft(cell));
    if cell.is("report-batch", Env::Prod) {
        let revision = schedules::pinned_revision(cell);
        put_revision(answers, cell, revision, taskdef::older(cell, revision));
    }
}

fn put_revision(answers: &mut Answers, cell: &Cell, revision: u32, draft: Draft) {
    let name = format!("{}-{revision}", cell.names.family);
    let request =
        json!({"taskDefinition": draft.top.get("taskDefinitionArn"), "include": ["TAGS"]});
    let body = taskdef::describe(cell, draft);
    answers.put("ecs:DescribeTaskDefinition", &name, request, body);
}

fn put_service(answers: &mut Answers, cell: &Cell) {
    let (cluster, service) = (cell.cluster_arn(), cell.service_arn());
    answers.put(
        "ecs:ListServices",
        &cell.names.cluster,
        json!({"cluster": cluster, "maxResults": 100}),
        json!({"serviceArns": [service]}),
    );
    answers.put(
        "ecs:DescribeServices",
        &cell.names.cluster,
        json!({"cluster": cluster, "services": [service], "include": ["TAGS"]}),
        json!({"services": [service::describe(cell)], "failures": []}),
    );
}

/// The ARN of the image pull and log role that ECS itself uses.
fn service_linked_role() -> String {
    super::arn::role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
}

/// The ARN of an ECS service's deployment.
fn deployment_arn(cell: &Cell) -> String {
    let id = cell.dice.alphanumeric(&cell.label("service-deployment"), 21);
    let path = format!("{}/{}/{id}", cell.names.cluster, cell.names.service);
    arn("ecs", &format!("service-deployment/{path}"))
}
