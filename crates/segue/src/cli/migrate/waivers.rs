//! `plan/waivers.yaml` of a repository: read here, judged by `migrate::waivers`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use migrate::waivers::{self, Waivers};
use model::Reason;

use super::yaml;

/// The file's place in the repository.
pub(super) const FILE: &str = waivers::PATH;

/// The waivers of the tree at `root`; none where the file is not there.
pub(super) fn read(root: &str, present: &BTreeMap<String, Vec<u8>>) -> Result<Waivers, Reason> {
    let Some(bytes) = present.get(FILE) else { return Ok(Waivers::default()) };
    let place = format!("{root}/{FILE}");
    Waivers::parse(&place, yaml::text(&place, bytes)?)
}

/// The ids of findings that are waived on the day `today`; `root` names the tree in errors.
pub(super) fn waived(
    root: &str,
    present: &BTreeMap<String, Vec<u8>>,
    today: Date,
) -> Result<Vec<String>, Reason> {
    let waivers = read(root, present)?;
    Ok(waivers.in_force(today).map(|waiver| waiver.finding.clone()).collect())
}
