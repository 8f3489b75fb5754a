//! One request: obey a rule, choose a target, send, answer.

use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, SET_COOKIE, UPGRADE};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Version};

use super::access_log::{Done, Record};
use super::activity::{Activity, Watch};
use super::answer::{Answer, Open, Proxied, Upload};
use super::client::{Busy, Client};
use super::found::Found;
use super::group::Group;
use super::headers::{self, Arrival, REQUEST_ID};
use super::made::{Refusal, made, redirected, whole};
use super::routes::{Act, Routes};
use super::rules::Asked;
use super::send::{Sent, send};
use super::settings::Protocol;
use super::target::Lease;
use super::upgrade::{self, Wish};
use crate::limits::RETRIES_MAX;

/// Answers one request of `client`.
pub(super) async fn forward(client: &Arc<Client>, request: Request<Incoming>) -> Response<Answer> {
    let (busy, version) = (client.busy(), request.version());
    let (head, body) = request.into_parts();
    let mut record = Record::of(client, &head);
    let mut response = pass(client, busy, (head, body), &mut record).await;
    *response.version_mut() = version.max(Version::HTTP_11);
    let http = response.status() != StatusCode::SWITCHING_PROTOCOLS;
    if client.is_last() && http && version <= Version::HTTP_11 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Some(record) = &mut record {
        record.status = Some(response.status());
    }
    response.map(|answer| answer.recorded(record))
}

async fn pass(
    client: &Arc<Client>,
    busy: Busy,
    (mut head, body): (Parts, Incoming),
    record: &mut Option<Box<Record>>,
) -> Response<Answer> {
    // On HTTP/2, each request has a task of its own, which the connection's ticks do not wake.
    let watch = if head.version == Version::HTTP_2 { Watch::Timer } else { Watch::Tick };
    let Chosen { group, lease, id, cookie, wish } = match choose(client, &mut head, record) {
        Choice::Group(chosen) => chosen,
        Choice::Answer(answer) => return answer,
    };
    group.counters.chosen();
    let activity = Activity::new(client.limits.silence, watch);
    let mut done = record.is_some().then(Done::default);
    let upload = Upload { body, activity: Arc::clone(&activity) };
    let request = Request::from_parts(head, upload);
    let sent = send(&client.shared, (&group, lease), request, (&activity, done.as_mut())).await;
    if let Some(record) = record {
        (record.group, record.done) = (Some(group.name.clone()), done.unwrap_or_default());
        record.activity = Some(Arc::clone(&activity));
    }
    match sent {
        Ok(mut sent) => {
            if let Some(cookie) = cookie {
                sent.response.headers_mut().append(SET_COOKIE, cookie);
            }
            match wish {
                Some(wish) if sent.response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    switched(client, wish, sent, &group)
                }
                _ => answered(sent, group, busy),
            }
        }
        Err(refusal) => {
            if refusal != Refusal::BadBody {
                group.counters.refused();
            }
            let (status, words) = refusal.words();
            if let Some(record) = record {
                record.error = Some(words);
            }
            made(status, words, Some(id))
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
    /// The request's id.
    id: HeaderValue,
    /// What keeps the client with the group, if the rule wants that.
    cookie: Option<HeaderValue>,
    /// Another protocol, if the client asks for one.
    wish: Option<Wish>,
}

/// Obeys the first rule that holds. Rules see the head as the client sent it; after that it is
/// fit for a target.
fn choose(client: &Client, head: &mut Parts, record: &mut Option<Box<Record>>) -> Choice {
    if let Err((status, fault)) = headers::admit(head) {
        return refused(status, fault, head, record);
    }
    let front = &client.front;
    let asked = Asked::of(head, client.address.ip());
    let found = Found::of(&head.headers);
    let mut routes = front.routes.load();
    for _ in 0..RETRIES_MAX {
        let (Act::Forward(forwarding), rule) = routes.act(&asked) else { break };
        let Some(group) = forwarding.next(&asked) else { break };
        let lease = group.lease(&[]);
        if lease.is_some() || !group.gone.is_cancelled() {
            let protocol = group.settings.load().protocol;
            let may_wish = found.has(Found::UPGRADE) && protocol == Protocol::Http1;
            let wish = if may_wish { Wish::of(head) } else { None };
            let id = match prepared(client, head, found, (&routes, protocol)) {
                Ok(id) => id,
                Err(fault) => return refused(StatusCode::BAD_REQUEST, fault, head, record),
            };
            if let Some(wish) = &wish {
                wish.pass_on(&mut head.headers);
            }
            note(record, head, (rule, "forward"));
            let cookie = forwarding.sticky.as_ref().and_then(|sticky| sticky.cookie(&group));
            return Choice::Group(Chosen { group, lease, id, cookie, wish });
        }
        // Another configuration has come since the rule was looked up, and the group went.
        routes = front.routes.load();
    }
    let (act, rule) = routes.act(&asked);
    // Which cannot fail in the protocol in which it came.
    let id = prepared(client, head, found, (&routes, Protocol::Http1)).ok();
    note(record, head, (rule, act.word()));
    let answer = match act {
        Act::Forward(_) => made(StatusCode::SERVICE_UNAVAILABLE, "no target group has weight", id),
        Act::Redirect(redirect) => match redirect.location(head, (client.scheme(), front.port)) {
            Some(location) => redirected(redirect.status, location, id),
            None => made(StatusCode::BAD_REQUEST, "the host is no host", id),
        },
        Act::Fixed(fixed) => whole(fixed.status(), &fixed.content_type, fixed.body.clone(), id),
    };
    Choice::Answer(answer)
}

fn prepared(
    client: &Client,
    head: &mut Parts,
    found: Found,
    (routes, protocol): (&Routes, Protocol),
) -> Result<HeaderValue, &'static str> {
    let (marks, ids) = (&client.marks, &client.shared.ids);
    let arrival = Arrival { marks, mode: routes.forwarded, ids, found };
    headers::prepare(head, &arrival, protocol)
}

