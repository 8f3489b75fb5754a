//! What a plan may do, and what the journal of a shift holds.

use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::ports::{Epoch, Latency, Weight};
use serde::{Deserialize, Serialize};

use crate::effect::Effect;
use crate::evidence::{Fresh, Slow};
use crate::guard::Split;
use crate::seen::Counted;
use crate::step::Phase;

/// One action. A plan's actions are done in their order, and the first fault ends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Write this to the journal, and only then go on.
    Journal(Entry),
    /// Make the world show this.
    Order(Order),
}

/// An order to the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// What it is to show.
    pub effect: Effect,
    /// What it must show before.
    pub expected: Effect,
    /// Who orders.
    pub epoch: Epoch,
    /// The intent in the journal that this carries out.
    pub seq: u64,
}

/// One entry of the journal of a shift. The format is public: docs/reference/journal.md.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "entry")]
pub enum Entry {
    /// An engine has started and owns the shift from here on.
    Opened {
        /// The engine's epoch.
        epoch: Epoch,
        /// When.
        at: Timestamp,
    },
    /// The shift goes on to another phase.
    Phase {
        /// Which.
        to: Phase,
        /// When.
        at: Timestamp,
        /// Why.
        because: Reason,
    },
    /// Something is going to be ordered.
    Asked(Intent),
    /// The same is going to be ordered again.
    AskedAgain {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
    },
    /// The open intent is given up for one that matters more.
    Abandoned {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
    },
    /// The world shows what was asked for.
    Landed {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
        /// Counts at that moment: what comes later was sent by the new weight.
        counted: Counted,
        /// How long the answers of the old side had taken by then.
        #[serde(default)]
        latency: Latency,
    },
    /// The measured share agrees with the weight; observation begins.
    Converged {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
        /// Counts at that moment.
        counted: Counted,
        /// What is slow from here on.
        slow: Slow,
        /// How requests find their side.
        #[serde(default)]
        split: Split,
    },
    /// A tick with requests on every side that has weight.
    Observed {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
        /// Counts at that moment.
        counted: Counted,
        /// The longest that the tick was to last: a clock that has jumped says more.
        within: Duration,
        /// Slow answers of this tick, by the measure that was fixed before it.
        fresh: Fresh,
        /// What is slow from here on.
        slow: Slow,
    },
    /// The counts of this step start again from here.
    Recounted {
        /// The intent.
        seq: u64,
        /// When.
        at: Timestamp,
        /// Counts at that moment.
        counted: Counted,
    },
    /// The rule shows what it should not, though it was ours once.
    Doubted {
        /// When.
        at: Timestamp,
    },
    /// The engine lives and waits.
    Beat {
        /// When.
        at: Timestamp,
    },
    /// Time that nobody observed, or that the clock made up: it counts for nothing.
    Gap {
        /// From when.
        from: Timestamp,
        /// Until when.
        to: Timestamp,
    },
    /// A person has decided something.
    Said {
        /// Who.
        by: String,
        /// What.
        what: Deed,
        /// When.
        at: Timestamp,
    },
    /// A person has taken over what the rule shows of a frozen shift, which goes on from there.
    Adopted {
        /// Who.
        by: String,
        /// Its number: counts before it belong to other shares.
        seq: u64,
        /// When.
        at: Timestamp,
        /// The share of the new side that was found.
        share: Weight,
        /// Counts at that moment.
        counted: Counted,
        /// How long the answers of the old side had taken by then.
        #[serde(default)]
        latency: Latency,
    },
    /// A person has started a shift that went back once more: from here on it is as new.
    Again {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// The last step was held, and what had to be removed is removed.
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

/// What a person decides about a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deed {
    /// The old side may be removed.
    Approve,
    /// No step up until it is resumed.
    Pause,
    /// Steps up again.
    Resume,
    /// The present step needs no more ticks.
    Promote,
    /// Everything back to the old side.
    Abort,
}

/// What is going to be ordered, written before it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// Number of the intent within the shift; only grows.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What the world is to show after.
    pub effect: Effect,
    /// What it must show before.
    pub expected: Effect,
    /// By when it should.
    pub deadline: Timestamp,
    /// Who acts: the engine, for the person who started the shift.
    pub actor: String,
    /// The numbers that it rests on.
    pub evidence: String,
    /// Why.
    pub because: Reason,
}

impl Intent {
    /// The shares of the new side before and after, if this is about weights.
    pub fn shares(&self) -> Option<(Weight, Weight)> {
        Some((self.expected.share()?, self.effect.share()?))
    }

    /// Whether this takes requests away from the new side.
    pub fn is_roll_back(&self) -> bool {
        self.shares().is_some_and(|(from, to)| to < from || to == Weight::NONE)
    }
}
