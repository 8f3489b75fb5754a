//! The state of a shift: what the journal says, replayed.

use jiff::Timestamp;
use model::Reason;
use model::ports::{Epoch, Weight};
use serde::{Deserialize, Serialize};

use crate::action::{Entry, Intent};
use crate::seen::Counted;

/// The state of one shift. **Invariant:** equal journals give equal states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// The engine that owns the shift.
    pub epoch: Epoch,
    /// Number of the last intent.
    pub seq: u64,
    /// How far the shift is.
    pub phase: Phase,
}

/// How far a shift is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "phase")]
pub enum Phase {
    /// Nothing was asked for yet.
    #[default]
    Planned,
    /// A weight was, or was about to be, asked for; the world decides which.
    Asked {
        /// What.
        intent: Intent,
        /// When last.
        tried: Timestamp,
    },
    /// The control plane agrees; the measured share has to.
    Converging {
        /// What was asked for.
        intent: Intent,
        /// Counts when it landed.
        from: Counted,
    },
    /// The step is held and observed.
    Observing {
        /// What was asked for.
        intent: Intent,
        /// Counts when it landed; the step is judged by what came since.
        from: Counted,
        /// Ticks observed.
        ticks: u32,
        /// When the last tick was, or the observation began.
        tick_at: Timestamp,
        /// Counts then.
        tick_counted: Counted,
    },
    /// The new side answers everything.
    Done,
    /// The old side answers everything again.
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

impl State {
    /// The state after all of `entries`.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut state = Self::default();
        for entry in entries {
            state.apply(entry);
        }
        state
    }

    /// Takes in one more entry. An entry about another intent than the open one is passed over:
    /// it was written by an engine that did not know better.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Opened { epoch } => self.epoch = self.epoch.max(*epoch),
            Entry::Asked(intent) => {
                self.seq = self.seq.max(intent.seq);
                self.phase = Phase::Asked { intent: intent.clone(), tried: intent.at };
            }
            Entry::Done => self.phase = Phase::Done,
            Entry::RolledBack { because } => {
                self.phase = Phase::RolledBack { because: because.clone() };
            }
            Entry::Frozen { because } => self.phase = Phase::Frozen { because: because.clone() },
            Entry::AskedAgain { seq, .. }
            | Entry::Landed { seq, .. }
            | Entry::Converged { seq, .. }
            | Entry::Observed { seq, .. }
            | Entry::Recounted { seq, .. } => {
                if *seq == self.seq {
                    self.advance(entry);
                }
            }
        }
    }

    /// The open or last intent.
    pub fn intent(&self) -> Option<&Intent> {
        match &self.phase {
            Phase::Asked { intent, .. }
            | Phase::Converging { intent, .. }
            | Phase::Observing { intent, .. } => Some(intent),
            Phase::Planned | Phase::Done | Phase::RolledBack { .. } | Phase::Frozen { .. } => None,
        }
    }

    /// The weight of the new side that the world should show, and the one before it if the
    /// change may not have landed.
    pub fn weight(&self) -> Option<Weight> {
        match &self.phase {
            Phase::Planned | Phase::RolledBack { .. } => Some(Weight::NONE),
            Phase::Done => Some(Weight::ALL),
            Phase::Frozen { .. } => None,
            Phase::Asked { intent, .. }
            | Phase::Converging { intent, .. }
            | Phase::Observing { intent, .. } => Some(intent.to),
        }
    }

    /// Whether the shift has come to an end.
    pub fn ended(&self) -> bool {
        matches!(self.phase, Phase::Done | Phase::RolledBack { .. } | Phase::Frozen { .. })
    }

    /// Takes in an entry about the open intent.
    fn advance(&mut self, entry: &Entry) {
        let Some(open) = self.intent().cloned() else {
            return;
        };
        match entry {
            Entry::AskedAgain { at, .. } => {
                self.phase = Phase::Asked { intent: open, tried: *at };
            }
            Entry::Landed { counted, .. } | Entry::Recounted { counted, .. } => {
                self.phase = Phase::Converging { intent: open, from: *counted };
            }
            Entry::Converged { at, counted, .. } => self.begin(open, *at, *counted),
            Entry::Observed { at, counted, .. } => self.tick(*at, *counted),
            Entry::Opened { .. }
            | Entry::Asked(_)
            | Entry::Done
            | Entry::RolledBack { .. }
            | Entry::Frozen { .. } => {}
        }
    }

    /// Begins the observation of a step that has converged.
    fn begin(&mut self, intent: Intent, at: Timestamp, counted: Counted) {
        if let Phase::Converging { from, .. } = self.phase {
            self.phase =
                Phase::Observing { intent, from, ticks: 0, tick_at: at, tick_counted: counted };
        }
    }

    /// Counts one observed tick.
    fn tick(&mut self, at: Timestamp, counted: Counted) {
        if let Phase::Observing { ticks, tick_at, tick_counted, .. } = &mut self.phase {
            *ticks = ticks.saturating_add(1);
            *tick_at = at;
            *tick_counted = counted;
        }
    }
}
