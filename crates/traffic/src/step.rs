//! The state of a shift: what the journal says, replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::ports::{Epoch, Latency, Weight};
use serde::{Deserialize, Serialize};

use crate::action::{Deed, Entry, Intent};
use crate::effect::Effect;
use crate::evidence::Slow;
use crate::guard::Judged;
use crate::planted::{self, Bug};
use crate::seen::Counted;

/// The state of one shift. **Invariant:** equal journals give equal states, byte for byte.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// The engine that owns the shift.
    pub epoch: Epoch,
    /// When it took the shift over.
    pub opened_at: Option<Timestamp>,
    /// Number of the last intent.
    pub seq: u64,
    /// How far the shift is.
    pub phase: Phase,
    /// When this phase began.
    pub since: Option<Timestamp>,
    /// When the first engine took it.
    pub first_at: Option<Timestamp>,
    /// When the shift left its first phase.
    pub began_at: Option<Timestamp>,
    /// When something was last written.
    pub last_at: Option<Timestamp>,
    /// Time since the start that nobody observed.
    pub unseen: Duration,
    /// Share of the new side that landed last.
    pub share: Weight,
    /// The share of an order that was given up: it may land still, until a later one has.
    pub abandoned: Option<Weight>,
    /// Every share that was ever asked for.
    pub asked: BTreeSet<Weight>,
    /// What was, or was about to be, ordered; the world decides which.
    pub open: Option<Open>,
    /// What came since the present share landed.
    pub holding: Option<Holding>,
    /// Why the shift goes back, once it does.
    pub back: Option<Reason>,
    /// Copies by fleet, as ordered by this shift.
    pub copies: BTreeMap<String, u32>,
    /// Whether the drills have ended.
    pub drilled: bool,
    /// Since when the rule shows what it should not.
    pub doubt: Option<Timestamp>,
    /// Whether a person has stopped the way up.
    pub paused: bool,
    /// The step that a person let go early.
    pub promoted: Option<u64>,
    /// Who wants everything back.
    pub aborted: Option<String>,
    /// Who agreed to the removal of the old side.
    pub approved: BTreeSet<String>,
    /// What the ticks of this share say about the new side.
    pub judged: Judged,
    /// The phase in which the shift was frozen, until a person takes it over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_in: Option<Box<Phase>>,
}

/// How far a shift is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "phase")]
pub enum Phase {
    /// Nothing was done yet.
    #[default]
    Planned,
    /// The checks before the start.
    Preflight,
    /// Both sides get the copies that they need.
    Provision,
    /// The new side gets healthy.
    Warm,
    /// The new side is drilled, without a client's request.
    Rehearse,
    /// Up, step by step.
    Stepping,
    /// All requests are on the new side, and that is held.
    Hold,
    /// Jobs change hands.
    HandOver,
    /// The old side has to fall silent.
    Drain,
    /// A person has to agree to the removal of the old side.
    Approve,
    /// The old side is removed. From here on nothing goes back by itself.
    Decommission,
    /// Everything goes back to the old side.
    RollingBack,
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

impl Phase {
    /// The phase in which a shift that was frozen in this one goes on with `share` of the requests
    /// on the new side.
    fn adopted(self, share: Weight) -> Self {
        match self {
            // Somebody has moved requests before their time, or back after it: up, step by step.
            Self::Planned | Self::Preflight | Self::Provision | Self::Warm | Self::Rehearse
                if share > Weight::NONE =>
            {
                Self::Stepping
            }
            Self::Hold | Self::HandOver | Self::Drain | Self::Approve if share < Weight::ALL => {
                Self::Stepping
            }
            // The old side has to be silent for its time once more.
            Self::Approve => Self::Drain,
            other => other,
        }
    }
}

/// An open intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// What was asked for.
    pub intent: Intent,
    /// When last.
    pub tried: Timestamp,
    /// By which engine.
    pub by: Epoch,
}

