//! Fleets of services on Fargate, as snapshots.

use std::collections::BTreeMap;

use migrate::input::snapshot::Snapshot;
use serde_json::{Map, Value, json};

const ENVIRONMENTS: [&str; 3] = ["dev", "stag", "prod"];

/// One service in one environment.
#[derive(Debug, Clone)]
pub(crate) struct One {
    pub(crate) service: usize,
    pub(crate) environment: usize,
    pub(crate) cpu: i64,
    pub(crate) memory: i64,
    pub(crate) tasks: i64,
    /// Tasks at the most, if it is scaled.
    pub(crate) scaled: Option<i64>,
    pub(crate) spot: bool,
    pub(crate) arm: bool,
    /// Days of usage at a quarter of the size.
    pub(crate) days: i64,
}

impl One {
    /// A service of half a vCPU and 1 GiB, measured for `days`.
    pub(crate) fn new(service: usize, environment: usize, tasks: i64, days: i64) -> Self {
        Self {
            service,
            environment,
            cpu: 512,
            memory: 1024,
            tasks,
            scaled: None,
            spot: false,
            arm: false,
            days,
        }
    }

    fn name(&self) -> String {
        let words = ["billing", "catalog", "delivery", "search", "mailer", "invoice", "ledger"];
        let word = words[self.service % words.len()];
        let number = self.service / words.len();
        let env = ENVIRONMENTS[self.environment % 3];
        if number == 0 { format!("{env}-{word}") } else { format!("{env}-{word}{number}") }
    }
}

/// The snapshot of a fleet in `region`, with one load balancer.
pub(crate) fn snapshot(fleet: &[One], region: &str) -> Snapshot {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut asked = Map::new();
    let mut put = |path: &str, operation: &str, request: Value, answer: &Value| {
        asked.insert(
            path.to_owned(),
            json!({"operation": operation, "region": region, "request": request}),
        );
        files.insert(path.to_owned(), answer.to_string().into_bytes());
    };
    let arn = |kind: &str, name: &str| format!("arn:aws:ecs:{region}:111122223333:{kind}/{name}");
    for one in fleet {
        let name = one.name();
        let task = arn("task-definition", &format!("{name}:1"));
        put(
            &format!("answers/ecs/DescribeTaskDefinition/{name}.json"),
            "ecs:DescribeTaskDefinition",
            json!({"taskDefinition": task}),
            &json!({"taskDefinition": {"taskDefinitionArn": task, "family": name, "revision": 1,
                "cpu": one.cpu.to_string(), "memory": one.memory.to_string(),
                "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
                "runtimePlatform": {"cpuArchitecture": if one.arm { "ARM64" } else { "X86_64" }},
                "containerDefinitions": [{"name": "app", "image": "nginx:1.29", "essential": true}]}}),
        );
        let mut service = json!({"serviceArn": arn("service", &format!("{name}/{name}")),
            "serviceName": name, "clusterArn": arn("cluster", &name), "taskDefinition": task,
            "desiredCount": one.tasks, "schedulingStrategy": "REPLICA"});
        if one.spot {
            service["capacityProviderStrategy"] = json!([
                {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
                {"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 3}]);
        } else {
            service["launchType"] = json!("FARGATE");
        }
        put(
            &format!("answers/ecs/DescribeServices/{name}.json"),
            "ecs:DescribeServices",
            json!({"cluster": name}),
            &json!({"services": [service]}),
        );
    }
    let targets: Vec<Value> = fleet.iter().filter_map(target).collect();
    put(
        "answers/application-autoscaling/DescribeScalableTargets/1.json",
        "application-autoscaling:DescribeScalableTargets",
        json!({}),
        &json!({"ScalableTargets": targets}),
    );
    let (queries, results): (Vec<_>, Vec<_>) = fleet.iter().flat_map(series).unzip();
    put(
        "answers/cloudwatch/GetMetricData/1.json",
        "cloudwatch:GetMetricData",
        json!({"MetricDataQueries": queries}),
        &json!({"MetricDataResults": results}),
    );
    let manifest = json!({"apiVersion": "segue.dev/v1alpha1", "kind": "Snapshot",
        "formatVersion": 1, "source": "aws", "regions": [region], "accounts": ["111122223333"],
        "takenAt": "2026-11-02T03:00:00Z", "tool": "test", "answers": asked});
    files.insert("snapshot.json".to_owned(), manifest.to_string().into_bytes());
    Snapshot::parse("fleet", &files).unwrap()
}

fn target(one: &One) -> Option<Value> {
    let name = one.name();
    Some(json!({"ServiceNamespace": "ecs", "ResourceId": format!("service/{name}/{name}"),
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 1, "MaxCapacity": one.scaled?}))
}

/// Queries and results of the usage of one service, in points of an hour.
fn series(one: &One) -> Vec<(Value, Value)> {
    let name = one.name();
    let mut all = Vec::new();
    for (metric, size) in [("CpuUtilized", one.cpu), ("MemoryUtilized", one.memory)] {
        for stat in ["Average", "Maximum"] {
            let id = format!("q_{}_{metric}_{stat}", name.replace('-', "_"));
            let value = size / 4;
            let count = usize::try_from(one.days.max(0) * 24).unwrap();
            let times: Vec<String> = (0..count).map(|at| format!("{at:06}")).collect();
            all.push((
                json!({"Id": id, "MetricStat": {"Period": 3600, "Stat": stat, "Metric": {
                    "Namespace": "ECS/ContainerInsights", "MetricName": metric, "Dimensions": [
                        {"Name": "ClusterName", "Value": name},
                        {"Name": "ServiceName", "Value": name}]}}}),
                json!({"Id": id, "Timestamps": times, "Values": vec![value; count]}),
            ));
        }
    }
    all
}
