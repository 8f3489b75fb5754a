//! Stickiness on real sockets: who stays, and when the cookie is passed over.

use std::net::SocketAddr;

use live::balancer::{Action, Forward, Stickiness};
use live::{Balancer, BalancerConfig};
use model::ports::{Cloud as _, WeightOrder, Weights};

use crate::fleet::{self, Target, join, until};
use crate::rules::{ask, config, paths, rule};

fn sticky(percent: u8) -> Action {
    let stickiness = Some(Stickiness { duration_seconds: 60 });
    Action::Forward(Forward { weights: fleet::weights(percent), stickiness })
}

/// Sticky rules `api` and `other`, by halves.
fn halves() -> BalancerConfig {
    config(vec![rule("api", paths("/api"), sticky(50)), rule("other", paths("/o"), sticky(50))])
}

/// The side that answers, and the cookie that it sets.
async fn side(at: SocketAddr, path: &str, cookie: &str) -> (String, String) {
    let answer = ask(at, "a.test", path, &format!("Cookie: a=b; {cookie}\r\n")).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    let set = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let (pair, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=60; Path=/; HttpOnly");
    (body.split('|').next().unwrap().to_owned(), pair.to_owned())
}

async fn both(balancer: &Balancer) -> (Target, Target) {
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    join(balancer, "old", &old).await;
    join(balancer, "new", &new).await;
    (old, new)
}

fn order(weights: Weights, epoch: u64) -> WeightOrder {
    WeightOrder { rule: "api".to_owned(), weights, ..fleet::order(0, epoch) }
}

#[tokio::test]
async fn a_client_stays_with_its_group_whatever_the_weights_become() {
    let balancer = fleet::start(&halves()).await;
    let _targets = both(&balancer).await;
    let front = fleet::front(&balancer);
    let (first, cookie) = side(front, "/api", "").await;
    for percent in [50, 100, 0, 1] {
        balancer.set_weights(&order(fleet::weights(percent), 1)).await.unwrap();
        for _ in 0..5 {
            assert_eq!(side(front, "/api", &cookie).await, (first.clone(), cookie.clone()));
        }
    }
    // Others go by the weights, and so does this one under another rule.
    let mut sides = Vec::new();
    for _ in 0..4 {
        sides.push(side(front, "/o", &cookie).await.0);
    }
    assert_eq!(sides.iter().filter(|side| **side == "old").count(), 2, "{sides:?}");
    assert!(!cookie.contains("old") && !cookie.contains("new"), "{cookie}");
}

#[tokio::test]
async fn a_cookie_of_a_group_without_healthy_targets_is_passed_over() {
    let balancer = fleet::start(&halves()).await;
    let (old, new) = both(&balancer).await;
    let front = fleet::front(&balancer);
    let (first, cookie) = side(front, "/api", "").await;
    let other = if first == "old" { "new" } else { "old" };
    balancer
        .set_weights(&order(Weights::between(&first, other, model::ports::Weight::ALL), 1))
        .await
        .unwrap();
    assert_eq!(side(front, "/api", &cookie).await.0, first, "weight 0 keeps who is there");
    let gone = if first == "old" { old } else { new };
    gone.stop().await;
    until(async || balancer.group(&first).await.unwrap().healthy == 0).await;
    let (side_now, cookie_now) = side(front, "/api", &cookie).await;
    assert_eq!(side_now, other);
    assert_ne!(cookie_now, cookie, "the client stays where it is now");
}

#[tokio::test]
async fn a_cookie_of_a_group_that_left_the_rule_or_of_none_is_passed_over() {
    let balancer = fleet::start(&halves()).await;
    let _targets = both(&balancer).await;
    let front = fleet::front(&balancer);
    let (first, cookie) = side(front, "/api", "").await;
    let other = if first == "old" { "new" } else { "old" };
    balancer.set_weights(&order(Weights::all_to(other), 1)).await.unwrap();
    assert_eq!(side(front, "/api", &cookie).await.0, other);
    for forged in ["SEGUETG-api=0", "SEGUETG-api=", "SEGUETG-api", "SEGUETG-api=old"] {
        assert_eq!(side(front, "/api", forged).await.0, other, "{forged}");
    }
    let plain = ask(front, "a.test", "/", "").await;
    assert!(!plain.contains("set-cookie"), "only rules that want it set a cookie: {plain}");
}

#[test]
fn a_duration_or_a_name_that_no_cookie_can_have_is_refused() {
    let with = |name: &str, seconds| {
        let stickiness = Some(Stickiness { duration_seconds: seconds });
        let forward = Forward { weights: fleet::weights(50), stickiness };
        config(vec![rule(name, paths("/a"), Action::Forward(forward))]).check()
    };
    assert!(with("api", 604_800).is_ok());
    for (name, seconds) in [("api", 0), ("api", 604_801), ("a;b", 60)] {
        assert!(with(name, seconds).is_err(), "{name} {seconds}");
    }
}
