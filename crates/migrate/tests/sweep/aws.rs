//! AWS in memory: the answers of a snapshot by what was asked, and a sweep run to its end.

use std::collections::BTreeMap;

use migrate::input::snapshot::{Manifest, Snapshot, Source};
use migrate::sweep::{Outcome, Place, Sweep};
use model::ports::Call;
use serde_json::{Value, json};

pub(crate) fn place() -> Place {
    Place {
        account: "111122223333".into(),
        region: "ap-northeast-2".into(),
        prefixed: false,
        global: true,
        since: "2026-10-18T03:00:00Z".into(),
        until: "2026-11-02T03:00:00Z".into(),
    }
}

/// A sweep that has been told everything, with the calls that it made.
pub(crate) struct Swept {
    pub(crate) sweep: Sweep,
    pub(crate) calls: Vec<Call>,
}

impl Swept {
    /// Asks `aws` until nothing is left.
    pub(crate) fn of(place: Place, aws: &mut dyn FnMut(&Call) -> Option<Value>) -> Self {
        let mut sweep = Sweep::new(place);
        let mut calls = Vec::new();
        loop {
            let asks = sweep.due();
            if asks.is_empty() {
                return Self { sweep, calls };
            }
            for ask in asks {
                let outcome = aws(&ask.call).map_or(Outcome::Refused, Outcome::Answered);
                calls.push(ask.call);
                sweep.take(&ask.path, outcome);
            }
        }
    }

    /// How many calls each service got.
    pub(crate) fn by_service(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for call in &self.calls {
            *counts.entry(call.service()).or_insert(0) += 1;
        }
        counts
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut manifest =
            Manifest::new(Source::Aws, "2026-11-02T03:00:00Z".to_owned(), "segue 0.1.0".to_owned());
        manifest.accounts = vec![self.sweep.place().account.clone()];
        manifest.regions = vec![self.sweep.place().region.clone()];
        let mut answers = BTreeMap::new();
        for (path, asked, answer) in self.sweep.answered() {
            manifest.answers.insert(path.to_owned(), asked);
            answers.insert(path.to_owned(), answer.clone());
        }
        Snapshot { manifest, answers }
    }
}

/// An account of `count` clusters with one service, load balancer, two listeners, a target group
/// and a running task each; every list comes in pages of at most `page`.
pub(crate) struct Account {
    pub(crate) count: usize,
    pub(crate) page: usize,
}

const ARN: &str = "arn:aws:ecs:ap-northeast-2:111122223333";
const ELB: &str = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333";

impl Account {
    pub(crate) fn answer(&self, call: &Call) -> Value {
        let all = 0..self.count;
        let text = |key: &str| call.request[key].as_str().unwrap_or_default().to_owned();
        match call.operation.as_str() {
            "ecs:ListClusters" => {
                let arns = all.map(|at| json!(format!("{ARN}:cluster/c{at}")));
                self.paged(call, "clusterArns", "nextToken", "nextToken", &arns.collect::<Vec<_>>())
            }
            "ecs:ListServices" => {
                let name = text("cluster").rsplit('/').next().unwrap().to_owned();
                json!({"serviceArns": [format!("{ARN}:service/{name}/s")]})
            }
            "ecs:DescribeServices" => {
                let services: Vec<Value> = call.request["services"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|arn| {
                        let name = arn.as_str().unwrap().rsplit('/').nth(1).unwrap();
                        json!({"serviceArn": arn, "serviceName": "s",
                               "clusterArn": text("cluster"),
                               "taskDefinition": format!("{ARN}:task-definition/{name}:3")})
                    })
                    .collect();
                assert!(services.len() <= 10);
                json!({"services": services})
            }
            "ecs:ListTasks" => {
                let name = text("cluster").rsplit('/').next().unwrap().to_owned();
                json!({"taskArns": [format!("{ARN}:task/{name}/1")]})
            }
            "elasticloadbalancing:DescribeLoadBalancers" => {
                let each = all.map(|at| {
                    json!({"LoadBalancerArn": format!("{ELB}:loadbalancer/app/b{at}/{at}"),
                           "Type": "application"})
                });
                self.paged(call, "LoadBalancers", "NextMarker", "Marker", &each.collect::<Vec<_>>())
            }
            "elasticloadbalancing:DescribeListeners" => {
                let of = text("LoadBalancerArn").replace(":loadbalancer/", ":listener/");
                let listener = |port: u16, protocol: &str| {
                    json!({"ListenerArn": format!("{of}/{port}"), "Port": port,
                           "Protocol": protocol})
                };
                json!({"Listeners": [listener(80, "HTTP"), listener(443, "HTTPS")]})
            }
            "elasticloadbalancing:DescribeTargetGroups" => {
                let each = all
                    .map(|at| json!({"TargetGroupArn": format!("{ELB}:targetgroup/g{at}/{at}")}));
                self.paged(call, "TargetGroups", "NextMarker", "Marker", &each.collect::<Vec<_>>())
            }
            "elasticloadbalancing:DescribeTags" => {
                let asked = call.request["ResourceArns"].as_array().unwrap();
                assert!(asked.len() <= 20);
                json!({"TagDescriptions": []})
            }
            _ => json!({}),
        }
    }

    fn paged(&self, call: &Call, list: &str, out: &str, into: &str, all: &[Value]) -> Value {
        let from: usize = call.request[into].as_str().map_or(0, |mark| mark.parse().unwrap());
        let until = (from + self.page).min(all.len());
        let mut body = json!({list: all[from..until]});
        if until < all.len() {
            body[out] = json!(until.to_string());
        }
        body
    }
}
