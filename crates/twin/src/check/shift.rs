//! One service as the checkers know it: what its journal says, and what the world shows.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Asked, Effect};
use super::reads::Step;
use super::terms::{SideTerms, Terms};
use crate::time::Micros;

/// Old or new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Old,
    New,
}

impl Which {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// How a shift ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ending {
    /// All requests are on the new side, and what had to be removed is removed.
    Done,
    /// All requests are on the old side again.
    RolledBack,
    /// A person has to decide.
    Frozen,
}

impl Ending {
    /// As people say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::RolledBack => "rolled back",
            Self::Frozen => "frozen",
        }
    }
}

/// An intent of the journal.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub(super) asked: Asked,
    /// When it was durable.
    pub(super) at: Micros,
    /// In which epochs it was asked and asked again.
    pub(super) epochs: BTreeSet<u64>,
    pub(super) open: bool,
    /// Whether the shift was on its way back already.
    pub(super) on_way_back: bool,
    /// Why the step that it ends was not over yet.
    pub(super) premature: Option<String>,
}

/// What a person said.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) what: String,
    pub(super) at: Micros,
}

/// One service.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    pub(super) terms: Terms,
    /// Highest epoch that wrote.
    pub(super) epoch: u64,
    /// When it first wrote.
    pub(super) epoch_at: Micros,
    /// Highest epoch that asked for something.
    pub(super) asking: u64,
    /// Highest number asked.
    pub(super) seq: u64,
    pub(super) intents: BTreeMap<u64, Intent>,
    pub(super) said: Vec<Said>,
    /// Who has agreed since it asked for approvals; `None` while it asks for none.
    pub(super) approvals: Option<Vec<String>>,
    pub(super) rolling_back: bool,
    /// When the point of no return was passed.
    pub(super) no_return: Option<Micros>,
    pub(super) ended: Option<(Ending, Micros)>,
    /// The last order that took effect on each thing.
    pub(super) applied: BTreeMap<String, (u64, Effect)>,
    /// Orders that came since a fault has brought some a second time.
    pub(super) orders: BTreeSet<(u64, u64)>,
    /// Weights as the control plane has them.
    pub(super) weights: BTreeMap<String, u32>,
    /// The new side's share by the last order of an engine.
    pub(super) ordered: u32,
    /// Whether a fault, not an engine, wrote the weights last.
    pub(super) foreign: bool,
    pub(super) weights_at: Micros,
    pub(super) step: Step,
    /// Since when a side has no healthy target.
    pub(super) empty_since: [Option<Micros>; 2],
    /// When the old side last got a healthy target again: nobody can go back to it before.
    pub(super) old_since: Micros,
    /// Whether the present emptiness was complained of.
    pub(super) complained: bool,
    pub(super) lost: u64,
}

impl Shift {
    pub(super) fn new(terms: Terms) -> Self {
        let weights = BTreeMap::from([(terms.old.group.clone(), 100)]);
        Self {
            terms,
            epoch: 0,
            epoch_at: 0,
            asking: 0,
            seq: 0,
            intents: BTreeMap::new(),
            said: Vec::new(),
            approvals: None,
            rolling_back: false,
            no_return: None,
            ended: None,
            applied: BTreeMap::new(),
            orders: BTreeSet::new(),
            weights,
            ordered: 0,
            foreign: false,
            weights_at: 0,
            step: Step::default(),
            empty_since: [None, None],
            old_since: 0,
            complained: false,
            lost: 0,
        }
    }

    pub(super) fn side(&self, which: Which) -> &SideTerms {
        match which {
            Which::Old => &self.terms.old,
            Which::New => &self.terms.new,
        }
    }

    /// The weight of a side in percent of the sum.
    pub(super) fn share(&self, which: Which) -> u32 {
        share_of(&self.weights, &self.side(which).group)
    }

    /// Whether the traffic is split, or about to be.
    pub(super) fn is_moving(&self) -> bool {
        let new = self.share(Which::New);
        let asked = self.intents.values().any(|intent| {
            let Effect::Weights { weights, .. } = &intent.asked.effect else {
                return false;
            };
            let to = share_of(weights, &self.terms.new.group);
            intent.open && to > 0 && to < 100
        });
        // What somebody else has split is not a shift on its way.
        (new > 0 && new < 100 && !self.foreign) || asked
    }

    pub(super) fn is_frozen(&self) -> bool {
        matches!(self.ended, Some((Ending::Frozen, _)))
    }
}

/// The share of `group` in percent, rounded.
pub(super) fn share_of(weights: &BTreeMap<String, u32>, group: &str) -> u32 {
    let sum = sum_of(weights);
    let weight = weights.get(group).copied().map_or(0, u64::from);
    let share = (weight * 100 + sum / 2).checked_div(sum).unwrap_or(0);
    u32::try_from(share).unwrap_or(u32::MAX)
}

/// All weights together.
pub(super) fn sum_of(weights: &BTreeMap<String, u32>) -> u64 {
    weights.values().copied().map(u64::from).sum()
}
