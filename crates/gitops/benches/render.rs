//! How long a rendering takes: an overlay over a base of twelve objects, as a service has them.
//!
//! `cargo bench -p gitops`; for comparison, `kubectl kustomize` on the same folder.

#[path = "../tests/support/cases.rs"]
mod cases;

use cases::HERE;
use divan::Bencher;
use gitops::{Rendered, Tree, render};

fn main() {
    divan::main();
}

/// The case whose overlay looks like a generated one.
fn service() -> Tree {
    let case = cases::all().into_iter().find(|(name, _)| name == "overlay-of-a-service");
    case.map(|(_, tree)| tree).unwrap_or_default()
}

fn rendered(tree: &Tree) -> Rendered {
    render(tree, HERE).unwrap_or(Rendered { objects: Vec::new() })
}

#[divan::bench]
fn objects(bencher: Bencher<'_, '_>) {
    let tree = service();
    bencher.bench(|| rendered(&tree));
}

#[divan::bench]
fn objects_and_text(bencher: Bencher<'_, '_>) {
    let tree = service();
    bencher.bench(|| rendered(&tree).to_yaml());
}
