//! HTTP/2 on real sockets, on the clients' side and on the targets'.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use live::Balancer;
use live::balancer::{Limits, Protocol};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::fleet::{self, Target, exchange, join, mirror, raw, registered, until};

/// A client that speaks HTTP/2 in clear text from its first byte.
async fn client<B>(balancer: &Balancer) -> SendRequest<B>
where
    B: Body<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
{
    let stream = TcpStream::connect(fleet::front(balancer)).await.unwrap();
    let io = TokioIo::new(stream);
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn text(response: Response<Incoming>) -> String {
    let body = response.into_body().collect().await.unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

fn get(path: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("http://shop.test{path}")).body(Empty::new()).unwrap()
}

#[tokio::test]
async fn a_client_of_http2_is_served_by_a_target_of_http1() {
    let balancer = fleet::balancer(0).await;
    registered(&balancer, "old", mirror().await).await;
    let mut sender = client(&balancer).await;
    let mut request = get("/a?b=c");
    request.headers_mut().append("cookie", "a=1".parse().unwrap());
    request.headers_mut().append("cookie", "b=2".parse().unwrap());
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(
        (answer.status(), answer.version()),
        (200.try_into().unwrap(), hyper::Version::HTTP_2)
    );
    assert!(answer.headers().get("connection").is_none());
    let head = text(answer).await;
    assert!(head.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("host: shop.test\r\n"), "{head}");
    assert!(head.contains("cookie: a=1; b=2\r\n"), "{head}");
    assert!(head.contains("x-forwarded-for: 127.0.0.1\r\n"), "{head}");
    assert!(!head.contains("transfer-encoding"), "no body is none: {head}");
}

#[tokio::test]
async fn many_requests_share_one_connection_up_to_its_bound() {
    let mut config = crate::rules::config(vec![]);
    config.limits = Limits { streams: 3, ..Limits::default() };
    let balancer = Arc::new(fleet::start(&config).await);
    let go = Arc::new(Notify::new());
    let wait = Arc::clone(&go);
    let target = raw(move |mut stream, _| {
        let wait = Arc::clone(&wait);
        async move {
            wait.notified().await;
            let _ = stream.write_all(b"HTTP/1.1 204 ok\r\nConnection: close\r\n\r\n").await;
        }
    })
    .await;
    registered(&balancer, "old", target).await;
    let mut sender = client(&balancer).await;
    go.notify_one();
    // Its answer comes after the balancer's settings, so that the bound is known from here on.
    assert_eq!(sender.send_request(get("/first")).await.unwrap().status(), 204);
    let requests: Vec<_> = (0..8)
        .map(|number| {
            let mut sender = sender.clone();
            tokio::spawn(async move {
                sender.send_request(get(&format!("/{number}"))).await.unwrap().status().as_u16()
            })
        })
        .collect();
    until(async || fleet::counts(&balancer, "old").await.chosen == 4).await;
    for answered in 1..9 {
        let chosen = fleet::counts(&balancer, "old").await.chosen;
        assert!(chosen <= answered + 3, "{chosen} of which {answered} are answered");
        go.notify_one();
        until(async || fleet::counts(&balancer, "old").await.answered > answered).await;
    }
    for request in requests {
        assert_eq!(request.await.unwrap(), 204);
    }
}

/// A target that speaks HTTP/2 only. `/echo` sends each piece back as it comes and ends with a
/// status in trailers, as gRPC does; anything else is answered with what was asked.
async fn http2_target() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = async |request: Request<Incoming>| {
        let te = request.headers().get("te").map(|te| te.to_str().unwrap().to_owned());
        let line = format!("{:?} {} te={te:?}", request.version(), request.uri());
        let body = if request.uri().path() == "/echo" {
            let mut trailers = hyper::HeaderMap::new();
            trailers.insert("grpc-status", "0".parse().unwrap());
            let pieces = request
                .into_body()
                .map_err(|error| -> std::io::Error { std::io::Error::other(error) });
            pieces.with_trailers(async { Some(Ok(trailers)) }).boxed()
        } else {
            Full::new(Bytes::from(line)).map_err(|never| match never {}).boxed()
        };
        Ok::<_, Infallible>(Response::new(body))
    };
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(builder.serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    address
}

async fn to_http2() -> Balancer {
    let mut config = crate::rules::config(vec![]);
    config.groups.get_mut("old").unwrap().protocol = Protocol::Http2;
    let balancer = fleet::start(&config).await;
    registered(&balancer, "old", http2_target().await).await;
    balancer
}

#[tokio::test]
async fn a_target_of_http2_is_asked_in_http2_whatever_the_client_speaks() {
    let balancer = to_http2().await;
    let mut sender = client(&balancer).await;
    let answer = sender.send_request(get("/a?b=c")).await.unwrap();
    assert_eq!(text(answer).await, "HTTP/2.0 http://shop.test/a?b=c te=None");
    let front = fleet::front(&balancer);
    for _ in 0..3 {
        let request = b"GET /x HTTP/1.1\r\nHost: a.test:81\r\nConnection: close\r\n\r\n";
        let answer = exchange(front, request).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.ends_with("HTTP/2.0 http://a.test:81/x te=None"), "{answer}");
    }
    let bad = exchange(front, b"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n").await;
    assert!(bad.starts_with("HTTP/1.1 400 "), "{bad}");
}

