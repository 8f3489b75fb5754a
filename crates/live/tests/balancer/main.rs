//! The balancer on real sockets.
#![expect(clippy::unwrap_used, reason = "tests")]

mod change;
mod edges;
mod fleet;
mod no_drop;
mod rules;
mod sticky;
