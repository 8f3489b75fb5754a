//! Runs the real kubectl beside the renderer and demands the same bytes: on every case, and on
//! random trees. With `SEGUE_UPDATE_CASES=1` it writes what kubectl prints into the cases.

#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "starts the real kubectl on trees that it writes to disk"
)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/random.rs"]
mod random;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use cases::HERE;
use gitops::{Tree, render};
use xtask::peers::{Peer, require};

/// Random trees that are compared.
const TREES: u64 = 300;

fn kubectl() -> PathBuf {
    require(Peer::Kubectl).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The folder of a case.
fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(case)
}

/// What kubectl prints for a folder, or what it complains about.
fn kustomize(kubectl: &Path, folder: &Path) -> Result<String, String> {
    let output = Command::new(kubectl).arg("kustomize").arg(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[test]
fn kubectl_prints_what_the_cases_expect() {
    let kubectl = kubectl();
    let update = env::var_os("SEGUE_UPDATE_CASES").is_some();
    for (name, tree) in cases::all() {
        let folder = folder(&name);
        let printed = kustomize(&kubectl, &folder.join(HERE))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        if update {
            fs::write(folder.join("expected.yaml"), &printed).unwrap();
        }
        let rendered = render(&tree, HERE).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(rendered.to_yaml(), printed, "{name}");
    }
}

#[test]
fn random_trees_render_as_kubectl_renders_them() {
    let kubectl = kubectl();
    let folder = tempfile::tempdir().unwrap();
    let mut rendered = 0;
    for seed in 0..TREES {
        let tree = random::tree(seed);
        let root = folder.path().join(seed.to_string());
        write(&root, &tree);
        let printed = kustomize(&kubectl, &root.join(HERE));
        match (render(&tree, HERE), printed) {
            (Ok(ours), Ok(theirs)) => {
                rendered += 1;
                assert_eq!(ours.to_yaml(), theirs, "seed {seed}\n{}", show(&tree));
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => panic!("seed {seed}: {ours:?}\n{theirs:?}\n{}", show(&tree)),
        }
    }
    assert!(rendered > TREES / 2, "only {rendered} of {TREES} trees could be rendered at all");
}

fn write(root: &Path, tree: &Tree) {
    for (path, content) in tree.iter() {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn show(tree: &Tree) -> String {
    let file = |(path, content)| format!("=== {path}\n{}", String::from_utf8_lossy(content));
    tree.iter().map(file).collect()
}
