//! The port `Prober` where nobody looks: nothing is known, and nothing can be drilled.

use model::facts::Facts;
use model::ports::{DrillOrder, Fault, Prober};

use crate::LiveError;

/// Knows nothing, so that every check is unproven and none has passed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unprobed;

impl Prober for Unprobed {
    async fn facts(&self, _shift: &str) -> Result<Facts, Fault> {
        Ok(Facts::default())
    }

    async fn drill(&self, order: &DrillOrder) -> Result<(), Fault> {
        Err(LiveError::Unknown { kind: "prober for shift", name: order.shift.clone() }.into())
    }
}
