//! What the demo writes into the configuration repository so that this machine plays it: an overlay
//! with both fleets and the balancer, and the shift.
//!
//! Written where it is not there. What is there is a person's and is left alone.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::ports::{ChangeSet, Repo};

use super::place::{OVERLAY, SHIFT_FILE};

/// The overlay, file by file.
const OVERLAY_FILES: [(&str, &str); 5] = [
    ("ingress.yaml", include_str!("files/ingress.yaml")),
    ("kustomization.yaml", include_str!("files/kustomization.yaml")),
    ("new-fleet.yaml", include_str!("files/new-fleet.yaml")),
    ("old-fleet.yaml", include_str!("files/old-fleet.yaml")),
    ("secrets.yaml", include_str!("files/secrets.yaml")),
];

/// The shift.
const SHIFT_TEXT: &str = include_str!("files/shift.yaml");

/// The requests a second that the shift expects, as its file has them.
const RATE: &str = "expectedRps: 300";

/// What became of the demo's own part of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were written.
    pub files: Vec<String>,
    /// What was there before, a folder or a file.
    pub left_alone: Vec<String>,
}

/// Writes what is not there, for so many requests a second.
pub fn write(repo: &impl Repo, rate: u32) -> Result<Written, Reason> {
    let mut written = Written::default();
    let mut files = BTreeMap::new();
    let present = repo.list("").map_err(|fault| fault.because)?;
    let folder = format!("{OVERLAY}/");
    if present.iter().any(|path| path.starts_with(&folder)) {
        written.left_alone.push(folder);
    } else {
        let overlay = OVERLAY_FILES.iter().map(|(name, text)| (format!("{folder}{name}"), *text));
        files.extend(overlay.map(|(path, text)| (path, text.to_owned())));
    }
    if present.iter().any(|path| path == SHIFT_FILE) {
        written.left_alone.push(SHIFT_FILE.to_owned());
    } else {
        let text = SHIFT_TEXT.replace(RATE, &format!("expectedRps: {rate}"));
        files.insert(SHIFT_FILE.to_owned(), text);
    }
    written.files.extend(files.keys().cloned());
    put(repo, files)?;
    Ok(written)
}

/// Writes files as they are given.
pub(super) fn put(repo: &impl Repo, files: BTreeMap<String, String>) -> Result<(), Reason> {
    let write = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let changes = ChangeSet { write, delete: BTreeSet::new() };
    repo.apply(&changes).map_err(|fault| fault.because)
}

#[cfg(test)]
mod tests {
    use live::disk::Folder;
    use serde_json::Value;

    use super::*;
    use crate::demo::place::{
        AUTHOR, ENVIRONMENT, NEW_FLEET, NEW_GROUP, OLD_GROUP, REPLICAS, RULE, SERVICE, SHIFT,
    };
    use crate::rehearse::spec;

    #[test]
    fn the_files_call_things_as_the_demo_does() {
        let dir = tempfile::tempdir().unwrap();
        let repo = Folder::new(dir.path());
        let written = write(&repo, 120).unwrap();
        assert!(written.left_alone.is_empty() && written.files.len() == 6, "{written:?}");
        assert!(written.files.iter().any(|path| path == NEW_FLEET));
        let read = |path: &str| String::from_utf8(repo.read(path).unwrap().unwrap()).unwrap();
        let shift = spec::parse(SHIFT_FILE, &read(SHIFT_FILE)).unwrap();
        let goal = shift.goal();
        assert_eq!((goal.shift.as_str(), goal.author.as_str()), (SHIFT, AUTHOR));
        assert_eq!((goal.rule.as_str(), goal.old.as_str()), (RULE, OLD_GROUP));
        assert_eq!((goal.new.as_str(), shift.spec.environment.as_str()), (NEW_GROUP, ENVIRONMENT));
        assert_eq!(shift.spec.service, SERVICE);
        assert_eq!(
            (shift.spec.expected_rps, goal.new_need(model::ports::Weight::ALL)),
            (Some(120.0), REPLICAS)
        );
        for file in ["new-fleet.yaml", "old-fleet.yaml"] {
            let text = read(&format!("{OVERLAY}/{file}"));
            let first = text.split("---").next().unwrap();
            let fleet: Value = serde_saphyr::from_str(first).unwrap();
            assert_eq!(fleet["spec"]["replicas"], REPLICAS);
        }
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let repo = Folder::new(dir.path());
        let mine = BTreeMap::from([
            (format!("{OVERLAY}/kustomization.yaml"), "mine".to_owned()),
            (SHIFT_FILE.to_owned(), "mine too".to_owned()),
        ]);
        put(&repo, mine).unwrap();
        let written = write(&repo, 300).unwrap();
        assert_eq!(written.files, Vec::<String>::new());
        assert_eq!(written.left_alone, [format!("{OVERLAY}/"), SHIFT_FILE.to_owned()]);
        assert_eq!(repo.list("").unwrap().len(), 2);
    }
}
