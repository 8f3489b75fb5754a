//! A configuration repository as `segue migrate` writes it, for tests that look at all of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use gitops::{Rendered, Tree};
use tempfile::TempDir;

/// A generated repository: on disk, and as the product renders it.
pub(crate) struct Repository {
    folder: TempDir,
    rendered: BTreeMap<String, Rendered>,
}

impl Repository {
    /// The one of the example estate.
    pub(crate) fn of_example() -> Self {
        Self::of_snapshot(&root().join("examples/estate"), tempfile::tempdir().unwrap())
    }

    /// The one of a snapshot, in a folder that may hold the snapshot too.
    pub(crate) fn of_snapshot(snapshot: &Path, folder: TempDir) -> Self {
        let out = folder.path().join("config");
        segue(&["plan".as_ref(), snapshot, "--out".as_ref(), &out]);
        let tree: Tree = live::disk::read_tree(&out, |_| true).unwrap().into_iter().collect();
        let render = |folder: &str| {
            let rendered = gitops::render(&tree, folder);
            (folder.to_owned(), rendered.unwrap_or_else(|error| panic!("{folder}: {error}")))
        };
        let rendered = tree.kustomizations().into_iter().filter(is_whole).map(render).collect();
        Self { folder, rendered }
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

    /// Every folder that is made to be rendered, with what it renders to.
    pub(crate) fn rendered(&self) -> &BTreeMap<String, Rendered> {
        &self.rendered
    }
}

/// Whether a folder is made to be rendered by itself: no base, and no component of an overlay.
fn is_whole(folder: &&str) -> bool {
    let parts: Vec<&str> = folder.split('/').collect();
    match parts[..] {
        ["apps", _, "overlays" | "ingress", _] | ["clusters", _] => true,
        ["infrastructure", part] => part != "base",
        _ => false,
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
