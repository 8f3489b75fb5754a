//! Codes of the first stage, ECS to ECS (area M, 300 to 339).

use super::codes;

codes! {}
