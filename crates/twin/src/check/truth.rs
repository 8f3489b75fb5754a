//! What the checkers read of a world: its truth, not what any engine was told.

use crate::time::Micros;

/// The truth of a world, as far as the checkers need it.
pub trait Truth {
    /// The present moment.
    fn now(&self) -> Micros;

    /// Targets of a group that are healthy by its own checks.
    fn healthy(&self, group: &str) -> u32;

    /// When a request last reached a group by weight; `None` if none ever did.
    fn last_request(&self, group: &str) -> Option<Micros>;

    /// Copies that a fleet is to have, and those that run, ending ones among them.
    fn copies(&self, fleet: &str) -> Copies;

    /// A job; `None` if there is none of that name.
    fn job(&self, job: &str) -> Option<Owner>;

    /// How often both sides of a job were at work, or did the same run.
    fn overlaps(&self, job: &str) -> u64;

    /// Requests of a service that were lost though no fault and no bad manners explain it.
    fn lost_by_segue(&self, service: &str) -> u64;
}

/// Copies of a fleet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copies {
    /// As ordered.
    pub wanted: u32,
    /// As they run.
    pub running: u32,
}

/// One side of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owner {
    /// Whether it may start work.
    pub enabled: bool,
    /// Whether it still finishes work that nobody else may begin.
    pub at_work: bool,
}
