//! IAM: the roles of the tasks, who may take them, and what they may do.

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::{ACCOUNT, REGION, arn, date};
use super::catalog::{Env, Oddity, Store};
use super::cell::Cell;
use super::dice::Dice;
use super::storage::{access_point_id, file_system_id};

/// Puts the roles, and who asked.
pub fn put(answers: &mut Answers, cells: &[Cell], dice: Dice) {
    let tasks = cells.iter().map(task_role);
    let others = Env::ALL.into_iter().flat_map(|env| environment_roles(env, dice));
    let roles: Value = tasks.chain(others).chain(account_roles(dice)).collect();
    answers.put(
        "iam:GetAccountAuthorizationDetails",
        "1",
        json!({"Filter": ["Role"], "MaxItems": 1000}),
        json!({
            "UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles,
            "Policies": [], "IsTruncated": false,
        }),
    );
    let session = "assumed-role/segue-read-only/scan";
    answers.put(
        "sts:GetCallerIdentity",
        "1",
        json!({}),
        json!({
            "UserId": format!("AROA{}:scan", role_id("segue-read-only", dice)),
            "Account": ACCOUNT,
            "Arn": format!("arn:aws:sts::{ACCOUNT}:{session}"),
        }),
    );
}

fn role_id(name: &str, dice: Dice) -> String {
    dice.alphanumeric(&format!("role/{name}"), 17).to_uppercase()
}

/// One inline policy is how roles made by hand look.
fn role(name: &str, trust: &Value, statements: &[Value], dice: Dice) -> Value {
    let policies = if statements.is_empty() {
        json!([])
    } else {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        json!([{"PolicyName": "inline", "PolicyDocument": document}])
    };
    json!({
        "Path": "/",
        "RoleName": name,
        "RoleId": format!("AROA{}", role_id(name, dice)),
        "Arn": super::arn::role(name),
        "CreateDate": date(dice.below(name, 20), 500),
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
        "RolePolicyList": policies,
        "AttachedManagedPolicies": [],
        "Tags": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-02T02:41:00+00:00", "Region": REGION},
    })
}

fn trust(service: &str, condition: Option<Value>) -> Value {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    });
    if let Some(condition) = condition {
        statement["Condition"] = condition;
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn allow(actions: &[&str], resources: &[String]) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

/// The role of payments in production may be taken by tasks of its own cluster only: a pod is none.
fn task_role(cell: &Cell) -> Value {
    let condition = cell.is("payments", Env::Prod).then(|| {
        json!({
            "ArnLike": {"aws:SourceArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:*")},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        })
    });
    let name = format!("{}-task", cell.plain_name());
    role(&name, &trust("ecs-tasks.amazonaws.com", condition), &task_statements(cell), cell.dice)
}

fn task_statements(cell: &Cell) -> Vec<Value> {
    let mut statements: Vec<Value> =
        cell.service.stores.iter().filter_map(|&store| store_statement(cell, store)).collect();
    if cell.service.has(Oddity::EfsAccessPoint) {
        statements.push(files_statement(cell));
    }
    if cell.service.name == "content-ingest" {
        statements.extend(run_task_statements(cell));
    }
    if cell.is("video-transcoder", Env::Stag) {
        let bucket = "arn:aws:s3:::haedal-prod-video-transcoder/*".to_owned();
        statements.push(allow(&["s3:GetObject"], &[bucket]));
    }
    if cell.env != Env::Prod {
        let channels = ["ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"];
        statements.push(allow(&channels, &["*".to_owned()]));
    }
    statements
}

fn store_statement(cell: &Cell, store: Store) -> Option<Value> {
    let name = format!("{}-{}", cell.env.word(), cell.service.name);
    match store {
        Store::Queue => {
            let queue = arn("sqs", &format!("{name}-jobs"));
            let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage"];
            Some(allow(&actions, &[queue]))
        }
        Store::Bucket => {
            let bucket = format!("arn:aws:s3:::haedal-{name}");
            let actions = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"];
            Some(allow(&actions, &[bucket.clone(), format!("{bucket}/*")]))
        }
        Store::Postgres | Store::Redis => None,
    }
}

