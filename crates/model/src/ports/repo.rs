//! `Repo`: a tree of files that people keep in Git, read and changed as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;

/// A tree of files. Paths are relative, separated by `/`, without `.` and `..`.
///
/// Synchronous: a tree is read once and planned on in memory.
pub trait Repo {
    /// The paths of all files under `folder` (`""` for the whole tree), sorted.
    fn list(&self, folder: &str) -> Result<Vec<String>, Fault>;

    /// The bytes of the file at `path`; `None` when there is no such file.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Fault>;

    /// Writes and deletes everything in `changes`. Either nothing was changed and the fault says
    /// why, or the fault names the file at which it stopped.
    fn apply(&self, changes: &ChangeSet) -> Result<(), Fault>;
}

/// Files to write and files to delete, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// New content by path; folders are made as needed, the mode of an existing file is kept.
    pub write: BTreeMap<String, Vec<u8>>,
    /// Files to delete; one that is gone already is no fault. Folders left empty go too.
    pub delete: BTreeSet<String>,
}

impl ChangeSet {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.write.is_empty() && self.delete.is_empty()
    }
}
