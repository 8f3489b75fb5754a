//! What becomes of a request: who answers it, and what stands before.

use std::fmt;

use serde_json::Value;

use super::request::Request;
use super::wire;

/// Where a forward leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A port of a service's containers, wherever they run.
    Service {
        /// Canonical service.
        service: String,
        /// Canonical environment.
        environment: String,
        /// The port that the container listens on.
        port: String,
        /// What is spoken to it: `HTTP` or `HTTPS`, and the version.
        protocol: String,
    },
    /// A target group of no service that was read, by its ARN.
    Group(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { service, environment, port, protocol } => {
                write!(f, "{service} ({environment}) port {port} over {protocol}")
            }
            Self::Group(arn) => {
                let name = arn.rsplit_once('/').map_or(arn.as_str(), |(head, _)| head);
                let name = name.rsplit('/').next().unwrap_or(name);
                write!(f, "the target group {name}")
            }
        }
    }
}

/// What a rule does with a request, before the request is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// To targets by weight; sorted, none of weight 0, in lowest terms.
    Forward {
        /// Targets and weights.
        targets: Vec<(Target, u64)>,
        /// Seconds for which a client stays with its target group.
        sticky_secs: Option<i64>,
    },
    /// To another address.
    Redirect(Redirect),
    /// An answer of the load balancer's own.
    Fixed {
        /// The status code.
        status: String,
        /// Content type and text.
        content: String,
    },
    /// No answer can be given, because of this.
    Nothing(String),
}

/// A redirect with its placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    protocol: String,
    host: String,
    port: String,
    path: String,
    query: String,
    status: String,
}

/// What becomes of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Logins that come first, in order, in words that are equal if they are the same login.
    pub logins: Vec<String>,
    /// Changes of host and path on the way, in words.
    pub rewrites: Vec<String>,
    /// Who answers.
    pub answer: Answer,
}

/// Who answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Targets with their weights.
    Forward(Vec<(Target, u64)>, Option<i64>),
    /// The client is sent to this URL, with this status.
    Redirect(String, String),
    /// The load balancer itself: status and content.
    Fixed(String, String),
    /// Nobody, because of this.
    Nobody(String),
}

impl Action {
    /// A forward in a form that is equal when the shares are.
    pub(super) fn forward(mut targets: Vec<(Target, u64)>, sticky_secs: Option<i64>) -> Self {
        targets.sort();
        targets.retain(|(_, weight)| *weight > 0);
        let mut merged: Vec<(Target, u64)> = Vec::new();
        for (target, weight) in targets {
            match merged.last_mut() {
                Some((last, sum)) if *last == target => *sum = sum.saturating_add(weight),
                _ => merged.push((target, weight)),
            }
        }
        if merged.is_empty() {
            return Self::Nothing("no target group has any weight".to_owned());
        }
        let divisor = merged.iter().fold(0, |gcd, (_, weight)| common(gcd, *weight)).max(1);
        for (_, weight) in &mut merged {
            *weight /= divisor;
        }
        // With one target group there is nothing to stay with.
        let sticky_secs = sticky_secs.filter(|_| merged.len() > 1);
        Self::Forward { targets: merged, sticky_secs }
    }

    /// A redirect, out of its configuration.
    pub(super) fn redirect(config: &Value) -> Self {
        let text =
            |key: &str, absent: &str| wire::text(config, key).unwrap_or_else(|| absent.to_owned());
        Self::Redirect(Redirect {
            protocol: text("protocol", "#{protocol}"),
            host: text("host", "#{host}"),
            port: text("port", "#{port}"),
            path: text("path", "/#{path}"),
            query: text("query", "#{query}"),
            status: text("statusCode", ""),
        })
    }

    /// A fixed answer, out of its configuration.
    pub(super) fn fixed(config: &Value) -> Self {
        let text = |key: &str| wire::text(config, key).unwrap_or_default();
        let body = text("messageBody");
        // Without a text there is nothing that has a type.
        let kind = if body.is_empty() { String::new() } else { text("contentType") };
        let content = if body.is_empty() { body } else { format!("{kind} {body}") };
        Self::Fixed { status: text("statusCode"), content }
    }