fn files_statement(cell: &Cell) -> Value {
    let actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
    let system = arn("elasticfilesystem", &format!("file-system/{}", file_system_id(cell)));
    let mut statement = allow(&actions, &[system]);
    let point = arn("elasticfilesystem", &format!("access-point/{}", access_point_id(cell)));
    statement["Condition"] = json!({"StringEquals": {"elasticfilesystem:AccessPointArn": point}});
    statement
}

/// The application starts tasks itself, which no converter can see in a task definition.
fn run_task_statements(cell: &Cell) -> [Value; 2] {
    let family = arn("ecs", &format!("task-definition/{}:*", cell.names.family));
    let own = super::arn::role(&format!("{}-task", cell.plain_name()));
    [allow(&["ecs:RunTask"], &[family]), allow(&["iam:PassRole"], &[own])]
}

/// Roles that serve a whole environment.
fn environment_roles(env: Env, dice: Dice) -> Vec<Value> {
    let word = env.word();
    let tasks = trust("ecs-tasks.amazonaws.com", None);
    let run_task = [
        allow(&["ecs:RunTask"], &[arn("ecs", "task-definition/*")]),
        allow(&["iam:PassRole"], &["*".to_owned()]),
    ];
    let weights = [
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    ];
    let balancing = [allow(&weights, &["*".to_owned()])];
    let invoke =
        [allow(&["lambda:InvokeFunction"], &[arn("lambda", &format!("function:{word}-*"))])];
    let named = |kind: &str| format!("{word}-{kind}");
    vec![
        role(&named("ecs-execution"), &tasks, &execution_statements(env), dice),
        role(&named("events-run-task"), &trust("events.amazonaws.com", None), &run_task, dice),
        role(
            &named("scheduler-run-task"),
            &trust("scheduler.amazonaws.com", None),
            &run_task,
            dice,
        ),
        role(&named("ecs-load-balancers"), &trust("ecs.amazonaws.com", None), &balancing, dice),
        role(&named("ecs-lifecycle-hooks"), &trust("ecs.amazonaws.com", None), &invoke, dice),
        role(&named("codedeploy"), &trust("codedeploy.amazonaws.com", None), &balancing, dice),
    ]
}

/// Roles of people and machines, and those that belong to AWS itself.
fn account_roles(dice: Dice) -> Vec<Value> {
    let people = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")},
        "Action": "sts:AssumeRole",
    }]});
    let everything = [allow(&["*"], &["*".to_owned()])];
    let mut roles = vec![
        role("console-admin", &people, &everything, dice),
        role("jenkins-deployer", &trust("ec2.amazonaws.com", None), &everything, dice),
    ];
    for (service, name) in [
        ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
        (
            "ecs.application-autoscaling.amazonaws.com",
            "AWSServiceRoleForApplicationAutoScaling_ECSService",
        ),
    ] {
        let path = format!("aws-service-role/{service}");
        let mut linked = role(name, &trust(service, None), &[], dice);
        linked["Arn"] = json!(super::arn::role(&format!("{path}/{name}")));
        linked["Path"] = json!(format!("/{path}/"));
        roles.push(linked);
    }
    roles
}

/// Production may read the payment keys of dev: that is how the leak works at all.
fn execution_statements(env: Env) -> Vec<Value> {
    let word = env.word();
    let mut secrets = vec![arn("secretsmanager", &format!("secret:{word}/*"))];
    if env == Env::Prod {
        secrets.push(arn("secretsmanager", "secret:dev/payments/*"));
    }
    let pull = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    let config = format!("arn:aws:s3:::haedal-{word}-config/*");
    vec![
        allow(&pull, &["*".to_owned()]),
        allow(&["logs:CreateLogStream", "logs:PutLogEvents"], &[arn("logs", "log-group:/ecs/*")]),
        allow(&["secretsmanager:GetSecretValue"], &secrets),
        allow(&["ssm:GetParameters"], &[arn("ssm", &format!("parameter/{word}/*"))]),
        allow(&["s3:GetObject"], &[config]),
    ]
}
