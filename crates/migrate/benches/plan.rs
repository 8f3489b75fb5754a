//! How long planning the example estate takes, without reading and writing files.
#![expect(clippy::disallowed_methods, reason = "the bench reads the example estate itself")]

use std::collections::BTreeMap;
use std::path::Path;

use migrate::generate::{Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;

fn main() {
    divan::main();
}

/// The files of the example estate.
fn estate() -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let mut out = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let (Ok(name), Ok(bytes)) = (path.strip_prefix(&root), std::fs::read(&path)) {
                out.insert(name.display().to_string(), bytes);
            }
        }
    }
    out
}

#[divan::bench(sample_count = 20)]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let files = estate();
    bencher.bench(|| Snapshot::parse("estate", &files));
}

#[divan::bench(sample_count = 20)]
fn plan(bencher: divan::Bencher<'_, '_>) {
    let snapshots: Vec<Snapshot> = Snapshot::parse("estate", &estate()).into_iter().collect();
    let settings = Settings::new("https://git.example.com/config.git");
    bencher.bench(|| generate(&snapshots, &Corrections::default(), &settings));
}
