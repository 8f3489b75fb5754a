//! What the estate costs today, and what it will cost.

use serde::{Deserialize, Serialize};

use crate::given::{Given, Raised};

/// The bill before and after, with what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {}

/// Works out sizes and cost.
///
/// What a person must know goes into `raised`.
pub fn plan(_given: Given<'_, '_>, _raised: &mut Vec<Raised>) -> Cost {
    Cost::default()
}
