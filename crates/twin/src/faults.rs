//! What goes wrong in a run, and when.

/// What goes wrong in a run, and when.
#[derive(Default)]
pub struct Faults {}
