//! `plan/waivers.yaml`: findings that the team accepts, until a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Reason;
use model::code::scan as code;
use serde::Deserialize;

/// The file's place in the repository.
pub(super) const FILE: &str = "plan/waivers.yaml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waivers: Vec<Waiver>,
}

/// One accepted finding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiver {
    finding: String,
    name: String,
    reason: String,
    expires: String,
}

/// The ids of findings that are waived on the day `today`.
pub(super) fn waived(
    present: &BTreeMap<String, Vec<u8>>,
    today: Date,
) -> Result<Vec<String>, Reason> {
    let Some(bytes) = present.get(FILE) else { return Ok(Vec::new()) };
    let bad =
        |cause: String| Reason::new(&code::BAD_WAIVERS).with("place", FILE).with("cause", cause);
    let text = std::str::from_utf8(bytes).map_err(|e| bad(e.to_string()))?;
    let file: File = serde_saphyr::from_str(text)
        .map_err(|e| bad(e.to_string().lines().next().unwrap_or_default().to_owned()))?;
    let mut out = Vec::new();
    for waiver in file.waivers {
        let complete = ![&waiver.finding, &waiver.name, &waiver.reason]
            .iter()
            .any(|text| text.trim().is_empty());
        if !complete {
            return Err(bad(format!(
                "the waiver of `{}` lacks finding, name or reason",
                waiver.finding
            )));
        }
        let expires: Date = waiver
            .expires
            .parse()
            .map_err(|_| bad(format!("`{}` is not a date like 2027-01-31", waiver.expires)))?;
        if expires >= today {
            out.push(waiver.finding);
        }
    }
    Ok(out)
}
