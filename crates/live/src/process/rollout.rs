//! From the copies that run to the copies that are wanted, as a Deployment goes there. Pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a workload goes from one revision to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Strategy {
    /// All old copies end before the first new one starts.
    Recreate,
    /// Step by step.
    Rolling {
        /// Copies above the wanted number.
        surge: Share,
        /// Copies below it that need not be available.
        unavailable: Share,
    },
}

/// A number of copies, or a part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Share {
    Count(u32),
    Percent(u32),
}

/// One copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) index: u32,
    /// Made from what is wanted now.
    pub(super) new: bool,
    /// Has been ready for long enough.
    pub(super) available: bool,
    /// Told to end, and not gone yet.
    pub(super) leaving: bool,
}

/// What to do now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// How many new copies to start.
    pub(super) start: u32,
    /// Which copies to end.
    pub(super) end: Vec<u32>,
}

impl Strategy {
    /// As a Deployment says it; a quarter up and down if it does not.
    pub(super) fn read(strategy: &Value) -> Result<Self, String> {
        match strategy["type"].as_str() {
            Some("Recreate") => Ok(Self::Recreate),
            Some("RollingUpdate") | None => {
                let rolling = &strategy["rollingUpdate"];
                Ok(Self::Rolling {
                    surge: Share::read(&rolling["maxSurge"])?,
                    unavailable: Share::read(&rolling["maxUnavailable"])?,
                })
            }
            Some(other) => {
                Err(format!("the strategy {other} is neither RollingUpdate nor Recreate"))
            }
        }
    }

    /// How many more, and how many less than `wanted` there may be.
    fn room(self, wanted: u32) -> (u32, u32) {
        let Self::Rolling { surge, unavailable } = self else { return (0, wanted) };
        let (above, below) = (surge.up(wanted), unavailable.down(wanted).min(wanted));
        // Both 0 would never get anywhere; Kubernetes decides the same way.
        if above == 0 && below == 0 { (0, 1) } else { (above, below) }
    }
}

impl Share {
    fn read(value: &Value) -> Result<Self, String> {
        if value.is_null() {
            return Ok(Self::Percent(25));
        }
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok()).map(Self::Count);
        let percent = value.as_str().and_then(|text| text.strip_suffix('%')?.parse().ok());
        let wrong = || format!("maxSurge and maxUnavailable are numbers or percents, not {value}");
        count.or(percent.map(Self::Percent)).ok_or_else(wrong)
    }

    fn up(self, of: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => of.saturating_mul(percent).div_ceil(100),
        }
    }

    fn down(self, of: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => of.saturating_mul(percent) / 100,
        }
    }
}

/// The next moves towards `wanted` new copies. With nothing to do, the goal is reached, or a copy
/// must become available, or end, first.
pub(super) fn moves(strategy: Strategy, wanted: u32, copies: &[Copy]) -> Moves {
    let staying: Vec<&Copy> = copies.iter().filter(|copy| !copy.leaving).collect();
    let count = |new: bool| {
        u32::try_from(staying.iter().filter(|copy| copy.new == new).count()).unwrap_or(u32::MAX)
    };
    let (new, old) = (count(true), count(false));
    let mut moves = Moves::default();
    if new > wanted {
        moves.end.extend(least_useful(&staying, true, new - wanted));
    }
    if strategy == Strategy::Recreate {
        moves.end.extend(least_useful(&staying, false, old));
        let old_left = copies.iter().any(|copy| !copy.new);
        moves.start = if old_left { 0 } else { wanted.saturating_sub(new) };
        return moves;
    }
    let (above, below) = strategy.room(wanted);
    let most = wanted.saturating_add(above);
    moves.start = wanted.saturating_sub(new).min(most.saturating_sub(new + old));
    let least = wanted.saturating_sub(below);
    let available = |new: Option<bool>| {
        let which = |copy: &&&Copy| copy.available && new.is_none_or(|new| copy.new == new);
        u32::try_from(staying.iter().filter(which).count()).unwrap_or(u32::MAX)
    };
    // Old copies that answer nothing go first: they are no loss. But what is not available yet of
    // the new ones counts as missing. Then go as many as answer beyond those that must.
    let idle = old - available(Some(false));
    let loose = (new + old).saturating_sub(least).saturating_sub(new - available(Some(true)));
    let spare = available(None).saturating_sub(least).min(available(Some(false)));
    let end = idle.min(loose) + spare;
    moves.end.extend(least_useful(&staying, false, end));
    moves
}

/// Indexes of copies to end: those that are not available first, then the highest.
fn least_useful(copies: &[&Copy], new: bool, count: u32) -> Vec<u32> {
    let mut of: Vec<&&Copy> = copies.iter().filter(|copy| copy.new == new).collect();
    of.sort_by_key(|copy| (copy.available, std::cmp::Reverse(copy.index)));
    of.iter().take(usize::try_from(count).unwrap_or(usize::MAX)).map(|copy| copy.index).collect()
}

/// How long a copy must be ready before it counts.
pub(super) fn min_ready(spec: &Value) -> Duration {
    Duration::from_secs(spec["minReadySeconds"].as_u64().unwrap_or(0))
}

#[cfg(test)]
mod tests;
