//! Copies of services as they serve requests: processors, queues, ends.

/// A copy of a service; numbers are never used again within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopyId(pub u32);

/// All copies that ever ran.
#[derive(Default)]
pub struct Processes {}
