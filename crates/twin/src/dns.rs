//! Weighted records, and the resolvers that remember them.

/// Weighted records, and the resolvers that remember them.
#[derive(Default)]
pub struct Dns {}
