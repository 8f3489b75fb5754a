//! The first stage, ECS to ECS: every service into the one cluster of its environment.

use serde::{Deserialize, Serialize};

use crate::given::{Given, Raised};

/// The plan of the first stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consolidation {}

/// Plans the first stage.
///
/// What a person must know goes into `raised`.
pub fn plan(_given: Given<'_, '_>, _raised: &mut Vec<Raised>) -> Consolidation {
    Consolidation::default()
}
