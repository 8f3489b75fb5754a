//! `CodeDeploy`: the deployment groups of payments, which own its listener's rules.

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::{date, role};
use super::catalog::{Env, Rollout};
use super::cell::Cell;
use super::elb::balancers::front;
use super::elb::targets::target_groups;

/// Puts the deployment groups.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    let moved = || cells.iter().filter(|cell| cell.service.rollout == Rollout::CodeDeploy);
    let application = |cell: &Cell| format!("AppECS-{}", cell.names.cluster);
    let all: Vec<String> = moved().map(application).collect();
    answers.put("codedeploy:ListApplications", "1", json!({}), json!({"applications": all}));
    for cell in moved() {
        let application = application(cell);
        let group = format!("DgpECS-{}", cell.names.cluster);
        answers.put(
            "codedeploy:ListDeploymentGroups",
            &application,
            json!({"applicationName": application}),
            json!({"applicationName": application, "deploymentGroups": [group]}),
        );
        answers.put(
            "codedeploy:BatchGetDeploymentGroups",
            &application,
            json!({"applicationName": application, "deploymentGroupNames": [group]}),
            json!({"deploymentGroupsInfo": [deployment_group(cell, &application, &group)]}),
        );
    }
}

fn deployment_group(cell: &Cell, application: &str, group: &str) -> Value {
    let names: Value =
        target_groups(cell).iter().map(|group| json!({"name": group.name})).collect();
    let listener = |port| front(cell).map(|front| front.listener_arn(port)).unwrap_or_default();
    let id = cell.dice.hex(&cell.label("deployment-group"), 32);
    let release = cell.dice.alphanumeric(&cell.label("release"), 9).to_uppercase();
    let last = json!({
        "deploymentId": format!("d-{release}"), "status": "Succeeded",
        "createTime": date(84, 240), "endTime": date(84, 281),
    });
    let style = if cell.env == Env::Prod {
        "CodeDeployDefault.ECSCanary10Percent5Minutes"
    } else {
        "CodeDeployDefault.ECSAllAtOnce"
    };
    json!({
        "applicationName": application,
        "deploymentGroupId": id,
        "deploymentGroupName": group,
        "deploymentConfigName": style,
        "serviceRoleArn": role(&format!("{}-codedeploy", cell.env.word())),
        "computePlatform": "ECS",
        "ecsServices": [{"serviceName": cell.names.service, "clusterName": cell.names.cluster}],
        "deploymentStyle": {
            "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL",
        },
        "blueGreenDeploymentConfiguration": {
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE", "terminationWaitTimeInMinutes": 60,
            },
            "deploymentReadyOption": {
                "actionOnTimeout": "CONTINUE_DEPLOYMENT", "waitTimeInMinutes": 0,
            },
        },
        "loadBalancerInfo": {"targetGroupPairInfoList": [{
            "targetGroups": names,
            "prodTrafficRoute": {"listenerArns": [listener(443)]},
            "testTrafficRoute": {"listenerArns": [listener(8443)]},
        }]},
        "autoRollbackConfiguration": {
            "enabled": true, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
        },
        "alarmConfiguration": {
            "enabled": cell.env == Env::Prod, "ignorePollAlarmFailure": false,
            "alarms": [{"name": format!("{}-cpu-high", cell.plain_name())}],
        },
        "triggerConfigurations": [],
        "outdatedInstancesStrategy": "UPDATE",
        "lastSuccessfulDeployment": last,
        "lastAttemptedDeployment": last,
        "terminationHookEnabled": false,
    })
}
