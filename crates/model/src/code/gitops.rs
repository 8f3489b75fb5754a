//! Codes of `gitops` (area G).

use super::codes;

codes! {}
