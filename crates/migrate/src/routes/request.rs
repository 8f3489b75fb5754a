//! A request as a load balancer sees it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, whose case counts.
    pub method: String,
    /// The host header, without a port.
    pub host: String,
    /// The path, with its first slash and without the query.
    pub path: String,
    /// The query's keys and values, in order.
    pub query: Vec<(String, String)>,
    /// Headers but for the host.
    pub headers: Vec<(String, String)>,
    /// Where the connection comes from.
    pub source: IpAddr,
}

/// An address that is in no range that people allow: the first of TEST-NET-1 (RFC 5737).
pub(super) const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

impl Default for Request {
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            host: "example.com".to_owned(),
            path: "/".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            source: ANYWHERE,
        }
    }
}

impl Request {
    /// `key=value&…` without the question mark.
    pub fn query_text(&self) -> String {
        let pairs: Vec<String> = self
            .query
            .iter()
            .map(
                |(key, value)| {
                    if value.is_empty() { key.clone() } else { format!("{key}={value}") }
                },
            )
            .collect();
        pairs.join("&")
    }
}

impl fmt::Display for Request {
    /// As one would write it for curl; a source that matters stands behind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("curl")?;
        if self.method != "GET" {
            write!(f, " -X {}", self.method)?;
        }
        for (name, value) in &self.headers {
            write!(f, " -H '{name}: {value}'")?;
        }
        write!(f, " '{}{}", self.host, self.path)?;
        if !self.query.is_empty() {
            write!(f, "?{}", self.query_text())?;
        }
        f.write_str("'")?;
        if self.source != ANYWHERE {
            write!(f, " from {}", self.source)?;
        }
        Ok(())
    }
}
