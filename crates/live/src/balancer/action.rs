//! What a rule does with a request: forward it, redirect it, or answer it.

use hyper::StatusCode;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use model::ports::Weights;
use serde::{Deserialize, Serialize};

use super::rules;
use crate::limits::{FIXED_BODY_MAX, PATTERN_MAX, RULE_GROUPS_MAX, STICKY_SECS_MAX};

/// What a rule does with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Sends it to one of several target groups.
    Forward(Forward),
    /// Sends the client to another address.
    Redirect(Redirect),
    /// Answers it here.
    FixedResponse(FixedResponse),
}

/// Target groups, each with its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Forward {
    /// Shares in percent, which sum to 100.
    pub weights: Weights,
    /// Whether a client stays with the group that it got first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stickiness: Option<Stickiness>,
}

/// A client stays with its target group, by a cookie of the rule's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stickiness {
    /// How long after its last request, 1 second to 7 days.
    pub duration_seconds: u32,
}

/// Another address. What is not said stays as the client has it; `#{host}`, `#{path}` (without
/// its first `/`), `#{port}`, `#{protocol}` and `#{query}` stand for the client's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Redirect {
    /// 301 (for good) or 302 (for now).
    pub status: u16,
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    #[serde(default = "protocol")]
    pub protocol: String,
    /// Host without a port.
    #[serde(default = "host")]
    pub host: String,
    /// Port.
    #[serde(default = "port")]
    pub port: String,
    /// Path with its first `/`.
    #[serde(default = "path")]
    pub path: String,
    /// Query string without the `?`.
    #[serde(default = "query")]
    pub query: String,
}

/// An answer of the balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FixedResponse {
    /// 2xx, 4xx or 5xx.
    pub status: u16,
    /// One of the five types that an ALB sends.
    #[serde(default = "plain")]
    pub content_type: String,
    /// Text of at most 1,024 bytes.
    #[serde(default)]
    pub body: String,
}

fn protocol() -> String {
    "#{protocol}".to_owned()
}

fn host() -> String {
    "#{host}".to_owned()
}

fn port() -> String {
    "#{port}".to_owned()
}

fn path() -> String {
    "/#{path}".to_owned()
}

fn query() -> String {
    "#{query}".to_owned()
}

fn plain() -> String {
    "text/plain".to_owned()
}

/// What a fixed answer may be.
const TYPES: [&str; 5] =
    ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

impl Action {
    /// What is wrong with it by itself, if anything is.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Forward(forward) => forward.check(),
            Self::Redirect(redirect) => redirect.check(),
            Self::FixedResponse(fixed) => fixed.check(),
        }
    }
}

impl Forward {
    /// By weights alone.
    pub fn by(weights: Weights) -> Self {
        Self { weights, stickiness: None }
    }

    fn check(&self) -> Result<(), String> {
        let secs = self.stickiness.as_ref().map(|stickiness| stickiness.duration_seconds);
        if let Some(secs) = secs.filter(|secs| !(1..=STICKY_SECS_MAX).contains(secs)) {
            return Err(format!("durationSeconds is 1 to {STICKY_SECS_MAX}, not {secs}"));
        }
        let groups = self.weights.iter().count();
        if groups > RULE_GROUPS_MAX {
            return Err(format!(
                "a rule has at most {RULE_GROUPS_MAX} target groups, not {groups}"
            ));
        }
        Ok(())
    }
}

impl Redirect {
    /// A redirect with this status that changes nothing yet.
    pub fn to(status: u16) -> Self {
        let (protocol, host, port) = (protocol(), host(), port());
        Self { status, protocol, host, port, path: path(), query: query() }
    }

    fn check(&self) -> Result<(), String> {
        let Self { status, protocol, host, port, path, query } = self;
        if ![301, 302].contains(status) {
            return Err(format!("a redirect has status 301 or 302, not {status}"));
        }
        if !["HTTP", "HTTPS", "#{protocol}"].contains(&protocol.as_str()) {
            return Err(format!("protocol is HTTP, HTTPS or #{{protocol}}, not {protocol}"));
        }
        let number = port.parse::<u16>().is_ok_and(|port| port > 0);
        if !number && port != "#{port}" {
            return Err(format!("port is 1 to 65535 or #{{port}}, not {port}"));
        }
        if host.is_empty() || host.replace("#{host}", "").contains([':', '/', '#', '?']) {
            return Err(format!("host {host} is no host"));
        }
        if !path.starts_with('/') || query.starts_with('?') {
            return Err("a path begins with /, a query string not with ?".to_owned());
        }
        for (name, text) in [("host", host), ("path", path), ("query", query)] {
            if text.len() > PATTERN_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(format!("{name} is at most {PATTERN_MAX} characters of visible ASCII"));
            }
        }
        let same = Self::to(*status);
        if (protocol, host, port, path) == (&same.protocol, &same.host, &same.port, &same.path) {
            return Err("a redirect to where the client is already leads in a circle".to_owned());
        }
        Ok(())
    }

    /// The address that the client of `head` is sent to; its port is always said, as by an ALB.
    pub(super) fn location(
        &self,
        head: &Parts,
        (scheme, port): (&str, u16),
    ) -> Option<HeaderValue> {
        let host = std::str::from_utf8(rules::host(&head.headers)).ok()?;
        let path = head.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let query = head.uri.query().unwrap_or_default();
        let port = port.to_string();
        let known = [
            ("#{protocol}", scheme),
            ("#{host}", host),
            ("#{port}", &port),
            ("#{path}", path),
            ("#{query}", query),
        ];
        let filled = |text: &str| fill(text, &known);
        let scheme = filled(&self.protocol).to_ascii_lowercase();
        let query = filled(&self.query);
        let mark = if query.is_empty() { "" } else { "?" };
        let (host, port, path) = (filled(&self.host), filled(&self.port), filled(&self.path));
        HeaderValue::try_from(format!("{scheme}://{host}:{port}{path}{mark}{query}")).ok()
    }
}

