//! Targets and a client for the tests: small real servers in this process.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use live::{Balancer, BalancerConfig, HealthCheck, Sockets};
use model::ports::{Cloud as _, Epoch, Weight, WeightOrder, Weights};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A server that answers with its name and what it was sent.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Target {
    pub(crate) async fn start(name: &'static str) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), name).await
    }

    /// At an address that another target has left.
    pub(crate) async fn start_at(address: SocketAddr, name: &'static str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(accept(listener, name, stop.clone(), tasks.clone()));
        Self { address, stop, tasks }
    }

    /// Refuses new connections at once, finishes what is under way.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn accept(
    listener: TcpListener,
    name: &'static str,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        let (stream, _) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted.unwrap(),
        };
        let stop = stop.clone();
        tasks.spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(|r| answer(name, r)));
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => return,
                () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
            }
            let _ = connection.await;
        });
    }
}

/// `name|method|path|id|forwarded-for|body length`
async fn answer(
    name: &str,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let header = |key: &str| {
        let value = request.headers().get(key).map(|value| value.to_str().unwrap().to_owned());
        value.unwrap_or_default()
    };
    let (id, client) = (header("x-request-id"), header("x-forwarded-for"));
    let line = format!("{name}|{}|{}|{id}|{client}", request.method(), request.uri());
    let body = request.into_body().collect().await.map_or(0, |body| body.to_bytes().len());
    Ok(Response::new(Full::new(Bytes::from(format!("{line}|{body}")))))
}

/// A target that answers health checks and hands every other connection, with the bytes that came
/// first on it, to `serve`.
pub(crate) async fn raw<F>(serve: impl Fn(TcpStream, Vec<u8>) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut first = vec![0; 4096];
            let Ok(read) = stream.read(&mut first).await else { continue };
            first.truncate(read);
            if first.starts_with(b"GET /healthz") {
                let _ = stream.write_all(b"HTTP/1.1 204 ok\r\n\r\n").await;
            } else {
                tokio::spawn(serve(stream, first));
            }
        }
    });
    address
}

/// A target that answers with the head that it was sent.
pub(crate) async fn mirror() -> SocketAddr {
    raw(|mut stream, mut head| async move {
        let mut buffer = [0; 4096];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).await.unwrap();
            head.extend(&buffer[..read]);
        }
        let answer = format!(
            "HTTP/1.1 200 ok\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            head.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.write_all(&head).await.unwrap();
    })
    .await
}

/// Registers an address and waits until it is healthy.
pub(crate) async fn registered(balancer: &Balancer, group: &str, address: SocketAddr) {
    let before = balancer.group(group).await.unwrap().healthy;
    balancer.register(group, address).await.unwrap();
    until(async || balancer.group(group).await.unwrap().healthy > before).await;
}

/// Sends raw bytes and reads until the balancer closes.
pub(crate) async fn exchange(at: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn weights(new: u8) -> Weights {
    Weights::between("old", "new", Weight::new(new).unwrap())
}

/// A balancer with the groups `old` and `new`.
pub(crate) async fn balancer(new: u8) -> Balancer {
    start(&config(new)).await
}

/// The listener `front` on the groups `old` and `new`.
pub(crate) fn config(new: u8) -> BalancerConfig {
    let check = HealthCheck { interval: Duration::from_millis(20), ..HealthCheck::default() };
    let groups = ["old", "new"].map(|name| (name.to_owned(), check.clone()));
    BalancerConfig::one_rule("front", BTreeMap::from(groups), weights(new))
}

/// A balancer with a socket for each listener.
pub(crate) async fn start(config: &BalancerConfig) -> Balancer {
    let mut sockets = Sockets::new();
    for name in config.listeners.keys() {
        sockets.insert(name.clone(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    }
    Balancer::start(sockets, config).unwrap()
}

/// Where the listener `front` serves.
pub(crate) fn front(balancer: &Balancer) -> SocketAddr {
    balancer.addresses()["front"]
}

pub(crate) fn order(new: u8, epoch: u64) -> WeightOrder {
    WeightOrder {
        rule: "front".to_owned(),
        weights: weights(new),
        expected: weights(0),
        epoch: Epoch(epoch),
        seq: epoch,
    }
}

/// Registers a target and waits until it is healthy.
pub(crate) async fn join(balancer: &Balancer, group: &str, target: &Target) {
    let before = balancer.group(group).await.unwrap().healthy;
    balancer.register(group, target.address).await.unwrap();
    while balancer.group(group).await.unwrap().healthy <= before {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Waits for something that will happen.
pub(crate) async fn until(happened: impl AsyncFn() -> bool) {
    while !happened().await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A client that never sends twice.
pub(crate) fn client() -> Client<HttpConnector, Empty<Bytes>> {
    Client::builder(TokioExecutor::new()).retry_canceled_requests(false).build_http()
}

/// Status and text of the answer to a GET.
pub(crate) async fn get(
    client: &Client<HttpConnector, Empty<Bytes>>,
    balancer: SocketAddr,
    id: &str,
) -> Result<(u16, String), String> {
    let request = Request::get(format!("http://{balancer}/x"))
        .header("x-request-id", id)
        .body(Empty::new())
        .unwrap();
    let response = client.request(request).await.map_err(|error| format!("{id}: {error:?}"))?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(|error| format!("{id}: {error:?}"))?;
    Ok((status, String::from_utf8(body.to_bytes().to_vec()).unwrap()))
}

/// Counts of a group.
pub(crate) async fn counts(balancer: &Balancer, group: &str) -> model::ports::Counts {
    balancer.group(group).await.unwrap().counts
}
