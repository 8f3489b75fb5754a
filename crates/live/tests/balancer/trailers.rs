//! Trailers both ways, and bodies that wait to be asked for.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::fleet::{self, exchange, registered};

/// A target that answers with the trailer that it was sent, in a trailer of its own.
async fn target() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = async |request: Request<Incoming>| {
        let te = request.headers().get("te").cloned();
        let connection = request.headers().get("connection").cloned();
        let body = request.into_body().collect().await.unwrap();
        let sent = body.trailers().and_then(|trailers| trailers.get("x-sum").cloned());
        let text = format!("{te:?} {connection:?}");
        let mut trailers = HeaderMap::new();
        trailers.insert("x-sum", sent.unwrap_or("none".parse().unwrap()));
        let body = Full::new(Bytes::from(text)).with_trailers(async { Some(Ok(trailers)) });
        let answer = Response::builder().header("trailer", "x-sum");
        let answer = answer.header("transfer-encoding", "chunked").body(body).unwrap();
        Ok::<_, Infallible>(answer)
    };
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service_fn(answer)),
            );
        }
    });
    address
}

#[tokio::test]
async fn trailers_pass_both_ways_if_the_client_wants_them() {
    let balancer = fleet::balancer(0).await;
    registered(&balancer, "old", target().await).await;
    let request = |te: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close{te}\r\nTrailer: x-sum\r\n\
             Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nx-sum: 7\r\n\r\n"
        )
    };
    let front = fleet::front(&balancer);
    let answer = exchange(front, request(", TE\r\nTE: gzip, trailers").as_bytes()).await;
    assert!(answer.contains("trailer: x-sum\r\n"), "{answer}");
    assert!(answer.ends_with("0\r\nx-sum: 7\r\n\r\n"), "{answer}");
    assert!(answer.contains(r#"Some("trailers") Some("te")"#), "{answer}");
    let answer = exchange(front, request("").as_bytes()).await;
    assert!(answer.ends_with("0\r\n\r\n"), "who does not ask gets none: {answer}");
}

#[tokio::test]
async fn a_body_is_asked_for_when_a_target_is_there_to_take_it() {
    let balancer = fleet::balancer(0).await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\
                Expect: 100-continue\r\n\r\n";
    let answer = exchange(fleet::front(&balancer), head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "nobody is there: {answer}");

    registered(&balancer, "old", target().await).await;
    let mut stream = TcpStream::connect(fleet::front(&balancer)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"ab").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
