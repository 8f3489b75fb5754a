//! One request: obey a rule, choose a target, send, answer.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, SET_COOKIE, UPGRADE};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode, Version};

use super::activity::{Activity, Watch};
use super::answer::{Answer, Open, Proxied, Upload};
use super::client::{Busy, Client};
use super::group::Group;
use super::headers::{self, Arrival, REQUEST_ID};
use super::made::{made, redirected, whole};
use super::routes::Act;
use super::rules::Asked;
use super::send::{Sent, send};
use super::settings::Protocol;
use super::target::Lease;
use super::upgrade::{self, Wish};
use crate::limits::RETRIES_MAX;

/// Answers one request of `client`.
pub(super) async fn forward(client: &Arc<Client>, request: Request<Incoming>) -> Response<Answer> {
    let (busy, version) = (client.busy(), request.version());
    let mut response = pass(client, busy, request).await;
    *response.version_mut() = version.max(Version::HTTP_11);
    let last = client.is_last();
    let http = response.status() != StatusCode::SWITCHING_PROTOCOLS;
    if last && http && version <= Version::HTTP_11 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn pass(client: &Arc<Client>, busy: Busy, request: Request<Incoming>) -> Response<Answer> {
    let (mut head, body) = request.into_parts();
    // On HTTP/2, each request has a task of its own, which the connection's ticks do not wake.
    let watch = if head.version == Version::HTTP_2 { Watch::Timer } else { Watch::Tick };
    let Chosen { group, lease, cookie, wish } = match choose(client, &mut head) {
        Choice::Group(chosen) => chosen,
        Choice::Answer(answer) => return answer,
    };
    let id = head.headers.get(&REQUEST_ID).cloned();
    group.counters.chosen();
    let activity = Activity::new(client.limits.silence, watch);
    let upload = Upload { body, activity: Arc::clone(&activity) };
    let request = Request::from_parts(head, upload);
    match send(&client.shared, (&group, lease), request, &activity).await {
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
    /// Another protocol, if the client asks for one.
    wish: Option<Wish>,
}

/// Obeys the first rule that holds. Rules see the head as the client sent it; after that it is
/// fit for a target.
fn choose(client: &Client, head: &mut Parts) -> Choice {
    if let Err((status, fault)) = headers::admit(head) {
        return Choice::Answer(made(status, fault, headers::id_of(head)));
    }
    let (front, address) = (&client.front, client.address.ip());
    let (scheme, ids) = (client.scheme(), &client.shared.ids);
    let arrival = Arrival { client: address, scheme, port: front.port, ids };
    let asked = Asked::of(head, address);
    let mut routes = front.routes.load();
    for _ in 0..RETRIES_MAX {
        let Act::Forward(forwarding) = routes.act(&asked) else { break };
        let Some(group) = forwarding.next(&asked) else { break };
        let lease = group.lease(&[]);
        if lease.is_some() || !group.gone.is_cancelled() {
            let protocol = group.settings.load().protocol;
            let wish = Wish::of(head).filter(|_| protocol == Protocol::Http1);
            if let Err(fault) = headers::prepare(head, &arrival, protocol) {
                let id = headers::id_of(head);
                return Choice::Answer(made(StatusCode::BAD_REQUEST, fault, id));
            }
            if let Some(wish) = &wish {
                wish.pass_on(&mut head.headers);
            }
            let cookie = forwarding.sticky.as_ref().and_then(|sticky| sticky.cookie(&group));
            return Choice::Group(Chosen { group, lease, cookie, wish });
        }
        // Another configuration has come since the rule was looked up, and the group went.
        routes = front.routes.load();
    }
    let act = routes.act(&asked);
    // Which cannot fail in the protocol in which it came.
    let _ = headers::prepare(head, &arrival, Protocol::Http1);
    let id = head.headers.get(&REQUEST_ID).cloned();
    let answer = match act {
        Act::Forward(_) => made(StatusCode::SERVICE_UNAVAILABLE, "no target group has weight", id),
        Act::Redirect(redirect) => match redirect.location(head, (scheme, front.port)) {
            Some(location) => redirected(redirect.status, location, id),
            None => made(StatusCode::BAD_REQUEST, "the host is no host", id),
        },
        Act::Fixed(fixed) => whole(fixed.status(), &fixed.content_type, fixed.body.clone(), id),
    };
    Choice::Answer(answer)
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
    let Sent { mut response, lease, silence, .. } = sent;
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
    client.shared.tasks.spawn(upgrade::tunnel(both, lease, Arc::clone(client)));
    response.map(|_| Answer::Made(http_body_util::Full::default()))
}
