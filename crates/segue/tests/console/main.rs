//! The console and the proof ledger, over a story instead of a world.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start the program and spoil its files"
)]

mod client;
mod guard;
mod pages;
mod proof;
mod story;
