//! Conditions of a rule: what each asks of a request.
//!
//! The rules of the load balancer: hosts, header values and query strings without regard to case,
//! paths and methods with it; one value of a condition is enough, and all conditions must hold.

use serde_json::Value;

use super::pattern::{Cidr, Glob, Texts};
use super::request::Request;
use super::wire;

/// A condition of a rule.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `host-header`.
    Host(Texts),
    /// `path-pattern`.
    Path(Texts),
    /// `http-header`: the name, and values of which one header must have one.
    Header(String, Texts),
    /// `http-request-method`.
    Method(Vec<String>),
    /// `query-string`: keys, where given, with their values.
    Query(Vec<(Option<Glob>, Glob)>),
    /// `source-ip`.
    Source(Vec<Cidr>),
    /// A field that this program does not know; it is taken to hold for nothing.
    Unknown(String),
}

impl Condition {
    /// Whether `request` meets the condition.
    pub fn holds(&self, request: &Request) -> bool {
        match self {
            Self::Host(texts) => texts.matches(&request.host),
            Self::Path(texts) => texts.matches(&request.path),
            Self::Header(name, texts) => request
                .headers
                .iter()
                .any(|(key, value)| key.eq_ignore_ascii_case(name) && texts.matches(value)),
            Self::Method(methods) => methods.contains(&request.method),
            Self::Query(pairs) => pairs.iter().any(|(key, value)| {
                request.query.iter().any(|(has_key, has_value)| {
                    key.as_ref().is_none_or(|key| key.matches(has_key)) && value.matches(has_value)
                })
            }),
            Self::Source(ranges) => ranges.iter().any(|range| range.contains(request.source)),
            Self::Unknown(_) => false,
        }
    }

    /// A condition as AWS answers it.
    pub(super) fn of_aws(value: &Value) -> Self {
        let field = wire::text(value, "field").unwrap_or_default();
        let config = wire::config(value, &field);
        // Older answers have the values of hosts and paths beside the field only.
        let direct = wire::strings(value, "values");
        match config {
            Some(config) => Self::of(&field, config),
            None if field == "host-header" => Self::Host(Texts::globs(&direct, true)),
            None if field == "path-pattern" => Self::Path(Texts::globs(&direct, false)),
            None => Self::Unknown(field),
        }
    }

    /// A condition out of the configuration of its field.
    pub(super) fn of(field: &str, config: &Value) -> Self {
        let texts = |fold: bool| {
            let regexes = wire::strings(config, "regexValues");
            if regexes.is_empty() {
                Texts::globs(&wire::strings(config, "values"), fold)
            } else {
                Texts::regexes(&regexes, fold)
            }
        };
        match field {
            "host-header" => Self::Host(texts(true)),
            "path-pattern" => Self::Path(texts(false)),
            "http-header" => {
                let name = wire::text(config, "httpHeaderName").unwrap_or_default();
                Self::Header(name, texts(true))
            }
            "http-request-method" => Self::Method(wire::strings(config, "values")),
            "query-string" => Self::Query(wire::list(config, "values").map(pair).collect()),
            "source-ip" => {
                let values = wire::strings(config, "values");
                Self::Source(values.iter().filter_map(|text| Cidr::parse(text)).collect())
            }
            other => Self::Unknown(other.to_owned()),
        }
    }
}

fn pair(value: &Value) -> (Option<Glob>, Glob) {
    let glob = |text: String| Glob::escaped(&text, true);
    let key = wire::text(value, "key").filter(|key| !key.is_empty()).map(glob);
    (key, glob(wire::text(value, "value").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The condition as AWS answers it, and whether it holds for the request.
    fn holds(condition: &Value, change: impl Fn(&mut Request)) -> bool {
        let mut request = Request::default();
        change(&mut request);
        Condition::of_aws(condition).holds(&request)
    }

    #[test]
    fn the_case_counts_in_paths_and_methods_only() {
        let host = json!({"Field": "host-header", "Values": ["Api.Example.com"]});
        assert!(holds(&host, |request| request.host = "aPI.example.com".to_owned()));
        let path = json!({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/Api"]}});
        assert!(!holds(&path, |request| request.path = "/api".to_owned()));
        let method = json!({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}});
        assert!(!holds(&method, |request| request.method = "post".to_owned()));
        let header = json!({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "Upgrade", "Values": ["web*"]}});
        let upgrade = ("UPGRADE".to_owned(), "WebSocket".to_owned());
        assert!(holds(&header, |request| request.headers.push(upgrade.clone())));
        let query = json!({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "Channel", "Value": "beta"}, {"Value": "x?"}]}});
        for (key, value, fits) in
            [("channel", "BETA", true), ("channel", "alpha", false), ("any", "xy", true)]
        {
            let pair = (key.to_owned(), value.to_owned());
            assert_eq!(holds(&query, |request| request.query.push(pair.clone())), fits, "{key}");
        }
    }

    #[test]
    fn regular_expressions_and_unknown_fields_are_told_apart() {
        let regex = json!({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/v[12]/x$"]}, "RegexValues": ["^/v[12]/x$"]});
        assert!(holds(&regex, |request| request.path = "/v2/x".to_owned()));
        assert!(!holds(&regex, |request| request.path = "/v3/x".to_owned()));
        assert!(!holds(&json!({"Field": "moon-phase"}), |_| ()));
        assert!(!holds(&json!(7), |_| ()));
    }
}
