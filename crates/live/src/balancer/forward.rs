//! One request: obey a rule, choose a target, send, answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION, SET_COOKIE};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use tokio::time::Instant;

use super::Shared;
use super::answer::{Activity, Answer, Proxied, Upload};
use super::front::Front;
use super::group::Group;
use super::headers::{self, Arrival, REQUEST_ID};
use super::pool::{Connection, NoConnection};
use super::routes::Act;
use super::rules::Asked;
use super::target::Lease;
use crate::limits::RETRIES_MAX;

/// Answers one request of `client` that came in at `front`.
pub(super) async fn forward(
    shared: &Shared,
    front: &Front,
    client: SocketAddr,
    request: Request<Incoming>,
) -> Response<Answer> {
    let (mut head, body) = request.into_parts();
    let Chosen { group, lease, cookie } = match choose(shared, front, client.ip(), &mut head) {
        Choice::Group(chosen) => chosen,
        Choice::Answer(answer) => return answer,
    };
    let id = head.headers.get(&REQUEST_ID).cloned();
    group.counters.chosen();
    let activity = Activity::new();
    let upload = Upload { body, activity: Arc::clone(&activity) };
    let request = Request::from_parts(head, upload);
    match send(shared, (&group, lease), request, &activity).await {
        Ok(sent) => answered(sent, (group, activity.start()), cookie),
        Err(refusal) => {
            group.counters.refused();
            let (status, words) = refusal.words();
            made(status, words, id)
        }
    }
}

/// Where a request goes.
enum Choice {
    /// To a group.
    Group(Chosen),
    /// Nowhere: here is the answer.
    Answer(Response<Answer>),
}

/// A group for a request.
struct Chosen {
    group: Arc<Group>,
    /// A target of it, if it has one.
    lease: Option<Lease>,
    /// What keeps the client with the group, if the rule wants that.
    cookie: Option<HeaderValue>,
}

/// Obeys the first rule that holds. Rules see the head as the client sent it; after that it is
/// fit for a target.
fn choose(shared: &Shared, front: &Front, client: IpAddr, head: &mut Parts) -> Choice {
    if let Err(fault) = headers::admit(head) {
        let id = head.headers.get(&REQUEST_ID).cloned();
        return Choice::Answer(made(StatusCode::BAD_REQUEST, fault, id));
    }
    let arrival = Arrival { client, port: front.port, ids: &shared.ids };
    let asked = Asked::of(head, client);
    let mut routes = front.routes.load();
    for _ in 0..RETRIES_MAX {
        let Act::Forward(forwarding) = routes.act(&asked) else { break };
        let Some(group) = forwarding.next(&asked) else { break };
        let lease = group.lease(&[]);
        if lease.is_some() || !group.gone.is_cancelled() {
            headers::prepare(head, &arrival);
            let cookie = forwarding.sticky.as_ref().and_then(|sticky| sticky.cookie(&group));
            return Choice::Group(Chosen { group, lease, cookie });
        }
        // Another configuration has come since the rule was looked up, and the group went.
        routes = front.routes.load();
    }
    let act = routes.act(&asked);
    headers::prepare(head, &arrival);
    let id = head.headers.get(&REQUEST_ID).cloned();
    let answer = match act {
        Act::Forward(_) => made(StatusCode::SERVICE_UNAVAILABLE, "no target group has weight", id),
        Act::Redirect(redirect) => match redirect.location(head, front.port) {
            Some(location) => redirected(redirect.status, location, id),
            None => made(StatusCode::BAD_REQUEST, "the host is no host", id),
        },
        Act::Fixed(fixed) => whole(fixed.status(), &fixed.content_type, fixed.body.clone(), id),
    };
    Choice::Answer(answer)
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
    (group, mut first): (&Group, Option<Lease>),
    mut request: Request<Upload>,
    activity: &Activity,
) -> Result<Sent, Refusal> {
    let mut tried = Vec::new();
    let mut refusal = Refusal::NoTarget;
    for _ in 0..=RETRIES_MAX {
        let Some(lease) = first.take().or_else(|| group.lease(&tried)) else {
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
fn answered(
    sent: Sent,
    by: (Arc<Group>, Instant),
    cookie: Option<HeaderValue>,
) -> Response<Answer> {
    let mut response = sent.response;
    headers::strip_hop_by_hop(response.headers_mut());
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Proxied::wrap(response, sent.lease, sent.connection, by)
}

/// An answer of our own, in words.
fn made(status: StatusCode, words: &str, id: Option<HeaderValue>) -> Response<Answer> {
    whole(status, "text/plain; charset=utf-8", format!("{status}: {words}\n"), id)
}

/// Sends the client to another address.
fn redirected(status: u16, location: HeaderValue, id: Option<HeaderValue>) -> Response<Answer> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
    let mut response = made(status, "the address has changed", id);
    response.headers_mut().insert(LOCATION, location);
    response
}

/// An answer of our own.
fn whole(
    status: StatusCode,
    kind: &str,
    text: String,
    id: Option<HeaderValue>,
) -> Response<Answer> {
    let mut response = Response::new(Answer::Made(Full::new(Bytes::from(text))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(CONTENT_TYPE, kind);
    }
    if let Some(id) = id {
        headers.insert(&REQUEST_ID, id);
    }
    response
}
