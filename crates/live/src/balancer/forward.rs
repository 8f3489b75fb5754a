//! One request: choose a group, choose a target, send, answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use tokio::time::Instant;

use super::Shared;
use super::answer::{Activity, Answer, Proxied, Upload};
use super::group::Group;
use super::headers::{self, Arrival, REQUEST_ID};
use super::pool::{Connection, NoConnection};
use super::target::Lease;
use crate::limits::RETRIES_MAX;

/// Answers one request of `client`.
pub(super) async fn forward(
    shared: &Shared,
    client: SocketAddr,
    request: Request<Incoming>,
) -> Response<Answer> {
    let (mut head, body) = request.into_parts();
    let arrival = Arrival { client: client.ip(), port: shared.port, ids: &shared.ids };
    let prepared = headers::prepare(&mut head, &arrival);
    let id = head.headers.get(&REQUEST_ID).cloned();
    if let Err(fault) = prepared {
        return made(StatusCode::BAD_REQUEST, fault, id);
    }
    let turn = shared.turn.fetch_add(1, Ordering::Relaxed);
    let table = shared.table.load();
    let Some(group) = table.group(turn).cloned() else {
        return made(StatusCode::SERVICE_UNAVAILABLE, "no target group has weight", id);
    };
    // Not held while the request is under way, so that an old table can go.
    drop(table);
    group.counters.chosen();
    let activity = Activity::new();
    let upload = Upload { body, activity: Arc::clone(&activity) };
    match send(shared, &group, Request::from_parts(head, upload), &activity).await {
        Ok(sent) => answered(sent, (group, activity.start())),
        Err(refusal) => {
            group.counters.refused();
            let (status, words) = refusal.words();
            made(status, words, id)
        }
    }
}

/// Why the balancer itself answers.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    /// 503: no target may get requests.
    NoTarget,
    /// 502: the target broke the connection, or sent what is not HTTP.
    Broken,
    /// 504: no connection or no answer in time.
    Slow,
}

impl Refusal {
    fn words(self) -> (StatusCode, &'static str) {
        match self {
            Self::NoTarget => (StatusCode::SERVICE_UNAVAILABLE, "no target can take the request"),
            Self::Broken => (StatusCode::BAD_GATEWAY, "the target closed the connection"),
            Self::Slow => (StatusCode::GATEWAY_TIMEOUT, "the target did not answer in time"),
        }
    }
}

/// An answer with what it still holds.
struct Sent {
    response: Response<Incoming>,
    lease: Lease,
    connection: Connection,
}

/// Sends the request; goes on to another target only while nothing of it was sent.
async fn send(
    shared: &Shared,
    group: &Arc<Group>,
    mut request: Request<Upload>,
    activity: &Activity,
) -> Result<Sent, Refusal> {
    let mut tried = Vec::new();
    let mut refusal = Refusal::NoTarget;
    for _ in 0..=RETRIES_MAX {
        let Some(lease) = group.lease(&tried) else {
            return Err(refusal);
        };
        let target = Arc::clone(&lease.target);
        let mut connection = match target.pool.connection(target.address, &shared.tasks).await {
            Ok(connection) => connection,
            Err(fault) => {
                tried.push(target.address);
                refusal = match fault {
                    NoConnection::Slow => Refusal::Slow,
                    NoConnection::Refused => Refusal::Broken,
                };
                continue;
            }
        };
        match exchange(&mut connection, request, activity).await {
            Ok(response) => {
                return Ok(Sent { response, lease, connection });
            }
            Err(Exchange::Unsent(back)) => {
                // The target closed a kept connection; the next one may well be fresh.
                request = *back;
                refusal = Refusal::Broken;
            }
            Err(Exchange::Refused(refusal)) => return Err(refusal),
        }
    }
    Err(refusal)
}

/// Why an exchange failed.
enum Exchange {
    /// Nothing was sent; here is the request again.
    Unsent(Box<Request<Upload>>),
    /// Something was sent, so it must not be sent twice.
    Refused(Refusal),
}

/// One request and the head of its answer on one connection.
async fn exchange(
    connection: &mut Connection,
    request: Request<Upload>,
    activity: &Activity,
) -> Result<Response<Incoming>, Exchange> {
    let answer = connection.try_send_request(request);
    tokio::pin!(answer);
    loop {
        let deadline = activity.deadline();
        tokio::select! {
            biased;
            outcome = &mut answer => return match outcome {
                // Nobody asked for another protocol: `Upgrade` is taken off.
                Ok(answer) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    Err(Exchange::Refused(Refusal::Broken))
                }
                Ok(answer) => Ok(answer),
                Err(error) => Err(unsent_or_broken(error)),
            },
            () = tokio::time::sleep_until(deadline) => {
                if activity.deadline() <= deadline {
                    return Err(Exchange::Refused(Refusal::Slow));
                }
            }
        }
    }
}

fn unsent_or_broken(mut error: TrySendError<Request<Upload>>) -> Exchange {
    match error.take_message() {
        Some(request) => Exchange::Unsent(Box::new(request)),
        None => Exchange::Refused(Refusal::Broken),
    }
}

/// A target's answer, without what belongs to its connection.
fn answered(sent: Sent, by: (Arc<Group>, Instant)) -> Response<Answer> {
    let mut response = sent.response;
    headers::strip_hop_by_hop(response.headers_mut());
    Proxied::wrap(response, sent.lease, sent.connection, by)
}

/// An answer of our own, in words.
fn made(status: StatusCode, words: &str, id: Option<HeaderValue>) -> Response<Answer> {
    let text = format!("{status}: {words}\n");
    let mut response = Response::new(Answer::Made(Full::new(Bytes::from(text))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Some(id) = id {
        headers.insert(&REQUEST_ID, id);
    }
    response
}
