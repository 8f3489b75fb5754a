//! Codes of `live` (area L).

use super::codes;

codes! {}
