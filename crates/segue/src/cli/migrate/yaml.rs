//! Settings of a team in YAML: read with file, line and column in every error.

use model::Reason;
use model::code::{Code, scan};
use serde::de::DeserializeOwned;

/// The text of a file.
pub(super) fn text<'b>(place: &str, bytes: &'b [u8]) -> Result<&'b str, Reason> {
    std::str::from_utf8(bytes).map_err(|e| {
        Reason::new(&scan::NOT_UTF8).with("place", place).with("offset", e.valid_up_to())
    })
}

/// Reads a file; what is wrong with it is told by `code`, which has a `place` and a `cause`.
pub(super) fn parse<T: DeserializeOwned>(
    place: &str,
    bytes: &[u8],
    code: &'static Code,
) -> Result<T, Reason> {
    serde_saphyr::from_str(text(place, bytes)?).map_err(|error| {
        let place = match error.location() {
            Some(at) => format!("{place}:{}:{}", at.line(), at.column()),
            None => place.to_owned(),
        };
        let cause = error.without_snippet().to_string();
        let cause = cause.lines().next().unwrap_or_default();
        let cause = cause.split(" at line ").next().unwrap_or_default();
        Reason::new(code).with("place", place).with("cause", cause)
    })
}
