//! Files that were good before somebody changed them.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[path = "../../tests/fuzz/laws.rs"]
mod laws;
#[path = "../../tests/fuzz/mutate.rs"]
mod mutate;

static ESTATES: LazyLock<Vec<BTreeMap<String, Value>>> = LazyLock::new(|| {
    [
        include_str!("../../tests/fixtures/paths/web.json"),
        include_str!("../../tests/fixtures/paths/node.json"),
        include_str!("../../tests/fixtures/paths/job.json"),
        include_str!("../../tests/fixtures/paths/scaled.json"),
    ]
    .iter()
    .map(|text| {
        let mut estate: BTreeMap<String, Value> = serde_json::from_str(text).expect("a fixture is JSON");
        estate.remove("#asked");
        estate
    })
    .collect()
});

fuzz_target!(|bytes: &[u8]| {
    let mut dice = mutate::Dice::new(bytes);
    let estate = &ESTATES[dice.below(ESTATES.len())];
    // Half of the time the task definition alone, which is quicker and what most people have.
    let whole = dice.below(2) == 0;
    let mut answers: BTreeMap<String, Value> = estate
        .iter()
        .filter(|(name, _)| whole || name.contains("TaskDefinition"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let count = answers.len();
    while !dice.is_empty() {
        if let Some(value) = answers.values_mut().nth(dice.below(count)) {
            mutate::mutate(value, &mut dice);
        }
    }
    let _ = laws::plan(answers).expect("the laws hold for every file");
});
