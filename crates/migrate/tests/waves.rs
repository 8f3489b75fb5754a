//! Dependencies, risks and waves: on the example estate against what its generator planted, and on
//! random graphs against the laws of an order.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "waves/laws.rs"]
mod laws;
#[path = "waves/small.rs"]
mod small;
#[path = "waves/truth.rs"]
mod truth;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;

/// The plan of the example estate, made once.
pub(crate) static ESTATE: LazyLock<Generated> = LazyLock::new(|| {
    let files = xtask::estate::generate(xtask::estate::SEED).unwrap();
    let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let snapshot = Snapshot::parse("estate", &files).unwrap();
    plan(&[snapshot])
});

/// Plans snapshots with no settings of a team.
pub(crate) fn plan(snapshots: &[Snapshot]) -> Generated {
    let settings = Settings::new("https://git.example.com/config.git");
    generate(snapshots, &Corrections::default(), &settings)
}

/// A snapshot of `answers` by file name, as of files that somebody kept.
pub(crate) fn snapshot(answers: &BTreeMap<String, serde_json::Value>) -> Snapshot {
    let manifest = serde_json::json!({"apiVersion": "segue.dev/v1alpha1", "kind": "Snapshot",
        "formatVersion": 1, "source": "files", "takenAt": "2026-11-02T03:00:00Z", "tool": "test"});
    let mut files: BTreeMap<String, Vec<u8>> = answers
        .iter()
        .map(|(name, value)| (format!("answers/{name}.json"), value.to_string().into_bytes()))
        .collect();
    files.insert("snapshot.json".to_owned(), manifest.to_string().into_bytes());
    Snapshot::parse("test", &files).unwrap()
}
