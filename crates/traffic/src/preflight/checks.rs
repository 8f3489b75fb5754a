//! The checks, by subject. Each is a small function from facts to a case; the numbers that they
//! compare with stand in `limits`.

pub(super) mod balancer;
pub(super) mod capacity;
pub(super) mod engine;
pub(super) mod jobs;
pub(super) mod leaving;
pub(super) mod names;
pub(super) mod network;
pub(super) mod pods;
pub(super) mod release;
pub(super) mod targets;
