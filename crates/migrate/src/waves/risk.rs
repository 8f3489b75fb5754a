//! How risky the move of a service is, 0 to 100, explained by its parts.

use serde::{Deserialize, Serialize};

use crate::finding::Place;

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
