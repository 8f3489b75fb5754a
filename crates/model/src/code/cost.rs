//! Codes of size and cost (area M, 400 to 429).

use super::codes;

codes! {}
