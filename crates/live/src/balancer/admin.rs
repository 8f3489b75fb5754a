//! The admin socket of a balancer: what engines and people ask it while it serves.
//!
//! HTTP/1.1 with JSON on a Unix socket; who may open the socket may do everything. The paths stand
//! in docs/reference/balancer.md. [`Remote`](super::Remote) is the other end.

pub(super) mod answer;
pub(super) mod wire;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use model::Reason;
use model::ports::{Cloud as _, Fault, Retry, WeightOrder};
use percent_encoding::percent_decode_str;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::{Balancer, handover};
use crate::limits::{ADMIN_BODY_MAX, ADMIN_IDLE};
use crate::{LiveError, disk};
use answer::{Answer, done, fault, json, wrong};
use wire::{Hello, Ordered, PROTOCOL};

/// An admin socket that is open. Dropping it closes it.
#[derive(Debug)]
pub struct Admin {
    path: PathBuf,
    stop: CancellationToken,
    taken: watch::Receiver<bool>,
    asks: Mutex<mpsc::Receiver<Ask>>,
}

/// What is asked of whoever runs the balancer.
#[derive(Debug)]
pub enum Ask {
    /// To take its file over now, and to say how that went.
    Reload(oneshot::Sender<Result<(), Reason>>),
    /// To end in order.
    Stop,
}

/// What every connection needs.
#[derive(Clone)]
struct Desk {
    balancer: Arc<Balancer>,
    taken: Arc<watch::Sender<bool>>,
    asks: mpsc::Sender<Ask>,
}

impl Admin {
    /// Opens the socket at `path` for `balancer`, in place of one that is there: its balancer has
    /// handed over, or is gone.
    pub fn open(path: &Path, balancer: Arc<Balancer>) -> Result<Self, LiveError> {
        let listener = disk::bind_socket(path)?;
        let stop = CancellationToken::new();
        let (taken, seen) = watch::channel(false);
        let (asks, asked) = mpsc::channel(1);
        let desk = Desk { balancer, taken: Arc::new(taken), asks };
        tokio::spawn(accept(listener, desk, stop.clone()));
        Ok(Self { path: path.to_owned(), stop, taken: seen, asks: Mutex::new(asked) })
    }

    /// Waits for what is asked of whoever runs the balancer. Nothing is lost if this is dropped.
    pub async fn asked(&self) -> Ask {
        match self.asks.lock().await.recv().await {
            Some(ask) => ask,
            // The socket is closed: nobody can ask any more.
            None => std::future::pending().await,
        }
    }

    /// Waits until another process has taken the listening sockets over and serves.
    pub async fn taken_over(&self) {
        let mut taken = self.taken.clone();
        if taken.wait_for(|taken| *taken).await.is_err() {
            // The socket is closed: nobody can take over any more.
            std::future::pending::<()>().await;
        }
    }

    /// Closes the socket and takes its file away; after a hand-over the file is the successor's.
    pub fn close(self) {
        if !*self.taken.borrow() {
            let _ = disk::remove_file(&self.path);
        }
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn accept(listener: UnixListener, desk: Desk, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (desk, stop) = (desk.clone(), stop.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = serve(stream, desk) => {}
                    }
                });
            }
            Err(_) => tokio::time::sleep(crate::limits::ACCEPT_WAIT).await,
        }
    }
}

