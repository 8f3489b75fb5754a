//! What is rehearsed: a plan, a shift, or a rehearsal that was saved.

use std::path::Path;

use live::disk;
use model::Reason;
use model::code::rehearsal as code;
use serde_json::Value;

use crate::cli::exit::Failure;
use crate::cli::migrate;
use crate::rehearse::estate::{self, Declared, Stage};
use crate::rehearse::{Rehearsal, spec};

/// Between two stages of a saved file.
const BETWEEN: &str = "\n---\n";

/// The stages of what lies at `place`.
pub(super) fn stages(
    place: &Path,
    declared: &Declared,
    only: Option<u8>,
) -> Result<Vec<Stage>, Failure> {
    let not = |cause: String| {
        Reason::new(&code::NOT_REHEARSED).with("place", place.display()).with("cause", cause)
    };
    if place.is_dir() {
        let mut stages = estate::stages(&migrate::planned(place)?, declared);
        if let Some(only) = only {
            let title = if only == 1 { "Stage one" } else { "Stage two" };
            stages.retain(|stage| stage.title.starts_with(title));
        }
        if stages.is_empty() {
            return Err(not("its plan moves no service".to_owned()).into());
        }
        return Ok(stages);
    }
    let bytes = disk::read_file(place)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| not("it is no UTF-8".to_owned()))?;
    if kind(text).as_deref() == Some("Shift") {
        let shift = spec::parse(&place.display().to_string(), text)?;
        return Ok(vec![spec::stage(&shift, declared)]);
    }
    let mut stages = Vec::new();
    for document in text.split(BETWEEN) {
        let value: Value =
            serde_saphyr::from_str(document).map_err(|error| not(first_line(&error)))?;
        if value["kind"] != "Rehearsal" {
            return Err(not("it is neither a Shift nor a Rehearsal".to_owned()).into());
        }
        let rehearsal: Rehearsal =
            serde_json::from_value(value).map_err(|error| not(error.to_string()))?;
        stages.push(Stage {
            title: format!("{} shifts as saved", rehearsal.goals.len()),
            said: Vec::new(),
            rehearsal,
        });
    }
    Ok(stages)
}

/// The stages as a file: JSON documents, which are YAML too.
pub(super) fn text(stages: &[Stage]) -> String {
    let document =
        |stage: &Stage| serde_json::to_string_pretty(&stage.rehearsal).unwrap_or_default();
    let documents: Vec<String> = stages.iter().map(document).collect();
    format!("{}\n", documents.join(BETWEEN))
}

fn kind(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("kind:"))?;
    Some(line.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned())
}

fn first_line(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    text.lines().next().unwrap_or_default().to_owned()
}
