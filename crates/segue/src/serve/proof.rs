//! The proof ledger: one signed account of a shift, for people who were not there.
//!
//! [`account`] is a pure function: what is known of the shift, the records of its journal, and the
//! counts of the prober and of the balancer go in, a [`Ledger`] comes out. [`seal`] signs it and
//! opens signed ones, [`key`] keeps the key, [`publish`] writes the files. The format is public:
//! docs/reference/ledger.md. Nothing secret is in it.

pub mod account;
pub mod key;
pub mod publish;
pub mod requests;
pub mod seal;
pub mod steps;
mod verdict;

use jiff::Timestamp;
use model::Reason;
use serde::{Deserialize, Serialize};

use super::book::{Fate, Gate, Moment, Sample};
use requests::Requests;
use steps::StepTaken;

pub use account::{Sources, account};
pub use verdict::{Verdict, verify};

/// The version of the format; a reader refuses a higher one.
pub const FORMAT_VERSION: u32 = 1;
/// The kind of the document.
pub const KIND: &str = "ShiftLedger";

/// The account of one shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    /// `segue.dev/v1alpha1`.
    pub api_version: String,
    /// [`KIND`].
    pub kind: String,
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The program that wrote it, with its version.
    pub tool: String,
    /// The public key that signs it, in hexadecimal digits.
    pub key: String,
    /// When it was written.
    pub written: Timestamp,
    /// The shift.
    pub shift: String,
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Who answers for it.
    pub author: String,
    /// Who agreed to the removal of the old side.
    pub approved: Vec<String>,
    /// The rule whose weights moved.
    pub rule: String,
    /// The target group of the old side.
    pub old: String,
    /// The target group of the new side.
    pub new: String,
    /// How it ended.
    pub fate: Fate,
    /// Why it ended so.
    pub because: Option<Reason>,
    /// When it began.
    pub began: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Every request, and how it ended.
    pub requests: Requests,
    /// Each change of the weights, with what it rests on.
    pub steps: Vec<StepTaken>,
    /// What had to hold, as it was at the end.
    pub gates: Vec<Gate>,
    /// What happened, oldest first, with who did it and why.
    pub history: Vec<Moment>,
    /// Shares, rates and errors over time.
    pub series: Vec<Sample>,
    /// The journal that it was made from.
    pub journal: JournalMark,
}

/// What a journal can be held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalMark {
    /// The subject of the records.
    pub subject: String,
    /// How many records.
    pub records: usize,
    /// When the first was written.
    pub first: Option<Timestamp>,
    /// When the last was written.
    pub last: Option<Timestamp>,
    /// Engines that wrote them, by the highest epoch.
    pub epoch: u64,
    /// SHA-256 over the records, each as one line of JSON.
    pub sha256: String,
}
