//! The journal of engines: what survives a crash, and where crashes happen.

/// The journal of engines: what survives a crash, and where crashes happen.
#[derive(Default)]
pub struct Journal {}
