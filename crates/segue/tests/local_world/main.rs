//! Manifests as processes that outlive the program that started them.
#![expect(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods, reason = "tests")]

#[path = "../support/fleets.rs"]
mod fleets;
mod jobs;
mod life;
mod local;
mod pods;
mod survive;
mod world;
