//! How many calls a sweep costs, and that it is one sweep whatever the order of the answers.

use std::collections::BTreeSet;

use migrate::sweep::{Outcome, Sweep, operations};
use serde_json::{Value, json};

use crate::aws::{Account, Swept, place};

fn sweep(account: &Account) -> Swept {
    Swept::of(place(), &mut |call| Some(account.answer(call)))
}

#[test]
fn sixty_clusters_cost_no_more_than_was_measured_by_hand() {
    let swept = sweep(&Account { count: 60, page: 100 });
    let counts = swept.by_service();
    let core = counts["ecs"] + counts["elasticloadbalancing"] + counts["application-autoscaling"];
    // With DescribeTasks, which costs a call for each cluster with running tasks.
    assert_eq!(counts["ecs"], 303, "242 of the core, 60 of running tasks, 1 of capacity");
    assert!(counts["elasticloadbalancing"] <= 489, "{counts:?}");
    assert_eq!(counts["application-autoscaling"], 3);
    assert!(core <= 820, "{core} calls: {counts:?}");
    let tasks = swept.calls.iter().filter(|call| call.name() == "DescribeTasks").count();
    assert!(core - tasks <= 760, "{core} less {tasks}");
    assert!(swept.calls.len() <= 1_000, "{} calls", swept.calls.len());
}

#[test]
fn pages_are_followed_to_their_end() {
    let swept = sweep(&Account { count: 250, page: 100 });
    let of = |name: &str| swept.calls.iter().filter(|call| call.name() == name).count();
    assert_eq!(of("ListClusters"), 3);
    assert_eq!(of("DescribeClusters"), 3);
    assert_eq!(of("DescribeLoadBalancers"), 3);
    assert_eq!(of("DescribeServices"), 250);
    assert_eq!(of("DescribeTags"), 500_usize.div_ceil(20));
    // Eight series a service.
    assert_eq!(of("GetMetricData"), (250_usize * 8).div_ceil(280));
}

#[test]
fn no_call_is_made_twice_and_no_path_is_used_twice() {
    let swept = sweep(&Account { count: 37, page: 10 });
    let calls: BTreeSet<String> =
        swept.calls.iter().map(|call| serde_json::to_string(call).unwrap()).collect();
    assert_eq!(calls.len(), swept.calls.len());
    assert_eq!(swept.sweep.answered().count(), swept.calls.len());
}

/// The answers come back in any order; here the last asked is the first answered.
#[test]
fn the_order_of_the_answers_changes_nothing() {
    let account = Account { count: 37, page: 10 };
    let forth = sweep(&account);
    let mut sweep = Sweep::new(place());
    let mut open = sweep.due();
    while let Some(ask) = open.pop() {
        sweep.take(&ask.path, Outcome::Answered(account.answer(&ask.call)));
        open.extend(sweep.due());
    }
    let list = |sweep: &Sweep| -> Vec<(String, String, Value)> {
        let one = |(path, asked, answer): (&str, _, &Value)| {
            (path.to_owned(), serde_json::to_string(&asked).unwrap(), answer.clone())
        };
        sweep.answered().map(one).collect()
    };
    assert_eq!(list(&forth.sweep), list(&sweep));
}

/// A scan that was cut off after any number of answers asks the rest, and nothing again.
#[test]
fn a_sweep_that_was_cut_off_asks_only_what_is_left() {
    let account = Account { count: 12, page: 5 };
    let whole = sweep(&account);
    let all: Vec<_> = whole.sweep.answered().collect();
    for kept in (0..=all.len()).step_by(7) {
        // In an order that has nothing to do with the order in which they were asked.
        let kept: Vec<_> =
            all.iter().step_by(2).chain(all.iter().skip(1).step_by(2)).take(kept).collect();
        let mut sweep = Sweep::new(place());
        for (path, asked, answer) in &kept {
            let call = model::ports::Call::new(&asked.operation, asked.request.clone());
            sweep.restore(path, call, (*answer).clone());
        }
        let mut asked = 0;
        loop {
            let asks = sweep.due();
            if asks.is_empty() {
                break;
            }
            for ask in asks {
                asked += 1;
                sweep.take(&ask.path, Outcome::Answered(account.answer(&ask.call)));
            }
        }
        assert_eq!(asked + kept.len(), all.len());
        assert_eq!(sweep.answered().collect::<Vec<_>>(), all);
    }
}

#[test]
fn what_is_refused_ends_its_branch_and_nothing_else() {
    for operation in operations() {
        let account = Account { count: 3, page: 100 };
        let swept = Swept::of(place(), &mut |call| {
            (call.operation != operation.name).then(|| account.answer(call))
        });
        let full = sweep(&account);
        let still = swept.calls.iter().filter(|call| call.operation != operation.name);
        let behind = |name: &str| depends(name, operation.name);
        for call in full.calls.iter().filter(|call| !behind(&call.operation)) {
            assert!(swept.calls.contains(call), "{} refused: {call:?}", operation.name);
        }
        assert!(still.count() > 20, "{}", operation.name);
    }
}

/// Whether `name` may rest on the answers of `on`: ECS and ELB hang together, the rest is alone.
fn depends(name: &str, on: &str) -> bool {
    let group = |name: &str| match name.split(':').next().unwrap() {
        "ecs" | "events" | "scheduler" | "ecr" | "logs" | "codedeploy" | "cloudwatch" => "tasks",
        "elasticloadbalancing" | "acm" | "wafv2" => "traffic",
        _ => "alone",
    };
    name == on
        || group(name) == group(on) && group(on) != "alone"
        || name.starts_with("route53") && on.starts_with("route53")
        || name.starts_with("elasticfilesystem") && on.starts_with("elasticfilesystem")
}

#[test]
fn answers_that_make_no_sense_are_no_reason_to_panic() {
    let odd = [
        json!(null),
        json!([]),
        json!("x"),
        json!(7),
        json!({"clusterArns": {"a": 1}, "LoadBalancers": "x", "nextToken": 5, "NextToken": []}),
        json!({"clusterArns": ["", "강의/🎵", "a:b:c/", null, 5], "Rules": [{"Name": "\u{0}"}],
               "LoadBalancers": [{"LoadBalancerArn": "/"}, {"LoadBalancerArn": "강/의", "Type": 3}],
               "TargetGroups": [null, {"TargetGroupArn": ""}], "serviceArns": ["x", "y", "x"],
               "services": [{"clusterArn": "/", "serviceName": "강"}], "Listeners": [{"ListenerArn": "강"}],
               "HostedZones": [{"Id": "/", "Name": "..."}], "nextToken": "again", "NextToken": "again",
               "taskDefinition": {"containerDefinitions": [{"image": "a.dkr.ecr.ap-northeast-2.amazonaws.com/:@",
               "logConfiguration": {"options": {"awslogs-group": "//"}}}]}}),
    ];
    for answer in odd {
        // A token that never ends would be followed for ever, were it not the same each time.
        let swept = Swept::of(place(), &mut |_| Some(answer.clone()));
        assert!(swept.calls.len() < 2_000, "{} for {answer}", swept.calls.len());
    }
}
