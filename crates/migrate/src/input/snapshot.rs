//! The snapshot: raw answers of AWS, or files that people keep, with a manifest beside them.
//!
//! A folder. `snapshot.json` is the manifest; every other `*.json` under `answers/` is one answer,
//! kept byte for byte as it came. Only the shape of the manifest is ours, and it is versioned.

use std::collections::BTreeMap;

use model::Reason;
use model::code::scan as code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::input::json;

/// The version of the snapshot format that this program writes and the newest that it reads.
pub const FORMAT_VERSION: u32 = 1;
/// The manifest's file name.
pub const MANIFEST: &str = "snapshot.json";
/// The folder that holds the answers.
pub const ANSWERS: &str = "answers/";
const API_VERSION: &str = "segue.dev/v1alpha1";

/// The manifest of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// `segue.dev/v1alpha1`.
    pub api_version: String,
    /// `Snapshot`.
    pub kind: String,
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Where the answers come from.
    pub source: Source,
    /// Account ids, 12 digits each; empty for files.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Regions; empty for files.
    #[serde(default)]
    pub regions: Vec<String>,
    /// When the scan ended, RFC 3339.
    pub taken_at: String,
    /// The program that made it.
    pub tool: String,
    /// What was asked to get each answer, by its path; files have no entry.
    #[serde(default)]
    pub answers: BTreeMap<String, Asked>,
    /// What AWS did not answer, by operation; the plan has a finding for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<Unanswered>,
}

/// Where the answers of a snapshot come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The AWS API.
    Aws,
    /// Files that somebody kept.
    Files,
}

/// The call that an answer belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// `service:Operation` as IAM writes it.
    pub operation: String,
    /// The account that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The parameters as sent.
    #[serde(default)]
    pub request: Value,
}

/// An operation that AWS did not answer, or not for all that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// `service:Operation` as IAM writes it.
    pub operation: String,
    /// The account that was asked.
    pub account: String,
    /// The region that was asked.
    pub region: String,
    /// How many calls had no answer.
    pub calls: usize,
    /// Whether it was not allowed, or went wrong.
    pub why: Why,
    /// What AWS said to the first of them.
    pub cause: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// The caller may not do it.
    Denied,
    /// It is allowed, and went wrong.
    Failed,
}

impl Manifest {
    /// A manifest for answers from `source`.
    pub fn new(source: Source, taken_at: String, tool: String) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Snapshot".to_owned(),
            format_version: FORMAT_VERSION,
            source,
            accounts: Vec::new(),
            regions: Vec::new(),
            taken_at,
            tool,
            answers: BTreeMap::new(),
            denied: Vec::new(),
        }
    }
}

/// A snapshot in memory.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Its manifest.
    pub manifest: Manifest,
    /// Every answer by the name that rulings use: for files their path as given to the scan, for
    /// answers of AWS their path in the snapshot.
    pub answers: BTreeMap<String, Value>,
}

impl Snapshot {
    /// Reads a snapshot from the files of its folder; `place` names the folder in errors.
    ///
    /// # Errors
    /// SG-M060 no manifest, SG-M061 a newer format, SG-M062 a manifest that is none,
    /// SG-M063 an answer that is not JSON, SG-M064 no answers at all, SG-M065 not UTF-8.
    pub fn parse(place: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Reason> {
        let bytes = files
            .get(MANIFEST)
            .ok_or_else(|| Reason::new(&code::NOT_A_SNAPSHOT).with("place", place))?;
        let manifest = parse_manifest(place, bytes)?;
        let mut answers = BTreeMap::new();
        for (path, bytes) in files {
            let Some(name) = path.strip_prefix(ANSWERS) else {
                continue;
            };
            if name.to_ascii_lowercase().ends_with(".json") {
                // Files keep the path under which they were given; answers of AWS have the one here.
                let name = if manifest.source == Source::Files { name } else { path };
                answers.insert(name.to_owned(), parse_answer(&format!("{place}/{path}"), bytes)?);
            }
        }
        if answers.is_empty() {
            return Err(Reason::new(&code::NO_ANSWERS).with("place", place));
        }
        Ok(Self { manifest, answers })
    }

    /// The same snapshot with `folder` before the name of every answer of AWS: answers of two scans
    /// have the same names, and rulings have to tell them apart.
    #[must_use]
    pub fn within(mut self, folder: &str) -> Self {
        if self.manifest.source == Source::Aws {
            let name = |path: String| format!("{}/{path}", folder.trim_end_matches('/'));
            self.answers = self.answers.into_iter().map(|(p, v)| (name(p), v)).collect();
            let asked = std::mem::take(&mut self.manifest.answers);
            self.manifest.answers = asked.into_iter().map(|(p, a)| (name(p), a)).collect();
        }
        self
    }

    /// What was asked to get the answer `name`, if the manifest says.
    pub fn asked(&self, name: &str) -> Option<&Asked> {
        self.manifest
            .answers
            .get(name)
            .or_else(|| self.manifest.answers.get(&format!("{ANSWERS}{name}")))
    }
}

fn parse_manifest(place: &str, bytes: &[u8]) -> Result<Manifest, Reason> {
    let place = format!("{place}/{MANIFEST}");
    let value = parse_answer(&place, bytes)?;
    let version = value.get("formatVersion").and_then(Value::as_u64);
    if version.is_some_and(|version| version > u64::from(FORMAT_VERSION)) {
        return Err(Reason::new(&code::NEWER_SNAPSHOT)
            .with("place", place)
            .with("version", version.unwrap_or_default())
            .with("known", FORMAT_VERSION));
    }
    if value.get("kind").and_then(Value::as_str) != Some("Snapshot") {
        return Err(Reason::new(&code::BAD_MANIFEST)
            .with("place", place)
            .with("cause", "`kind` is not `Snapshot`"));
    }
    serde_json::from_value(value)
        .map_err(|e| Reason::new(&code::BAD_MANIFEST).with("place", place).with("cause", e))
}

/// Parses one JSON file, strictly UTF-8 (a byte order mark is allowed); a member that stands twice
/// with two values is refused, since one of them would be lost.
///
/// # Errors
/// SG-M063 if it is not JSON, SG-M065 if it is not UTF-8; both with line and column.
pub fn parse_answer(place: &str, bytes: &[u8]) -> Result<Value, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Reason::new(&code::NOT_UTF8).with("place", place).with("offset", e.valid_up_to())
    })?;
    json::read(text.trim_start_matches('\u{feff}')).map_err(|e| {
        Reason::new(&code::NOT_JSON)
            .with("place", place)
            .with("line", e.line())
            .with("column", e.column().max(1))
            .with("cause", plain_cause(&e))
    })
}

/// `serde_json`'s message without the place, which the sentence names already.
fn plain_cause(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "the file ends too early: it is cut off".to_owned();
    }
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
