//! Answers of the balancer itself.

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};

use super::answer::Answer;
use super::headers::REQUEST_ID;

/// Why the balancer itself answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// 400: the client's body broke off, or could be read in two ways.
    BadBody,
    /// 503: no target may get requests.
    NoTarget,
    /// 502: the target broke the connection, or sent what is not HTTP.
    Broken,
    /// 504: no connection or no answer in time.
    Slow,
}

impl Refusal {
    pub(super) fn words(self) -> (StatusCode, &'static str) {
        match self {
            Self::BadBody => (StatusCode::BAD_REQUEST, "the body has no end"),
            Self::NoTarget => (StatusCode::SERVICE_UNAVAILABLE, "no target can take the request"),
            Self::Broken => (StatusCode::BAD_GATEWAY, "the target closed the connection"),
            Self::Slow => (StatusCode::GATEWAY_TIMEOUT, "the target did not answer in time"),
        }
    }
}

/// An answer of our own, in words.
pub(super) fn made(status: StatusCode, words: &str, id: Option<HeaderValue>) -> Response<Answer> {
    whole(status, "text/plain; charset=utf-8", format!("{status}: {words}\n"), id)
}

/// Sends the client to another address.
pub(super) fn redirected(
    status: u16,
    location: HeaderValue,
    id: Option<HeaderValue>,
) -> Response<Answer> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::FOUND);
    let mut response = made(status, "the address has changed", id);
    response.headers_mut().insert(LOCATION, location);
    response
}

/// An answer of our own.
pub(super) fn whole(
    status: StatusCode,
    kind: &str,
    text: String,
    id: Option<HeaderValue>,
) -> Response<Answer> {
    let mut response = Response::new(Answer::here(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(CONTENT_TYPE, kind);
    }
    if let Some(id) = id {
        headers.insert(&REQUEST_ID, id);
    }
    response
}
