//! Whatever was read, what is generated renders: every kustomization of trees that were made from
//! broken files.
//!
//! Seeded, so that a failure comes back: `FIRST` to `CASES` are the seeds that are tried.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "../../migrate/tests/fuzz/laws.rs"]
mod laws;
#[path = "../../migrate/tests/fuzz/mutate.rs"]
mod mutate;

use std::collections::BTreeMap;

use gitops::Tree;
use serde_json::Value;

const FIRST: u64 = 1;
const CASES: u64 = 100;

const ESTATES: [&str; 4] = [
    include_str!("../../migrate/tests/fixtures/paths/web.json"),
    include_str!("../../migrate/tests/fixtures/paths/node.json"),
    include_str!("../../migrate/tests/fixtures/paths/job.json"),
    include_str!("../../migrate/tests/fixtures/paths/scaled.json"),
];

/// The bytes of a seed (splitmix64).
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let count = 1 + next() % 12;
    (0..count).flat_map(|_| next().to_le_bytes()).collect()
}

fn broken(seed: u64) -> BTreeMap<String, Value> {
    let bytes = bytes(seed);
    let mut dice = mutate::Dice::new(&bytes);
    let text = ESTATES[dice.below(ESTATES.len())];
    let mut answers: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
    answers.remove("#asked");
    let count = answers.len();
    while !dice.is_empty() {
        let value = answers.values_mut().nth(dice.below(count)).unwrap();
        mutate::mutate(value, &mut dice);
    }
    answers
}

/// Folders of the tree that stand on their own: a component only edits others.
fn folders(tree: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let kustomizations = tree.iter().filter_map(|(path, bytes)| {
        let component = String::from_utf8_lossy(bytes).contains("kind: Component");
        path.strip_suffix("/kustomization.yaml").filter(|_| !component)
    });
    kustomizations.map(str::to_owned).collect()
}

#[test]
fn what_is_made_of_broken_files_renders() {
    let mut rendered = 0;
    for seed in FIRST..=CASES {
        let generated = laws::plan(broken(seed)).unwrap_or_else(|law| panic!("seed {seed}: {law}"));
        let files: BTreeMap<String, Vec<u8>> = generated
            .files
            .into_iter()
            .map(|(path, file)| (path, file.text.into_bytes()))
            .collect();
        let folders = folders(&files);
        let tree: Tree = files.into_iter().collect();
        for folder in folders {
            let objects = gitops::render(&tree, &folder)
                .unwrap_or_else(|why| panic!("seed {seed}: {folder}: {why}"));
            rendered += objects.objects.len();
        }
    }
    println!("{CASES} estates, {rendered} objects");
    assert!(rendered > 1000, "{rendered} objects are too few to mean anything");
}
