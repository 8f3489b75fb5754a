//! Settings of a team in YAML, as text.

use model::Reason;
use model::code::scan;

/// The text of a file.
pub(super) fn text<'b>(place: &str, bytes: &'b [u8]) -> Result<&'b str, Reason> {
    std::str::from_utf8(bytes).map_err(|e| {
        Reason::new(&scan::NOT_UTF8).with("place", place).with("offset", e.valid_up_to())
    })
}
