//! Faults that are not told yet, each with the reason.

/// Name of the fault, and why it is not told.
pub(crate) const LATER: &[(&str, &str)] =
    &[("no-usage", "sizes from usage come with the cost page: until then every size is kept")];
