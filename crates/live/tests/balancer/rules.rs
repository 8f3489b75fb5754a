//! Rules on real sockets: which is obeyed, and what each action does.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use live::balancer::{
    Action, FixedResponse, Forward, GroupConfig, HeaderHas, ListenerConfig, Redirect, RuleConfig,
    When,
};
use live::{Balancer, BalancerConfig, HealthCheck};
use model::code::live as code;
use model::ports::{Cloud as _, Weight, WeightOrder, Weights};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::fleet::{self, Target, join};

pub(crate) fn forward(weights: Weights) -> Action {
    Action::Forward(Forward::by(weights))
}

pub(crate) fn rule(name: &str, when: When, action: Action) -> RuleConfig {
    RuleConfig { name: name.to_owned(), when, action }
}

pub(crate) fn paths(path: &str) -> When {
    When { paths: vec![path.to_owned()], ..When::default() }
}

pub(crate) fn fixed(status: u16, body: &str) -> Action {
    let content_type = "application/json".to_owned();
    Action::FixedResponse(FixedResponse { status, content_type, body: body.to_owned() })
}

/// Listeners `front`, with these rules, and `back`; the default of both is all to `old`.
pub(crate) fn config(rules: Vec<RuleConfig>) -> BalancerConfig {
    let default = || forward(Weights::all_to("old"));
    let front = ListenerConfig::new(rules, default());
    let back = ListenerConfig::new(Vec::new(), default());
    let check =
        HealthCheck { interval: std::time::Duration::from_millis(20), ..HealthCheck::default() };
    let group = GroupConfig { check, ..GroupConfig::default() };
    BalancerConfig {
        listeners: BTreeMap::from([("front".to_owned(), front), ("back".to_owned(), back)]),
        groups: BTreeMap::from(["old", "new"].map(|name| (name.to_owned(), group.clone()))),
        ..BalancerConfig::default()
    }
}

