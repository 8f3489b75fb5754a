//! Active health checks, each on a connection of its own, as an ALB makes them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use hyper::client::conn::{http1, http2};
use hyper::header::{CONNECTION, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::group::Group;
use super::settings::Protocol;

/// How the targets of a group are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Path that is asked for; a status of 200 to 399 is good.
    pub path: String,
    /// Time between two checks.
    pub interval: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Good checks in a row that make an unhealthy target healthy; a new one needs one.
    pub healthy_after: u32,
    /// Bad checks in a row that make a target unhealthy.
    pub unhealthy_after: u32,
}

impl Default for HealthCheck {
    /// Twice a second: processes on this machine answer in well under a millisecond.
    fn default() -> Self {
        Self {
            path: "/healthz".to_owned(),
            interval: Duration::from_millis(500),
            timeout: Duration::from_secs(2),
            healthy_after: 2,
            unhealthy_after: 2,
        }
    }
}

/// Checks the targets of `group`, and lets go of stale connections, until the group is gone.
pub(super) async fn watch(group: Arc<Group>) {
    loop {
        tokio::select! {
            () = group.gone.cancelled() => return,
            () = round(&group) => {}
        }
        let interval = group.settings.load().check.interval;
        tokio::select! {
            () = group.gone.cancelled() => return,
            () = group.added.notified() => {}
            () = tokio::time::sleep(interval) => {}
        }
    }
}

/// Checks every target once, all at the same time.
async fn round(group: &Arc<Group>) {
    let mut checks = JoinSet::new();
    for target in group.targets().iter().filter(|target| !target.is_draining()) {
        let (target, settings) = (Arc::clone(target), group.settings.load_full());
        let group = Arc::clone(group);
        checks.spawn(async move {
            let check = &settings.check;
            let asked = async {
                match settings.protocol {
                    Protocol::Http1 => ask(target.address, &check.path).await,
                    Protocol::Http2 => ask_http2(target.address, &check.path).await,
                }
            };
            let good = matches!(tokio::time::timeout(check.timeout, asked).await, Ok(Some(true)));
            if target.checked(good, check.healthy_after, check.unhealthy_after) {
                group.begin_slowly(&target);
            }
            target.pool.sweep();
        });
    }
    while checks.join_next().await.is_some() {}
}

/// The same in HTTP/2.
async fn ask_http2(address: SocketAddr, path: &str) -> Option<bool> {
    let stream = TcpStream::connect(address).await.ok()?;
    let shake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut sender, connection) = shake.await.ok()?;
    let request = Request::get(format!("http://{address}{path}"))
        .header(USER_AGENT, "segue-health-check")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let driven = async {
        let _ = connection.await;
        std::future::pending().await
    };
    tokio::select! {
        answer = sender.send_request(request) => {
            Some((200..400).contains(&answer.ok()?.status().as_u16()))
        }
        never = driven => never,
    }
}

/// Whether `path` at `address` answers with a good status; `None` without an answer.
pub(crate) async fn ask(address: SocketAddr, path: &str) -> Option<bool> {
    ask_with(address, path, &[]).await
}

/// The same with header fields, which win over ours.
pub(crate) async fn ask_with(
    address: SocketAddr,
    path: &str,
    headers: &[(String, String)],
) -> Option<bool> {
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let mut request = Request::get(path)
        .header(HOST, address.to_string())
        .header(USER_AGENT, "segue-health-check")
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .ok()?;
    for (name, value) in headers {
        let (name, value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        request.headers_mut().insert(name, value);
    }
    // Both on this task: when the check is given up, its connection goes with it. A connection that
    // has ended has handed over its answer, if there was one.
    let driven = async {
        let _ = connection.await;
        std::future::pending().await
    };
    tokio::select! {
        answer = sender.send_request(request) => {
            Some((200..400).contains(&answer.ok()?.status().as_u16()))
        }
        never = driven => never,
    }
}
