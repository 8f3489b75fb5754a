//! What engines have really been able to learn in a step: their reads of both groups.

use model::ports::{Counts, GroupSeen};

use super::shift::Which;
use super::terms::HoldTerms;
use crate::time::{Micros, SECOND};

/// Evidence at which an alarm is beyond dispute: a mixture of eight ratios at one in a thousand
/// alarms at ln 8000 = 9 at the latest; twice that leaves room for every fair way to count.
const BLATANT_EVIDENCE: f64 = 18.0;

/// How many times as bad the new side has to be for a blatant alarm.
const BLATANT_RATIO: u64 = 10;

/// Errors of the new side below which no alarm is blatant.
const BLATANT_ERRORS: u64 = 20;

/// How long a rule is given to reach the nodes of its balancer, for want of a published bound.
const FLOOR: Micros = 30 * SECOND;

/// Reads of both groups at one moment.
#[derive(Debug, Clone, Copy)]
struct Round {
    at: Micros,
    old: Counts,
    new: Counts,
}

impl Round {
    /// Counts only grow: an answer with fewer was true before.
    fn is_older_than(&self, other: &Self) -> bool {
        self.old.since(&other.old).is_none() || self.new.since(&other.new).is_none()
    }
}

/// What was read since the weights of this step were ordered.
#[derive(Debug, Clone, Default)]
pub(super) struct Step {
    ordered_at: Micros,
    /// When the weights had reached whatever serves them.
    effective_at: Option<Micros>,
    halves: [Option<Counts>; 2],
    /// The last round before the order, or the first after.
    base: Option<Round>,
    /// The last round.
    last: Option<Round>,
    /// The last round that counted as a tick, or the first after the weights took effect.
    ticked: Option<Round>,
    ticks: u32,
    /// Log evidence that the new side is ten times as bad, bursts tempered.
    evidence: f64,
    /// Whether a person let this step go early.
    promoted: bool,
}

impl Step {
    /// The next step has begun: new weights were ordered.
    pub(super) fn begin(&mut self, now: Micros) {
        let base = self.last;
        *self = Self { ordered_at: now, base, last: base, ..Self::default() };
    }

    /// The weights have reached whatever serves them.
    pub(super) fn settled(&mut self, now: Micros) {
        self.effective_at.get_or_insert(now);
    }

    /// No API tells when a rule is served: an engine that has waited as long as its shift says, or
    /// the floor, has done what it can, even if a fault makes the rule later still.
    pub(super) fn settled_at_latest(&mut self, now: Micros, settle: Micros) {
        let floor = self.ordered_at.saturating_add(settle.min(FLOOR));
        if now >= floor {
            self.effective_at.get_or_insert(floor);
        }
    }

    pub(super) fn promote(&mut self) {
        self.promoted = true;
    }

    /// An engine has read a group.
    pub(super) fn read(&mut self, now: Micros, which: Which, seen: &GroupSeen, hold: &HoldTerms) {
        let half = match which {
            Which::Old => 0,
            Which::New => 1,
        };
        if half == 0 {
            // A late answer to an engine that is gone may have left the other half behind.
            self.halves[1] = None;
        }
        self.halves[half] = Some(seen.counts);
        if let [Some(old), Some(new)] = self.halves {
            self.halves = [None, None];
            self.round(Round { at: now, old, new }, hold);
        }
    }

    fn round(&mut self, round: Round, hold: &HoldTerms) {
        if self.last.is_some_and(|last| round.is_older_than(&last)) {
            // A stale answer: nothing new was learnt.
            return;
        }
        self.base.get_or_insert(round);
        if let Some(last) = self.last {
            self.evidence += evidence(&last, &round);
        }
        self.last = Some(round);
        if self.effective_at.is_none_or(|effective| round.at < effective) {
            return;
        }
        let Some(ticked) = self.ticked else {
            self.ticked = Some(round);
            return;
        };
        // An engine times its ticks by its own clock, at the end of several calls: what it takes
        // for a whole tick may be a good half between two answers.
        let apart = round.at.saturating_sub(ticked.at) >= hold.tick() * 2 / 5;
        let fresh =
            round.old.ended() > ticked.old.ended() && round.new.ended() > ticked.new.ended();
        if apart && fresh {
            self.ticks += 1;
            self.ticked = Some(round);
        }
    }

    /// Why this step is not to be left upwards now; `None` if it may be.
    pub(super) fn premature(&self, now: Micros, hold: &HoldTerms) -> Option<String> {
        self.alarm().or_else(|| if self.promoted { None } else { self.unobserved(now, hold) })
    }

    fn unobserved(&self, now: Micros, hold: &HoldTerms) -> Option<String> {
        let Some(effective) = self.effective_at else {
            return Some("left before its weights had reached what serves them".to_owned());
        };
        if self.ticks < hold.ticks {
            let since = now.saturating_sub(effective) / SECOND;
            return Some(format!(
                "left after {} of {} observed ticks, {since} s after the weights took effect",
                self.ticks, hold.ticks
            ));
        }
        let shortest = hold.tick().saturating_mul(u64::from(hold.ticks)) * 9 / 10;
        let held = now.saturating_sub(effective);
        if held < shortest {
            let (held, shortest) = (held / SECOND, shortest / SECOND);
            return Some(format!("left after {held} s of {shortest} s"));
        }
        let ended = self.totals().map_or(0, |(_, new)| new.ended());
        (ended < hold.requests_min).then(|| {
            format!("left after {ended} of {} requests on the new side", hold.requests_min)
        })
    }

