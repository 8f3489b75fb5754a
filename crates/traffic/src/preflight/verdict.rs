//! What comes out of the checks.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use model::{Held, Reason, Subject};
use serde::{Deserialize, Serialize};

use super::table::{CHECKS, Kind};

/// The name of a check: `Z1` to `Z35` as in the specification, `Z50` and on for Segue's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckId(pub(super) u8);

impl CheckId {
    /// The check that people call `name`, whatever the case.
    pub fn find(name: &str) -> Option<Self> {
        CHECKS.iter().map(|check| check.id).find(|id| id.to_string().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("Z{}", self.0))
    }
}

impl TryFrom<String> for CheckId {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::find(&name).ok_or_else(|| format!("there is no check {name}"))
    }
}

impl From<CheckId> for String {
    fn from(id: CheckId) -> Self {
        id.to_string()
    }
}

/// What is said of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Verdict {
    /// The facts say that it holds.
    Passed,
    /// The facts say that it does not.
    Failed,
    /// Nobody has looked, or too long ago.
    Unproven,
    /// It has no meaning here.
    NotApplicable {
        /// By which fact or mechanism.
        why: String,
    },
    /// It failed or is unproven, and a person accepts that. The evidence says what is accepted.
    Waived {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// The last day.
        until: Date,
    },
}

impl Verdict {
    /// Whether it stands in the way: failed, or unproven without a waiver.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Failed | Self::Unproven => true,
            Self::Passed | Self::NotApplicable { .. } | Self::Waived { .. } => false,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unproven => "unproven",
            Self::NotApplicable { .. } => "not applicable",
            Self::Waived { .. } => "waived",
        })
    }
}

/// Where a fact was read, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// API call, file or drill.
    pub from: String,
    /// When.
    pub at: Timestamp,
}

/// One check with its verdict and its evidence.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Which one.
    pub id: CheckId,
    /// When it is made.
    pub kind: Kind,
    /// What is said of it.
    pub verdict: Verdict,
    /// The numbers that were compared, in a sentence and as facts.
    pub evidence: Reason,
    /// What was read for it.
    pub sources: Vec<Source>,
    /// What it does to a running shift; `None` if it does nothing, or before the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

impl Checked {
    /// The next command or what to change, where something stands in the way.
    pub fn fix(&self) -> Option<String> {
        self.verdict.is_open().then(|| self.evidence.next())
    }
}

/// The outcome of all checks before the start.
#[must_use = "a preflight that nobody reads holds nothing"]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preflight {
    /// The shift.
    pub shift: Subject,
    /// When it was made.
    pub at: Timestamp,
    /// Every check, in the order of the table.
    pub checks: Vec<Checked>,
    /// What a person must know of the waivers.
    pub notes: Vec<Reason>,
}

impl Preflight {
    /// What holds the start: the first check that failed or that is unproven without a waiver.
    pub fn holds(&self) -> Option<Held> {
        self.held().next()
    }

    /// Everything that holds the start.
    pub fn held(&self) -> impl Iterator<Item = Held> + '_ {
        held(&self.shift, self.open())
    }

    /// The checks that stand in the way.
    pub fn open(&self) -> impl Iterator<Item = &Checked> {
        self.checks.iter().filter(|checked| checked.verdict.is_open())
    }

    /// One of the checks.
    pub fn of(&self, id: CheckId) -> Option<&Checked> {
        self.checks.iter().find(|checked| checked.id == id)
    }
}

/// What a check does to a running shift when it fails; the later, the graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// The weights stay until it holds again.
    Hold,
    /// Everything goes back to the old side.
    RollBack,
    /// The weights stay, and a person is called.
    Freeze,
}

/// The outcome of the checks that guard the steps.
#[must_use = "a guard that nobody reads guards nothing"]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    /// The shift.
    pub shift: Subject,
    /// When it was made.
    pub at: Timestamp,
    /// Every check, in the order of the table.
    pub checks: Vec<Checked>,
    /// What a person must know of the waivers.
    pub notes: Vec<Reason>,
}

impl Runtime {
    /// The gravest thing that any of the checks asks for.
    pub fn effect(&self) -> Option<Effect> {
        self.checks.iter().filter_map(|checked| checked.effect).max()
    }

    /// Why the shift must freeze.
    pub fn freezes(&self) -> Option<&Reason> {
        self.with(Effect::Freeze)
    }

    /// Why everything must go back. Asked after [`Runtime::freezes`], which is graver.
    pub fn goes_back(&self) -> Option<&Reason> {
        self.with(Effect::RollBack)
    }

    /// Everything that pauses the shift, in the order of the table: failed checks, and unproven
    /// ones, without a waiver.
    pub fn held(&self) -> impl Iterator<Item = Held> + '_ {
        held(&self.shift, self.checks.iter().filter(|checked| checked.verdict.is_open()))
    }

    /// One of the checks.
    pub fn of(&self, id: CheckId) -> Option<&Checked> {
        self.checks.iter().find(|checked| checked.id == id)
    }

    fn with(&self, wanted: Effect) -> Option<&Reason> {
        let mut with = self.checks.iter().filter(|checked| checked.effect == Some(wanted));
        with.next().map(|checked| &checked.evidence)
    }
}

fn held<'a>(
    shift: &'a Subject,
    open: impl Iterator<Item = &'a Checked> + 'a,
) -> impl Iterator<Item = Held> + 'a {
    open.map(|checked| Held { what: shift.clone(), because: checked.evidence.clone() })
}
