//! Which group gets the next request: the weights, spread out evenly over a hundred turns.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::ports::{Epoch, Weights};

use super::group::Group;
use crate::LiveError;

/// Turns after which the weights are met exactly; weights are whole percents.
const TURNS: usize = 100;

/// Weights, made ready for choosing. Never changed, only replaced.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) weights: Weights,
    pub(super) epoch: Epoch,
    turns: Vec<Arc<Group>>,
    /// Every group that is named, also those of weight 0.
    groups: Vec<Arc<Group>>,
}

impl Table {
    /// A table of `weights`; every group with weight must be known.
    pub(super) fn new(
        groups: &BTreeMap<String, Arc<Group>>,
        weights: Weights,
        epoch: Epoch,
    ) -> Result<Self, LiveError> {
        let mut sides = Vec::new();
        for (name, weight) in weights.iter() {
            let group = groups.get(name).ok_or_else(|| LiveError::Unknown {
                kind: "target group",
                name: name.to_owned(),
            })?;
            sides.push((Arc::clone(group), u32::from(weight.percent())));
        }
        let turns = spread(&sides);
        let groups = sides.into_iter().map(|(group, _)| group).collect();
        Ok(Self { weights, epoch, turns, groups })
    }

    /// Every group that is named, also those of weight 0.
    pub(super) fn groups(&self) -> &[Arc<Group>] {
        &self.groups
    }

    /// The group for the turn with this number.
    pub(super) fn group(&self, turn: u64) -> Option<&Arc<Group>> {
        // Any hundred turns that follow each other hold each group exactly by its weight.
        let length = u64::try_from(self.turns.len().max(1)).unwrap_or(u64::MAX);
        self.turns.get(usize::try_from(turn % length).unwrap_or(0))
    }
}

/// Each item by its weight (they sum to 100), as evenly mixed as whole turns allow: in every turn
/// each side earns its weight, and the richest pays 100 for being chosen.
fn spread<T: Clone>(sides: &[(T, u32)]) -> Vec<T> {
    let mut credit = vec![0_i64; sides.len()];
    let mut turns = Vec::with_capacity(TURNS);
    for _ in 0..TURNS {
        for (credit, (_, weight)) in credit.iter_mut().zip(sides) {
            *credit += i64::from(*weight);
        }
        let richest = credit.iter().enumerate().max_by_key(|(_, credit)| **credit);
        let Some(index) = richest.map(|(index, _)| index) else {
            return turns;
        };
        credit[index] -= 100;
        turns.push(sides[index].0.clone());
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_turns_meet_the_weights_exactly() {
        for new in 0..=100_u32 {
            let turns = spread(&[("old", 100 - new), ("new", new)]);
            let hits = turns.iter().filter(|side| **side == "new").count();
            assert_eq!((turns.len(), hits), (100, new as usize));
        }
    }

    #[test]
    fn turns_are_mixed_evenly() {
        let turns = spread(&[("old", 75), ("new", 25)]);
        for window in turns.windows(4) {
            assert_eq!(window.iter().filter(|side| **side == "new").count(), 1);
        }
    }
}
