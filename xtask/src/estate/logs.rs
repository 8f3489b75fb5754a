//! `CloudWatch` Logs: the groups that tasks write to.

use serde_json::{Value, json};

use super::answers::{Answers, Paged};
use super::arn::arn;
use super::dice::Dice;

const GROUPS: Paged =
    Paged { operation: "logs:DescribeLogGroups", list: "logGroups", token: "nextToken", size: 50 };

/// Puts the log groups of all task definitions; nobody ever set a retention outside production.
pub fn put(answers: &mut Answers, dice: Dice) {
    let mut names = answers.strings_under("ecs:DescribeTaskDefinition", "awslogs-group");
    names.extend(answers.strings_under("ecs:DescribeServices", "awslogs-group"));
    names.sort();
    names.dedup();
    let groups: Vec<Value> = names.iter().map(|name| group(name, dice)).collect();
    answers.put_pages_of(&GROUPS, "ecs", &json!({"logGroupNamePrefix": "/ecs/"}), &groups);
}

fn group(name: &str, dice: Dice) -> Value {
    let resource = arn("logs", &format!("log-group:{name}"));
    let mut group = json!({
        "logGroupName": name,
        "creationTime": 1_744_866_760_000_u64 + u64::from(dice.below(name, 900_000_000)),
        "metricFilterCount": u32::from(name.contains("gateway")),
        "arn": format!("{resource}:*"),
        "logGroupArn": resource,
        "storedBytes": u64::from(dice.below(name, 2_000_000_000)),
        "logGroupClass": "STANDARD",
    });
    if name.contains("prod") {
        group["retentionInDays"] = json!(90);
    }
    group
}
