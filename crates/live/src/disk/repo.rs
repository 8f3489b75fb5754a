//! The port `Repo` on a plain folder.

use std::path::{Path, PathBuf};

use model::ports::{ChangeSet, Fault, Repo};

use super::{path, read, write};

/// A tree of files in a folder of this machine. `.git` is not part of it.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The tree under `root`, which need not exist before the first write.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Repo for Folder {
    fn list(&self, folder: &str) -> Result<Vec<String>, Fault> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let place = if folder.is_empty() {
            self.root.clone()
        } else if self.root.exists() {
            path::inside(&path::root(&self.root)?, folder)?
        } else {
            return Ok(Vec::new());
        };
        if !place.exists() {
            return Ok(Vec::new());
        }
        let files = read::list_tree(&place, &|path| path != ".git/" && !path.ends_with("/.git/"))?;
        Ok(files.into_keys().map(|name| format!("{prefix}{name}")).collect())
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Fault> {
        if !self.root.exists() {
            return Ok(None);
        }
        let place = path::inside(&path::root(&self.root)?, path)?;
        if !place.is_file() {
            return Ok(None);
        }
        Ok(Some(read::read_file(&place)?))
    }

    fn apply(&self, changes: &ChangeSet) -> Result<(), Fault> {
        Ok(write::apply(&self.root, changes)?)
    }
}
