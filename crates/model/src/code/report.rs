//! Codes of the report, of differences between scans and of the state of a migration (area M, 430 to 459).

use super::codes;

codes! {}
