//! One request: obey a rule, choose a target, send, answer.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, SET_COOKIE, UPGRADE};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use super::answer::{Activity, Answer, Proxied, Upload};
use super::client::Client;
use super::group::Group;
use super::headers::{self, Arrival, REQUEST_ID};
use super::made::{made, redirected, whole};
use super::routes::Act;
use super::rules::Asked;
use super::send::{Sent, send};
use super::target::Lease;
use super::upgrade::{self, Wish};
use crate::limits::RETRIES_MAX;

/// Answers one request of `client`.
pub(super) async fn forward(client: &Arc<Client>, request: Request<Incoming>) -> Response<Answer> {
    let (mut head, body) = request.into_parts();
    let Chosen { group, lease, cookie, wish } = match choose(client, &mut head) {
        Choice::Group(chosen) => chosen,
        Choice::Answer(answer) => return answer,
    };
    let id = head.headers.get(&REQUEST_ID).cloned();
    group.counters.chosen();
    let activity = Activity::new();
    let upload = Upload { body, activity: Arc::clone(&activity) };
    let request = Request::from_parts(head, upload);
    match send(&client.shared, (&group, lease), request, &activity).await {
        Ok(mut sent) => {
            if let Some(cookie) = cookie {
                sent.response.headers_mut().append(SET_COOKIE, cookie);
            }
            match wish {
                Some(wish) if sent.response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                    switched(client, wish, sent, (&group, activity))
                }
                _ => answered(sent, group, &activity),
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
    if let Err(fault) = headers::admit(head) {
        let id = head.headers.get(&REQUEST_ID).cloned();
        return Choice::Answer(made(StatusCode::BAD_REQUEST, fault, id));
    }
    let (front, address) = (&client.front, client.address.ip());
    let arrival = Arrival { client: address, port: front.port, ids: &client.shared.ids };
    let asked = Asked::of(head, address);
    let mut routes = front.routes.load();
    for _ in 0..RETRIES_MAX {
        let Act::Forward(forwarding) = routes.act(&asked) else { break };
        let Some(group) = forwarding.next(&asked) else { break };
        let lease = group.lease(&[]);
        if lease.is_some() || !group.gone.is_cancelled() {
            let wish = Wish::of(head);
            headers::prepare(head, &arrival);
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

/// A target's answer, without what belongs to its connection.
fn answered(sent: Sent, group: Arc<Group>, activity: &Activity) -> Response<Answer> {
    let mut response = sent.response;
    headers::strip_hop_by_hop(response.headers_mut());
    Proxied::wrap(response, sent.lease, sent.connection, (group, activity.start()))
}

/// The target agrees to another protocol: the client is told, and HTTP ends here. The request is
/// answered with that; how long the connection lasts says nothing about the target.
fn switched(
    client: &Arc<Client>,
    wish: Wish,
    sent: Sent,
    (group, activity): (&Group, Arc<Activity>),
) -> Response<Answer> {
    let mut response = sent.response;
    let status = response.status();
    let both = (wish.client, hyper::upgrade::on(&mut response));
    let protocol = response.headers_mut().remove(UPGRADE);
    headers::strip_hop_by_hop(response.headers_mut());
    if let Some(protocol) = protocol {
        response.headers_mut().insert(UPGRADE, protocol);
    }
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    group.counters.answered(status, activity.start().elapsed());
    let tunnel = upgrade::tunnel(both, sent.lease, Arc::clone(client), activity);
    client.shared.tasks.spawn(tunnel);
    response.map(|_| Answer::Made(http_body_util::Full::default()))
}
