//! Small estates made at random: what stands in front of a service, who shares it, who calls whom.

use std::collections::BTreeMap;

use migrate::input::snapshot::{Manifest, Snapshot, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";
const ACCOUNT: &str = "111122223333";
const NAMES: &[&str] =
    &["checkout", "inventory", "mailer", "shipping-and-fulfilment-of-orders", "users"];
const ENVS: &[&str] = &["dev", "prod"];

/// One service in one environment.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    name: usize,
    env: usize,
    desired: i64,
    most: i64,
    /// The rule that leads to it; services with the same share it. None for a worker.
    rule: Option<usize>,
    weight: i64,
    pair: bool,
    /// 0 none, 1 caller, 2 called.
    connect: u8,
    launch: usize,
    scaled: bool,
    scheduled: bool,
}

/// Up to ten services, each name once in each environment.
pub(super) fn services() -> impl Strategy<Value = Vec<Shape>> {
    let one = (
        (0..NAMES.len(), 0..ENVS.len(), 0_i64..6, prop_oneof![Just(100_i64), Just(200)]),
        (proptest::option::of(0_usize..3), 0_i64..=999, any::<bool>()),
        (0_u8..3, 0_usize..4, any::<bool>(), any::<bool>()),
    );
    let one = one.prop_map(
        |(
            (name, env, desired, most),
            (rule, weight, pair),
            (connect, launch, scaled, scheduled),
        )| {
            Shape {
                name,
                env,
                desired,
                most,
                rule,
                weight,
                pair,
                connect,
                launch,
                scaled,
                scheduled,
            }
        },
    );
    proptest::collection::vec(one, 1..10).prop_map(|mut all| {
        all.sort_by_key(|one| (one.name, one.env));
        all.dedup_by_key(|one| (one.name, one.env));
        all
    })
}

fn ecs(rest: &str) -> String {
    format!("arn:aws:ecs:{REGION}:{ACCOUNT}:{rest}")
}

fn elb(rest: &str) -> String {
    format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:{rest}")
}

fn group(label: &str, side: &str) -> String {
    let name: String = format!("{label}-{side}")
        .chars()
        .rev()
        .take(28)
        .collect::<String>()
        .chars()
        .rev()
        .collect();
    elb(&format!("targetgroup/{}/0123456789abcdef", name.trim_matches('-')))
}

