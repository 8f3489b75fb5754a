//! What has to change in a tree of files to make it what was generated, and what is left alone.
//!
//! `plan/generated.json` holds the checksum of every file as the last plan wrote it. A file that
//! still has it is ours to replace; any other was edited by hand and stays.
//!
//! **Invariant:** a byte that a person wrote is never overwritten and never deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use model::code::scan as code;
use model::{Held, Plan, Reason, Step, Subject};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::layout::service::Files;

/// Where the checksums are.
pub const GENERATED: &str = "plan/generated.json";

/// A change of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new file.
    Create(String),
    /// A file that was generated before and differs now.
    Update(String),
    /// A file that was generated before and is not any more.
    Delete(String),
}

impl Change {
    /// The path.
    pub fn path(&self) -> &str {
        match self {
            Self::Create(path) | Self::Update(path) | Self::Delete(path) => path,
        }
    }
}

/// The outcome: the plan, and the checksums to keep.
#[derive(Debug)]
pub struct Outcome {
    /// Changes, and files that are held.
    pub plan: Plan<Change>,
    /// The text of `plan/generated.json` after the plan.
    pub generated: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checksums {
    api_version: String,
    kind: String,
    files: BTreeMap<String, String>,
}

/// Compares the tree `present` with what is `wanted`.
///
/// What an earlier plan wrote for a service and environment that is `blocked` now stays: it may be
/// what runs, and a blocker says that nobody knows yet what should.
///
/// # Errors
/// SG-M067 if the tree holds somebody else's files where ours would go, SG-M068 if the checksums
/// of the last plan cannot be read.
pub fn plan(
    place: &str,
    present: &BTreeMap<String, Vec<u8>>,
    wanted: &Files,
    blocked: &BTreeSet<(String, String)>,
) -> Result<Outcome, Reason> {
    let recorded = recorded(place, present)?;
    if recorded.is_none() {
        foreign(place, present, wanted)?;
    }
    let recorded = recorded.unwrap_or_default();
    let mut plan = Plan::empty();
    let mut checksums = BTreeMap::new();
    for (path, file) in wanted {
        let on_disk = present.get(path);
        let new = checksum(file.text.as_bytes());
        if file.once {
            // The checksum of the first writing tells, once the file is stale, whether a person
            // has made it theirs.
            if on_disk.is_none() {
                plan.steps.push(step(Change::Create(path.clone()), &code::FILE_NEW));
                checksums.insert(path.clone(), new);
            } else if let Some(first) = recorded.get(path) {
                checksums.insert(path.clone(), first.clone());
            }
            continue;
        }
        match on_disk.map(|bytes| checksum(bytes)) {
            None => plan.steps.push(step(Change::Create(path.clone()), &code::FILE_NEW)),
            Some(old) if old == new => {}
            Some(old) if recorded.get(path) == Some(&old) => {
                plan.steps.push(step(Change::Update(path.clone()), &code::FILE_CHANGED));
            }
            Some(_) if recorded.get(path) == Some(&new) => {
                plan.held.push(held(path, &code::FILE_EDITED));
            }
            Some(_) => {
                plan.held.push(held(path, &code::FILE_EDITED_AND_CHANGED));
                // Kept, so that whoever restores what was generated gets what is generated now.
                if let Some(old) = recorded.get(path) {
                    checksums.insert(path.clone(), old.clone());
                }
                continue;
            }
        }
        checksums.insert(path.clone(), new);
    }
    for (path, old) in &recorded {
        if wanted.contains_key(path) {
            continue;
        }
        match present.get(path) {
            Some(_) if waits(path, wanted, blocked) => {
                plan.held.push(held(path, &code::FILE_BLOCKED));
                checksums.insert(path.clone(), old.clone());
            }
            Some(bytes) if checksum(bytes) == *old => {
                plan.steps.push(step(Change::Delete(path.clone()), &code::FILE_STALE));
            }
            Some(_) => {
                plan.held.push(held(path, &code::FILE_STALE_EDITED));
                checksums.insert(path.clone(), old.clone());
            }
            None => {}
        }
    }
    Ok(Outcome { plan, generated: text(&checksums) })
}

/// True for a file of a blocked environment, and for any file of a service that is blocked in all.
fn waits(path: &str, wanted: &Files, blocked: &BTreeSet<(String, String)>) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let ["apps", service, part, rest @ ..] = parts.as_slice() else { return false };
    let env = rest.first().filter(|_| *part != "base");
    let is = |(name, of): &(String, String)| name == service && env.is_none_or(|env| of == env);
    let folder = format!("apps/{service}/");
    let open = wanted.keys().any(|path| path.starts_with(&folder));
    blocked.iter().any(is) && (env.is_some() || !open)
}

