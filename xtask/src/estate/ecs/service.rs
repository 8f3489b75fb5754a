//! One entry of `DescribeServices`.

use serde_json::{Value, json};

use super::super::arn::{arn, date, role};
use super::super::catalog::{Env, Front, Launch, Oddity, Rollout};
use super::super::cell::Cell;
use super::super::elb::rules::production_rule_arn;
use super::super::elb::targets::{TargetGroup, target_groups};
use super::super::mesh;
use super::super::network::subnets;

/// The service as ECS describes it.
pub(super) fn describe(cell: &Cell) -> Value {
    let mut service = common(cell);
    match cell.service.rollout {
        Rollout::CodeDeploy => service["taskSets"] = json!([task_set(cell)]),
        Rollout::Rolling | Rollout::BlueGreen => {
            service["deployments"] = json!([deployment(cell)]);
            service["currentServiceDeployment"] = json!(super::deployment_arn(cell));
        }
    }
    if cell.service.launch != Launch::Ec2Bridge {
        service["networkConfiguration"] = network(cell);
    }
    if cell.service.front != Front::None {
        service["healthCheckGracePeriodSeconds"] = json!(grace(cell));
    }
    if cell.service.has(Oddity::CloudMap) {
        service["serviceRegistries"] = json!([{"registryArn": mesh::registry_arn(cell)}]);
    }
    set_launch(cell, &mut service);
    service
}

/// The namespace of Service Connect, for the services that take part in it.
pub(super) fn connect_namespace(cell: &Cell) -> Option<String> {
    let part = cell.service.has(Oddity::ConnectServer) || cell.service.has(Oddity::ConnectClient);
    part.then(|| mesh::connect_namespace_arn(cell.env, cell.dice))
}

fn common(cell: &Cell) -> Value {
    json!({
        "serviceArn": cell.service_arn(),
        "serviceName": cell.names.service,
        "clusterArn": cell.cluster_arn(),
        "status": "ACTIVE",
        "desiredCount": cell.desired(),
        "runningCount": cell.desired(),
        "pendingCount": 0,
        "taskDefinition": cell.task_definition_arn(),
        "loadBalancers": load_balancers(cell),
        "serviceRegistries": [],
        "deploymentConfiguration": deployment_configuration(cell),
        "deploymentController": {"type": controller(cell)},
        "deployments": [],
        "roleArn": super::service_linked_role(),
        "events": [steady(cell)],
        "createdAt": date(cell.dice.below(&cell.label("created"), 30), 300),
        "createdBy": role("console-admin"),
        "placementConstraints": [],
        "placementStrategy": placement(cell),
        "schedulingStrategy": "REPLICA",
        "enableECSManagedTags": cell.env == Env::Prod,
        "propagateTags": if cell.env == Env::Prod { "SERVICE" } else { "NONE" },
        "enableExecuteCommand": cell.env != Env::Prod,
        "availabilityZoneRebalancing": if cell.env == Env::Prod { "ENABLED" } else { "DISABLED" },
        "tags": cell.ecs_tags(),
    })
}

fn controller(cell: &Cell) -> &'static str {
    if cell.service.rollout == Rollout::CodeDeploy { "CODE_DEPLOY" } else { "ECS" }
}

/// Clean services have the console's values; the others what somebody once thought right.
fn deployment_configuration(cell: &Cell) -> Value {
    let (maximum, minimum) = match (cell.service.name, cell.env) {
        ("grading" | "video-transcoder", _) => (100, 0),
        ("live-chat", Env::Prod) => (130, 75),
        ("gateway", Env::Prod) => (125, 100),
        _ => (200, 100),
    };
    let mut configuration = json!({"maximumPercent": maximum, "minimumHealthyPercent": minimum});
    if cell.service.rollout == Rollout::CodeDeploy {
        return configuration;
    }
    configuration["strategy"] = json!("ROLLING");
    configuration["deploymentCircuitBreaker"] =
        json!({"enable": cell.env == Env::Prod, "rollback": cell.env == Env::Prod});
    if cell.service.rollout == Rollout::BlueGreen {
        configuration["strategy"] = json!("BLUE_GREEN");
        configuration["bakeTimeInMinutes"] = json!(cell.env.pick(&[0, 5, 15]));
        configuration["lifecycleHooks"] = json!([lifecycle_hook(cell)]);
    }
    if cell.is("gateway", Env::Prod) {
        configuration["alarms"] =
            json!({"alarmNames": ["prod-gateway-5xx"], "enable": true, "rollback": true});
    }
    configuration
}

fn lifecycle_hook(cell: &Cell) -> Value {
    let function = format!("function:{}-catalog-smoke-test", cell.env.word());
    json!({
        "hookTargetArn": arn("lambda", &function),
        "roleArn": role(&format!("{}-ecs-lifecycle-hooks", cell.env.word())),
        "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
    })
}

