//! The other shifts: who may start, and who has to go back because another one did.

use std::collections::BTreeMap;

use model::Reason;
use model::code::traffic as code;
use model::ports::Weight;
use serde::{Deserialize, Serialize};

use crate::goal::{Finish, Goal};
use crate::planted::{self, Bug};
use crate::step::{Phase, State};

/// All shifts of a plan, by name, as far as others need to know.
pub type Board = BTreeMap<String, Brief>;

/// One shift, in brief.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brief {
    /// Where it is.
    pub standing: Standing,
    /// Whether both sides have requests, or may have them before anybody looks again.
    pub split: bool,
    /// Whether both its fleets may hold connections: from the moment it is let in until one of
    /// them is gone. A shift that went back leaves the new one, and one that ends by keeping the
    /// old side keeps both.
    #[serde(default)]
    pub two_fleets: bool,
    /// The database connections that both its fleets may hold, by database.
    pub connections: BTreeMap<String, u32>,
}

/// Where a shift is, as far as others need to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Not begun.
    #[default]
    Waiting,
    /// On its way up, or back.
    Moving,
    /// All requests are on the new side, and that was held.
    Across,
    /// On its way back, or back.
    Back,
    /// A person has to decide.
    Frozen,
}

impl Brief {
    /// The shift of `goal` in `state`, in brief.
    pub fn of(state: &State, goal: &Goal) -> Self {
        let standing = match &state.phase {
            Phase::Planned => Standing::Waiting,
            Phase::Preflight
            | Phase::Provision
            | Phase::Warm
            | Phase::Rehearse
            | Phase::Stepping
            | Phase::Hold => Standing::Moving,
            Phase::HandOver | Phase::Drain | Phase::Approve | Phase::Decommission | Phase::Done => {
                Standing::Across
            }
            Phase::RollingBack | Phase::RolledBack { .. } => Standing::Back,
            Phase::Frozen { .. } => Standing::Frozen,
        };
        // A frozen shift stands where somebody left it.
        let share = state.intent().and_then(|intent| intent.effect.share());
        let split = [Some(state.share), share, state.abandoned]
            .into_iter()
            .flatten()
            .any(|share| share > Weight::NONE && share < Weight::ALL)
            || standing == Standing::Frozen;
        let two_fleets = match &state.phase {
            Phase::Planned => false,
            // Copies are the first thing that is asked for.
            Phase::RolledBack { .. } => state.seq > 0,
            Phase::Done => goal.finish == Finish::Keep,
            Phase::Preflight
            | Phase::Provision
            | Phase::Warm
            | Phase::Rehearse
            | Phase::Stepping
            | Phase::Hold
            | Phase::HandOver
            | Phase::Drain
            | Phase::Approve
            | Phase::Decommission
            | Phase::RollingBack
            | Phase::Frozen { .. } => true,
        };
        Self { standing, split, two_fleets, connections: goal.budget.connections.clone() }
    }
}

/// Why the shift of `goal` may not begin yet; `None` if it may.
///
/// Checked again by whoever keeps the board, at the moment of the start, so that two shifts
/// cannot take the last place together.
pub fn admits(board: &Board, goal: &Goal) -> Option<Reason> {
    for first in goal.after.iter().chain(&goal.requires) {
        let standing = board.get(first).map(|brief| brief.standing);
        if standing != Some(Standing::Across) && !planted::is(Bug::OrderIgnored) {
            return Some(Reason::new(&code::AFTER).with("first", first));
        }
    }
    let others = || board.iter().filter(|(name, _)| **name != goal.shift).map(|(_, brief)| brief);
    let moving = others().filter(|brief| brief.standing == Standing::Moving || brief.split).count();
    let limit = goal.budget.moving_max;
    let limited = limit > 0 && !planted::is(Bug::BudgetIgnored);
    if limited && moving >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Some(Reason::new(&code::BLAST_RADIUS).with("moving", moving).with("limit", limit));
    }
    goal.budget.connections.iter().find_map(|(database, wanted)| {
        let limit = *goal.budget.connections_max.get(database)?;
        let held: u32 = others()
            .filter(|brief| brief.two_fleets)
            .filter_map(|brief| brief.connections.get(database))
            .sum();
        (held.saturating_add(*wanted) > limit).then(|| {
            Reason::new(&code::CONNECTIONS)
                .with("database", database)
                .with("held", held)
                .with("wanted", wanted)
                .with("limit", limit)
        })
    })
}

/// The shift that this one waits for and that will never be across: it went back, or a person has
/// to decide.
pub fn hopeless<'a>(board: &Board, goal: &'a Goal) -> Option<&'a str> {
    let ended = |name: &&String| {
        let standing = board.get(*name).map(|brief| brief.standing);
        matches!(standing, Some(Standing::Back | Standing::Frozen))
    };
    goal.after.iter().chain(&goal.requires).find(ended).map(String::as_str)
}

/// The shift that went back and that the one of `goal` cannot do without.
pub fn fallen<'a>(board: &Board, goal: &'a Goal) -> Option<&'a str> {
    let back =
        |name: &&String| board.get(*name).is_some_and(|brief| brief.standing == Standing::Back);
    goal.requires.iter().find(back).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn goal(shift: &str, finish: Finish) -> Goal {
        let mut goal = Goal::weights_only(shift, "rule", ("old", "new"));
        goal.finish = finish;
        goal.budget.connections.insert("db".to_owned(), 40);
        goal.budget.connections_max.insert("db".to_owned(), 60);
        goal
    }

    /// Whether another shift of the same database may begin beside one in this phase, of which
    /// so many orders were asked for.
    fn beside(phase: &Phase, seq: u64, finish: Finish) -> bool {
        let state = State { phase: phase.clone(), seq, ..State::default() };
        let brief = Brief::of(&state, &goal("first", finish));
        let board = Board::from([("first".to_owned(), brief)]);
        admits(&board, &goal("second", Finish::Keep)).is_none()
    }

    #[test]
    fn connections_are_held_for_as_long_as_two_fleets_stand() {
        let remove = Finish::Remove { quiet: Duration::from_mins(2) };
        let back = Phase::RolledBack { because: Reason::new(&code::ABORTED) };
        assert!(beside(&Phase::Planned, 0, remove));
        for phase in [Phase::Preflight, Phase::Stepping, Phase::Drain, Phase::RollingBack] {
            assert!(!beside(&phase, 3, remove), "{phase:?}");
        }
        assert!(beside(&Phase::Done, 9, remove), "the old fleet is gone");
        assert!(!beside(&Phase::Done, 9, Finish::Keep), "the old fleet was kept");
        assert!(!beside(&back, 4, remove), "the new fleet still stands");
        assert!(beside(&back, 0, remove), "it never asked for a new fleet");
    }
}
