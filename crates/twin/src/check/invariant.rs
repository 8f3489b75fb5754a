//! What must hold, by number, and how a breach of it is told.

use serde::{Deserialize, Serialize};

use crate::time::{Micros, clock_face};

/// What must hold at every moment. The numbers up to 18 are those of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Invariant {
    /// Weights are in range, their sum is above 0, and at most five groups are named.
    WeightsInRange = 1,
    /// No weight is put or left on a group without a healthy target.
    NoWeightOnEmpty = 2,
    /// Never does a side without a healthy target have all the weight.
    NotAllOnUnhealthy = 3,
    /// The new side's weight only grows, and on the way back it only shrinks.
    Monotone = 4,
    /// No weight grows by more than the planned step.
    StepSize = 5,
    /// Until the point of no return the old side can take everything back.
    WayBack = 6,
    /// After the point of no return traffic does not move by itself.
    NoMoveAfterReturn = 7,
    /// The point of no return needs a silent old side and another person than the author.
    PointOfNoReturn = 8,
    /// One open intent for each rule, fleet and job.
    OneOpenIntent = 9,
    /// No effect without an intent that was written before, in the epoch of the order.
    IntentFirst = 10,
    /// Orders that take effect on a thing have growing numbers.
    SequenceGrows = 11,
    /// The old side keeps its copies for as long as requests reach it.
    OldKeepsNeed = 12,
    /// A step is left upwards only on enough observed ticks, and never during an alarm.
    ObservedSteps = 13,
    /// A job has one owner at most.
    OneOwner = 14,
    /// Services on their way, and database connections, stay within their limits.
    Budgets = 15,
    /// Whatever is ordered says who, why, and on which numbers.
    Explained = 16,
    /// Every shift ends within its deadline, and the world is as its end says.
    Ends = 17,
    /// The journal can be read and replayed.
    Replays = 18,
    /// No request of a well-behaved service is lost by Segue's own acts.
    NothingLost = 19,
    /// A service begins after those that it requires.
    Order = 20,
}

impl Invariant {
    /// All of them, by number.
    pub const ALL: [Self; 20] = [
        Self::WeightsInRange,
        Self::NoWeightOnEmpty,
        Self::NotAllOnUnhealthy,
        Self::Monotone,
        Self::StepSize,
        Self::WayBack,
        Self::NoMoveAfterReturn,
        Self::PointOfNoReturn,
        Self::OneOpenIntent,
        Self::IntentFirst,
        Self::SequenceGrows,
        Self::OldKeepsNeed,
        Self::ObservedSteps,
        Self::OneOwner,
        Self::Budgets,
        Self::Explained,
        Self::Ends,
        Self::Replays,
        Self::NothingLost,
        Self::Order,
    ];

    /// Its number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// What must hold, in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::WeightsInRange => "weights are in range and their sum is above 0",
            Self::NoWeightOnEmpty => "no weight on a group without a healthy target",
            Self::NotAllOnUnhealthy => "never all weight on a side without a healthy target",
            Self::Monotone => "the new side's weight only grows, and only shrinks on the way back",
            Self::StepSize => "no weight grows by more than the planned step",
            Self::WayBack => "the old side can take everything back until the point of no return",
            Self::NoMoveAfterReturn => {
                "traffic does not move by itself after the point of no return"
            }
            Self::PointOfNoReturn => "the old side is removed when silent and approved by another",
            Self::OneOpenIntent => "one open intent for each rule, fleet and job",
            Self::IntentFirst => "no effect without an intent written before it in its epoch",
            Self::SequenceGrows => "orders that take effect have growing numbers",
            Self::OldKeepsNeed => "the old side keeps its copies while requests reach it",
            Self::ObservedSteps => "a step is left upwards on observed ticks and without an alarm",
            Self::OneOwner => "a job has one owner at most",
            Self::Budgets => "moving services and database connections stay within their limits",
            Self::Explained => "every order says who, why, and on which numbers",
            Self::Ends => "every shift ends within its deadline, as its end says",
            Self::Replays => "the journal can be read and replayed",
            Self::NothingLost => "no request of a well-behaved service is lost by Segue",
            Self::Order => "a service begins after those that it requires",
        }
    }
}

/// A breach of an invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// Which invariant.
    pub invariant: Invariant,
    /// Its number.
    pub number: u8,
    /// When, in microseconds since the start.
    pub at: Micros,
    /// The service; empty if it is of none.
    pub service: String,
    /// What was seen, with the numbers.
    pub sentence: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { number, at, service, sentence, invariant } = self;
        let rule = invariant.sentence();
        write!(f, "{} {service}: {sentence} (invariant {number}: {rule})", clock_face(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_from_1_has_one_invariant() {
        let numbers: Vec<u8> = Invariant::ALL.iter().map(|one| one.number()).collect();
        assert_eq!(numbers, (1..=20).collect::<Vec<u8>>());
    }
}
