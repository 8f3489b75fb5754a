//! The file as it stands: every entry with its line, and each part checked by itself.

use jiff::civil::Date;
use model::Reason;
use model::code::{scan, waves as code};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::Waiver;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waivers: Vec<Spanned<Parts>>,
}

/// The parts of a waiver as they stand in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    finding: Option<String>,
    name: Option<String>,
    reason: Option<String>,
    expires: Option<String>,
}

/// An entry and its place, `file:line:column`.
pub(super) struct Entry {
    /// Where it stands.
    pub(super) place: String,
    parts: Parts,
}

/// Reads the entries of the file; an empty one has none.
pub(super) fn read(place: &str, text: &str) -> Result<Vec<Entry>, Reason> {
    let file: Option<File> = serde_saphyr::from_str(text).map_err(|error| {
        let place = match error.location() {
            Some(at) => format!("{place}:{}:{}", at.line(), at.column()),
            None => place.to_owned(),
        };
        let cause = error.without_snippet().to_string();
        let cause = cause.lines().next().unwrap_or_default();
        let cause = cause.split(" at line ").next().unwrap_or_default();
        Reason::new(&scan::BAD_WAIVERS).with("place", place).with("cause", cause)
    })?;
    let entry = |one: Spanned<Parts>| Entry {
        place: format!("{place}:{}:{}", one.referenced.line(), one.referenced.column()),
        parts: one.value,
    };
    Ok(file.unwrap_or_default().waivers.into_iter().map(entry).collect())
}

impl Entry {
    /// The waiver, if all its parts are there and fit.
    pub(super) fn check(&self) -> Result<Waiver, Reason> {
        let shown = self.parts.finding.as_deref().unwrap_or_default();
        let error = |code| Reason::new(code).with("place", &self.place).with("finding", shown);
        let part = |part: &Option<String>, what: &str| {
            let text = part.as_deref().map(str::trim).filter(|text| !text.is_empty());
            text.map(str::to_owned)
                .ok_or_else(|| error(&code::WAIVER_INCOMPLETE).with("what", what))
        };
        let Parts { finding, name, reason, expires } = &self.parts;
        let finding = part(finding, "the id of its finding")?;
        if finding.contains(['*', '?', '[', ',']) || !finding.contains('/') && is_code(&finding) {
            return Err(error(&code::WAIVER_WILDCARD));
        }
        let name = part(name, "the name of who answers for it")?;
        let reason = part(reason, "a reason")?;
        let date = part(expires, "the day on which it expires")?;
        let expires = Date::strptime("%Y-%m-%d", &date)
            .map_err(|_| error(&code::WAIVER_BAD_DATE).with("date", &date))?;
        Ok(Waiver { finding, name, reason, expires })
    }
}

/// True for a bare code, which would be every finding of it.
fn is_code(text: &str) -> bool {
    model::code::find(text).is_some()
}
