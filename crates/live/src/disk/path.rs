//! Where a relative path of a tree really is, and that it is inside.

use std::io;
use std::path::{Path, PathBuf};

use super::raw::named;
use crate::LiveError;

/// The real, absolute path of a tree's root.
pub(super) fn root(root: &Path) -> Result<PathBuf, LiveError> {
    root.canonicalize().map_err(named("open", root))
}

/// The real place of `path` (relative, `/`) under the canonical `root`, links resolved.
///
/// Folders that do not exist yet are fine; a link that points out of the tree, `..` and absolute
/// paths are not.
pub(super) fn inside(root: &Path, path: &str) -> Result<PathBuf, LiveError> {
    let outside = |cause: &str| LiveError::Outside {
        path: PathBuf::from(path),
        root: root.to_owned(),
        cause: cause.to_owned(),
    };
    let mut place = root.to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => return Err(outside("not a plain relative path")),
            ".." => return Err(outside("it contains `..`")),
            _ if part.contains('\0') => return Err(outside("it contains a NUL")),
            _ => place.push(part),
        }
        place = resolved(root, place)?;
    }
    Ok(place)
}

/// `place` itself, or what it points to if it is a link that stays inside `root`.
pub(super) fn resolved(root: &Path, place: PathBuf) -> Result<PathBuf, LiveError> {
    match place.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => follow(root, &place),
        Ok(_) => Ok(place),
        // `NotADirectory`: a file stands where a folder is needed; the write will name it.
        Err(error) if absent(&error) => Ok(place),
        Err(error) => Err(named("look at", &place)(error)),
    }
}

/// Whether an error only says that there is nothing at that path.
pub(super) fn absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Where a link leads; an error if that is nowhere, or outside `root`.
fn follow(root: &Path, link: &Path) -> Result<PathBuf, LiveError> {
    let target = link.canonicalize().map_err(named("follow the link", link))?;
    if target.starts_with(root) {
        return Ok(target);
    }
    Err(LiveError::Outside {
        path: link.to_owned(),
        root: root.to_owned(),
        cause: format!("it is a link to {}", target.display()),
    })
}
