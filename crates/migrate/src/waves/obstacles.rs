//! What is open before a service can move, with evidence and what to do.

use serde::{Deserialize, Serialize};

use crate::credential::Credentials;
use crate::finding::{Finding, Place};
use crate::generate::Converted;

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

/// What is open for each service, the weightiest first.
pub(super) fn of(converted: &[Converted<'_>], credentials: &Credentials) -> Vec<Obstacles> {
    converted.iter().filter_map(|one| of_service(one, credentials)).collect()
}

fn of_service(one: &Converted<'_>, credentials: &Credentials) -> Option<Obstacles> {
    let findings = &one.scope.findings;
    let of = |severity: char| findings.iter().filter(move |finding| finding.severity == severity);
    let ids = |severity: char| of(severity).map(|finding| finding.id.clone()).collect();
    let mut open: Vec<Obstacle> =
        of('B').chain(of('H')).map(|finding| obstacle(finding, credentials)).collect();
    open.sort_by(|one, other| {
        (severity_rank(one), &one.finding).cmp(&(severity_rank(other), &other.finding))
    });
    (!findings.is_empty()).then(|| Obstacles {
        service: one.work.name.clone(),
        environment: one.work.env.clone(),
        open,
        medium: ids('M'),
        low: ids('L'),
    })
}

fn severity_rank(obstacle: &Obstacle) -> u8 {
    u8::from(obstacle.severity != 'B')
}

fn obstacle(finding: &Finding, credentials: &Credentials) -> Obstacle {
    let mut reason = finding.reason.clone();
    for fact in reason.facts.values_mut() {
        if let Some(clean) = credentials.redacted(fact) {
            *fact = clean;
        }
    }
    Obstacle {
        finding: finding.id.clone(),
        severity: finding.severity,
        sentence: reason.sentence(),
        next: reason.next(),
        place: finding.place.clone(),
    }
}
