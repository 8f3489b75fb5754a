//! Codes of comparing listener rules and of checking what was generated (area M, 340 to 369).

use super::codes;

codes! {}
