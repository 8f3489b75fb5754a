//! The balancer on real sockets.
#![expect(clippy::unwrap_used, reason = "tests")]

mod access_log;
mod admin;
mod change;
mod edges;
mod fleet;
mod framing;
mod handover;
mod http2;
mod limits;
mod no_drop;
mod retry;
mod rules;
mod sticky;
mod tls;
mod trailers;
mod trust;
mod upgrade;
