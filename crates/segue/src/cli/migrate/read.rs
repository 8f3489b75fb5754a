//! Reading what `migrate` works on: snapshots, and the tree of an earlier plan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use live::disk;
use migrate::input::snapshot::{ANSWERS, MANIFEST, Snapshot};
use model::Reason;
use model::code::scan as code;

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
        let snapshot = snapshot(dir)?;
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
