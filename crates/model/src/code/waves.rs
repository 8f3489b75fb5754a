//! Codes of dependencies, waves, risk and waivers (area M, 370 to 399).

use super::codes;

codes! {}
