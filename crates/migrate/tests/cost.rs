//! Size and cost: the example estate against the figures of the documents, small fleets against
//! what they must be called, random fleets against the laws of a bill.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "cost/docs.rs"]
mod docs;
#[path = "cost/fleet.rs"]
mod fleet;
#[path = "cost/laws.rs"]
mod laws;
#[path = "cost/verdicts.rs"]
mod verdicts;

use std::sync::LazyLock;

use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;

/// The plan of the example estate, made once.
pub(crate) static ESTATE: LazyLock<Generated> = LazyLock::new(|| {
    let files = xtask::estate::generate(xtask::estate::SEED).unwrap();
    let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    plan(&Snapshot::parse("estate", &files).unwrap())
});

/// Plans one snapshot with no settings of a team.
pub(crate) fn plan(snapshot: &Snapshot) -> Generated {
    let settings = Settings::new("https://git.example.com/config.git");
    generate(std::slice::from_ref(snapshot), &Corrections::default(), &settings)
}
