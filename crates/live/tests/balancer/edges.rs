//! What an ALB would answer when something is wrong, and what it adds and takes off.

use std::time::Duration;

use model::code::live as code;
use model::ports::Cloud as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::fleet::{self, Target, get, join, until};

/// Sends raw bytes and reads until the balancer closes.
async fn raw(balancer: &live::Balancer, request: &str) -> String {
    let mut stream = TcpStream::connect(fleet::front(balancer)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_group_without_targets_gets_its_share_as_503() {
    let balancer = fleet::balancer(100).await;
    let (status, text) = get(&fleet::client(), fleet::front(&balancer), "a").await.unwrap();
    assert_eq!((status, text.contains("no target")), (503, true));
    assert_eq!(balancer.group("new").await.unwrap().counts.refused, 1);
}

#[tokio::test]
async fn a_lower_epoch_and_unknown_names_are_refused() {
    let balancer = fleet::balancer(0).await;
    balancer.set_weights(&fleet::order(10, 7)).await.unwrap();
    balancer.set_weights(&fleet::order(20, 7)).await.unwrap();
    let fault = balancer.set_weights(&fleet::order(90, 6)).await.unwrap_err();
    assert_eq!(fault.because.code, &code::EPOCH);
    let seen = balancer.rule("front").await.unwrap();
    assert_eq!((seen.weights, seen.epoch.0), (fleet::weights(20), 7));
    assert_eq!(balancer.rule("back").await.unwrap_err().because.code, &code::UNKNOWN);
    assert_eq!(balancer.group("third").await.unwrap_err().because.code, &code::UNKNOWN);
}

#[tokio::test]
async fn heads_gain_what_an_alb_adds_and_lose_what_is_hop_by_hop() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let answer = raw(
        &balancer,
        "POST http://shop.example/a?b=1 HTTP/1.1\r\nHost: other\r\nX-Forwarded-For: 10.1.2.3\r\n\
         Connection: close, x-secret\r\nx-secret: 1\r\nUpgrade: websocket\r\n\
         Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    )
    .await;
    assert!(answer.contains("100 Continue"), "{answer}");
    let line = answer.lines().last().unwrap();
    let parts: Vec<&str> = line.split('|').collect();
    assert_eq!(parts[..3], ["old", "POST", "/a?b=1"], "{answer}");
    assert!(!parts[3].is_empty(), "an id was made");
    assert_eq!(parts[4..], ["10.1.2.3, 127.0.0.1", "3"]);
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_refused() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    for bad in [
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let answer = raw(&balancer, bad).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bad:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_target_that_refuses_is_passed_over_as_nothing_was_sent() {
    let balancer = fleet::balancer(0).await;
    let (good, bad) = (Target::start("old").await, Target::start("old").await);
    join(&balancer, "old", &good).await;
    join(&balancer, "old", &bad).await;
    bad.stop().await;
    let client = fleet::client();
    for number in 0..10 {
        let (status, _) = get(&client, fleet::front(&balancer), &number.to_string()).await.unwrap();
        assert_eq!(status, 200);
    }
}

#[tokio::test]
async fn a_target_that_breaks_off_is_502_and_is_not_asked_twice() {
    let balancer = fleet::balancer(0).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let count = std::sync::Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            if String::from_utf8_lossy(&head[..read]).contains("health") {
                let _ = stream.write_all(b"HTTP/1.1 204 ok\r\n\r\n").await;
            } else {
                count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    });
    balancer.register("old", address).await.unwrap();
    until(async || balancer.group("old").await.unwrap().healthy == 1).await;
    let (status, _) = get(&fleet::client(), fleet::front(&balancer), "a").await.unwrap();
    assert_eq!((status, asked.load(std::sync::atomic::Ordering::Relaxed)), (502, 1));
}

#[tokio::test]
async fn unhealthy_targets_are_left_out_and_come_back() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    let address = target.address;
    join(&balancer, "old", &target).await;
    target.stop().await;
    until(async || balancer.group("old").await.unwrap().healthy == 0).await;
    assert_eq!(balancer.group("old").await.unwrap().total, 1);
    balancer.drain("old", address).await.unwrap();
    assert_eq!(balancer.group("old").await.unwrap().total, 0);
}

#[tokio::test]
async fn stopping_lets_requests_finish() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut stream = TcpStream::connect(fleet::front(&balancer)).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab").await.unwrap();
    until(async || balancer.group("old").await.unwrap().counts.chosen == 1).await;
    let address = fleet::front(&balancer);
    let stopping = tokio::spawn(async move { balancer.stop(Duration::from_secs(20)).await });
    // The listener goes first: a refused connection shows that the stop is under way.
    until(async || TcpStream::connect(address).await.is_err()).await;
    stream.write_all(b"c").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("|3"), "{answer}");
    stopping.await.unwrap();
}