    /// An alarm that nobody can overlook.
    fn alarm(&self) -> Option<String> {
        let (old, new) = self.totals()?;
        let (bad, ended) = (new.bad(), new.ended());
        let (old_bad, old_ended) = (old.bad(), old.ended());
        // bad / ended >= 10 (old_bad + 1) / (old_ended + 1), without a division.
        let left = u128::from(bad) * (u128::from(old_ended) + 1);
        let right = u128::from(BLATANT_RATIO) * (u128::from(old_bad) + 1) * u128::from(ended);
        let blatant = bad >= BLATANT_ERRORS && left >= right && self.evidence >= BLATANT_EVIDENCE;
        blatant.then(|| {
            format!(
                "left upwards with {bad} of {ended} requests bad on the new side and {old_bad} of \
                 {old_ended} on the old"
            )
        })
    }

    /// What was counted in this step on the old and on the new side.
    fn totals(&self) -> Option<(Counts, Counts)> {
        let (base, last) = (self.base?, self.last?);
        Some((last.old.since(&base.old)?, last.new.since(&base.new)?))
    }
}

/// What one tick says for "ten times as bad": the log likelihood ratio of the split of its errors,
/// tempered, so that one burst is not taken for many errors.
fn evidence(from: &Round, to: &Round) -> f64 {
    let (Some(old), Some(new)) = (to.old.since(&from.old), to.new.since(&from.new)) else {
        return 0.0;
    };
    let errors = count(old.bad() + new.bad());
    let requests = count(old.ended() + new.ended());
    if errors == 0.0 || old.ended() == 0 || new.ended() == 0 {
        return 0.0;
    }
    let even = count(new.ended()) / requests;
    let ratio = count(BLATANT_RATIO);
    let odd = ratio * even / (1.0 - even + ratio * even);
    let on_new = count(new.bad()) * (odd / even).ln();
    let on_old = count(old.bad()) * ((1.0 - odd) / (1.0 - even)).ln();
    (on_new + on_old) * (2.0 / errors).min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "requests of a run are far below 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: HoldTerms = HoldTerms { tick_millis: 1_000, ticks: 3, requests_min: 10 };

    fn seen(ended: u64, bad: u64) -> GroupSeen {
        let counts = Counts { chosen: ended, answered: ended - bad, failed: bad, refused: 0 };
        GroupSeen { counts, ..GroupSeen::default() }
    }

    /// Reads once a second from second 1 on, with so many (ended, bad) more a second on each side.
    fn step(seconds: u64, old: (u64, u64), new: (u64, u64)) -> Step {
        let mut step = Step::default();
        step.begin(0);
        step.settled(SECOND / 2);
        for second in 1..=seconds {
            let (now, n) = (second * SECOND, second);
            step.read(now, Which::Old, &seen(old.0 * n, old.1 * n), &HOLD);
            step.read(now, Which::New, &seen(new.0 * n, new.1 * n), &HOLD);
        }
        step
    }

    #[test]
    fn a_step_is_over_after_its_ticks() {
        assert_eq!(step(5, (90, 0), (10, 0)).premature(5 * SECOND, &HOLD), None);
        let early = step(3, (90, 0), (10, 0)).premature(3 * SECOND, &HOLD);
        assert!(early.unwrap().contains("2 of 3 observed ticks"));
    }

    #[test]
    fn ticks_without_requests_of_both_sides_do_not_count() {
        assert!(step(50, (90, 0), (0, 0)).premature(50 * SECOND, &HOLD).is_some());
        assert!(step(50, (0, 0), (90, 0)).premature(50 * SECOND, &HOLD).is_some());
    }

    #[test]
    fn time_that_nobody_observed_does_not_count() {
        assert!(step(2, (90, 0), (10, 0)).premature(600 * SECOND, &HOLD).is_some());
    }

    #[test]
    fn a_bad_new_side_holds_even_a_promoted_step() {
        let mut bad = step(30, (90, 0), (10, 3));
        bad.promote();
        assert!(bad.premature(30 * SECOND, &HOLD).unwrap().contains("bad on the new side"));
    }

    #[test]
    fn errors_of_both_sides_are_no_alarm() {
        assert_eq!(step(60, (90, 9), (10, 1)).premature(60 * SECOND, &HOLD), None);
    }

    #[test]
    fn a_stale_answer_takes_nothing_back() {
        let mut step = step(30, (90, 0), (10, 0));
        step.read(31 * SECOND, Which::Old, &seen(90, 0), &HOLD);
        step.read(31 * SECOND, Which::New, &seen(10, 0), &HOLD);
        assert_eq!(step.premature(31 * SECOND, &HOLD), None);
    }

    #[test]
    fn one_burst_is_no_blatant_alarm() {
        let mut step = step(10, (90, 0), (10, 0));
        step.read(11 * SECOND, Which::Old, &seen(990, 0), &HOLD);
        step.read(11 * SECOND, Which::New, &seen(140, 40), &HOLD);
        assert_eq!(step.premature(11 * SECOND, &HOLD), None);
    }

    #[test]
    fn nothing_counts_before_the_weights_are_real() {
        let mut step = Step::default();
        step.begin(0);
        for second in 1..=60 {
            step.read(second * SECOND, Which::Old, &seen(90 * second, 0), &HOLD);
            step.read(second * SECOND, Which::New, &seen(10 * second, 0), &HOLD);
        }
        assert!(step.premature(60 * SECOND, &HOLD).unwrap().contains("reached"));
    }
}
