//! `plan/waivers.yaml`: findings that the team accepts, until a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Reason;
use model::code::scan as code;
use serde::Deserialize;

use super::yaml;

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

/// The ids of findings that are waived on the day `today`; `root` names the tree in errors.
pub(super) fn waived(
    root: &str,
    present: &BTreeMap<String, Vec<u8>>,
    today: Date,
) -> Result<Vec<String>, Reason> {
    let Some(bytes) = present.get(FILE) else { return Ok(Vec::new()) };
    let place = format!("{root}/{FILE}");
    let file: File = yaml::parse(&place, bytes, &code::BAD_WAIVERS)?;
    let bad =
        |cause: String| Reason::new(&code::BAD_WAIVERS).with("place", &place).with("cause", cause);
    let mut out = Vec::new();
    for waiver in file.waivers {
        let Waiver { finding, name, reason, expires } = waiver;
        if [&finding, &name, &reason].iter().any(|text| text.trim().is_empty()) {
            return Err(bad(format!("the waiver of `{finding}` lacks finding, name or reason")));
        }
        let expires: Date = expires.parse().map_err(|_| {
            bad(format!("the waiver of `{finding}`: `{expires}` is not a date like 2027-01-31"))
        })?;
        if expires >= today {
            out.push(finding);
        }
    }
    Ok(out)
}
