//! The calls into `std::fs` that `clippy.toml` bans elsewhere, each with its path in the error.
#![expect(clippy::disallowed_methods, reason = "this module is the place that touches files")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::LiveError;

/// Names the file in an error of the operating system.
pub(super) fn named(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LiveError {
    let path = path.to_owned();
    move |source| LiveError::File { doing, path, source }
}

/// What is in a folder, sorted by name so that everything made from it is stable.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, LiveError> {
    let list = fs::read_dir(folder).map_err(named("list", folder))?;
    let mut paths = Vec::new();
    for entry in list {
        paths.push(entry.map_err(named("list", folder))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// The bytes of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, LiveError> {
    fs::read(path).map_err(named("read", path))
}

/// Makes a folder and those above it; one that exists is no fault.
pub(super) fn folders(path: &Path) -> Result<(), LiveError> {
    fs::create_dir_all(path).map_err(named("make the folder", path))
}

/// Moves `from` over `to` in one step.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), LiveError> {
    fs::rename(from, to).map_err(named("replace", to))
}

/// Deletes a file or a link (never what the link points to); one that is gone is no fault.
pub(super) fn unlink(path: &Path) -> Result<(), LiveError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(named("delete", path)(error)),
        _ => Ok(()),
    }
}

/// Deletes a folder with all that is in it.
pub(super) fn remove_all(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path)
}

/// Deletes a folder if it is empty; says whether it is gone.
pub(super) fn rmdir(path: &Path) -> bool {
    fs::remove_dir(path).is_ok()
}