/// The head cannot be obeyed.
fn refused(
    status: StatusCode,
    fault: &'static str,
    head: &Parts,
    record: &mut Option<Box<Record>>,
) -> Choice {
    if let Some(record) = record {
        record.error = Some(fault);
    }
    Choice::Answer(made(status, fault, headers::id_of(head)))
}

/// Tells the access log what a rule does.
fn note(record: &mut Option<Box<Record>>, head: &Parts, (rule, action): (&str, &'static str)) {
    if let Some(record) = record {
        record.rule = Some((rule.to_owned(), action));
        let id = head.headers.get(&REQUEST_ID).and_then(|id| id.to_str().ok());
        id.unwrap_or_default().clone_into(&mut record.id);
    }
}

/// A target's answer, without what belongs to its connection.
fn answered(sent: Sent, group: Arc<Group>, busy: Busy) -> Response<Answer> {
    let Sent { mut response, lease, connection, silence } = sent;
    headers::strip_hop_by_hop(response.headers_mut());
    Proxied::wrap(response, silence, Open { lease, connection, group, _busy: busy })
}

/// The target agrees to another protocol: the client is told, and HTTP ends here. The request is
/// answered with that; how long the connection lasts says nothing about the target.
fn switched(client: &Arc<Client>, wish: Wish, sent: Sent, group: &Group) -> Response<Answer> {
    let Sent { mut response, lease, mut connection, silence } = sent;
    let status = response.status();
    let both = (wish.client, hyper::upgrade::on(&mut response));
    let protocol = response.headers_mut().remove(UPGRADE);
    headers::strip_hop_by_hop(response.headers_mut());
    if let Some(protocol) = protocol {
        response.headers_mut().insert(UPGRADE, protocol);
    }
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    group.counters.answered(status, silence.activity().start().elapsed());
    // Before the client can have its answer, and so before its first byte of the other protocol.
    client.pulse.leave_http();
    connection.let_go(&client.shared.tasks);
    client.shared.tasks.spawn(upgrade::tunnel(both, lease, Arc::clone(client)));
    response.map(|_| Answer::here(Bytes::new()))
}
