//! Heads on their way through: what belongs to one connection is taken off, what an ALB adds is
//! added, what could be read in two ways is refused.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode, Uri, Version};

use super::forwarded::{ForwardedMode, Marks};
use super::found::Found;
use super::settings::Protocol;
use crate::limits::{HEADERS_MAX, REQUEST_ID_MAX, URI_BYTES_MAX};

static KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
static PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
/// The request's identity, from the first balancer to the last log.
pub(super) static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Numbers for requests that come without an id.
#[derive(Debug)]
pub(super) struct RequestIds {
    /// Begins every id of this run.
    run: String,
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new() -> Self {
        Self { run: format!("{:x}-", crate::clock::unix_nanos()), next: AtomicU64::new(0) }
    }

    fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // Room for all digits at once, and the text itself becomes the value.
        let mut id = String::with_capacity(self.run.len() + 16);
        id.push_str(&self.run);
        let _ = write!(id, "{number:x}");
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
    }
}

/// Where a request came in.
pub(super) struct Arrival<'a> {
    pub(super) marks: &'a Marks,
    pub(super) mode: ForwardedMode,
    pub(super) ids: &'a RequestIds,
    /// What its head has.
    pub(super) found: Found,
}

/// Makes sure that a head says one thing only, and not too much; the error is the answer.
pub(super) fn admit(head: &mut Parts) -> Result<(), (StatusCode, &'static str)> {
    if head.method == Method::CONNECT {
        return Err((StatusCode::BAD_REQUEST, "CONNECT is not for a balancer"));
    }
    let asked = head.uri.path_and_query().map_or(0, |asked| asked.as_str().len());
    if asked > URI_BYTES_MAX {
        return Err((StatusCode::URI_TOO_LONG, "the address is too long"));
    }
    if head.headers.len() > HEADERS_MAX {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Err((status, "too many header fields"));
    }
    one_host(head).map_err(|fault| (StatusCode::BAD_REQUEST, fault))
}

/// The id that a request came with, if it is fit to be sent back.
pub(super) fn id_of(head: &Parts) -> Option<HeaderValue> {
    head.headers.get(&REQUEST_ID).filter(|id| fit_for_id(id)).cloned()
}

/// Makes a head that was admitted fit for a target, and gives its id; the error says why it cannot
/// be.
pub(super) fn prepare(
    head: &mut Parts,
    arrival: &Arrival<'_>,
    protocol: Protocol,
) -> Result<HeaderValue, &'static str> {
    let found = arrival.found;
    if found.has(Found::TRANSFER_ENCODING) {
        // Two statements of the length: the framing that was read counts (RFC 9112 §6.3).
        head.headers.remove(CONTENT_LENGTH);
    }
    // Trailers pass both ways; other codings are for the next hop alone.
    let trailers = found.has(Found::TE) && has_token(&head.headers, &TE, "trailers");
    strip(&mut head.headers, found);
    if trailers {
        head.headers.insert(TE, HeaderValue::from_static("trailers"));
        if protocol == Protocol::Http1 {
            head.headers.insert(CONNECTION, HeaderValue::from_static("te"));
        }
    }
    if found.has(Found::COOKIE) {
        one_cookie(&mut head.headers);
    }
    // The 100 is sent by our own server when the body is asked for.
    if found.has(Found::EXPECT) {
        head.headers.remove(EXPECT);
    }
    arrival.marks.write(&mut head.headers, arrival.mode, found);
    let given = if found.has(Found::REQUEST_ID) { id_of(head) } else { None };
    let id = given.unwrap_or_else(|| {
        let id = arrival.ids.next();
        head.headers.insert(&REQUEST_ID, id.clone());
        id
    });
    match protocol {
        Protocol::Http1 => head.version = Version::HTTP_11,
        Protocol::Http2 => {
            head.version = Version::HTTP_2;
            head.uri = absolute(head).ok_or("the host is no host")?;
            head.headers.remove(HOST);
        }
    }
    Ok(id)
}

/// The address with its host, which HTTP/2 says in one.
fn absolute(head: &Parts) -> Option<Uri> {
    let host = head.headers.get(HOST)?.as_bytes();
    let path = head.uri.path_and_query()?.clone();
    Uri::builder().scheme("http").authority(host).path_and_query(path).build().ok()
}

/// HTTP/2 may send cookies one by one, which others take for the last (RFC 9113 §8.2.3).
fn one_cookie(headers: &mut HeaderMap) {
    let mut cookies = headers.get_all(COOKIE).iter();
    let (Some(first), Some(second)) = (cookies.next(), cookies.next()) else { return };
    let mut all = first.as_bytes().to_vec();
    for cookie in std::iter::once(second).chain(cookies) {
        all.extend_from_slice(b"; ");
        all.extend_from_slice(cookie.as_bytes());
    }
    if let Ok(all) = HeaderValue::from_bytes(&all) {
        headers.insert(COOKIE, all);
    }
}

/// Whether a list in a header field has this word; case does not count.
pub(super) fn has_token(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    if !headers.contains_key(name) {
        return false;
    }
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|token| token.trim().eq_ignore_ascii_case(wanted))
}

/// Takes off what belongs to one connection only (RFC 9110 §7.6.1).
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let found = Found::of(headers);
    strip(headers, found);
}

fn strip(headers: &mut HeaderMap, found: Found) {
    if found.has(Found::CONNECTION) {
        let named: Vec<HeaderName> = headers
            .get_all(CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            // What nearly all say; no field of these names stays anyway.
            .filter(|name| !name.eq_ignore_ascii_case("keep-alive"))
            .filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok())
            // A client may not take off what says where the body ends or where it goes.
            .filter(|name| ![HOST, CONTENT_LENGTH, TRAILER].contains(name))
            .collect();
        for name in named {
            headers.remove(name);
        }
        headers.remove(CONNECTION);
    }
    // `Trailer` stays (RFC 9110 §6.6.2): it says what comes after the body, on every hop.
    for (one, name) in [
        (Found::KEEP_ALIVE, &KEEP_ALIVE),
        (Found::PROXY_CONNECTION, &PROXY_CONNECTION),
        (Found::TE, &TE),
        (Found::TRANSFER_ENCODING, &TRANSFER_ENCODING),
        (Found::UPGRADE, &UPGRADE),
    ] {
        if found.has(one) {
            headers.remove(name);
        }
    }
}

/// Exactly one host, which an absolute address overrules (RFC 9112 §3.2.2).
fn one_host(head: &mut Parts) -> Result<(), &'static str> {
    let mut hosts = head.headers.get_all(HOST).iter();
    let (first, second) = (hosts.next().is_some(), hosts.next().is_some());
    if second {
        return Err("more than one Host");
    }
    if let Some(authority) = head.uri.authority() {
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| "a bad address")?;
        head.headers.insert(HOST, host);
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = path.parse::<Uri>().map_err(|_| "a bad address")?;
    } else if head.version >= Version::HTTP_11 && !first {
        return Err("no Host");
    }
    Ok(())
}

/// Whether a client's id may stay: short, and safe to write in a log.
fn fit_for_id(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    !bytes.is_empty() && bytes.len() <= REQUEST_ID_MAX && bytes.iter().all(u8::is_ascii_graphic)
}