fn load_balancers(cell: &Cell) -> Value {
    let groups = target_groups(cell);
    match (cell.service.rollout, groups.as_slice()) {
        (Rollout::BlueGreen, [blue, green, ..]) => {
            let mut entry = load_balancer(blue);
            entry["advancedConfiguration"] = json!({
                "alternateTargetGroupArn": green.arn,
                "productionListenerRule": production_rule_arn(cell),
                "roleArn": role(&format!("{}-ecs-load-balancers", cell.env.word())),
            });
            json!([entry])
        }
        // With CodeDeploy the task set carries the target group.
        (_, [first, ..]) => json!([load_balancer(first)]),
        (_, []) => json!([]),
    }
}

fn load_balancer(group: &TargetGroup) -> Value {
    json!({
        "targetGroupArn": group.arn,
        "containerName": group.container,
        "containerPort": group.container_port,
    })
}

fn network(cell: &Cell) -> Value {
    // Somebody could not reach the registry from dev, years ago.
    let public = if cell.is("admin-console", Env::Dev) { "ENABLED" } else { "DISABLED" };
    json!({"awsvpcConfiguration": {
        "subnets": subnets(cell.env, cell.dice),
        "securityGroups": [cell.security_group()],
        "assignPublicIp": public,
    }})
}

fn grace(cell: &Cell) -> u32 {
    if cell.service.runtime == super::super::catalog::Runtime::Jvm { 180 } else { 30 }
}

fn set_launch(cell: &Cell, service: &mut Value) {
    match cell.service.launch {
        Launch::Fargate => {
            service["launchType"] = json!("FARGATE");
            service["platformVersion"] = json!("LATEST");
            service["platformFamily"] = json!("Linux");
        }
        Launch::Spot => {
            service["capacityProviderStrategy"] = spot_strategy(cell);
            service["platformVersion"] = json!("1.4.0");
            service["platformFamily"] = json!("Linux");
        }
        Launch::Ec2 | Launch::Ec2Bridge => service["launchType"] = json!("EC2"),
    }
}

/// Production keeps two tasks that cannot be taken away.
fn spot_strategy(cell: &Cell) -> Value {
    let (base, spot) = cell.env.pick(&[(0, 1), (1, 4), (2, 3)]);
    json!([
        {"capacityProvider": "FARGATE", "weight": 1, "base": base},
        {"capacityProvider": "FARGATE_SPOT", "weight": spot, "base": 0},
    ])
}

fn placement(cell: &Cell) -> Value {
    match cell.service.launch {
        Launch::Ec2 => json!([
            {"type": "spread", "field": "attribute:ecs.availability-zone"},
            {"type": "binpack", "field": "memory"},
        ]),
        Launch::Ec2Bridge => json!([{"type": "random"}]),
        Launch::Fargate | Launch::Spot => json!([]),
    }
}

fn deployment(cell: &Cell) -> Value {
    let created = date(80 + cell.dice.below(&cell.label("deployed"), 10), 240);
    let mut deployment = json!({
        "id": format!("ecs-svc/{}", 10_000_000 + cell.dice.below(&cell.label("deployment"), 89_999_999)),
        "status": "PRIMARY",
        "taskDefinition": cell.task_definition_arn(),
        "desiredCount": cell.desired(),
        "pendingCount": 0,
        "runningCount": cell.desired(),
        "failedTasks": 0,
        "createdAt": created,
        "updatedAt": created,
        "rolloutState": "COMPLETED",
        "rolloutStateReason": "ECS deployment completed.",
    });
    set_launch(cell, &mut deployment);
    if cell.service.launch != Launch::Ec2Bridge {
        deployment["networkConfiguration"] = network(cell);
    }
    if let Some(connect) = mesh::connect_configuration(cell) {
        deployment["serviceConnectConfiguration"] = connect;
    }
    deployment
}

fn task_set(cell: &Cell) -> Value {
    let created = date(84, 240);
    let id =
        format!("ecs-svc/{}", 20_000_000 + cell.dice.below(&cell.label("task-set"), 79_999_999));
    let path = format!("{}/{}/{id}", cell.names.cluster, cell.names.service);
    json!({
        "id": id,
        "taskSetArn": arn("ecs", &format!("task-set/{path}")),
        "serviceArn": cell.service_arn(),
        "clusterArn": cell.cluster_arn(),
        "startedBy": "CODE_DEPLOY",
        "externalId": format!("d-{}", cell.dice.alphanumeric(&cell.label("release"), 9).to_uppercase()),
        "status": "PRIMARY",
        "taskDefinition": cell.task_definition_arn(),
        "computedDesiredCount": cell.desired(),
        "pendingCount": 0,
        "runningCount": cell.desired(),
        "createdAt": created,
        "updatedAt": created,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": network(cell),
        "loadBalancers": load_balancers(cell),
        "serviceRegistries": [],
        "scale": {"value": 100.0, "unit": "PERCENT"},
        "stabilityStatus": "STEADY_STATE",
        "stabilityStatusAt": created,
        "tags": [],
    })
}

fn steady(cell: &Cell) -> Value {
    let id = cell.dice.hex(&cell.label("event"), 32);
    let parts = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
    json!({
        "id": parts.join("-"),
        "createdAt": date(91, 130 + cell.dice.below(&cell.label("event"), 40)),
        "message": format!("(service {}) has reached a steady state.", cell.names.service),
    })
}
