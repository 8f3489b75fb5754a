//! What is known of one request, from its head to the last byte of its answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HOST, USER_AGENT};
use hyper::http::request::Parts;
use hyper::{StatusCode, Version};
use jiff::Timestamp;
use model::ports::Clock as _;
use serde::Serialize;
use tokio::time::Instant;

use super::Log;
use crate::SystemClock;
use crate::balancer::activity::Activity;
use crate::balancer::client::Client;

/// One request; dropping it writes its line.
#[derive(Debug)]
pub(in crate::balancer) struct Record {
    log: Arc<Log>,
    client: Arc<Client>,
    time: Timestamp,
    start: Instant,
    request: String,
    host: String,
    agent: String,
    upgrade: bool,
    pub(in crate::balancer) id: String,
    /// The rule that was obeyed, and what it did.
    pub(in crate::balancer) rule: Option<(String, &'static str)>,
    pub(in crate::balancer) group: Option<String>,
    pub(in crate::balancer) done: Done,
    /// Counts what the client sent.
    pub(in crate::balancer) activity: Option<Arc<Activity>>,
    pub(in crate::balancer) status: Option<StatusCode>,
    pub(in crate::balancer) error: Option<&'static str>,
    pub(in crate::balancer) sent: u64,
}

/// What a target has done, and when.
#[derive(Debug, Default, Clone, Copy)]
pub(in crate::balancer) struct Done {
    pub(in crate::balancer) target: Option<SocketAddr>,
    /// When the request was sent to it.
    pub(in crate::balancer) sent: Option<Instant>,
    /// When the head of its answer had come.
    pub(in crate::balancer) answered: Option<Instant>,
    pub(in crate::balancer) status: Option<StatusCode>,
}

/// A line of the log.
#[derive(Serialize)]
struct Line<'a> {
    r#type: &'a str,
    time: Timestamp,
    elb: &'a str,
    #[serde(rename = "client:port")]
    client: SocketAddr,
    #[serde(rename = "target:port")]
    target: Option<SocketAddr>,
    request_processing_time: f64,
    target_processing_time: f64,
    response_processing_time: f64,
    elb_status_code: Option<u16>,
    target_status_code: Option<u16>,
    received_bytes: u64,
    sent_bytes: u64,
    request: &'a str,
    user_agent: &'a str,
    ssl_cipher: Option<String>,
    ssl_protocol: Option<String>,
    target_group: Option<&'a str>,
    trace_id: &'a str,
    domain_name: &'a str,
    matched_rule: Option<&'a str>,
    actions_executed: Option<&'a str>,
    error_reason: Option<&'a str>,
}

impl Record {
    /// A request as it came, if there is a log.
    pub(in crate::balancer) fn of(client: &Arc<Client>, head: &Parts) -> Option<Box<Self>> {
        let log = client.shared.log.load_full()?;
        let header = |name| {
            let value = head.headers.get(name).map_or(&b""[..], |value| value.as_bytes());
            String::from_utf8_lossy(value).into_owned()
        };
        let host = head.uri.authority().map_or_else(|| header(HOST), ToString::to_string);
        let path = match head.uri.path_and_query() {
            Some(all) if log.query => all.as_str(),
            _ => head.uri.path(),
        };
        let scheme = client.scheme();
        let request = format!("{} {scheme}://{host}{path} {:?}", head.method, head.version);
        Some(Box::new(Self {
            client: Arc::clone(client),
            time: SystemClock.now(),
            start: Instant::now(),
            request,
            host,
            agent: header(USER_AGENT),
            upgrade: head.version == Version::HTTP_11 && head.headers.contains_key("upgrade"),
            id: String::new(),
            rule: None,
            group: None,
            done: Done::default(),
            activity: None,
            status: None,
            error: None,
            sent: 0,
            log,
        }))
    }

    fn kind(&self) -> &'static str {
        let switched = self.upgrade && self.status == Some(StatusCode::SWITCHING_PROTOCOLS);
        match (switched, self.client.secure.is_some(), self.request.ends_with("HTTP/2.0")) {
            (true, false, _) => "ws",
            (true, true, _) => "wss",
            (false, _, true) => "h2",
            (false, true, false) => "https",
            (false, false, false) => "http",
        }
    }

    fn line(&self) -> Line<'_> {
        let now = Instant::now();
        let Done { target, sent, answered, status } = self.done;
        let between = |from: Option<Instant>, to: Option<Instant>| match (from, to) {
            (Some(from), Some(to)) => rounded(to.duration_since(from)),
            // As an ALB says that it did not come to this.
            _ => -1.0,
        };
        let secure = self.client.secure;
        Line {
            r#type: self.kind(),
            time: self.time,
            elb: &self.client.front.name,
            client: self.client.address,
            target,
            request_processing_time: between(Some(self.start), sent),
            target_processing_time: between(sent, answered),
            response_processing_time: between(answered, Some(now)),
            elb_status_code: self.status.map(|status| status.as_u16()),
            target_status_code: status.map(|status| status.as_u16()),
            received_bytes: self.activity.as_ref().map_or(0, |activity| activity.received()),
            sent_bytes: self.sent,
            request: &self.request,
            user_agent: &self.agent,
            ssl_cipher: secure
                .and_then(|secure| secure.cipher)
                .and_then(|cipher| cipher.suite().as_str().map(ToOwned::to_owned)),
            ssl_protocol: secure
                .and_then(|secure| secure.version)
                .and_then(|version| version.as_str().map(|version| version.replace('_', "."))),
            target_group: self.group.as_deref(),
            trace_id: &self.id,
            domain_name: &self.host,
            matched_rule: self.rule.as_ref().map(|(name, _)| name.as_str()),
            actions_executed: self.rule.as_ref().map(|(_, action)| *action),
            error_reason: self.error,
        }
    }
}

/// Seconds with six digits.
fn rounded(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e6
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Ok(mut line) = serde_json::to_string(&self.line()) {
            line.push('\n');
            self.log.put(line);
        }
    }
}
