//! Secrets Manager and the parameter store: what the tasks name, without a single value.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answers::{Answers, Paged};
use super::arn::{ACCOUNT, arn, date};
use super::dice::Dice;
use super::drift::MISSING_SECRET;

const LIST_SECRETS: Paged = Paged {
    operation: "secretsmanager:ListSecrets",
    list: "SecretList",
    token: "NextToken",
    size: 100,
};
const DESCRIBE_PARAMETERS: Paged =
    Paged { operation: "ssm:DescribeParameters", list: "Parameters", token: "NextToken", size: 50 };

/// Puts the metadata of all that the task definitions refer to, except what nobody made.
pub fn put(answers: &mut Answers, dice: Dice) {
    let tasks = "ecs:DescribeTaskDefinition";
    let mut names = answers.strings_under(tasks, "valueFrom");
    names.extend(answers.strings_under(tasks, "credentialsParameter"));
    let mut secrets = BTreeMap::new();
    let mut parameters = BTreeMap::new();
    for name in &names {
        if let Some(rest) = name.split(":secret:").nth(1) {
            let path = secret_path(rest, dice);
            if path != MISSING_SECRET {
                secrets.insert(path.clone(), secret(&path, dice));
            }
        } else {
            let path = parameter_name(name);
            parameters.insert(path.clone(), parameter(&path));
        }
    }
    let secrets: Vec<Value> = secrets.into_values().collect();
    let parameters: Vec<Value> = parameters.into_values().collect();
    answers.put_pages(&LIST_SECRETS, &json!({"MaxResults": 100}), &secrets);
    answers.put_pages(&DESCRIBE_PARAMETERS, &json!({"MaxResults": 50}), &parameters);
}

/// `prod/search/key-AbCdEf:json:stage:` is the secret `prod/search/key`. A reference without the
/// six characters is left whole, so ask the dice whether they belong to the name.
fn secret_path(rest: &str, dice: Dice) -> String {
    let name = rest.split(':').next().unwrap_or(rest);
    match name.rsplit_once('-') {
        Some((path, suffix)) if suffix == self::suffix(path, dice) => path.to_owned(),
        _ => name.to_owned(),
    }
}

fn suffix(path: &str, dice: Dice) -> String {
    dice.alphanumeric(&format!("secret/{path}"), 6)
}

fn secret(path: &str, dice: Dice) -> Value {
    let env = path.split('/').next().unwrap_or(path);
    let current = dice.hex(&format!("version/{path}"), 32);
    let rotates = path.ends_with("/database");
    let mut secret = json!({
        "ARN": arn("secretsmanager", &format!("secret:{path}-{}", suffix(path, dice))),
        "Name": path,
        "RotationEnabled": rotates,
        "LastChangedDate": date(40 + dice.below(path, 40), 600),
        "LastAccessedDate": "2026-11-02T00:00:00+00:00",
        "CreatedDate": date(dice.below(path, 20), 77),
        "Tags": [{"Key": "Environment", "Value": env}],
        "SecretVersionsToStages": {current: ["AWSCURRENT"]},
    });
    if rotates {
        let previous = dice.hex(&format!("previous/{path}"), 32);
        secret["SecretVersionsToStages"][previous] = json!(["AWSPREVIOUS"]);
        secret["RotationRules"] = json!({"AutomaticallyAfterDays": 30});
        let function = format!("function:{env}-rotate-database");
        secret["RotationLambdaARN"] = json!(arn("lambda", &function));
        secret["LastRotatedDate"] = secret["LastChangedDate"].clone();
    }
    secret
}

/// The name of a parameter: an ARN hides the slash that its path begins with.
fn parameter_name(reference: &str) -> String {
    match reference.split(":parameter/").nth(1) {
        Some(path) => format!("/{path}"),
        None => reference.to_owned(),
    }
}

fn parameter(name: &str) -> Value {
    let plain = name.ends_with("-endpoint") || name.ends_with("-table");
    let resource = format!("parameter/{}", name.trim_start_matches('/'));
    let mut parameter = json!({
        "Name": name,
        "ARN": arn("ssm", &resource),
        "Type": if plain { "String" } else { "SecureString" },
        "LastModifiedDate": date(30, 200),
        "LastModifiedUser": format!("arn:aws:iam::{ACCOUNT}:user/minji.seo"),
        "Version": 3,
        "Tier": "Standard",
        "Policies": [],
        "DataType": "text",
    });
    if !plain {
        parameter["KeyId"] = json!("alias/aws/ssm");
    }
    parameter
}
