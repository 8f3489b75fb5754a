//! The parts of the world that engines act on, driven by small scripted engines: journal, calls,
//! fleets, jobs, drills, and every fault of a script.
#![expect(clippy::unwrap_used, reason = "tests")]

mod api;
mod build;
mod faults;
mod fleets;
mod jobs;
mod journal;
mod losses;
mod prober;
mod support;
