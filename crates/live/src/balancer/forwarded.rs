//! Who the client is, for the target: X-Forwarded-For, -Proto and -Port as an ALB writes them, and
//! `Forwarded` (RFC 7239) beside them.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use super::found::Found;

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

/// What becomes of the addresses that a client says are before it, as an ALB's mode for
/// `X-Forwarded-For`. `Forwarded` is treated in the same way; the protocol and the port are
/// always those of the connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ForwardedMode {
    /// The client's address is put at the end.
    #[default]
    Append,
    /// They stay as they came, and the client's address is not said.
    Preserve,
    /// They are taken off.
    Remove,
}

/// What is said of the client of one connection, made once.
#[derive(Debug)]
pub(super) struct Marks {
    address: HeaderValue,
    element: HeaderValue,
    scheme: HeaderValue,
    port: HeaderValue,
}

impl Marks {
    pub(super) fn new(client: SocketAddr, scheme: &'static str, port: u16) -> Self {
        let address = client.ip().to_canonical();
        let quoted = match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("\"[{address}]\""),
        };
        let value = |text: String| HeaderValue::try_from(text).unwrap_or(NOBODY);
        Self {
            address: value(address.to_string()),
            element: value(format!("for={quoted};proto={scheme}")),
            scheme: HeaderValue::from_static(scheme),
            port: HeaderValue::from(port),
        }
    }

    /// Says it in a head that had `found`.
    pub(super) fn write(&self, headers: &mut HeaderMap, mode: ForwardedMode, found: Found) {
        match mode {
            ForwardedMode::Append => {
                for (one, name, value) in [
                    (Found::FORWARDED_FOR, &FORWARDED_FOR, &self.address),
                    (Found::FORWARDED, &FORWARDED, &self.element),
                ] {
                    if found.has(one) {
                        append(headers, name, value);
                    } else {
                        headers.insert(name, value.clone());
                    }
                }
            }
            ForwardedMode::Preserve => {}
            ForwardedMode::Remove => {
                headers.remove(&FORWARDED_FOR);
                headers.remove(FORWARDED);
            }
        }
        headers.insert(&FORWARDED_PROTO, self.scheme.clone());
        headers.insert(&FORWARDED_PORT, self.port.clone());
    }
}

/// In place of what cannot be written; an address always can.
const NOBODY: HeaderValue = HeaderValue::from_static("unknown");

/// Puts a value at the end of a list, which then is one line.
fn append(headers: &mut HeaderMap, name: &HeaderName, value: &HeaderValue) {
    if !headers.contains_key(name) {
        headers.insert(name, value.clone());
        return;
    }
    let mut list = Vec::new();
    for before in headers.get_all(name) {
        list.extend_from_slice(before.as_bytes());
        list.extend_from_slice(b", ");
    }
    list.extend_from_slice(value.as_bytes());
    if let Ok(list) = HeaderValue::from_bytes(&list) {
        headers.insert(name, list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(client: &str, mode: ForwardedMode, before: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in before {
            headers.append(*name, value.parse().unwrap());
        }
        let found = Found::of(&headers);
        Marks::new(client.parse().unwrap(), "https", 443).write(&mut headers, mode, found);
        let said = |name: &str| {
            let all: Vec<_> =
                headers.get_all(name).iter().map(|one| one.to_str().unwrap()).collect();
            all.join("|")
        };
        let (proto, port) = (said("x-forwarded-proto"), said("x-forwarded-port"));
        format!("{} / {} / {proto} {port}", said("x-forwarded-for"), said("forwarded"))
    }

    #[test]
    fn each_mode_does_what_an_alb_does() {
        let before = [
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-for", "10.0.0.2"),
            ("forwarded", "for=10.0.0.1"),
            ("x-forwarded-proto", "gopher"),
        ];
        for (mode, all, none) in [
            (
                ForwardedMode::Append,
                "10.0.0.1, 10.0.0.2, 1.2.3.4 / for=10.0.0.1, for=1.2.3.4;proto=https / https 443",
                "1.2.3.4 / for=1.2.3.4;proto=https / https 443",
            ),
            (
                ForwardedMode::Preserve,
                "10.0.0.1|10.0.0.2 / for=10.0.0.1 / https 443",
                " /  / https 443",
            ),
            (ForwardedMode::Remove, " /  / https 443", " /  / https 443"),
        ] {
            assert_eq!(written("1.2.3.4:5", mode, &before), all);
            assert_eq!(written("1.2.3.4:5", mode, &[]), none);
        }
    }

    #[test]
    fn addresses_of_version_6_are_written_as_each_header_wants_them() {
        let said = written("[2001:db8::1]:5", ForwardedMode::Append, &[]);
        assert!(said.starts_with("2001:db8::1 / for=\"[2001:db8::1]\";proto=https"), "{said}");
        let mapped = written("[::ffff:1.2.3.4]:5", ForwardedMode::Append, &[]);
        assert!(mapped.starts_with("1.2.3.4 / for=1.2.3.4;"), "{mapped}");
    }
}