/// The answer to a GET, head and body.
pub(crate) async fn ask(at: SocketAddr, host: &str, path: &str, more: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_first_rule_that_holds_is_obeyed() {
    let canary = When {
        headers: vec![HeaderHas { name: "x-canary".to_owned(), values: vec!["yes".to_owned()] }],
        ..paths("/api/*")
    };
    let balancer = fleet::start(&config(vec![
        rule("canary", canary, forward(Weights::all_to("new"))),
        rule("gone", paths("/api/v1/*"), fixed(410, r#"{"gone":true}"#)),
        rule(
            "moved",
            When { hosts: vec!["*.old.test".to_owned()], ..When::default() },
            Action::Redirect(Redirect { host: "new.test".to_owned(), ..Redirect::to(301) }),
        ),
    ]))
    .await;
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    join(&balancer, "old", &old).await;
    join(&balancer, "new", &new).await;
    let front = fleet::front(&balancer);

    let answer = ask(front, "a.test", "/api/v1/x", "X-Canary: YES\r\n").await;
    assert!(answer.contains("\r\n\r\nnew|GET|/api/v1/x"), "{answer}");
    let answer = ask(front, "a.test", "/api/v1/x", "X-Canary: no\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 410 Gone"), "{answer}");
    assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    assert!(answer.contains("x-request-id: ") && answer.ends_with(r#"{"gone":true}"#), "{answer}");
    let answer = ask(front, "shop.old.test", "/a?b=c", "").await;
    assert!(answer.starts_with("HTTP/1.1 301 "), "{answer}");
    let location = format!("location: http://new.test:{}/a?b=c\r\n", front.port());
    assert!(answer.contains(&location), "{answer}");
    let answer = ask(front, "a.test", "/other", "").await;
    assert!(answer.contains("\r\n\r\nold|GET|/other"), "{answer}");

    let chosen = |group: &'static str| async { balancer.group(group).await.unwrap().counts.chosen };
    assert_eq!((chosen("old").await, chosen("new").await), (1, 1), "only what is forwarded counts");
}

#[tokio::test]
async fn listeners_have_rules_of_their_own() {
    let balancer = fleet::start(&config(vec![rule("all", paths("*"), fixed(200, "front"))])).await;
    let old = Target::start("old").await;
    join(&balancer, "old", &old).await;
    let addresses = balancer.addresses();
    assert!(ask(addresses["front"], "a", "/", "").await.ends_with("front"));
    assert!(ask(addresses["back"], "a", "/", "").await.contains("\r\n\r\nold|GET|/|"));
}

#[tokio::test]
async fn each_rule_has_weights_and_an_epoch_of_its_own() {
    let api = rule("api", paths("/api/*"), forward(Weights::all_to("old")));
    let balancer = fleet::start(&config(vec![api, rule("no", paths("/no"), fixed(404, ""))])).await;
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    join(&balancer, "old", &old).await;
    join(&balancer, "new", &new).await;
    let order = |rule: &str, percent, epoch| WeightOrder {
        rule: rule.to_owned(),
        weights: Weights::between("old", "new", Weight::new(percent).unwrap()),
        ..fleet::order(0, epoch)
    };
    balancer.set_weights(&order("api", 100, 7)).await.unwrap();
    let epochs = async |balancer: &Balancer| {
        let of = async |rule| balancer.rule(rule).await.unwrap().epoch.0;
        (of("api").await, of("front").await, of("back").await)
    };
    assert_eq!(epochs(&balancer).await, (7, 0, 0));
    let front = fleet::front(&balancer);
    assert!(ask(front, "a", "/api/x", "").await.contains("\r\n\r\nnew|"));
    assert!(ask(front, "a", "/x", "").await.contains("\r\n\r\nold|"));

    // Refused by the one, obeyed by the other.
    let fault = balancer.set_weights(&order("api", 0, 6)).await.unwrap_err();
    assert_eq!(fault.because.code, &code::EPOCH);
    assert!(fault.because.sentence().contains("rule api"), "{}", fault.because.sentence());
    balancer.set_weights(&order("front", 50, 6)).await.unwrap();
    assert_eq!(epochs(&balancer).await, (7, 6, 0));
    let none = balancer.set_weights(&order("no", 0, 9)).await.unwrap_err();
    assert_eq!(none.because.code, &code::UNKNOWN, "a rule that forwards nothing has no weights");
}

#[tokio::test]
async fn each_rule_meets_its_weights_whatever_the_others_get() {
    let half = || forward(Weights::between("old", "new", Weight::new(50).unwrap()));
    let rules = vec![rule("a", paths("/a"), half()), rule("b", paths("/b"), half())];
    let balancer = fleet::start(&config(rules)).await;
    let (old, new) = (Target::start("old").await, Target::start("new").await);
    join(&balancer, "old", &old).await;
    join(&balancer, "new", &new).await;
    let front = fleet::front(&balancer);
    let mut new_of_a = 0;
    for _ in 0..20 {
        new_of_a += u32::from(ask(front, "h", "/a", "").await.contains("\r\n\r\nnew|"));
        ask(front, "h", "/b", "").await;
    }
    // One turn for all rules would give every request of `a` to the same side.
    assert_eq!(new_of_a, 10);
}

#[tokio::test]
async fn what_cannot_be_obeyed_is_refused_before_anything_listens() {
    let refused = |config: &BalancerConfig| config.check().unwrap_err().reason();
    let twice =
        vec![rule("a", paths("/a"), fixed(200, "")), rule("a", paths("/b"), fixed(200, ""))];
    let reason = refused(&config(twice));
    assert_eq!(reason.code, &code::RULE);
    assert!(reason.sentence().contains("has this name"), "{}", reason.sentence());
    let listener = refused(&config(vec![rule("back", paths("/a"), fixed(200, ""))]));
    assert!(listener.sentence().contains("has this name"), "{}", listener.sentence());
    let third = refused(&config(vec![rule("a", paths("/a"), forward(Weights::all_to("third")))]));
    assert!(third.sentence().contains("no target group third"), "{}", third.sentence());
    let many = (0..101).map(|n| rule(&format!("r{n}"), paths("/a"), fixed(200, ""))).collect();
    assert_eq!(refused(&config(many)).code, &code::FULL);
    let status = refused(&config(vec![rule("a", paths("/a"), fixed(302, ""))]));
    assert!(status.sentence().contains("2xx"), "{}", status.sentence());
}
