//! What the estate costs today, and what it will cost.

mod document;
mod machines;
mod money;
mod pack;
mod prices;
mod size;
mod usage;

pub use document::{
    Assumption, Basis, Bill, BreakEven, Charge, Cost, Coverage, EnvironmentCost, Launch, Line,
    Pool, Saving, ServiceCost, Size, Usage, Verdict,
};
pub use money::{Case, Money, Range};
pub use prices::Prices;

use crate::given::{Given, Raised};

/// Works out sizes and cost.
///
/// What a person must know goes into `raised`.
pub fn plan(_given: Given<'_, '_>, _raised: &mut Vec<Raised>) -> Cost {
    Cost::default()
}
