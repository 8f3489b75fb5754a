//! A new configuration for a balancer that runs: what stays is not touched.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use live::balancer::{GroupConfig, ListenerConfig};
use live::{BalancerConfig, Sockets};
use model::code::live as code;
use model::ports::{Cloud as _, Weights};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::fleet::{self, Target, get, until};
use crate::rules::{ask, config, fixed, forward, paths, rule};

/// `config` with these targets in the group `name`.
fn with(mut config: BalancerConfig, name: &str, targets: &[&Target]) -> BalancerConfig {
    let check = config.groups["old"].check.clone();
    let targets: BTreeSet<_> = targets.iter().map(|target| target.address).collect();
    let group = GroupConfig { check, targets, ..GroupConfig::default() };
    config.groups.insert(name.to_owned(), group);
    config
}

#[tokio::test]
async fn what_keeps_its_name_keeps_its_connections_and_counts() {
    let target = Target::start("old").await;
    let balancer = fleet::start(&with(config(vec![]), "old", &[&target])).await;
    balancer.settle().await;
    let mut stream = TcpStream::connect(fleet::front(&balancer)).await.unwrap();
    let request = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut answer = [0; 512];
    stream.write_all(request).await.unwrap();
    let read = stream.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).contains("old|GET|/x"));

    // Another rule, and a group more: the connection is obeyed by the new rules.
    let next = config(vec![rule("x", paths("/x"), fixed(404, "none"))]);
    balancer.change(Sockets::new(), &with(next, "old", &[&target])).await.unwrap();
    stream.write_all(request).await.unwrap();
    let read = stream.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 404"));
    let seen = balancer.group("old").await.unwrap();
    assert_eq!((seen.counts.chosen, seen.healthy), (1, 1), "neither counts nor health began anew");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_obeyed_changes_nothing() {
    let target = Target::start("old").await;
    let balancer = fleet::start(&with(config(vec![]), "old", &[&target])).await;
    balancer.settle().await;
    let bad = config(vec![rule("x", paths("/x"), forward(Weights::all_to("third")))]);
    let refused = balancer.change(Sockets::new(), &bad).await.unwrap_err().reason();
    assert_eq!(refused.code, &code::RULE);
    let mut deaf = with(config(vec![]), "old", &[&target]);
    let default = forward(Weights::all_to("old"));
    deaf.listeners.insert("third".to_owned(), ListenerConfig::new(vec![], default));
    let refused = balancer.change(Sockets::new(), &deaf).await.unwrap_err().reason();
    assert_eq!(refused.code, &code::UNKNOWN, "a listener without a socket");
    assert!(ask(fleet::front(&balancer), "a", "/x", "").await.contains("old|GET|/x"));
    assert_eq!(balancer.group("old").await.unwrap().total, 1);
}

#[tokio::test]
async fn what_an_engine_has_ordered_stays_and_its_epoch_with_it() {
    let balancer = fleet::start(&config(vec![])).await;
    balancer.set_weights(&fleet::order(30, 7)).await.unwrap();
    balancer.change(Sockets::new(), &config(vec![])).await.unwrap();
    let seen = balancer.rule("front").await.unwrap();
    assert_eq!((seen.weights, seen.epoch.0), (fleet::weights(30), 7));
    // Without the group that it sent to, the order cannot stay; its epoch does.
    let mut less = config(vec![]);
    less.groups.remove("new");
    balancer.change(Sockets::new(), &less).await.unwrap();
    let seen = balancer.rule("front").await.unwrap();
    assert_eq!((seen.weights, seen.epoch.0), (Weights::all_to("old"), 7));
    assert_eq!(balancer.group("new").await.unwrap_err().because.code, &code::UNKNOWN);
    assert!(balancer.set_weights(&fleet::order(0, 6)).await.is_err());
}

#[tokio::test]
async fn weights_of_a_rule_without_orders_are_those_of_the_configuration() {
    let balancer = fleet::start(&config(vec![])).await;
    let mut next = config(vec![]);
    let weights = Weights::all_to("new");
    next.listeners.get_mut("front").unwrap().default = forward(weights.clone());
    balancer.change(Sockets::new(), &next).await.unwrap();
    assert_eq!(balancer.rule("front").await.unwrap().weights, weights);
}

#[tokio::test]
async fn a_request_under_way_outlives_its_target_its_group_and_its_listener() {
    let target = Target::start("old").await;
    let balancer = fleet::start(&with(config(vec![]), "old", &[&target])).await;
    balancer.settle().await;
    let front = fleet::front(&balancer);
    let mut stream = TcpStream::connect(front).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab").await.unwrap();
    until(async || balancer.group("old").await.unwrap().counts.chosen == 1).await;

    let mut next = config(vec![]);
    next.listeners.remove("front");
    next.groups.remove("old");
    next.listeners.get_mut("back").unwrap().default = forward(Weights::all_to("new"));
    balancer.change(Sockets::new(), &next).await.unwrap();
    assert!(!balancer.addresses().contains_key("front"));
    until(async || TcpStream::connect(front).await.is_err()).await;
    stream.write_all(b"c").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("|3"), "{answer}");
}

#[tokio::test]
async fn a_listener_with_a_new_socket_moves_there() {
    let balancer = fleet::start(&config(vec![])).await;
    let before = fleet::front(&balancer);
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = socket.local_addr().unwrap();
    let next = config(vec![rule("all", paths("*"), fixed(200, "here"))]);
    balancer.change(Sockets::from([("front".to_owned(), socket)]), &next).await.unwrap();
    assert_eq!(fleet::front(&balancer), there);
    assert!(ask(there, "a", "/", "").await.ends_with("here"));
    until(async || TcpStream::connect(before).await.is_err()).await;
}

/// Requests of the test under load.
const REQUESTS: u64 = 6_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_while_configurations_change() {
    let (a, b) = (Target::start("old").await, Target::start("new").await);
    // In turn: both groups by halves; a rule before them and one group of both targets; a swap.
    let halves = with(with(config(vec![]), "old", &[&a]), "new", &[&b]);
    let half = forward(fleet::weights(50));
    let mut first = halves.clone();
    first.listeners.get_mut("front").unwrap().default = half.clone();
    let rules = vec![rule("x", paths("/x"), forward(Weights::all_to("third")))];
    let mut second = with(with(config(rules), "third", &[&a, &b]), "old", &[&b]);
    second.groups.remove("new");
    let mut third = with(with(config(vec![]), "old", &[&b]), "new", &[&a]);
    third.listeners.get_mut("front").unwrap().default = half;

    let balancer = Arc::new(fleet::start(&first).await);
    balancer.settle().await;
    let next = Arc::new(AtomicU64::new(0));
    let loads: Vec<_> = (0..4)
        .map(|_| {
            let (balancer, next) = (Arc::clone(&balancer), Arc::clone(&next));
            tokio::spawn(async move {
                let (client, mut lost) = (fleet::client(), Vec::new());
                while next.fetch_add(1, Ordering::Relaxed) < REQUESTS {
                    match get(&client, fleet::front(&balancer), "r").await {
                        Ok((200, _)) => {}
                        other => lost.push(format!("{other:?}")),
                    }
                }
                lost
            })
        })
        .collect();
    let mut changes = 0;
    while next.load(Ordering::Relaxed) < REQUESTS {
        for config in [&second, &third, &first] {
            balancer.change(Sockets::new(), config).await.unwrap();
            changes += 1;
        }
    }
    for load in loads {
        assert_eq!(load.await.unwrap(), Vec::<String>::new(), "after {changes} changes");
    }
    assert!(changes > 2, "{changes}");
}
