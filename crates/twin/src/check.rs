//! The invariants, checked on the world itself.

/// The invariants, checked on the world itself.
#[derive(Default)]
pub struct Checks {}