fn step(change: Change, code: &'static model::code::Code) -> Step<Change> {
    let because = Reason::new(code).with("path", change.path());
    Step { action: change, because }
}

fn held(path: &str, code: &'static model::code::Code) -> Held {
    Held { what: Subject::new("file", path), because: Reason::new(code).with("path", path) }
}

fn recorded(
    place: &str,
    present: &BTreeMap<String, Vec<u8>>,
) -> Result<Option<BTreeMap<String, String>>, Reason> {
    let Some(bytes) = present.get(GENERATED) else { return Ok(None) };
    let parsed: Result<Checksums, _> = serde_json::from_slice(bytes);
    let parsed = parsed.map_err(|e| {
        Reason::new(&code::BAD_GENERATED)
            .with("place", format!("{place}/{GENERATED}"))
            .with("cause", e)
    })?;
    Ok(Some(parsed.files))
}

/// A folder that no plan wrote is taken only if nothing of ours would meet a file there.
fn foreign(place: &str, present: &BTreeMap<String, Vec<u8>>, wanted: &Files) -> Result<(), Reason> {
    let clash = wanted.iter().find(|(path, file)| !file.once && present.contains_key(*path));
    match clash {
        Some((path, _)) => {
            Err(Reason::new(&code::NOT_OUR_TREE).with("place", place).with("path", path))
        }
        None => Ok(()),
    }
}

fn checksum(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn text(files: &BTreeMap<String, String>) -> String {
    let checksums = Checksums {
        api_version: "segue.dev/v1alpha1".to_owned(),
        kind: "Generated".to_owned(),
        files: files.clone(),
    };
    serde_json::to_string_pretty(&checksums).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::service::File;

    fn files(list: &[(&str, &str, bool)]) -> Files {
        list.iter()
            .map(|(path, text, once)| {
                ((*path).to_owned(), File { text: (*text).to_owned(), once: *once })
            })
            .collect()
    }

    fn apply(present: &mut BTreeMap<String, Vec<u8>>, wanted: &Files) -> Plan<Change> {
        let outcome = plan("t", present, wanted, &BTreeSet::new()).unwrap();
        for step in &outcome.plan.steps {
            match &step.action {
                Change::Create(path) | Change::Update(path) => {
                    present.insert(path.clone(), wanted[path].text.clone().into_bytes());
                }
                Change::Delete(path) => {
                    present.remove(path);
                }
            }
        }
        present.insert(GENERATED.to_owned(), outcome.generated.into_bytes());
        outcome.plan
    }

    #[test]
    fn a_plan_applied_leaves_nothing_to_plan() {
        let mut tree = BTreeMap::new();
        let wanted = files(&[("a.yaml", "1", false), ("naming.yaml", "n", true)]);
        assert_eq!(apply(&mut tree, &wanted).steps.len(), 2);
        assert!(apply(&mut tree, &wanted).steps.is_empty());
        let wanted = files(&[("b.yaml", "1", false), ("naming.yaml", "other", true)]);
        let steps: Vec<Change> =
            apply(&mut tree, &wanted).steps.into_iter().map(|step| step.action).collect();
        assert_eq!(
            steps,
            [Change::Create("b.yaml".to_owned()), Change::Delete("a.yaml".to_owned())]
        );
        assert_eq!(tree["naming.yaml"], b"n");
    }

    #[test]
    fn hand_edits_stay_whatever_is_generated() {
        let mut tree = BTreeMap::new();
        drop(apply(&mut tree, &files(&[("a.yaml", "1", false), ("c.yaml", "1", false)])));
        tree.insert("a.yaml".to_owned(), b"mine".to_vec());
        tree.insert("c.yaml".to_owned(), b"mine too".to_vec());
        for text in ["1", "2", "3"] {
            let plan = apply(&mut tree, &files(&[("a.yaml", text, false)]));
            assert_eq!(tree["a.yaml"], b"mine");
            assert_eq!(tree["c.yaml"], b"mine too");
            assert_eq!(plan.held.len(), 2);
        }
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let tree = BTreeMap::from([("a.yaml".to_owned(), b"theirs".to_vec())]);
        let error =
            plan("t", &tree, &files(&[("a.yaml", "1", false)]), &BTreeSet::new()).unwrap_err();
        assert_eq!(error.code.id, "SG-M067");
        let tree = BTreeMap::from([("README.md".to_owned(), b"theirs".to_vec())]);
        assert!(plan("t", &tree, &files(&[("a.yaml", "1", false)]), &BTreeSet::new()).is_ok());
    }
}
