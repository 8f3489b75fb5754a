//! Conditions of rules, as an ALB's: pure, and the same for the same request at any time.
//!
//! All kinds of a rule must hold, one value of a kind suffices. Hosts, header values and query
//! strings are compared without regard to case, paths and methods with it. What a client sent is
//! compared as it was sent: paths and query strings are not decoded, addresses are those of the
//! connection and not of `X-Forwarded-For`.

mod glob;
mod network;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName};
use hyper::http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::limits::{HEADER_NAME_MAX, PATTERN_MAX, RULE_VALUES_MAX, RULE_WILDCARDS_MAX};
use glob::{Case, Glob};
use network::Network;

/// What a rule asks of a request; a kind that is empty asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct When {
    /// Patterns of the host, without its port.
    pub hosts: Vec<String>,
    /// Patterns of the path.
    pub paths: Vec<String>,
    /// Methods, as they are.
    pub methods: Vec<String>,
    /// Header fields, all of which must fit.
    pub headers: Vec<HeaderHas>,
    /// Query strings, all of which must fit.
    pub query: Vec<QueryHas>,
    /// Ranges of the client's address, such as `10.0.0.0/8`.
    pub sources: Vec<String>,
}

/// A header field with one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeaderHas {
    /// Its name; case does not count.
    pub name: String,
    /// Patterns, of which one suffices.
    pub values: Vec<String>,
}

/// A query string with one of these pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryHas {
    /// Patterns, of which one suffices.
    pub values: Vec<QueryPair>,
}

/// A key, if it counts, and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryPair {
    /// Pattern of the key; any key without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Pattern of the value.
    pub value: String,
}

/// Conditions, made ready for matching.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    hosts: Vec<Glob>,
    paths: Vec<Glob>,
    methods: Vec<String>,
    headers: Vec<(HeaderName, Vec<Glob>)>,
    query: Vec<Vec<(Option<Glob>, Glob)>>,
    sources: Vec<Network>,
}

/// What the conditions look at.
pub(super) struct Asked<'a> {
    method: &'a str,
    host: &'a [u8],
    path: &'a str,
    query: &'a str,
    pub(super) headers: &'a HeaderMap,
    source: IpAddr,
}

impl<'a> Asked<'a> {
    /// The request as it came from `source`.
    pub(super) fn of(head: &'a Parts, source: IpAddr) -> Self {
        Self {
            method: head.method.as_str(),
            host: host(&head.headers),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            source,
        }
    }
}

/// The host without its port.
pub(super) fn host(headers: &HeaderMap) -> &[u8] {
    let host = headers.get(HOST).map_or(&b""[..], |value| value.as_bytes());
    match host.iter().rposition(|byte| *byte == b':') {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) => &host[..colon],
        _ => host,
    }
}

impl When {
    /// What is wrong with the conditions, if anything is.
    pub fn check(&self) -> Result<(), String> {
        Conditions::new(self).map(|_| ())
    }
}

impl Conditions {
    /// Conditions of a rule that is not the default; the error says what is wrong.
    pub(super) fn new(when: &When) -> Result<Self, String> {
        let made = Self {
            hosts: globs("host", &when.hosts, |c| c.is_ascii_alphanumeric() || "-.*?".contains(c))?,
            paths: paths(&when.paths)?,
            methods: when.methods.iter().map(method).collect::<Result<_, _>>()?,
            headers: when.headers.iter().map(header).collect::<Result<_, _>>()?,
            query: when.query.iter().map(pairs).collect::<Result<_, _>>()?,
            sources: when
                .sources
                .iter()
                .map(|one| Network::parse(one))
                .collect::<Result<_, _>>()?,
        };
        let patterns = made.patterns();
        let values = patterns.len() + made.methods.len() + made.sources.len();
        if values == 0 {
            return Err("a rule has at least one condition; the default has none".to_owned());
        }
        if values > RULE_VALUES_MAX {
            return Err(format!("a rule has at most {RULE_VALUES_MAX} values, not {values}"));
        }
        let wildcards: usize = patterns.iter().map(|glob| glob.wildcards()).sum();
        if wildcards > RULE_WILDCARDS_MAX {
            let most = format!("at most {RULE_WILDCARDS_MAX} wildcards");
            return Err(format!("a rule has {most}, not {wildcards}"));
        }
        Ok(made)
    }

