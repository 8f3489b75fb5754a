//! Requests that could be read in two ways, on real sockets: 400, closed, and not for a target.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use live::Balancer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fleet::{self, exchange, raw, registered, until};

/// A balancer and all that its target was sent, but for health checks.
async fn recorded() -> (Balancer, SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let balancer = fleet::balancer(0).await;
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&got);
    let target = raw(move |mut stream, first| {
        let kept = Arc::clone(&kept);
        async move {
            kept.lock().unwrap().extend(first);
            let mut buffer = vec![0; 4096];
            let _ = stream.write_all(b"HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\nok").await;
            while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                kept.lock().unwrap().extend(&buffer[..read]);
            }
        }
    })
    .await;
    registered(&balancer, "old", target).await;
    let front = fleet::front(&balancer);
    (balancer, front, got)
}

/// A request that must not be taken for one of its own.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn a_head_with_two_meanings_is_400_and_reaches_nobody() {
    let (_balancer, front, got) = recorded().await;
    for head in [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 40\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\r\n : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let answer = exchange(front, format!("{head}{HIDDEN}").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head:?}: {answer:?}");
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{head:?}: {answer:?}");
    }
    assert_eq!(String::from_utf8_lossy(&got.lock().unwrap()), "");
}

#[tokio::test]
async fn a_doubtful_request_after_a_clear_one_is_found_too() {
    let (_balancer, front, got) = recorded().await;
    let bytes = "GET /clear HTTP/1.1\r\nHost: a\r\n\r\nPOST /doubtful HTTP/1.1\r\nHost: a\r\n\
                 Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n";
    let answer = exchange(front, format!("{bytes}{HIDDEN}").as_bytes()).await;
    let statuses: Vec<&str> = answer.matches("HTTP/1.1 200").collect();
    assert_eq!(statuses.len(), 1, "{answer}");
    assert!(answer.contains("HTTP/1.1 400 "), "{answer}");
    let got = String::from_utf8_lossy(&got.lock().unwrap()).into_owned();
    assert!(got.contains("/clear") && !got.contains("doubtful"), "{got}");
}

#[tokio::test]
async fn a_body_with_two_meanings_never_comes_to_its_end() {
    let (balancer, front, got) = recorded().await;
    for (number, body) in [
        "zz\r\n",
        "3\nabc\n0\n\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "0x1\r\na\r\n",
        "3 3\r\nabc\r\n",
        "\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        exchange(front, format!("{head}{body}{HIDDEN}").as_bytes()).await;
        let chosen = number as u64 + 1;
        until(async || fleet::counts(&balancer, "old").await.chosen >= chosen).await;
    }
    let got = String::from_utf8_lossy(&got.lock().unwrap()).into_owned();
    assert!(!got.contains("hidden") && !got.contains("\r\n0\r\n\r\n"), "{got}");
}
