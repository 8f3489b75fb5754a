//! What depends on what, and in which order services move.

use serde::{Deserialize, Serialize};

use crate::given::{Given, Raised};

/// Dependencies, risks and waves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {}

/// Orders the services.
///
/// What a person must know goes into `raised`.
pub fn plan(_given: Given<'_, '_>, _raised: &mut Vec<Raised>) -> Order {
    Order::default()
}
