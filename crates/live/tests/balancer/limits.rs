//! Bounds on what clients and targets may take, on real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use live::Balancer;
use live::balancer::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::fleet::{self, Target, exchange, join, raw, registered, until};

const SHORT: Duration = Duration::from_millis(200);

async fn limited(limits: Limits) -> Balancer {
    let mut config = crate::rules::config(vec![]);
    config.limits = limits;
    fleet::start(&config).await
}

/// A request on a connection that is kept.
const KEPT: &[u8] = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

async fn connected(balancer: &Balancer) -> TcpStream {
    TcpStream::connect(fleet::front(balancer)).await.unwrap()
}

/// Sends `KEPT` and reads what comes for it.
async fn once(stream: &mut TcpStream) -> String {
    stream.write_all(KEPT).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_client_that_sends_nothing_more_is_closed() {
    let balancer = limited(Limits { idle: SHORT, ..Limits::default() }).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut stream = connected(&balancer).await;
    assert!(once(&mut stream).await.starts_with("HTTP/1.1 200"));
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_client_that_sends_its_head_byte_by_byte_is_closed() {
    let balancer = limited(Limits { head: SHORT, ..Limits::default() }).await;
    let (mut read, mut write) = connected(&balancer).await.into_split();
    let sending = tokio::spawn(async move {
        write.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
        while write.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(matches!(read.read(&mut [0; 16]).await, Ok(0) | Err(_)));
    sending.await.unwrap();
}

#[tokio::test]
async fn a_connection_has_its_number_of_requests() {
    let balancer = limited(Limits { requests: 2, ..Limits::default() }).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut stream = connected(&balancer).await;
    assert!(!once(&mut stream).await.contains("connection: close"));
    assert!(once(&mut stream).await.contains("connection: close\r\n"));
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap(), 0);
}

#[tokio::test]
async fn one_client_more_waits_until_another_goes() {
    let balancer = limited(Limits { clients: 1, ..Limits::default() }).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut first = connected(&balancer).await;
    assert!(once(&mut first).await.starts_with("HTTP/1.1 200"));
    let mut second = connected(&balancer).await;
    second.write_all(KEPT).await.unwrap();
    for _ in 0..20 {
        once(&mut first).await;
    }
    assert_eq!(second.try_read(&mut [0; 16]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    let read = second.read(&mut [0; 16]).await.unwrap();
    assert!(read > 0);
}

#[tokio::test]
async fn a_target_that_says_nothing_is_504_and_one_that_stops_is_cut_off() {
    let balancer = limited(Limits { silence: SHORT, ..Limits::default() }).await;
    let target = raw(|mut stream, first| async move {
        if first.starts_with(b"GET /half") {
            stream.write_all(b"HTTP/1.1 200 ok\r\nContent-Length: 9\r\n\r\nhalf").await.unwrap();
        }
        let _ = stream.read(&mut [0; 16]).await;
    })
    .await;
    registered(&balancer, "old", target).await;
    let front = fleet::front(&balancer);
    let answer = exchange(front, b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    let answer = exchange(front, b"GET /half HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("half"), "{answer}");
    assert_eq!(fleet::counts(&balancer, "old").await.refused, 2);
}

#[tokio::test]
async fn a_client_that_takes_nothing_lets_its_target_go() {
    let balancer = limited(Limits { silence: SHORT, ..Limits::default() }).await;
    let free = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&free);
    let target = raw(move |mut stream, _| {
        let flag = Arc::clone(&flag);
        async move {
            stream.write_all(b"HTTP/1.1 200 ok\r\n\r\n").await.unwrap();
            while stream.write_all(&[b'x'; 8 << 10]).await.is_ok() {}
            flag.store(true, Ordering::Relaxed);
        }
    })
    .await;
    registered(&balancer, "old", target).await;
    let mut stream = connected(&balancer).await;
    stream.write_all(KEPT).await.unwrap();
    until(async || free.load(Ordering::Relaxed)).await;
}

#[tokio::test]
async fn a_target_has_its_number_of_requests_at_a_time() {
    let balancer = limited(Limits { target_requests: 1, ..Limits::default() }).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut first = connected(&balancer).await;
    first.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab").await.unwrap();
    until(async || fleet::counts(&balancer, "old").await.chosen == 1).await;
    let mut second = connected(&balancer).await;
    assert!(once(&mut second).await.starts_with("HTTP/1.1 503 "));
    first.write_all(b"c").await.unwrap();
    assert!(first.read(&mut [0; 16]).await.unwrap() > 0);
    while !once(&mut second).await.starts_with("HTTP/1.1 200 ") {}
}

#[tokio::test]
async fn limits_change_while_it_serves() {
    let balancer = limited(Limits::default()).await;
    let mut config = crate::rules::config(vec![]);
    config.limits = Limits { requests: 1, ..Limits::default() };
    balancer.change(live::Sockets::new(), &config).await.unwrap();
    assert!(once(&mut connected(&balancer).await).await.contains("connection: close\r\n"));
    config.limits.clients = 0;
    assert!(balancer.change(live::Sockets::new(), &config).await.is_err());
}

#[tokio::test]
async fn heads_have_bounds() {
    let balancer = limited(Limits::default()).await;
    let front = fleet::front(&balancer);
    let long = "x".repeat(17 << 10);
    for (line, fields, status) in [
        (format!("/{long}"), String::new(), "414"),
        ("/".to_owned(), "x: 1\r\n".repeat(120), "431"),
        ("/".to_owned(), format!("x: {}\r\n", long.repeat(5)), "431"),
        ("/".to_owned(), format!("x: {long}\r\n"), "503"),
    ] {
        let head = format!("GET {line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n");
        let answer = exchange(front, head.as_bytes()).await;
        let wanted = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&wanted), "{status}: {}", &answer[..answer.len().min(80)]);
    }
}
