//! A request is sent again only when nothing of it was sent: targets that close at bad moments.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::fleet::{self, Target, exchange, join, raw, registered};

/// How often each request has reached a target, by path.
type Seen = Arc<Mutex<BTreeMap<String, u32>>>;

fn note(seen: &Seen, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    if let Some(path) = text.split(' ').nth(1).filter(|_| text.contains("HTTP/1.1")) {
        *seen.lock().unwrap().entry(path.to_owned()).or_default() += 1;
    }
}

const OK: &[u8] = b"HTTP/1.1 200 ok\r\nContent-Length: 2\r\n\r\nok";

/// Whether the head and the two bytes of a body have come.
fn whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
        !head.to_lowercase().contains("content-length: 2") || body.len() == 2
    })
}

async fn request(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 4096];
    while !whole(bytes) {
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => bytes.extend(&buffer[..read]),
            _ => return false,
        }
    }
    true
}

#[tokio::test]
async fn a_kept_connection_that_is_closed_costs_no_request_and_doubles_none() {
    let balancer = fleet::balancer(0).await;
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    // Answers one request on each connection, and closes without a word.
    let target = raw(move |mut stream, mut first| {
        let noted = Arc::clone(&noted);
        async move {
            if request(&mut stream, &mut first).await {
                note(&noted, &first);
                let _ = stream.write_all(OK).await;
            }
        }
    })
    .await;
    registered(&balancer, "old", target).await;
    let front = fleet::front(&balancer);
    let mut answered = 0;
    for number in 0..300 {
        let (method, body) = if number % 2 == 0 { ("GET", "") } else { ("POST", "ab") };
        let length = if body.is_empty() { "" } else { "Content-Length: 2\r\n" };
        let text = format!(
            "{method} /{number} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{length}\r\n{body}"
        );
        let answer = exchange(front, text.as_bytes()).await;
        let times = seen.lock().unwrap().get(&format!("/{number}")).copied().unwrap_or_default();
        match answer.split(' ').nth(1) {
            Some("200") => assert_eq!(times, 1, "{number}"),
            // It met the closing connection with its bytes on the way.
            Some("502") => assert!(times <= 1, "{number}"),
            _ => panic!("{number}: {answer:?}"),
        }
        answered += u32::from(answer.contains(" 200 "));
    }
    assert!(answered > 150, "most find the connection closed before they are sent: {answered}");
}

#[tokio::test]
async fn what_was_sent_is_not_sent_again_whatever_the_method() {
    let balancer = fleet::balancer(0).await;
    let seen = Seen::default();
    for _ in 0..3 {
        let noted = Arc::clone(&seen);
        // Answers the first request of a connection, takes the second, and closes.
        let target = raw(move |mut stream, mut first| {
            let noted = Arc::clone(&noted);
            async move {
                if !request(&mut stream, &mut first).await {
                    return;
                }
                note(&noted, &first);
                let _ = stream.write_all(OK).await;
                let mut second = Vec::new();
                if request(&mut stream, &mut second).await {
                    note(&noted, &second);
                }
            }
        })
        .await;
        registered(&balancer, "old", target).await;
    }
    let front = fleet::front(&balancer);
    let mut refused = 0;
    for number in 0..60 {
        let method = ["GET", "POST", "PUT"][number % 3];
        let text = format!(
            "{method} /{number} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
             Content-Length: 2\r\n\r\nab"
        );
        let answer = exchange(front, text.as_bytes()).await;
        let times = seen.lock().unwrap().get(&format!("/{number}")).copied().unwrap_or_default();
        assert_eq!(times, 1, "{answer}");
        refused += u32::from(answer.starts_with("HTTP/1.1 502"));
    }
    assert!(refused > 0, "some met a connection that closed on them");
}

#[tokio::test]
async fn with_every_connection_closed_a_new_one_is_opened() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let front = fleet::front(&balancer);
    // Ten at once, so that ten connections are kept.
    let body = |number| format!("POST /{number} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
    let mut streams = Vec::new();
    for number in 0..10 {
        let mut stream = TcpStream::connect(front).await.unwrap();
        stream.write_all(body(number).as_bytes()).await.unwrap();
        streams.push(stream);
    }
    fleet::until(async || fleet::counts(&balancer, "old").await.chosen == 10).await;
    for stream in &mut streams {
        stream.write_all(b"b").await.unwrap();
        assert!(stream.read(&mut [0; 256]).await.unwrap() > 0);
    }
    // The target goes, and another takes its address.
    let address = target.address;
    target.stop().await;
    let again = Target::start_at(address, "again").await;
    let text = b"POST /z HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab";
    fleet::until(async || exchange(front, text).await.contains("again|POST|/z")).await;
    let refused = fleet::counts(&balancer, "old").await.refused;
    assert!(refused <= 2, "kept connections are not tried one after the other: {refused}");
    again.stop().await;
}
