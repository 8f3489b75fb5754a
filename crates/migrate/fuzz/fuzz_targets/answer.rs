//! Arbitrary bytes as the only file: read or refused with a reason, and then planned.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use migrate::input::snapshot::parse_answer;

#[path = "../../tests/fuzz/laws.rs"]
mod laws;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = parse_answer("answers/x.json", bytes) {
        let answers = BTreeMap::from([("x.json".to_owned(), value)]);
        let _ = laws::plan(answers).expect("the laws hold for every file");
    }
});
