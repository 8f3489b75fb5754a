//! What a plan may do, and what the journal of a shift holds.

use jiff::Timestamp;
use model::Reason;
use model::ports::{Epoch, Weight, WeightOrder};
use serde::{Deserialize, Serialize};

use crate::seen::Counted;

/// One action. A plan's actions are done in their order, and the first fault ends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Write this to the journal, and only then go on.
    Journal(Entry),
    /// Set the weights of a rule.
    SetWeights(WeightOrder),
}

/// One entry of the journal of a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "entry")]
pub enum Entry {
    /// An engine has started and owns the shift from here on.
    Opened {
        /// The engine's epoch.
        epoch: Epoch,
    },
    /// A weight is going to be asked for.
    Asked(Intent),
    /// The same weight is going to be asked for again.
    AskedAgain {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
    },
    /// The control plane states the weight that was asked for.
    Landed {
        /// The intent.
        seq: u64,
        /// Counts at that moment: what comes later was sent by the new weight.
        counted: Counted,
    },
    /// The measured share agrees with the weight; observation begins.
    Converged {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
        /// Counts at that moment.
        counted: Counted,
    },
    /// A tick with requests on every side that has weight.
    Observed {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
        /// Counts at that moment.
        counted: Counted,
    },
    /// The counts of this step start again from here.
    Recounted {
        /// The intent.
        seq: u64,
        /// Counts at that moment.
        counted: Counted,
    },
    /// The last step was held.
    Done,
    /// Everything is back on the old side.
    RolledBack {
        /// What sent it back.
        because: Reason,
    },
    /// The traffic stays as it is until a person has decided.
    Frozen {
        /// Why.
        because: Reason,
    },
}

/// What is going to be asked for, written before it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// Number of the intent within the shift; only grows.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Weight of the new side that the world must show before.
    pub from: Weight,
    /// Weight of the new side that it is to show after.
    pub to: Weight,
    /// Why.
    pub because: Reason,
}

impl Intent {
    /// Whether this takes requests away from the new side.
    pub fn is_roll_back(&self) -> bool {
        self.to < self.from || self.to == Weight::NONE
    }
}