/// `text` with what stands for something filled in, once: what a client sent is not read again.
fn fill(text: &str, known: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("#{") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = known.iter().find(|(name, _)| rest.starts_with(name));
        let (taken, value) = found.map_or(("#{", "#{"), |(name, value)| (*name, *value));
        out.push_str(value);
        rest = &rest[taken.len()..];
    }
    out + rest
}

impl FixedResponse {
    fn check(&self) -> Result<(), String> {
        let Self { status, content_type, body } = self;
        if !matches!(status, 200..=299 | 400..=599) {
            return Err(format!("a fixed response has status 2xx, 4xx or 5xx, not {status}"));
        }
        if !TYPES.contains(&content_type.as_str()) {
            return Err(format!("contentType is one of {}, not {content_type}", TYPES.join(", ")));
        }
        if body.len() > FIXED_BODY_MAX {
            return Err(format!("a fixed response has at most {FIXED_BODY_MAX} bytes"));
        }
        Ok(())
    }

    /// Its status; what was checked is one.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
    }
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn location(redirect: &Redirect, url: &str) -> String {
        redirect.check().unwrap();
        let request = Request::get(url).header("host", "Shop.test:8080").body(()).unwrap();
        let (head, ()) = request.into_parts();
        redirect.location(&head, ("http", 8080)).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_redirect_keeps_what_it_does_not_name() {
        let to = Redirect::to(301);
        let https = Redirect { protocol: "HTTPS".into(), port: "443".into(), ..to.clone() };
        assert_eq!(location(&https, "/a/b?c=d"), "https://Shop.test:443/a/b?c=d");
        assert_eq!(location(&https, "/"), "https://Shop.test:443/");
        let host = Redirect { host: "www.#{host}".into(), ..to.clone() };
        assert_eq!(location(&host, "/a"), "http://www.Shop.test:8080/a");
        let path = Redirect { path: "/new/#{path}".into(), query: String::new(), ..to.clone() };
        assert_eq!(location(&path, "/a?b"), "http://Shop.test:8080/new/a");
        let odd = Redirect { path: "/#{x}#{path}".into(), query: "from=#{host}".into(), ..to };
        assert_eq!(location(&odd, "/a"), "http://Shop.test:8080/#{x}a?from=Shop.test");
    }

    #[test]
    fn what_a_client_sent_is_not_read_as_a_name() {
        let to = Redirect { path: "/x/#{path}".into(), ..Redirect::to(302) };
        let request = Request::get("/a").header("host", "#{port}").body(()).unwrap();
        let (head, ()) = request.into_parts();
        assert_eq!(to.location(&head, ("http", 80)).unwrap(), "http://#{port}:80/x/a");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let to = Redirect::to(301);
        let wrong = [
            to.clone(),
            Redirect { query: "a=b".into(), ..to.clone() },
            Redirect { host: "a:1".into(), ..to.clone() },
            Redirect { path: "a".into(), ..to.clone() },
            Redirect { port: "0".into(), ..to.clone() },
            Redirect { protocol: "FTP".into(), ..to.clone() },
            Redirect { status: 307, path: "/a".into(), ..to },
        ];
        for redirect in wrong {
            assert!(redirect.check().is_err(), "{redirect:?}");
        }
        let fixed = |status, body: &str| FixedResponse {
            status,
            content_type: plain(),
            body: body.to_owned(),
        };
        assert!(fixed(503, "later").check().is_ok());
        assert!(fixed(302, "").check().is_err());
        assert!(fixed(200, &"x".repeat(1_025)).check().is_err());
        let other = FixedResponse { content_type: "text/xml".into(), ..fixed(200, "") };
        assert!(other.check().is_err());
    }
}
