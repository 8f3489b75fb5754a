//! How risky the move of a service is, 0 to 100, explained by its parts.
//!
//! The points are a judgement, written down so that it can be disputed: `docs/explanation/waves.md`
//! has the table with the reason for each. They order the waves and nothing else; no service is
//! held for its score.

mod parts;
mod usage;

use serde::{Deserialize, Serialize};

use super::edges::Graph;
use crate::finding::Place;
use crate::given::Given;
use parts::Seen;

/// The risk of every service in every environment, in their order.
pub(super) fn of(given: Given<'_, '_>, graph: &Graph) -> Vec<Risk> {
    let usage = usage::Usage::of(given.inventory);
    let one = |one| {
        let mut parts = parts::of(&Seen { one, graph, usage: &usage });
        let share = share(&one.work.env);
        for part in &mut parts {
            part.points = shared(part.points, share);
        }
        parts.sort_by(|a, b| (b.points, a.kind, &a.sentence).cmp(&(a.points, b.kind, &b.sentence)));
        let sum: u32 = parts.iter().map(|part| u32::from(part.points)).sum();
        Risk {
            service: one.work.name.clone(),
            environment: one.work.env.clone(),
            score: u8::try_from(sum.min(100)).unwrap_or(100),
            parts,
        }
    };
    given.converted.iter().map(one).collect()
}

/// Percent of the points that count in an environment. A fault in development costs an afternoon,
/// one in staging a release, one in production users. An environment of which nobody knows what
/// it is counts as production.
fn share(environment: &str) -> u32 {
    match environment {
        "local" | "sandbox" | "alpha" | "dev" | "int" | "test" | "qa" => 35,
        "nonprod" | "uat" | "stag" | "perf" | "demo" | "beta" | "preview" | "preprod" => 60,
        _ => 100,
    }
}

/// `points` times `share` percent, rounded to the nearest, at least 1.
fn shared(points: u8, share: u32) -> u8 {
    let product = u32::from(points).saturating_mul(share).saturating_add(50) / 100;
    u8::try_from(product.clamp(1, 100)).unwrap_or(100)
}

/// The risk of moving one service in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Risk {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// 0 (nothing speaks against it) to 100.
    pub score: u8,
    /// What it is the sum of, the weightiest first. The sum is cut at 100.
    pub parts: Vec<Part>,
}

/// One reason for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// What kind of reason.
    pub kind: PartKind,
    /// Points, after the share of the environment; never 0.
    pub points: u8,
    /// One plain sentence.
    pub sentence: String,
    /// Where it stands, if it stands somewhere; at most three places.
    pub places: Vec<Place>,
}

/// What kind of reason gives points. The table of points with the reason for each stands in
/// `docs/explanation/waves.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PartKind {
    /// Open findings of severity B.
    Blockers,
    /// Open findings of severity H, by kind.
    HighFindings,
    /// Open findings of severity M, by kind.
    MediumFindings,
    /// Services that call it.
    Callers,
    /// Requests that it answers.
    Traffic,
    /// Files that it keeps between tasks.
    Files,
    /// Sessions that stick to a task.
    Sessions,
    /// One task only: none is left while it is replaced.
    SingleTask,
    /// It takes messages from a queue, so both sides take them while both run.
    Consumer,
    /// Schedules that start it.
    Schedules,
    /// Somebody else writes its listener or its weights.
    ForeignOwner,
    /// Nothing checks its health.
    NoHealthCheck,
    /// It differs from the same service in other environments, so those rehearse less of it.
    Drift,
    /// It reaches into another environment.
    ForeignEdge,
    /// It was deployed days ago, or years ago.
    Deployment,
}
