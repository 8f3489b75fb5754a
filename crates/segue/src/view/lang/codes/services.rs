//! x

use super::Row;

/// Rows.
pub(super) const ROWS: &[Row] = &[];
