//! Time: what nobody observed does not count, and a shift does not last for ever.

use std::time::Duration;

use jiff::Timestamp;
use model::code::traffic as code;
use model::{Plan, Reason};

use super::{Moment, later, since};
use crate::action::{Action, Entry};
use crate::planted::{self, Bug};
use crate::step::Phase;

/// An engine that waits says so this often, so that a gap can be told from a wait.
pub(super) const BEAT: Duration = Duration::from_mins(1);

/// Silence of the journal that no wait explains: the engine was away, or the clock jumped.
const GAP: Duration = Duration::from_mins(3);

impl Moment<'_> {
    /// A gap is written down before anything is judged by the clock.
    pub(super) fn keep_time(&self) -> Option<Plan<Action>> {
        let last = self.state.last_at?;
        if self.now < last {
            // Back: what was observed can no longer be placed in time.
            return Some(self.clock_went_back());
        }
        let silent = since(self.now, last);
        if silent > GAP {
            let because = Reason::new(&code::GAP).with("seconds", silent.as_secs());
            return Some(self.note(Entry::Gap { from: last, to: self.now }, because));
        }
        (silent >= BEAT).then(|| self.note(Entry::Beat { at: self.now }, Reason::new(&code::BEAT)))
    }

    fn clock_went_back(&self) -> Plan<Action> {
        let because = Reason::new(&code::RECOUNTED).with("cause", "the clock went back");
        match (&self.state.holding, &self.state.open) {
            (Some(holding), None) => {
                let counted = self.seen.counted();
                self.note(Entry::Recounted { seq: holding.seq, at: self.now, counted }, because)
            }
            (None, _) | (_, Some(_)) => self.note(Entry::Beat { at: self.now }, because),
        }
    }

    /// Whether `limit` is over since `from`, not counting what nobody observed.
    pub(super) fn over(&self, from: Option<Timestamp>, limit: Duration) -> bool {
        let limited = !planted::is(Bug::NoDeadline);
        limited
            && from
                .is_some_and(|from| since(self.now, from) > limit.saturating_add(self.state.unseen))
    }

    /// Why the shift has lasted too long; `None` if it has not.
    pub(super) fn too_late(&self) -> Option<Reason> {
        let limit = self.goal.limits.shift;
        let late = self.over(self.state.began_at, limit) && self.state.phase != Phase::RollingBack;
        late.then(|| Reason::new(&code::TOO_LATE).with("hours", hours(limit)))
    }

    /// When `wait` after `at` is over.
    pub(super) fn due(&self, at: Timestamp, wait: Duration) -> Option<Timestamp> {
        let due = later(at, wait);
        (self.now < due).then_some(due)
    }
}

/// A limit as people write it: hours with one digit, or minutes below one hour.
pub(super) fn hours(limit: Duration) -> String {
    let minutes = limit.as_secs() / 60;
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{}.{} h", minutes / 60, minutes % 60 / 6)
    }
}
