//! The balancer on real sockets.
#![expect(clippy::unwrap_used, reason = "tests")]

mod admin;
mod change;
mod edges;
mod fleet;
mod handover;
mod no_drop;
mod rules;
mod sticky;
mod upgrade;
