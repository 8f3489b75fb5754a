//! `segue serve` as a person runs it: real processes, real requests, and its end at any moment.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at what it did not expect, and touches the world"
)]

mod clients;
#[path = "../support/fleets.rs"]
mod fleets;
mod kill;
mod shift;
mod trouble;
mod world;
