//! Tasks that run by the clock: rules of `EventBridge`, in UTC, and schedules of its Scheduler,
//! which know time zones.

mod table;

use serde_json::{Value, json};

use super::answers::{Answers, Paged, embedded};
use super::arn::{arn, date, role};
use super::cell::Cell;
use super::network::subnets;
use table::{RULES, RuleRow, SCHEDULES, ScheduleRow, When};

const LIST_RULES: Paged =
    Paged { operation: "events:ListRules", list: "Rules", token: "NextToken", size: 100 };
const LIST_SCHEDULES: Paged = Paged {
    operation: "scheduler:ListSchedules",
    list: "Schedules",
    token: "NextToken",
    size: 100,
};

/// Puts all rules and schedules.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    let mut rules = Vec::new();
    for row in RULES {
        for cell in matching(cells, row.service, row.envs) {
            let name = format!("{}-{}", cell.env.word(), row.name);
            rules.push(rule(row, cell, &name));
            answers.put(
                "events:ListTargetsByRule",
                &name,
                json!({"Rule": name}),
                json!({"Targets": [target(row, cell, &name)]}),
            );
        }
    }
    answers.put_pages(&LIST_RULES, &json!({}), &rules);
    put_schedules(answers, cells);
}

/// The revision that a rule is pinned to, if it is not the one that runs.
pub fn pinned_revision(cell: &Cell) -> u32 {
    cell.revision() - 4
}

fn put_schedules(answers: &mut Answers, cells: &[Cell]) {
    let mut listed = Vec::new();
    for row in SCHEDULES {
        for cell in matching(cells, row.service, row.envs) {
            let name = format!("{}-{}", cell.env.word(), row.name);
            let request = json!({"GroupName": "default", "Name": name});
            let schedule = schedule(row, cell, &name);
            listed.push(json!({
                "Arn": schedule["Arn"],
                "Name": name,
                "GroupName": "default",
                "State": schedule["State"],
                "CreationDate": schedule["CreationDate"],
                "LastModificationDate": schedule["LastModificationDate"],
                "Target": {"Arn": schedule["Target"]["Arn"]},
            }));
            answers.put("scheduler:GetSchedule", &name, request, schedule);
        }
    }
    answers.put_pages(&LIST_SCHEDULES, &json!({}), &listed);
}

fn matching<'a>(
    cells: &'a [Cell],
    service: &'a str,
    envs: &'a [super::catalog::Env],
) -> impl Iterator<Item = &'a Cell> {
    cells.iter().filter(move |cell| cell.service.name == service && envs.contains(&cell.env))
}

fn rule(row: &RuleRow, cell: &Cell, name: &str) -> Value {
    let off = row.off_in == Some(cell.env);
    let mut rule = json!({
        "Name": name,
        "Arn": arn("events", &format!("rule/{name}")),
        "State": if off { "DISABLED" } else { "ENABLED" },
        "Description": row.about,
        "EventBusName": "default",
    });
    match row.when {
        When::Clock(expression) => rule["ScheduleExpression"] = json!(expression),
        When::Upload => {
            let bucket = format!("haedal-{}-content-ingest", cell.env.word());
            let pattern = json!({
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [bucket]}},
            });
            rule["EventPattern"] = json!(embedded(pattern));
        }
    }
    rule
}

fn target(row: &RuleRow, cell: &Cell, name: &str) -> Value {
    let mut target = json!({
        "Id": format!("{name}-ecs"),
        "Arn": cell.cluster_arn(),
        "RoleArn": role(&format!("{}-events-run-task", cell.env.word())),
        "EcsParameters": {
            "TaskDefinitionArn": task_definition(row, cell),
            "TaskCount": row.count,
            "EnableECSManagedTags": true,
            "EnableExecuteCommand": false,
            "PropagateTags": "TASK_DEFINITION",
        },
        "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600},
    });
    set_place(cell, &mut target["EcsParameters"]);
    if let Some(input) = table::input(row.name, cell) {
        target["Input"] = json!(embedded(input));
    }
    if row.name == "report-daily" {
        let queue = format!("{}-report-dead-letters", cell.env.word());
        target["DeadLetterConfig"] = json!({"Arn": arn("sqs", &queue)});
    }
    target
}

/// Most rules name a family and get its newest revision; one was pinned and forgotten.
fn task_definition(row: &RuleRow, cell: &Cell) -> String {
    let family = arn("ecs", &format!("task-definition/{}", cell.names.family));
    if row.pinned { format!("{family}:{}", pinned_revision(cell)) } else { family }
}

fn set_place(cell: &Cell, parameters: &mut Value) {
    parameters["LaunchType"] = json!(if cell.on_instances() { "EC2" } else { "FARGATE" });
    parameters["NetworkConfiguration"] = json!({"awsvpcConfiguration": {
        "Subnets": subnets(cell.env, cell.dice),
        "SecurityGroups": [cell.security_group()],
        "AssignPublicIp": "DISABLED",
    }});
    if !cell.on_instances() {
        parameters["PlatformVersion"] = json!("LATEST");
    }
}

fn schedule(row: &ScheduleRow, cell: &Cell, name: &str) -> Value {
    let env = cell.env.word();
    let window = match row.window_minutes {
        Some(minutes) => json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}),
        None => json!({"Mode": "OFF"}),
    };
    let mut parameters = json!({
        "TaskDefinitionArn": cell.task_definition_arn(),
        "TaskCount": 1,
        "EnableECSManagedTags": true,
        "EnableExecuteCommand": false,
    });
    set_place(cell, &mut parameters);
    let mut schedule = json!({
        "Arn": arn("scheduler", &format!("schedule/default/{name}")),
        "Name": name,
        "GroupName": "default",
        "Description": row.about,
        "ScheduleExpression": row.expression,
        "ScheduleExpressionTimezone": row.zone,
        "State": "ENABLED",
        "CreationDate": date(20, 500),
        "LastModificationDate": date(70, 130),
        "FlexibleTimeWindow": window,
        "ActionAfterCompletion": if row.once { "DELETE" } else { "NONE" },
        "Target": {
            "Arn": cell.cluster_arn(),
            "RoleArn": role(&format!("{env}-scheduler-run-task")),
            "EcsParameters": parameters,
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
        },
    });
    if row.window_minutes.is_some() {
        let queue = arn("sqs", &format!("{env}-schedule-dead-letters"));
        schedule["Target"]["DeadLetterConfig"] = json!({"Arn": queue});
        schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] = json!(3);
    }
    if let Some(input) = table::input(row.name, cell) {
        schedule["Target"]["Input"] = json!(embedded(input));
    }
    schedule
}