    /// Every pattern; a key and its value are one value, so keys come without.
    fn patterns(&self) -> Vec<&Glob> {
        let headers = self.headers.iter().flat_map(|(_, values)| values);
        let query = self.query.iter().flatten().map(|(_, value)| value);
        self.hosts.iter().chain(&self.paths).chain(headers).chain(query).collect()
    }

    /// Whether a request meets all of them.
    pub(super) fn hold(&self, asked: &Asked<'_>) -> bool {
        any(&self.paths, |one| one.matches(asked.path.as_bytes()))
            && any(&self.hosts, |one| one.matches(asked.host))
            && any(&self.methods, |one| one == asked.method)
            && any(&self.sources, |one| one.contains(asked.source))
            && self.headers.iter().all(|(name, values)| {
                let mut sent = asked.headers.get_all(name).iter();
                sent.any(|sent| values.iter().any(|one| one.matches(sent.as_bytes())))
            })
            && self.query.iter().all(|pairs| pairs.iter().any(|pair| has(asked.query, pair)))
    }
}

/// Whether one of a kind fits; a kind without values asks nothing.
fn any<T>(kind: &[T], fits: impl Fn(&T) -> bool) -> bool {
    kind.is_empty() || kind.iter().any(fits)
}

/// Whether a query string has a pair that fits.
fn has(query: &str, (key, value): &(Option<Glob>, Glob)) -> bool {
    query.split('&').filter(|part| !part.is_empty()).any(|part| {
        let (sent, with) = part.split_once('=').unwrap_or((part, ""));
        key.as_ref().is_none_or(|key| key.matches(sent.as_bytes()))
            && value.matches(with.as_bytes())
    })
}

fn globs(kind: &str, texts: &[String], may: fn(char) -> bool) -> Result<Vec<Glob>, String> {
    texts
        .iter()
        .map(|text| {
            fit(kind, text)?;
            match text.chars().find(|c| !may(*c)) {
                Some(bad) => Err(format!("{kind} {text}: {bad:?} cannot be in a {kind}")),
                None => Ok(Glob::new(text, Case::Folded)),
            }
        })
        .collect()
}

fn paths(texts: &[String]) -> Result<Vec<Glob>, String> {
    texts
        .iter()
        .map(|text| {
            fit("path", text)?;
            if !text.starts_with(['/', '*', '?']) || text.contains('#') {
                return Err(format!("path {text} fits nothing: a path begins with / and has no #"));
            }
            Ok(Glob::new(text, Case::Counts))
        })
        .collect()
}

fn method(text: &String) -> Result<String, String> {
    let letter = |c: char| c.is_ascii_uppercase() || "-_".contains(c);
    if text.is_empty() || text.len() > HEADER_NAME_MAX || !text.chars().all(letter) {
        return Err(format!("method {text} is not written in capital letters"));
    }
    Ok(text.clone())
}

fn header(has: &HeaderHas) -> Result<(HeaderName, Vec<Glob>), String> {
    let HeaderHas { name, values } = has;
    let wrong = || format!("{name} is no name of a header field");
    let known: HeaderName = name.parse().map_err(|_| wrong())?;
    if known == HOST {
        return Err("the host has a condition of its own: hosts".to_owned());
    }
    if name.len() > HEADER_NAME_MAX {
        return Err(format!("{name} is longer than {HEADER_NAME_MAX} characters"));
    }
    if values.is_empty() {
        return Err(format!("header {name} has no values"));
    }
    Ok((known, globs("header value", values, |_| true)?))
}

fn pairs(has: &QueryHas) -> Result<Vec<(Option<Glob>, Glob)>, String> {
    if has.values.is_empty() {
        return Err("a query condition has no values".to_owned());
    }
    let glob = |text: &String| {
        fit("query string", text)?;
        Ok::<_, String>(Glob::escaped(text, Case::Folded))
    };
    has.values
        .iter()
        .map(|pair| Ok((pair.key.as_ref().map(glob).transpose()?, glob(&pair.value)?)))
        .collect()
}

/// Not empty, not too long, visible.
fn fit(kind: &str, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err(format!("a {kind} is empty"));
    }
    if text.len() > PATTERN_MAX {
        return Err(format!("{kind} {text} is longer than {PATTERN_MAX} characters"));
    }
    let visible = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if !text.bytes().all(visible) {
        return Err(format!("{kind} {text} has characters that are not visible ASCII"));
    }
    Ok(())
}
