//! A finding: something a person must know before a service moves.

use model::code::{Code, Kind, Severity};
use model::{Reason, Subject};
use serde::{Deserialize, Serialize};

/// One finding, with the place it comes from and the words of its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable over runs: `CODE/service/environment/n`, n counting within the three.
    pub id: String,
    /// B, H, M or L.
    pub severity: char,
    /// What it is about.
    pub subject: Subject,
    /// The environment, or `default` where the files name none; empty for the whole estate.
    pub environment: String,
    /// The input file and pointer that it comes from, if it comes from one place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Code, sentence, next step and facts.
    #[serde(flatten)]
    pub reason: Reason,
}

/// A place in an input file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The input file, as the snapshot names it.
    pub file: String,
    /// RFC 6901 pointer into it.
    pub pointer: String,
}

impl Finding {
    /// True if nothing may be generated until it is answered.
    pub fn blocks(&self) -> bool {
        self.severity == 'B'
    }
}

/// The severity of a finding code; errors and reasons count as notes.
pub fn severity_of(code: &Code) -> Severity {
    match code.kind {
        Kind::Finding(severity) => severity,
        Kind::Because | Kind::Held | Kind::Error(_) => Severity::Low,
    }
}
