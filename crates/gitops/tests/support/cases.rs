//! The cases: a folder each, with a tree of files, the kustomization to render in `here/`, and
//! what kubectl prints for it in `expected.yaml`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read their own cases from disk, and fail when they cannot"
)]

use std::fs;
use std::path::{Path, PathBuf};

use gitops::Tree;

/// The kustomization of a case that is rendered.
pub(crate) const HERE: &str = "here";

/// Every case: the name of its folder, and its files.
pub(crate) fn all() -> Vec<(String, Tree)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = entries(&root);
    paths.sort();
    assert!(paths.len() > 15, "cases are missing from {}", root.display());
    let case = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, read(path))
    };
    paths.iter().map(case).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The files below a folder as a tree.
fn read(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                tree.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    tree
}