/// The snapshot of these services.
pub(super) fn snapshot(shapes: &[Shape]) -> Snapshot {
    let mut lists: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut rules: BTreeMap<(usize, usize), Vec<(String, i64)>> = BTreeMap::new();
    let mut targets: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for shape in shapes {
        let (env, name) = (ENVS[shape.env], NAMES[shape.name]);
        let label = format!("{env}-{name}");
        service(shape, env, &label, &mut lists);
        if let Some(rule) = shape.rule {
            let all = rules.entry((shape.env, rule)).or_default();
            // At most four, so that one more fits.
            if all.len() < 4 {
                all.push((group(&label, "blue"), shape.weight));
            }
            if shape.pair && all.len() < 4 {
                all.push((group(&label, "green"), 0));
            }
        }
        if shape.scheduled {
            let arn = ecs(&format!("cluster/{label}"));
            lists.entry("events").or_default().push(json!({"Name": format!("{label}-nightly"), "Arn": format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{label}-nightly"), "ScheduleExpression": "rate(1 day)", "State": "ENABLED"}));
            let target = json!({"Id": "1", "Arn": arn, "RoleArn": "r", "EcsParameters": {"TaskDefinitionArn": ecs(&format!("task-definition/{label}:1")), "TaskCount": 1}});
            targets.entry(format!("{label}-nightly")).or_default().push(target);
        }
    }
    for ((env, rule), groups) in &rules {
        balancer(ENVS[*env], *rule, groups, &mut lists);
    }
    whole(lists, targets)
}

fn service(shape: &Shape, env: &str, label: &str, lists: &mut BTreeMap<&str, Vec<Value>>) {
    let cluster = ecs(&format!("cluster/{label}"));
    let mut balanced = Vec::new();
    if shape.rule.is_some() {
        let mut entry = json!({"targetGroupArn": group(label, "blue"), "containerName": "app", "containerPort": 8080});
        if shape.pair {
            entry["advancedConfiguration"] = json!({"alternateTargetGroupArn": group(label, "green"), "roleArn": "arn:aws:iam::111122223333:role/elb"});
        }
        balanced.push(entry);
        for side in ["blue", "green"] {
            let arn = group(label, side);
            let name = arn.split('/').nth(1).unwrap().to_owned();
            lists.entry("groups").or_default().push(json!({"TargetGroupArn": arn, "TargetGroupName": name, "Protocol": "HTTP", "Port": 8080, "VpcId": "vpc-1", "TargetType": "ip", "HealthCheckPath": "/"}));
        }
    }
    let launch = ["FARGATE", "EC2", "EXTERNAL", "EC2"][shape.launch];
    let mut node = json!({
        "serviceArn": ecs(&format!("service/{label}/{label}")),
        "serviceName": label,
        "clusterArn": cluster,
        "status": "ACTIVE",
        "desiredCount": shape.desired,
        "taskDefinition": ecs(&format!("task-definition/{label}:1")),
        "schedulingStrategy": if shape.launch == 3 { "DAEMON" } else { "REPLICA" },
        "launchType": launch,
        "loadBalancers": balanced,
        "deploymentConfiguration": {"maximumPercent": shape.most, "minimumHealthyPercent": 0, "strategy": if shape.pair && shape.rule.is_some() { "BLUE_GREEN" } else { "ROLLING" }},
        "deployments": [],
    });
    if shape.connect > 0 {
        let mut connect = json!({"enabled": true, "namespace": format!("{env}-connect")});
        if shape.connect == 2 {
            connect["services"] = json!([{"portName": "http", "discoveryName": label, "clientAliases": [{"port": 80}]}]);
        }
        node["deployments"] =
            json!([{"status": "PRIMARY", "serviceConnectConfiguration": connect}]);
    }
    if shape.scaled {
        lists.entry("scalable").or_default().push(json!({"ServiceNamespace": "ecs", "ResourceId": format!("service/{label}/{label}"), "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 9}));
    }
    lists.entry("services").or_default().push(node);
    lists
        .entry("clusters")
        .or_default()
        .push(json!({"clusterArn": cluster, "clusterName": label, "status": "ACTIVE"}));
    lists.entry("tasks").or_default().push(json!({"taskDefinitionArn": ecs(&format!("task-definition/{label}:1")), "family": label, "revision": 1, "containerDefinitions": [{"name": "app", "image": "registry.example/app:1"}]}));
}

fn balancer(
    env: &str,
    rule: usize,
    groups: &[(String, i64)],
    lists: &mut BTreeMap<&str, Vec<Value>>,
) {
    let balancer = elb(&format!("loadbalancer/app/{env}-alb-{rule}/1"));
    let listener = elb(&format!("listener/app/{env}-alb-{rule}/1/2"));
    let tuples: Vec<Value> = groups
        .iter()
        .map(|(arn, weight)| json!({"TargetGroupArn": arn, "Weight": weight}))
        .collect();
    let forward =
        json!([{"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": tuples}}]);
    let fixed = json!([{"Type": "fixed-response", "Order": 1, "FixedResponseConfig": {"StatusCode": "404"}}]);
    // Every third load balancer has its traffic in the default action.
    let default = rule == 2;
    lists.entry("balancers").or_default().push(json!({"LoadBalancerArn": balancer, "LoadBalancerName": format!("{env}-alb-{rule}"), "Type": "application", "Scheme": "internal", "VpcId": "vpc-1"}));
    lists.entry("listeners").or_default().push(json!({"ListenerArn": listener, "LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP", "DefaultActions": if default { forward.clone() } else { fixed.clone() }}));
    let arn = |rest: &str| elb(&format!("listener-rule/app/{env}-alb-{rule}/1/2/{rest}"));
    let mut rules = vec![
        json!({"RuleArn": arn("0"), "Priority": "default", "IsDefault": true, "Conditions": [], "Actions": if default { &forward } else { &fixed }}),
    ];
    if !default {
        rules.push(json!({"RuleArn": arn("10"), "Priority": "10", "IsDefault": false, "Conditions": [{"Field": "path-pattern", "Values": ["/*"]}], "Actions": forward}));
    }
    lists.entry("rules").or_default().extend(rules);
}

fn whole(mut lists: BTreeMap<&str, Vec<Value>>, targets: BTreeMap<String, Vec<Value>>) -> Snapshot {
    let mut answers = BTreeMap::new();
    let keys = [
        ("clusters", "clusters"),
        ("services", "services"),
        ("groups", "TargetGroups"),
        ("balancers", "LoadBalancers"),
        ("listeners", "Listeners"),
        ("rules", "Rules"),
        ("scalable", "ScalableTargets"),
    ];
    for (list, key) in keys {
        let mut members = serde_json::Map::new();
        members.insert(key.to_owned(), Value::Array(lists.remove(list).unwrap_or_default()));
        answers.insert(format!("{list}.json"), Value::Object(members));
    }
    answers.insert(
        "events.json".to_owned(),
        json!({"Rules": lists.remove("events").unwrap_or_default()}),
    );
    for task in lists.remove("tasks").unwrap_or_default() {
        let name = task["family"].as_str().unwrap().to_owned();
        answers.insert(format!("task-{name}.json"), json!({"taskDefinition": task}));
    }
    for (rule, list) in targets {
        answers.insert(format!("{rule}-targets.json"), json!({"Rule": rule, "Targets": list}));
    }
    let manifest =
        Manifest::new(Source::Files, "2026-11-01T00:00:00Z".to_owned(), "test".to_owned());
    Snapshot { manifest, answers }
}