    /// What becomes of `request` on a listener.
    pub(super) fn answer(&self, request: &Request, protocol: &str, port: i64) -> Answer {
        match self {
            Self::Forward { targets, sticky_secs } => {
                Answer::Forward(targets.clone(), *sticky_secs)
            }
            Self::Redirect(redirect) => redirect.answer(request, protocol, port),
            Self::Fixed { status, content } => Answer::Fixed(status.clone(), content.clone()),
            Self::Nothing(why) => Answer::Nobody(why.clone()),
        }
    }
}

impl Redirect {
    fn answer(&self, request: &Request, protocol: &str, port: i64) -> Answer {
        let port = port.to_string();
        let query = request.query_text();
        let path = request.path.strip_prefix('/').unwrap_or(&request.path);
        let fill = |text: &str| {
            text.replace("#{protocol}", protocol)
                .replace("#{host}", &request.host)
                .replace("#{port}", &port)
                .replace("#{path}", path)
                .replace("#{query}", &query)
        };
        let query = fill(&self.query);
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!(
            "{}://{}:{}{}{mark}{query}",
            fill(&self.protocol).to_ascii_lowercase(),
            fill(&self.host),
            fill(&self.port),
            fill(&self.path),
        );
        Answer::Redirect(url, self.status.clone())
    }

    /// Whether the controller takes this for a loop on a listener and leaves the rule out
    /// (`pkg/ingress/rule_optimizer.go`).
    pub(super) fn loops(&self, hosts: &[&str], paths: &[&str], protocol: &str, port: i64) -> bool {
        (self.host == "#{host}" || hosts.contains(&self.host.as_str()))
            && (self.path == "/#{path}" || paths.contains(&self.path.as_str()))
            && (self.port == "#{port}" || self.port == port.to_string())
            && (self.protocol == "#{protocol}" || self.protocol == protocol)
            && self.query == "#{query}"
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for login in &self.logins {
            write!(f, "a login ({login}), then ")?;
        }
        for rewrite in &self.rewrites {
            write!(f, "rewritten by {rewrite}, ")?;
        }
        match &self.answer {
            Answer::Forward(targets, sticky) => {
                for (index, (target, weight)) in targets.iter().enumerate() {
                    let between = if index == 0 { "" } else { ", " };
                    write!(f, "{between}{target}")?;
                    if targets.len() > 1 {
                        write!(f, " (weight {weight})")?;
                    }
                }
                sticky.map_or(Ok(()), |secs| write!(f, ", sticky for {secs} s"))
            }
            Answer::Redirect(url, status) => write!(f, "{status} to {url}"),
            Answer::Fixed(status, content) if content.is_empty() => {
                write!(f, "a fixed answer {status}")
            }
            Answer::Fixed(status, content) => write!(f, "a fixed answer {status} ({content})"),
            Answer::Nobody(why) => write!(f, "nobody: {why}"),
        }
    }
}

/// The greatest common divisor.
fn common(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { common(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn redirects_fill_their_placeholders() {
        let config = json!({"Host": "#{host}", "Path": "/v2/#{path}", "Port": "443", "Protocol": "HTTPS", "Query": "#{query}&old=1", "StatusCode": "HTTP_301"});
        let query = vec![("a".to_owned(), "1".to_owned())];
        let request = Request { path: "/v1/x".to_owned(), query, ..Request::default() };
        let answer = Action::redirect(&config).answer(&request, "HTTP", 80);
        let url = "https://example.com:443/v2/v1/x?a=1&old=1".to_owned();
        assert_eq!(answer, Answer::Redirect(url, "HTTP_301".to_owned()));
        let bare = Action::redirect(&json!({"statusCode": "HTTP_302"}));
        let answer = bare.answer(&Request::default(), "HTTP", 80);
        let url = "http://example.com:80/".to_owned();
        assert_eq!(answer, Answer::Redirect(url, "HTTP_302".to_owned()));
    }

    #[test]
    fn shares_are_compared_and_not_numbers() {
        let group = |name: &str, weight: u64| (Target::Group(name.to_owned()), weight);
        let one = Action::forward(vec![group("b", 50), group("a", 950)], Some(60));
        let other = Action::forward(vec![group("a", 19), group("b", 1), group("c", 0)], Some(60));
        assert_eq!(one, other);
        let alone = Action::forward(vec![group("a", 7)], Some(60));
        assert_eq!(alone, Action::forward(vec![group("a", 1)], None));
        assert!(matches!(Action::forward(vec![group("a", 0)], None), Action::Nothing(_)));
    }
}
