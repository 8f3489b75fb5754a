//! Estates in which every field has a sense, and what is generated from them.

use std::collections::BTreeMap;

use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::{Asked, Manifest, Snapshot, Source};
use migrate::ledger::Row;
use migrate::naming::Corrections;
use serde_json::Value;

/// One estate: what it is called, and its answers by the name of the list that they follow.
#[derive(Debug, Clone)]
pub(crate) struct Fixture {
    /// The file's name.
    pub(crate) name: &'static str,
    /// The answers.
    pub(crate) answers: BTreeMap<String, Value>,
    asked: BTreeMap<String, Asked>,
}

/// A service behind a load balancer, a daemon, a scheduled task, one scaled by a metric.
const FIXTURES: &[(&str, &str)] = &[
    ("web", include_str!("../fixtures/paths/web.json")),
    ("node", include_str!("../fixtures/paths/node.json")),
    ("job", include_str!("../fixtures/paths/job.json")),
    ("scaled", include_str!("../fixtures/paths/scaled.json")),
];

/// All fixtures.
#[expect(clippy::unwrap_used, reason = "a fixture that is no JSON is a mistake of its author")]
pub(crate) fn all() -> Vec<Fixture> {
    let read = |(name, text): &(&'static str, &str)| {
        let mut answers: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
        let asked =
            answers.remove("#asked").unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        Fixture { name, answers, asked: serde_json::from_value(asked).unwrap() }
    };
    FIXTURES.iter().map(read).collect()
}

impl Fixture {
    /// Plans this estate.
    pub(crate) fn generate(&self) -> Generated {
        let mut manifest = Manifest::new(Source::Files, String::new(), String::new());
        manifest.answers.clone_from(&self.asked);
        let snapshot = Snapshot { manifest, answers: self.answers.clone() };
        let settings = Settings::new("https://git.example.com/config.git");
        generate(&[snapshot], &Corrections::default(), &settings)
    }
}

/// Everything that is applied to a cluster or to AWS: no plan, no first files of the team, no
/// comments.
pub(crate) fn applied(generated: &Generated) -> BTreeMap<&str, String> {
    let ours =
        generated.files.iter().filter(|(path, file)| !file.once && !path.starts_with("plan/"));
    ours.map(|(path, file)| {
        let lines = file.text.lines().filter(|line| !line.starts_with('#'));
        (path.as_str(), lines.collect::<Vec<_>>().join("\n"))
    })
    .collect()
}

/// The row of a place.
pub(crate) fn row<'g>(generated: &'g Generated, file: &str, pointer: &str) -> Option<&'g Row> {
    generated.rows.iter().find(|row| row.file == file && row.pointer == pointer)
}
