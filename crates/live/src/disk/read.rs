//! Reading files and whole trees.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{path, raw};
use crate::LiveError;
use crate::limits::{FILE_BYTES_MAX, TREE_DEPTH_MAX, TREE_FILES_MAX};

/// The bytes of one file.
pub fn read_file(path: &Path) -> Result<Vec<u8>, LiveError> {
    let meta = path.metadata().map_err(raw::named("read", path))?;
    if meta.len() > FILE_BYTES_MAX {
        return Err(LiveError::TooMuch {
            path: path.to_owned(),
            limit: format!("{} MB", FILE_BYTES_MAX >> 20),
        });
    }
    raw::bytes(path)
}

/// Every file under `dir` with its bytes, by relative path with `/`.
///
/// `keep` is asked with the relative path of each file, and of each folder with a `/` at its end;
/// a folder that is not kept is not entered (`|path| path.ends_with('/') || path.ends_with(".json")`
/// keeps JSON files at any depth). Links are followed as long as they stay inside
/// `dir`; sockets, pipes and devices are passed over. Our own half-written files are, too.
pub fn read_tree(
    dir: &Path,
    keep: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Vec<u8>>, LiveError> {
    let mut files = BTreeMap::new();
    for (name, place) in list_tree(dir, &keep)? {
        files.insert(name, read_file(&place)?);
    }
    Ok(files)
}

/// The relative path and the real place of every file under `dir` that is kept.
pub(super) fn list_tree(
    dir: &Path,
    keep: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, PathBuf>, LiveError> {
    let root = path::root(dir)?;
    let mut walk = Walk { root: &root, keep, files: BTreeMap::new() };
    walk.folder(&root, "", 0)?;
    Ok(walk.files)
}

/// A walk through one tree.
struct Walk<'a> {
    root: &'a Path,
    keep: &'a dyn Fn(&str) -> bool,
    files: BTreeMap<String, PathBuf>,
}

impl Walk<'_> {
    /// Lists what is in `place`, whose relative path with its closing `/` is `prefix`.
    fn folder(&mut self, place: &Path, prefix: &str, depth: usize) -> Result<(), LiveError> {
        if depth > TREE_DEPTH_MAX {
            return Err(too_much(place, format!("{TREE_DEPTH_MAX} folders inside each other")));
        }
        for entry in raw::entries(place)? {
            self.entry(entry, prefix, depth)?;
        }
        Ok(())
    }

    /// Takes in one entry of a folder.
    fn entry(&mut self, entry: PathBuf, prefix: &str, depth: usize) -> Result<(), LiveError> {
        let Some(name) = entry.file_name().and_then(|name| name.to_str()) else {
            return Err(LiveError::Name { path: entry });
        };
        // Asked before a link is judged, so that a filter can leave out links that lead away.
        let leads_to_folder = entry.is_dir();
        let relative = format!("{prefix}{name}{}", if leads_to_folder { "/" } else { "" });
        if name.ends_with(super::write::TEMP_SUFFIX) || !(self.keep)(&relative) {
            return Ok(());
        }
        let place = path::resolved(self.root, entry)?;
        if leads_to_folder {
            return self.folder(&place, &relative, depth + 1);
        }
        let meta = place.metadata().map_err(raw::named("look at", &place))?;
        if meta.is_file() {
            self.files.insert(relative, place);
        }
        if self.files.len() > TREE_FILES_MAX {
            return Err(too_much(self.root, format!("{TREE_FILES_MAX} files")));
        }
        Ok(())
    }
}

fn too_much(path: &Path, limit: String) -> LiveError {
    LiveError::TooMuch { path: path.to_owned(), limit }
}

/// The files right inside a folder, sorted by name; what is half written is passed over.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, LiveError> {
    let mut files = raw::entries(folder)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    Ok(files)
}

/// The folders right inside a folder, sorted by name.
pub(crate) fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, LiveError> {
    let mut folders = raw::entries(folder)?;
    folders.retain(|path| path.is_dir());
    Ok(folders)
}
