//! A deterministic model of an estate: balancers, DNS, fleets and the requests of clients, in
//! virtual time, with seeded faults and checkers of its own.
//!
//! The loops that run here are the very ones that run on a real estate: they await the ports of
//! `model`, and [`run`] is the executor that polls them. One thread, no clock but [`time`], no
//! randomness but [`rng`]. Equal script, equal trace ([`trace`]), in debug and release builds.
//!
//! - [`time`], [`rng`], [`trace`]: what makes a run repeatable
//! - [`world`]: everything there is, and the queue of what happens next
//! - [`run`]: polls the engines, moves time, crashes and wakes them
//! - [`api`]: a call across the network: late, throttled, lost, stale
//! - [`ports`]: the ports of `model` on this world
//! - [`balancer`], [`dns`], [`fleets`], [`process`], [`clients`], [`journal`]: the parts
//! - [`prober`]: what is known of a shift, and drills
//! - [`script`], [`build`], [`faults`]: how a run begins and what goes wrong
//! - [`check`]: what must hold, after every event
//! - [`report`]: the outcome of a run, as data
//!
//! It imports no planner, and its checkers know nothing of one.

pub mod api;
pub mod balancer;
pub mod build;
pub mod check;
pub mod clients;
pub mod dns;
pub mod faults;
pub mod fleets;
pub mod journal;
pub mod ports;
pub mod prober;
pub mod process;
pub mod report;
pub mod rng;
pub mod run;
pub mod script;
pub mod time;
pub mod trace;
pub mod world;

pub use run::{Engine, Run};
pub use script::Script;
pub use world::World;
