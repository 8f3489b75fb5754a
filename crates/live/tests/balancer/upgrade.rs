//! Connections that leave HTTP, on real sockets: web sockets, and bytes of no known protocol.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use model::ports::Cloud as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::fleet::{self, Target, get, join, until};

/// A target that answers health checks, and each message of a WebSocket with its name before it.
async fn echo(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut start = [0; 16];
                stream.peek(&mut start).await.unwrap();
                if start.starts_with(b"GET /healthz") {
                    let _ = stream.write_all(b"HTTP/1.1 204 ok\r\n\r\n").await;
                    return;
                }
                let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                while let Some(Ok(message)) = socket.next().await {
                    if let Message::Text(text) = message {
                        let _ = socket.send(Message::text(format!("{name}:{text}"))).await;
                    }
                }
            });
        }
    });
    address
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(balancer: &live::Balancer) -> Socket {
    let url = format!("ws://{}/chat", fleet::front(balancer));
    let (socket, answer) = tokio_tungstenite::connect_async(url).await.unwrap();
    assert_eq!(answer.status(), 101);
    socket
}

/// What comes back for a message.
async fn said(socket: &mut Socket, text: &str) -> String {
    socket.send(Message::text(text)).await.unwrap();
    socket.next().await.unwrap().unwrap().into_text().unwrap().to_string()
}

async fn registered(balancer: &live::Balancer, group: &str, address: SocketAddr) {
    balancer.register(group, address).await.unwrap();
    until(async || balancer.group(group).await.unwrap().healthy == 1).await;
}

#[tokio::test]
async fn a_web_socket_outlives_a_change_of_weights_and_holds_up_a_drain() {
    let balancer = std::sync::Arc::new(fleet::balancer(0).await);
    let (old, new) = (echo("old").await, echo("new").await);
    registered(&balancer, "old", old).await;
    registered(&balancer, "new", new).await;
    let mut socket = open(&balancer).await;
    assert_eq!(said(&mut socket, "a").await, "old:a");

    balancer.set_weights(&fleet::order(100, 1)).await.unwrap();
    assert_eq!(said(&mut socket, "b").await, "old:b");
    let mut other = open(&balancer).await;
    assert_eq!(said(&mut other, "c").await, "new:c");

    let draining = tokio::spawn({
        let balancer = std::sync::Arc::clone(&balancer);
        async move { balancer.drain("old", old).await }
    });
    until(async || balancer.group("old").await.unwrap().total == 0).await;
    assert_eq!(said(&mut socket, "d").await, "old:d");
    assert!(!draining.is_finished(), "a connection is under way");
    socket.close(None).await.unwrap();
    drop(socket);
    draining.await.unwrap().unwrap();
    let seen = balancer.group("old").await.unwrap();
    assert_eq!((seen.counts.chosen, seen.counts.answered, seen.counts.refused), (1, 1, 0));
}

#[tokio::test]
async fn a_balancer_that_stops_waits_for_its_web_sockets() {
    let balancer = fleet::balancer(0).await;
    registered(&balancer, "old", echo("old").await).await;
    let mut socket = open(&balancer).await;
    let address = fleet::front(&balancer);
    let stopping = tokio::spawn(async move { balancer.stop(Duration::from_mins(1)).await });
    until(async || TcpStream::connect(address).await.is_err()).await;
    assert_eq!(said(&mut socket, "a").await, "old:a");
    assert!(!stopping.is_finished());
    drop(socket);
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_balancer_that_waits_no_longer_ends_its_web_sockets() {
    let balancer = fleet::balancer(0).await;
    registered(&balancer, "old", echo("old").await).await;
    let mut socket = open(&balancer).await;
    assert_eq!(said(&mut socket, "a").await, "old:a");
    balancer.stop(Duration::from_millis(50)).await;
    assert!(!matches!(socket.next().await, Some(Ok(_))));
}

/// A target that agrees to `Upgrade: lines`, reads to the end and answers with what it got.
async fn lines() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap().to_lowercase();
                if head.contains("/healthz") {
                    let _ = stream.write_all(b"HTTP/1.1 204 ok\r\n\r\n").await;
                    return;
                }
                assert!(head.contains("upgrade: lines\r\n"), "{head}");
                assert!(head.contains("connection: upgrade\r\n"), "{head}");
                let agreed =
                    b"HTTP/1.1 101 Sure\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\nhi ";
                stream.write_all(agreed).await.unwrap();
                let mut sent = String::new();
                stream.read_to_string(&mut sent).await.unwrap();
                stream.write_all(format!("got {sent}").as_bytes()).await.unwrap();
            });
        }
    });
    address
}

#[tokio::test]
async fn any_protocol_passes_and_each_side_closes_by_itself() {
    let balancer = fleet::balancer(0).await;
    registered(&balancer, "old", lines().await).await;
    let mut stream = TcpStream::connect(fleet::front(&balancer)).await.unwrap();
    let ask =
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: lines\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(
        head.contains("upgrade: lines\r\n") && head.contains("connection: upgrade\r\n"),
        "{head}"
    );
    stream.write_all(b"one two").await.unwrap();
    // The target answers only after the end of what it is sent: the other way must stay open.
    stream.shutdown().await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "hi got one two");
}

#[tokio::test]
async fn who_does_not_ask_properly_gets_plain_http() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    for more in [
        "Upgrade: websocket\r\n",
        "Connection: upgrade\r\nUpgrade: h2c\r\n",
        "Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n",
        "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nok",
    ] {
        let answer = crate::rules::ask(fleet::front(&balancer), "a", "/x", more).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{more}: {answer}");
    }
}

#[tokio::test]
async fn a_target_that_changes_protocol_unasked_is_502() {
    let balancer = fleet::balancer(0).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            let health = String::from_utf8_lossy(&head[..read]).contains("healthz");
            let answer: &[u8] = if health {
                b"HTTP/1.1 204 ok\r\n\r\n"
            } else {
                b"HTTP/1.1 101 Surprise\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
            };
            let _ = stream.write_all(answer).await;
        }
    });
    registered(&balancer, "old", address).await;
    let (status, _) = get(&fleet::client(), fleet::front(&balancer), "a").await.unwrap();
    assert_eq!(status, 502);
}
