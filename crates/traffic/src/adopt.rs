//! What a person does with a shift that has come to an end: take over what a frozen one shows, or
//! start one that went back once more.

use jiff::Timestamp;
use model::Reason;
use model::code::traffic as code;
use model::ports::Weight;

use crate::action::Entry;
use crate::goal::Goal;
use crate::seen::Seen;
use crate::step::{Phase, State};

/// The entry by which a frozen shift goes on from what the rule shows; else why it cannot.
pub fn adopt(now: Timestamp, seen: &Seen, goal: &Goal, by: &str) -> Result<Entry, Reason> {
    let refused = |cause: &str| {
        Reason::new(&code::NOT_ADOPTED).with("shift", &goal.shift).with("cause", cause)
    };
    let state = &seen.state;
    let Phase::Frozen { .. } = state.phase else {
        return Err(refused("it is not frozen"));
    };
    let shown = (0..=100).filter_map(Weight::new);
    let shown = shown.into_iter().find(|share| seen.rule.weights.same_as(&goal.weights(*share)));
    let Some(share) = shown else {
        let found = &seen.rule.weights;
        return Err(refused(&format!("the rule {} sends requests elsewhere: {found}", goal.rule)));
    };
    if state.frozen_in.as_deref() == Some(&Phase::Decommission) && share < Weight::ALL {
        return Err(refused("the old side is being removed, and the rule sends requests to it"));
    }
    Ok(Entry::Adopted {
        by: by.to_owned(),
        seq: state.seq.saturating_add(1),
        at: now,
        share,
        counted: seen.counted(),
        latency: seen.old.latency.clone(),
    })
}

/// The entry by which a shift that went back begins once more; else why it cannot.
pub fn again(now: Timestamp, state: &State, goal: &Goal, by: &str) -> Result<Entry, Reason> {
    let refused =
        |cause: &str| Reason::new(&code::NOT_AGAIN).with("shift", &goal.shift).with("cause", cause);
    match state.phase {
        Phase::RolledBack { .. } => Ok(Entry::Again { by: by.to_owned(), at: now }),
        Phase::Done => Err(refused("it is across")),
        Phase::Frozen { .. } => Err(refused("it is frozen, and a person has to take it over")),
        _ => Err(refused("it has not ended")),
    }
}