/// What came since the present share landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    /// The intent that landed.
    pub seq: u64,
    /// When.
    pub landed_at: Timestamp,
    /// Counts from which the step is judged.
    pub from: Counted,
    /// How long the old side's answers had taken when the share landed.
    pub latency: Latency,
    /// Whether the wait for the nodes or the TTL is over, so that counts mean this share alone.
    pub settled: bool,
    /// Whether the realised share has agreed.
    pub converged: bool,
    /// Ticks observed.
    pub ticks: u32,
    /// When the last tick was, or the observation began.
    pub tick_at: Timestamp,
    /// Counts then.
    pub tick_counted: Counted,
    /// What is slow in the next tick.
    pub slow: Slow,
    /// Observed time in which no request has reached the old side.
    pub quiet: Duration,
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

    /// Whether the shift has come to an end.
    pub fn ended(&self) -> bool {
        matches!(self.phase, Phase::Done | Phase::RolledBack { .. } | Phase::Frozen { .. })
    }

    /// The open intent.
    pub fn intent(&self) -> Option<&Intent> {
        self.open.as_ref().map(|open| &open.intent)
    }

    /// Whether the old side is being removed: nothing goes back by itself any more.
    pub fn past_return(&self) -> bool {
        let passed = matches!(self.phase, Phase::Decommission | Phase::Done);
        passed && !planted::is(Bug::MovesAfterReturn)
    }

    /// Takes in one more entry. An entry about another intent than the open or landed one is
    /// passed over: it was written by an engine that did not know better.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Opened { epoch, at } => {
                self.epoch = self.epoch.max(*epoch);
                self.opened_at = Some(*at);
                self.first_at = self.first_at.or(Some(*at));
                self.written(*at);
            }
            Entry::Phase { to, at, because } => self.enter(to, *at, because),
            Entry::Asked(intent) => self.ask(intent),
            Entry::AskedAgain { seq, at } => self.ask_again(*seq, *at),
            Entry::Abandoned { seq, at } => {
                if let Some(open) = self.open.take_if(|open| open.intent.seq == *seq) {
                    self.abandoned = open.intent.effect.share().or(self.abandoned);
                }
                self.written(*at);
            }
            Entry::Landed { seq, at, counted, latency } => {
                self.land(*seq, *at, *counted, latency);
            }
            Entry::Converged { seq, at, .. }
            | Entry::Observed { seq, at, .. }
            | Entry::Recounted { seq, at, .. } => {
                self.hold(*seq, entry);
                self.written(*at);
            }
            Entry::Doubted { at } => {
                self.doubt = Some(*at);
                self.written(*at);
            }
            Entry::Beat { at } => self.written(*at),
            Entry::Gap { from, to } => self.gap(*from, *to),
            Entry::Said { by, what, at } => self.hear(by, *what, *at),
            Entry::Adopted { seq, at, share, counted, latency, .. } => {
                self.adopt((*seq, *at), *share, *counted, latency);
            }
            Entry::Again { at, .. } => self.begin_again(*at),
            Entry::Done => self.end(Phase::Done),
            Entry::RolledBack { because } => {
                self.end(Phase::RolledBack { because: because.clone() });
            }
            Entry::Frozen { because } => {
                let before = std::mem::take(&mut self.phase);
                self.frozen_in = Some(Box::new(before));
                self.end(Phase::Frozen { because: because.clone() });
            }
        }
    }

    fn written(&mut self, at: Timestamp) {
        self.last_at = Some(at);
    }

    fn enter(&mut self, to: &Phase, at: Timestamp, because: &Reason) {
        if self.phase == Phase::Planned {
            self.began_at = Some(at);
        }
        if *to == Phase::RollingBack {
            self.back = Some(because.clone());
        }
        self.approved.clear();
        self.phase = to.clone();
        self.since = Some(at);
        self.written(at);
    }

    fn end(&mut self, phase: Phase) {
        self.phase = phase;
        self.open = None;
    }

    fn ask(&mut self, intent: &Intent) {
        self.seq = self.seq.max(intent.seq);
        if let Some(share) = intent.effect.share() {
            self.asked.insert(share);
        }
        self.open = Some(Open { intent: intent.clone(), tried: intent.at, by: self.epoch });
        self.doubt = None;
        self.written(intent.at);
    }

    fn ask_again(&mut self, seq: u64, at: Timestamp) {
        let by = self.epoch;
        if let Some(open) = self.open.as_mut().filter(|open| open.intent.seq == seq) {
            open.tried = at;
            open.by = by;
        }
        self.doubt = None;
        self.written(at);
    }

    fn land(&mut self, seq: u64, at: Timestamp, counted: Counted, latency: &Latency) {
        self.written(at);
        let Some(open) = self.open.take_if(|open| open.intent.seq == seq) else {
            return;
        };
        match open.intent.effect {
            Effect::Weights { share, .. } => self.stand_at((seq, at), share, counted, latency),
            Effect::Replicas { fleet, replicas } => {
                self.copies.insert(fleet, replicas);
            }
            Effect::Drill { .. } => self.drilled = true,
            Effect::Job { .. } => {}
        }
    }

    /// This share has landed: everything that is counted from here on belongs to it.
    fn stand_at(
        &mut self,
        (seq, at): (u64, Timestamp),
        share: Weight,
        counted: Counted,
        latency: &Latency,
    ) {
        self.share = share;
        self.abandoned = None;
        self.judged.begin_step();
        self.promoted = None;
        self.holding = Some(Holding {
            seq,
            landed_at: at,
            from: counted,
            latency: latency.clone(),
            settled: false,
            converged: false,
            ticks: 0,
            tick_at: at,
            tick_counted: counted,
            slow: Slow::default(),
            quiet: Duration::ZERO,
        });
    }

    /// A frozen shift goes on from the share that was found, in the phase that fits it. Its limits
    /// count from here: a person has looked.
    fn adopt(
        &mut self,
        (seq, at): (u64, Timestamp),
        share: Weight,
        counted: Counted,
        latency: &Latency,
    ) {
        self.written(at);
        let Phase::Frozen { .. } = self.phase else { return };
        let before = self.frozen_in.take().map_or(Phase::Planned, |before| *before);
        let touched = share > Weight::NONE || self.holding.is_some();
        self.seq = self.seq.max(seq);
        self.asked.insert(share);
        if touched {
            self.stand_at((seq, at), share, counted, latency);
        }
        self.phase = before.adopted(share);
        if self.phase != Phase::Planned {
            self.began_at = Some(at);
        }
        (self.since, self.first_at, self.unseen) = (Some(at), Some(at), Duration::ZERO);
        (self.open, self.abandoned, self.doubt) = (None, None, None);
        self.approved.clear();
    }

    /// A shift that went back is as new. What was asked for in its first life is remembered: an
    /// order of then may still come late.
    fn begin_again(&mut self, at: Timestamp) {
        self.written(at);
        let Phase::RolledBack { .. } = self.phase else { return };
        *self = Self {
            epoch: self.epoch,
            opened_at: self.opened_at,
            seq: self.seq,
            asked: std::mem::take(&mut self.asked),
            copies: std::mem::take(&mut self.copies),
            first_at: Some(at),
            last_at: Some(at),
            since: Some(at),
            ..Self::default()
        };
    }

    fn gap(&mut self, from: Timestamp, to: Timestamp) {
        let gap = Duration::try_from(to.duration_since(from)).unwrap_or_default();
        self.unseen = self.unseen.saturating_add(gap);
        if let Some(holding) = &mut self.holding {
            holding.tick_at = to;
            holding.quiet = Duration::ZERO;
        }
        self.written(to);
    }

    fn hear(&mut self, by: &str, what: Deed, at: Timestamp) {
        match what {
            // Said earlier it would be about something that nobody could have seen yet.
            Deed::Approve if self.phase == Phase::Approve => {
                self.approved.insert(by.to_owned());
            }
            Deed::Approve => {}
            Deed::Pause => self.paused = true,
            Deed::Resume => self.paused = false,
            Deed::Promote => self.promoted = self.holding.as_ref().map(|holding| holding.seq),
            Deed::Abort => self.aborted = Some(by.to_owned()),
        }
        self.written(at);
    }

    /// Takes in an entry about the share that has landed.
    fn hold(&mut self, about: u64, entry: &Entry) {
        self.doubt = None;
        let Some(holding) = self.holding.as_mut().filter(|holding| holding.seq == about) else {
            return;
        };
        match entry {
            Entry::Recounted { at, counted, .. } => holding.recount(*at, *counted),
            Entry::Converged { at, counted, slow, split, .. } => {
                holding.converged = true;
                self.judged.split(*split);
                (holding.tick_at, holding.tick_counted, holding.slow) = (*at, *counted, *slow);
            }
            Entry::Observed { at, counted, fresh, slow, within, .. } => {
                if let Some(tick) = counted.since(&holding.tick_counted) {
                    self.judged.observe(&tick, fresh);
                    if tick.old.chosen > 0 {
                        holding.quiet = Duration::ZERO;
                    } else {
                        let since = at.duration_since(holding.tick_at);
                        let since = Duration::try_from(since).unwrap_or_default();
                        // Not more than was to be observed: the clock may have jumped.
                        holding.quiet += since.min(*within);
                    }
                }
                holding.ticks = holding.ticks.saturating_add(1);
                (holding.tick_at, holding.tick_counted, holding.slow) = (*at, *counted, *slow);
            }
            Entry::Opened { .. }
            | Entry::Phase { .. }
            | Entry::Asked(_)
            | Entry::AskedAgain { .. }
            | Entry::Abandoned { .. }
            | Entry::Landed { .. }
            | Entry::Doubted { .. }
            | Entry::Beat { .. }
            | Entry::Gap { .. }
            | Entry::Said { .. }
            | Entry::Adopted { .. }
            | Entry::Again { .. }
            | Entry::Done
            | Entry::RolledBack { .. }
            | Entry::Frozen { .. } => {}
        }
    }
}

impl Holding {
    /// The counts of this step start again: it has to converge and to be held anew.
    fn recount(&mut self, at: Timestamp, counted: Counted) {
        self.settled = true;
        self.converged = false;
        self.ticks = 0;
        (self.from, self.tick_counted) = (counted, counted);
        (self.tick_at, self.quiet) = (at, Duration::ZERO);
    }
}