#[tokio::test]
async fn calls_of_grpc_pass_piece_by_piece_with_their_trailers() {
    let balancer = to_http2().await;
    let mut sender = client(&balancer).await;
    let (pieces, queue) = tokio::sync::mpsc::channel::<Bytes>(1);
    let queue = futures_util::stream::unfold(queue, async |mut queue| {
        queue.recv().await.map(|piece| (Ok::<_, Infallible>(Frame::data(piece)), queue))
    });
    let body = StreamBody::new(Box::pin(queue));
    let request = Request::post("http://shop.test/echo").header("te", "trailers").body(body);
    let answering = sender.send_request(request.unwrap());
    pieces.send(Bytes::from_static(b"one")).await.unwrap();
    let mut answer = answering.await.unwrap().into_body();
    let next = answer.frame().await.unwrap().unwrap();
    assert_eq!(next.into_data().unwrap(), "one");
    pieces.send(Bytes::from_static(b"two")).await.unwrap();
    assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), "two");
    drop(pieces);
    let trailers = answer.collect().await.unwrap();
    assert_eq!(trailers.trailers().unwrap()["grpc-status"], "0");
    until(async || fleet::counts(&balancer, "old").await.answered == 1).await;
}

#[tokio::test]
async fn a_connection_that_is_let_go_finishes_what_it_has() {
    let balancer = Arc::new(fleet::balancer(0).await);
    let go = Arc::new(Notify::new());
    let wait = Arc::clone(&go);
    let target = raw(move |mut stream, _| {
        let wait = Arc::clone(&wait);
        async move {
            wait.notified().await;
            let _ = stream.write_all(b"HTTP/1.1 204 ok\r\nConnection: close\r\n\r\n").await;
        }
    })
    .await;
    registered(&balancer, "old", target).await;
    let sender = client(&balancer).await;
    let mut own = sender.clone();
    let request = tokio::spawn(async move { own.send_request(get("/a")).await.unwrap().status() });
    until(async || fleet::counts(&balancer, "old").await.chosen == 1).await;
    let stopping = tokio::spawn({
        let balancer = Arc::clone(&balancer);
        async move { balancer.stop(Duration::from_mins(1)).await }
    });
    let front = fleet::front(&balancer);
    until(async || TcpStream::connect(front).await.is_err()).await;
    go.notify_one();
    assert_eq!(request.await.unwrap(), 204);
    stopping.await.unwrap();
    until(async || sender.is_closed()).await;
    assert_eq!(fleet::counts(&balancer, "old").await.answered, 1);
}

#[tokio::test]
async fn requests_that_are_taken_back_at_once_end_their_connection() {
    let balancer = fleet::balancer(0).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut stream = TcpStream::connect(fleet::front(&balancer)).await.unwrap();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    for number in 0..2_000_u32 {
        let id = (2 * number + 1).to_be_bytes();
        // GET http://a/ and a reset.
        bytes.extend([&[0, 0, 6, 1, 5][..], &id, &[0x82, 0x86, 0x84, 0x41, 1, b'a']].concat());
        bytes.extend([&[0, 0, 4, 3, 0][..], &id, &[0, 0, 0, 8]].concat());
    }
    let _ = stream.write_all(&bytes).await;
    let mut answer = Vec::new();
    // Closed by the balancer, with or without a word.
    let _ = stream.read_to_end(&mut answer).await;
    let chosen = fleet::counts(&balancer, "old").await.chosen;
    assert!(chosen < 2_000, "{chosen}");
    let (status, _) = fleet::get(&fleet::client(), fleet::front(&balancer), "a").await.unwrap();
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_idle_connection_of_http2_is_let_go() {
    let mut config = crate::rules::config(vec![]);
    config.limits = Limits { idle: Duration::from_millis(200), ..Limits::default() };
    let balancer = fleet::start(&config).await;
    let target = Target::start("old").await;
    join(&balancer, "old", &target).await;
    let mut sender = client(&balancer).await;
    assert_eq!(sender.send_request(get("/a")).await.unwrap().status(), 200);
    until(async || sender.is_closed()).await;
}
