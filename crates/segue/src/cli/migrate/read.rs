//! Reading what `migrate` works on: snapshots, and the tree of an earlier plan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use live::disk;
use migrate::input::snapshot::{ANSWERS, MANIFEST, Snapshot};
use migrate::plan::{FORMAT_VERSION, MigrationPlan, PATH};
use model::Reason;
use model::code::{Code, report, scan as code};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cli::exit::Failure;

/// Refuses a file where a folder is wanted; one that is not there is for the caller to judge.
pub(super) fn folder(dir: &Path) -> Result<(), Failure> {
    if dir.is_file() {
        return Err(Reason::new(&code::NOT_A_FOLDER).with("place", dir.display()).into());
    }
    Ok(())
}

/// Reads a snapshot folder.
pub(super) fn snapshot(dir: &Path) -> Result<Snapshot, Failure> {
    folder(dir)?;
    let place = dir.display().to_string();
    let keep = |path: &str| path == MANIFEST || path.starts_with(ANSWERS);
    Ok(Snapshot::parse(&place, &disk::read_tree(dir, keep)?)?)
}

/// Reads several snapshots, whose file names must not meet.
pub(super) fn snapshots(dirs: &[std::path::PathBuf]) -> Result<Vec<Snapshot>, Failure> {
    let mut out = Vec::new();
    let mut names = BTreeSet::new();
    for dir in dirs {
        let mut snapshot = snapshot(dir)?;
        if dirs.len() > 1 {
            snapshot = snapshot.within(&dir.display().to_string());
        }
        for name in snapshot.answers.keys() {
            if !names.insert(name.clone()) {
                return Err(Reason::new(&code::SAME_ANSWER_TWICE).with("file", name).into());
            }
        }
        out.push(snapshot);
    }
    Ok(out)
}

/// The files of a configuration repository; nothing if there is none yet.
pub(in crate::cli) fn repository(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    folder(dir)?;
    if !dir.exists() {
        return Ok(BTreeMap::new());
    }
    Ok(disk::read_tree(dir, |path| !path.starts_with(".git/"))?)
}

/// The plan, whose version is looked at before the rest.
pub(crate) fn plan(dir: &Path) -> Result<MigrationPlan, Failure> {
    folder(dir)?;
    let root = dir.display();
    let place = dir.join(PATH);
    if !place.exists() {
        let reason = Reason::new(&code::NO_PLAN).with("place", root);
        return Err(reason.with("cause", format!("{PATH} is not there")).into());
    }
    let value: Value = json(dir, PATH)?;
    let version = value["formatVersion"].as_u64().unwrap_or_default();
    let wrong = |code: &'static Code| {
        Reason::new(code)
            .with("place", place.display())
            .with("version", version)
            .with("known", FORMAT_VERSION)
            .with("root", dir.display())
    };
    if version > u64::from(FORMAT_VERSION) {
        return Err(wrong(&report::NEWER_PLAN).into());
    }
    if version < u64::from(FORMAT_VERSION) {
        return Err(wrong(&report::OLD_PLAN).into());
    }
    serde_json::from_value(value).map_err(|error| bad(dir, &place, &error).into())
}

/// A JSON file of the repository.
pub(super) fn json<T: DeserializeOwned>(dir: &Path, file: &str) -> Result<T, Failure> {
    let place = dir.join(file);
    let bytes = disk::read_file(&place)?;
    serde_json::from_slice(&bytes).map_err(|error| bad(dir, &place, &error).into())
}

fn bad(dir: &Path, place: &Path, cause: &serde_json::Error) -> Reason {
    Reason::new(&report::BAD_PLAN_FILE)
        .with("place", place.display())
        .with("cause", cause)
        .with("root", dir.display())
}
