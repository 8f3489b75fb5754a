//! What must be true before a step, and what sends everything back.

use model::code::{Code, traffic as code};
use model::ports::{Counts, GroupSeen};
use model::{Held, Reason};

use crate::goal::{BAD_REQUESTS_MIN, Goal};
use crate::seen::{Counted, Seen};

/// What holds the next step back; `None` if nothing does.
///
/// Both sides must be able to carry it: the new one because it is about to get more, the old one
/// because everything may have to go back to it.
pub fn before_step(seen: &Seen, goal: &Goal) -> Option<Held> {
    side_is_fit("new", &seen.new, goal.targets_min, goal)
        .or_else(|| side_is_fit("old", &seen.old, 1, goal))
}

/// Held if a side has too few healthy targets.
fn side_is_fit(side: &str, group: &GroupSeen, needed: u32, goal: &Goal) -> Option<Held> {
    (group.healthy < needed).then(|| Held {
        what: goal.subject(),
        because: Reason::new(&code::TARGETS)
            .with("side", side)
            .with("healthy", group.healthy)
            .with("total", group.total)
            .with("needed", needed),
    })
}

/// Why everything must go back to the old side; `None` if nothing says so.
///
/// `counted` is what came since the weight landed.
pub fn roll_back(seen: &Seen, counted: Option<&Counted>, goal: &Goal) -> Option<Reason> {
    if seen.new.healthy == 0 {
        return Some(Reason::new(&code::NO_TARGETS).with("total", seen.new.total));
    }
    let new = counted?.new;
    let proven = new.bad() >= BAD_REQUESTS_MIN && above_floor(&new, goal);
    proven.then(|| errors(&code::ERRORS, &new, goal))
}

/// Held if the step looks bad, though too few requests failed to send everything back.
pub fn suspect(counted: &Counted, goal: &Goal) -> Option<Held> {
    above_floor(&counted.new, goal)
        .then(|| Held { what: goal.subject(), because: errors(&code::SUSPECT, &counted.new, goal) })
}

/// Whether more requests ended badly than the floor allows.
fn above_floor(new: &Counts, goal: &Goal) -> bool {
    u128::from(new.bad()) * 1000 > u128::from(new.ended()) * u128::from(goal.floor_per_mille)
}

fn errors(code: &'static Code, new: &Counts, goal: &Goal) -> Reason {
    Reason::new(code)
        .with("failed", new.bad())
        .with("requests", new.ended())
        .with("floor", per_mille(goal.floor_per_mille))
}

/// Held if all requests cannot go back, because the old side is dead.
pub fn no_way_back(seen: &Seen, goal: &Goal) -> Option<Held> {
    (seen.old.healthy == 0).then(|| Held {
        what: goal.subject(),
        because: Reason::new(&code::NO_WAY_BACK).with("total", seen.old.total),
    })
}

/// Thousandths as people write them: 10 is `1.0 %`.
fn per_mille(value: u64) -> String {
    format!("{}.{} %", value / 10, value % 10)
}
