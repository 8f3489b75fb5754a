//! `Journal`: what must survive a crash, written before the effect.

use std::future::Future;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fault;

/// Records in the order in which they were written.
pub trait Journal: Sync {
    /// All records about `subject` (`kind/name`), oldest first.
    fn read(&self, subject: &str) -> impl Future<Output = Result<Vec<Record>, Fault>> + Send;

    /// Takes the next epoch of `subject`. From here on, records of a lower one are refused.
    fn take(&self, subject: &str) -> impl Future<Output = Result<Epoch, Fault>> + Send;

    /// Adds a record; when this returns, the record survives a crash of the machine. A record of
    /// a lower epoch than the one taken last is refused with `SG-L023`, so that an engine which
    /// was thought dead cannot go on.
    fn append(&self, record: &Record) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// One record. What is in `body` is the business of the planner that wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When it was written.
    pub at: Timestamp,
    /// What it is about, as `kind/name`.
    pub subject: String,
    /// Who wrote: grows with each start of an engine.
    pub epoch: Epoch,
    /// The planner's entry.
    pub body: Value,
}

/// Who acts: each start of an engine takes the next number, so that one which was thought dead
/// can be told from its successor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

impl Epoch {
    /// The epoch of the next start.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Epoch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
