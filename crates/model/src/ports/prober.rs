//! `Prober`: what is known of a shift before it starts, and the drills that find out more.

use std::future::Future;

use serde::{Deserialize, Serialize};

use super::{Epoch, Fault};
use crate::facts::Facts;

/// Looks at both sides of a shift.
pub trait Prober: Sync {
    /// What is known of the shift `shift` now, the outcomes of its drills among it.
    fn facts(&self, shift: &str) -> impl Future<Output = Result<Facts, Fault>> + Send;

    /// Begins the drills of a shift on its test route: no request of a client is part of them.
    /// One that has begun under this number goes on.
    fn drill(&self, order: &DrillOrder) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// An order to drill the new side of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillOrder {
    /// The shift.
    pub shift: String,
    /// Who orders: a lower epoch than the last one obeyed is refused.
    pub epoch: Epoch,
    /// Number of the order within its shift.
    pub seq: u64,
}
