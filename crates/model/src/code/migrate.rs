//! Codes of `migrate` (area M).

use super::codes;

codes! {}
