//! What is open before a service can move, with evidence and what to do.

use serde::{Deserialize, Serialize};

use crate::finding::Place;

/// What is open for one service in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Obstacles {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Findings of severity B and H in full, the weightiest first.
    pub open: Vec<Obstacle>,
    /// Ids of findings of severity M in `plan/findings.json`.
    pub medium: Vec<String>,
    /// Ids of findings of severity L.
    pub low: Vec<String>,
}

/// One finding that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Obstacle {
    /// The id of the finding in `plan/findings.json`.
    pub finding: String,
    /// `B` or `H`.
    pub severity: char,
    /// What it means, one sentence.
    pub sentence: String,
    /// What to do.
    pub next: String,
    /// Where it stands, if it stands somewhere.
    pub place: Option<Place>,
}
