//! A configuration repository as `segue migrate` writes it, for tests that look at all of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use gitops::Tree;
use serde_json::Value;
use tempfile::TempDir;

/// A generated repository, on disk and in memory.
pub(crate) struct Repository {
    folder: TempDir,
    tree: Tree,
}

impl Repository {
    /// The one of the example estate.
    pub(crate) fn of_example() -> Self {
        Self::of_snapshot(&root().join("examples/estate"), tempfile::tempdir().unwrap())
    }

    fn of_snapshot(snapshot: &Path, folder: TempDir) -> Self {
        let out = folder.path().join("config");
        segue(&["plan".as_ref(), snapshot, "--out".as_ref(), &out]);
        let tree = live::disk::read_tree(&out, |_| true).unwrap().into_iter().collect();
        Self { folder, tree }
    }

    /// The one of a folder of JSON files.
    pub(crate) fn of_files(files: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = folder.path().join("snapshot");
        segue(&["scan".as_ref(), "--from-files".as_ref(), files, "--out".as_ref(), &snapshot]);
        Self::of_snapshot(&snapshot, folder)
    }

    /// Where a folder of the repository is on disk.
    pub(crate) fn path(&self, folder: &str) -> PathBuf {
        self.folder.path().join("config").join(folder)
    }

    /// Every folder that is made to be rendered: no bases, and no components of the team.
    pub(crate) fn folders(&self) -> Vec<String> {
        let all = self.tree.kustomizations().into_iter();
        all.filter(|folder| !folder.ends_with("/base") && !folder.ends_with("/patches"))
            .map(str::to_owned)
            .collect()
    }

    /// The objects of a folder, as the product renders them.
    pub(crate) fn objects(&self, folder: &str) -> Vec<Value> {
        self.render(folder).objects
    }

    /// The text of a folder, as the product renders it.
    pub(crate) fn text(&self, folder: &str) -> String {
        self.render(folder).to_yaml()
    }

    fn render(&self, folder: &str) -> gitops::Rendered {
        gitops::render(&self.tree, folder).unwrap_or_else(|error| panic!("{folder}: {error}"))
    }
}

/// The root of the clone.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn segue(args: &[&Path]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    let output = command.arg("migrate").args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "segue migrate {args:?}\n{said}");
}
