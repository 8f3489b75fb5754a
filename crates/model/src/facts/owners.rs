//! Who else writes to what the shift writes to.

use serde::{Deserialize, Serialize};

use super::Known;

/// What is known of other writers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Owners {
    /// Everybody else who writes to a rule, record, group or service of the shift: Terraform,
    /// external-dns, Argo Rollouts, CodeDeploy, a person. Source: tags, state files, `CloudTrail`.
    pub writers: Known<Vec<Writer>>,
    /// Values that differ from what the journal says. Source: read-back.
    pub drift: Known<Vec<Drift>>,
}

/// Somebody else who writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Writer {
    /// What is written to.
    pub resource: String,
    /// Who writes.
    pub who: String,
    /// Whether it is kept from writing while the shift runs: the resource is taken out of it,
    /// ignored by it, or it is paused.
    pub locked_out: bool,
}

/// A value that differs from what the journal says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// What differs.
    pub resource: String,
    /// What the journal says.
    pub journal: String,
    /// What the world says.
    pub live: String,
}
