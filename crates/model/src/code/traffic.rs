//! Codes of `traffic` (area T).

use super::codes;

codes! {}
