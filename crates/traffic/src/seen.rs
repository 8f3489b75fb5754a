//! What was observed of one shift.

use std::collections::BTreeMap;

use model::facts::Facts;
use model::ports::{Counts, FleetSeen, GroupSeen, JobSeen, RuleSeen};
use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::step::State;

/// One observation, read in this order: rule, then groups, so that what is counted later than
/// the read-back of a weight was sent by that weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seen {
    /// The rule as the control plane states it.
    pub rule: RuleSeen,
    /// The old side.
    pub old: GroupSeen,
    /// The new side.
    pub new: GroupSeen,
    /// The copies of both sides; `None` if the shift does not scale them.
    pub fleets: Option<Fleets>,
    /// The jobs that change hands, by name.
    pub jobs: BTreeMap<String, JobSeen>,
    /// What is known for the preflight; `None` if nobody looked this time.
    pub facts: Option<Facts>,
    /// The other shifts.
    pub board: Board,
    /// The journal, replayed.
    pub state: State,
}

/// The copies of both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fleets {
    /// Old side.
    pub old: FleetSeen,
    /// New side.
    pub new: FleetSeen,
}

impl Seen {
    /// The counts of both sides.
    pub fn counted(&self) -> Counted {
        Counted { old: self.old.counts, new: self.new.counts }
    }
}

/// Counts of both sides at one moment, or between two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Old side.
    pub old: Counts,
    /// New side.
    pub new: Counts,
}

impl Counted {
    /// What was counted since `earlier`; `None` if the balancer was started anew in between.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        Some(Self { old: self.old.since(&earlier.old)?, new: self.new.since(&earlier.new)? })
    }

    /// Requests sent to both sides.
    pub fn chosen(&self) -> u64 {
        self.old.chosen + self.new.chosen
    }
}
