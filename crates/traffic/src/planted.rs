//! Bugs that a test can plant, so that it can see the checkers of the twin catch them.
//!
//! Only the build feature `planted` can plant one: without it [`is`] is the constant `false`, and
//! nothing of a hook is left. A bug is planted for the thread that plants it, since tests run
//! beside each other. The hooks are one line each, at the place where the code does right; what
//! needs more stands in `crossing/wrong.rs` and `Shift::relative` of the loop.
//!
//! The first invariant, that weights are in range, has no bug here: `model::ports::Weights` cannot
//! hold any others. The twin's own tests break it at its door.

/// A bug, and the invariant that it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// Weights are written relative to what is seen, and again after a reply was lost.
    DeltaWrites,
    /// A step is held by the clock, whether anybody observed it or not (Argo Rollouts).
    WallClockSoak,
    /// An engine that starts goes one step up at once (Flagger).
    ExtraStep,
    /// The read-back of a weight is taken for its effect.
    Unconverged,
    /// What the new side says against itself is passed over.
    AlarmIgnored,
    /// That the new side has no healthy target is passed over.
    DeadIgnored,
    /// Every other step is left out.
    StepSkipped,
    /// A step up does not look at the targets that are to carry it.
    WeightOnEmpty,
    /// The old side is removed as soon as the rule says 100.
    RemovedBeforeConverged,
    /// The old side shrinks while the new one grows.
    OldShrunkEarly,
    /// Everything goes back at once, whatever is left of the old side (Flagger).
    BackOntoShrunk,
    /// A shift on its way back goes up again.
    UpOnTheWayBack,
    /// A roll back is over before anything went back.
    BackUnproven,
    /// Traffic still moves by itself while the old side is removed.
    MovesAfterReturn,
    /// The author approves his own removal.
    AuthorApproves,
    /// The old side is removed though requests still reach it.
    SilenceIgnored,
    /// An engine takes no epoch of its own.
    NoFencing,
    /// Orders carry the epoch of the engine before.
    OldEpoch,
    /// The effect first, the intent after.
    EffectFirst,
    /// An order that is not shown is asked for anew while the first is open.
    TwoOpenIntents,
    /// All intents have the same number.
    NumberReused,
    /// The number of the last intent is kept in memory and not read from the journal.
    CounterInMemory,
    /// The new owner of a job is switched on before the old one is switched off.
    TwoOwners,
    /// The new owner begins while a run of the old one is under way.
    RunNotAwaited,
    /// As many shifts as there are move at the same time.
    BudgetIgnored,
    /// A shift does not wait for those that come before it.
    OrderIgnored,
    /// Intents do not say who acts.
    NoActor,
    /// Intents do not say on which numbers they rest.
    NoEvidence,
    /// No limit of time is ever over.
    NoDeadline,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 29] = [
        Self::DeltaWrites,
        Self::WallClockSoak,
        Self::ExtraStep,
        Self::Unconverged,
        Self::AlarmIgnored,
        Self::DeadIgnored,
        Self::StepSkipped,
        Self::WeightOnEmpty,
        Self::RemovedBeforeConverged,
        Self::OldShrunkEarly,
        Self::BackOntoShrunk,
        Self::UpOnTheWayBack,
        Self::BackUnproven,
        Self::MovesAfterReturn,
        Self::AuthorApproves,
        Self::SilenceIgnored,
        Self::NoFencing,
        Self::OldEpoch,
        Self::EffectFirst,
        Self::TwoOpenIntents,
        Self::NumberReused,
        Self::CounterInMemory,
        Self::TwoOwners,
        Self::RunNotAwaited,
        Self::BudgetIgnored,
        Self::OrderIgnored,
        Self::NoActor,
        Self::NoEvidence,
        Self::NoDeadline,
    ];

    /// The number of the invariant that it breaks, by the list of the specification.
    pub fn breaks(self) -> u8 {
        match self {
            Self::WeightOnEmpty => 2,
            Self::DeadIgnored | Self::BackOntoShrunk => 3,
            Self::UpOnTheWayBack => 4,
            Self::StepSkipped => 5,
            Self::OldShrunkEarly => 6,
            Self::MovesAfterReturn => 7,
            Self::AuthorApproves | Self::SilenceIgnored => 8,
            Self::TwoOpenIntents => 9,
            Self::DeltaWrites | Self::OldEpoch | Self::EffectFirst => 10,
            Self::NumberReused => 11,
            Self::RemovedBeforeConverged => 12,
            Self::WallClockSoak | Self::ExtraStep | Self::Unconverged | Self::AlarmIgnored => 13,
            Self::TwoOwners | Self::RunNotAwaited => 14,
            Self::BudgetIgnored => 15,
            Self::NoActor | Self::NoEvidence => 16,
            Self::BackUnproven | Self::NoDeadline => 17,
            Self::NoFencing | Self::CounterInMemory => 18,
            Self::OrderIgnored => 20,
        }
    }
}

#[cfg(feature = "planted")]
mod chosen {
    use std::cell::Cell;

    use super::Bug;

    thread_local! {
        static CHOSEN: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Plants a bug on this thread in place of the one before; `None` plants none.
    pub fn plant(bug: Option<Bug>) {
        CHOSEN.set(bug);
    }

    /// Whether a bug is planted on this thread.
    pub fn any() -> bool {
        CHOSEN.get().is_some()
    }

    /// Whether this bug is planted on this thread.
    pub fn is(bug: Bug) -> bool {
        CHOSEN.get() == Some(bug)
    }
}

#[cfg(feature = "planted")]
pub use chosen::{any, is, plant};

/// Whether a bug is planted: never.
#[cfg(not(feature = "planted"))]
#[inline]
pub const fn any() -> bool {
    false
}

/// Whether this bug is planted: never.
#[cfg(not(feature = "planted"))]
#[inline]
pub const fn is(_: Bug) -> bool {
    false
}