async fn serve(stream: UnixStream, desk: Desk) {
    let service = service_fn(|request| {
        let desk = desk.clone();
        async move { Ok::<_, Infallible>(asked(desk, request).await) }
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ADMIN_IDLE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

/// One request.
async fn asked(desk: Desk, request: Request<Incoming>) -> Answer {
    let Desk { balancer, taken, asks } = desk;
    let path = request.uri().path().to_owned();
    let parts: Option<Vec<String>> = path.split('/').skip(1).map(decoded).collect();
    let Some(parts) = parts else {
        return wrong(StatusCode::BAD_REQUEST, "the path is not UTF-8 text");
    };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match (request.method(), parts.as_slice()) {
        (&Method::GET, ["v1"]) => {
            let (version, pid) = (wire::VERSION.to_owned(), std::process::id());
            json(&Hello { protocol: PROTOCOL, version, pid })
        }
        (&Method::GET, ["v1", "listeners"]) => json(&balancer.addresses()),
        (&Method::GET, ["v1", "rules"]) => json(&balancer.rules()),
        (&Method::GET, ["v1", "rules", rule]) => seen(balancer.rule(rule).await),
        (&Method::PUT, ["v1", "rules", rule, "weights"]) => {
            let rule = (*rule).to_owned();
            set_weights(&balancer, rule, request).await
        }
        (&Method::GET, ["v1", "targets"]) => json(&balancer.all_targets()),
        (&Method::GET, ["v1", "groups"]) => json(&balancer.groups()),
        (&Method::GET, ["v1", "groups", group]) => seen(balancer.group(group).await),
        (&Method::PUT | &Method::DELETE, ["v1", "groups", group, "targets", target]) => {
            let Ok(target) = target.parse::<SocketAddr>() else {
                return wrong(StatusCode::BAD_REQUEST, "a target is ADDRESS:PORT");
            };
            match *request.method() {
                Method::PUT => seen(balancer.register(group, target).await),
                _ => seen(balancer.deregister(group, target).await),
            }
        }
        (&Method::POST, ["v1", "handover"]) => handover::give(balancer, taken, request),
        (&Method::POST, ["v1", "reload"]) => reload(&asks).await,
        (&Method::POST, ["v1", "stop"]) => match asks.try_send(Ask::Stop) {
            Ok(()) => done(),
            Err(_) => busy(),
        },
        (
            _,
            ["v1"]
            | [
                "v1",
                "listeners" | "rules" | "groups" | "targets" | "handover" | "reload" | "stop",
                ..,
            ],
        ) => wrong(StatusCode::METHOD_NOT_ALLOWED, "this cannot be done with this path"),
        _ => wrong(StatusCode::NOT_FOUND, "there is no such path"),
    }
}

fn decoded(part: &str) -> Option<String> {
    percent_decode_str(part).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn seen<T: serde::Serialize>(outcome: Result<T, Fault>) -> Answer {
    match outcome {
        Ok(value) => json(&value),
        Err(because) => fault(&because),
    }
}

/// Asks for the file to be taken over, and waits for how that went.
async fn reload(asks: &mpsc::Sender<Ask>) -> Answer {
    let (tell, told) = oneshot::channel();
    if asks.try_send(Ask::Reload(tell)).is_err() {
        return busy();
    }
    match told.await {
        Ok(Ok(())) => done(),
        Ok(Err(because)) => fault(&Fault { because, retry: Retry::Never }),
        Err(_) => wrong(StatusCode::CONFLICT, "it ends"),
    }
}

/// Somebody else has asked at this moment, or nobody listens.
fn busy() -> Answer {
    wrong(StatusCode::CONFLICT, "it is busy with another request of this kind")
}

async fn set_weights(balancer: &Balancer, rule: String, request: Request<Incoming>) -> Answer {
    let body = match Limited::new(request.into_body(), ADMIN_BODY_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return wrong(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let ordered: Ordered = match serde_json::from_slice(&body) {
        Ok(ordered) => ordered,
        Err(error) => return wrong(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let Ordered { weights, expected, epoch, seq } = ordered;
    let order = WeightOrder { rule, weights, expected, epoch, seq };
    match balancer.set_weights(&order).await {
        Ok(()) => done(),
        Err(because) => fault(&because),
    }
}

/// The answer that a connection is now something else than HTTP.
pub(super) fn switching() -> Answer {
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(hyper::header::CONNECTION, hyper::header::HeaderValue::from_static("upgrade"));
    headers.insert(hyper::header::UPGRADE, hyper::header::HeaderValue::from_static(wire::HANDOVER));
    answer
}
