//! Answers of the admin socket.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use model::Reason;
use model::code::live as code;
use model::ports::{Fault, Retry};
use serde::Serialize;

use super::wire::Refused;

/// An answer.
pub(in crate::balancer) type Answer = Response<Full<Bytes>>;

/// 200 with `value`.
pub(super) fn json(value: &impl Serialize) -> Answer {
    written(StatusCode::OK, value)
}

/// 204.
pub(super) fn done() -> Answer {
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

/// What a port could not do.
pub(super) fn fault(fault: &Fault) -> Answer {
    let status = match (fault.because.code.id, fault.retry) {
        (id, _) if id == code::UNKNOWN.id => StatusCode::NOT_FOUND,
        (id, _) if id == code::EPOCH.id => StatusCode::CONFLICT,
        (_, Retry::Never) => StatusCode::BAD_REQUEST,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    written(status, &Refused::from(fault))
}

/// A request that makes no sense.
pub(in crate::balancer) fn wrong(status: StatusCode, cause: &str) -> Answer {
    let reason = Reason::new(&code::ADMIN_REQUEST).with("cause", cause);
    written(status, &Refused { reason, retry_ms: None })
}

fn written(status: StatusCode, value: &impl Serialize) -> Answer {
    // Nothing that is answered here has keys that JSON cannot hold.
    let text = serde_json::to_vec(value).unwrap_or_default();
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
