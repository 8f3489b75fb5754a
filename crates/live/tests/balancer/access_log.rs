//! The access log and what targets are told of their clients, on real sockets.
#![expect(clippy::disallowed_methods, reason = "a test reads what was written")]

use std::path::Path;

use live::balancer::{AccessLogConfig, ForwardedMode, LogTo};
use live::{Balancer, BalancerConfig, Sockets};
use serde_json::Value;

use crate::fleet::{self, Target, exchange, join, mirror, registered, until};
use crate::rules::{ask, config, fixed, paths, rule};

fn logged(path: &Path, query: bool) -> BalancerConfig {
    let mut config = config(vec![rule("gone", paths("/gone"), fixed(410, "gone"))]);
    config.access_log = Some(AccessLogConfig { to: LogTo::File(path.to_owned()), query });
    config
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The line of the request after `before` others.
async fn line(path: &Path, before: usize) -> Value {
    until(async || lines(path).len() > before).await;
    let mut lines = lines(path);
    assert_eq!(lines.len(), before + 1, "one line a request");
    lines.remove(before)
}

async fn with_target(config: &BalancerConfig) -> (Balancer, Target) {
    let balancer = fleet::start(config).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    (balancer, target)
}

#[tokio::test]
async fn each_request_is_a_line_that_says_who_what_where_and_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let (balancer, target) = with_target(&logged(&path, false)).await;
    let front = fleet::front(&balancer);
    let body = "POST /a?token=secret HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: test\"er\r\n\
                X-Request-Id: r1\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    let answer = exchange(front, body.as_bytes()).await;
    let said = line(&path, 0).await;
    for (field, value) in [
        ("type", "http"),
        ("elb", "front"),
        ("request", "POST http://shop.test/a HTTP/1.1"),
        ("user_agent", "test\"er"),
        ("target_group", "old"),
        ("trace_id", "r1"),
        ("domain_name", "shop.test"),
        ("matched_rule", "front"),
        ("actions_executed", "forward"),
    ] {
        assert_eq!(said[field], value, "{said}");
    }
    assert_eq!(said["target:port"], target.address.to_string());
    assert!(said["client:port"].as_str().unwrap().starts_with("127.0.0.1:"), "{said}");
    assert_eq!((&said["elb_status_code"], &said["target_status_code"]), (&200.into(), &200.into()));
    let sent = answer.split_once("\r\n\r\n").unwrap().1.len();
    assert_eq!((&said["received_bytes"], &said["sent_bytes"]), (&3.into(), &sent.into()));
    for field in ["request", "target", "response"] {
        assert!(said[format!("{field}_processing_time")].as_f64().unwrap() >= 0.0, "{said}");
    }
    assert!(!std::fs::read_to_string(&path).unwrap().contains("secret"));

    ask(front, "shop.test", "/gone", "").await;
    let said = line(&path, 1).await;
    assert_eq!(
        (&said["matched_rule"], &said["actions_executed"]),
        (&"gone".into(), &"fixed-response".into())
    );
    assert_eq!((&said["elb_status_code"], &said["target:port"]), (&410.into(), &Value::Null));
    assert_eq!(said["target_processing_time"], -1.0);

    target.stop().await;
    until(async || ask(front, "a", "/x", "").await.starts_with("HTTP/1.1 50")).await;
    balancer.stop(std::time::Duration::from_mins(1)).await;
    let last = lines(&path).pop().unwrap();
    assert!(last["error_reason"].is_string() && last["target_status_code"].is_null(), "{last}");
    assert_eq!(balancer.log_lines_dropped(), 0);
}

#[tokio::test]
async fn queries_are_written_if_asked_for_and_a_change_opens_the_file_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let (balancer, _target) = with_target(&logged(&path, true)).await;
    let front = fleet::front(&balancer);
    ask(front, "a", "/x?a=b", "").await;
    assert_eq!(line(&path, 0).await["request"], "GET http://a/x?a=b HTTP/1.1");
    let moved = folder.path().join("access.log.1");
    std::fs::rename(&path, &moved).unwrap();
    balancer.change(Sockets::new(), &logged(&path, true)).await.unwrap();
    ask(front, "a", "/y", "").await;
    assert_eq!(line(&path, 0).await["request"], "GET http://a/y HTTP/1.1");
    assert_eq!(lines(&moved).len(), 1);
    let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    // A place that cannot be written is refused, and the log goes on.
    let nowhere = folder.path().join("missing/access.log");
    assert!(balancer.change(Sockets::new(), &logged(&nowhere, true)).await.is_err());
    ask(front, "a", "/z", "").await;
    assert_eq!(line(&path, 1).await["request"], "GET http://a/z HTTP/1.1");
    balancer.change(Sockets::new(), &config(vec![])).await.unwrap();
    ask(front, "a", "/off", "").await;
    balancer.stop(std::time::Duration::from_mins(1)).await;
    assert_eq!(lines(&path).len(), 2, "off");
}

#[tokio::test]
async fn lines_that_cannot_be_written_are_counted_and_nobody_waits_for_them() {
    let full = Path::new("/dev/full");
    let (balancer, _target) = with_target(&logged(full, false)).await;
    for _ in 0..5 {
        assert!(ask(fleet::front(&balancer), "a", "/x", "").await.starts_with("HTTP/1.1 200"));
    }
    until(async || balancer.log_lines_dropped() == 5).await;
}

#[tokio::test]
async fn a_listener_says_as_much_of_its_clients_as_it_is_told_to() {
    for (mode, wanted, other) in [
        (
            ForwardedMode::Append,
            "x-forwarded-for: 10.0.0.1, 127.0.0.1\r\n",
            "forwarded: for=10.0.0.1, for=127.0.0.1;proto=http\r\n",
        ),
        (ForwardedMode::Preserve, "x-forwarded-for: 10.0.0.1\r\n", "forwarded: for=10.0.0.1\r\n"),
        (ForwardedMode::Remove, "x-forwarded-proto: http\r\n", "x-forwarded-port: "),
    ] {
        let mut config = config(vec![]);
        config.listeners.get_mut("front").unwrap().forwarded = mode;
        let balancer = fleet::start(&config).await;
        registered(&balancer, "old", mirror().await).await;
        let more =
            "X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nX-Forwarded-Proto: x\r\n";
        let head = ask(fleet::front(&balancer), "a", "/", more).await;
        assert!(head.contains(wanted) && head.contains(other), "{head}");
        assert!(head.contains("x-forwarded-proto: http\r\n"), "{head}");
        assert_eq!(head.contains("10.0.0.1"), mode != ForwardedMode::Remove, "{head}");
    }
}
