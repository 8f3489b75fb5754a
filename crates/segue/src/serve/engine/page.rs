//! All that is known of one shift while Segue runs.

use std::collections::VecDeque;

use jiff::Timestamp;
use live::store::Run;
use model::ports::{Counts, GroupSeen, Record};
use model::{Plan, Reason};
use traffic::{Action, Entry, Goal, Seen, State};

use super::words;
use crate::serve::book::{Moment, Sample};
use crate::serve::proof::requests::Witness;
use crate::serve::shift::{Turn, entry};

/// Moments of a history that are kept; the journal has them all.
const HISTORY_MAX: usize = 1_000;
/// Samples of a chart, before the older half of them is thinned.
pub(super) const SERIES_MAX: usize = 1_200;
/// Looks over which "lately" reaches.
const LATELY: usize = 10;

/// A shift as its file in the repository has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// What it is to reach.
    pub goal: Goal,
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
}

/// One shift.
#[derive(Debug)]
pub(super) struct Page {
    pub declared: Declared,
    /// What it is to reach: as it was started, else as the file has it.
    pub goal: Goal,
    pub run: Option<Run>,
    pub state: State,
    /// What was seen and decided last.
    pub turn: Option<(Timestamp, Box<Seen>, Plan<Action>)>,
    /// Why the last turn could not be made.
    pub fault: Option<Reason>,
    /// Requests that somebody sends through the balancer and counts.
    pub witness: Option<Witness>,
    pub history: Vec<Moment>,
    pub series: Vec<Sample>,
    looks: VecDeque<Look>,
}

/// Both sides at one moment.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// In milliseconds since 1970.
    pub at: i64,
    /// Share of the new side that the rule states.
    pub stated: Option<u8>,
    pub old: GroupSeen,
    pub new: GroupSeen,
}

impl Page {
    pub(super) fn new(declared: Declared) -> Self {
        Self {
            goal: declared.goal.clone(),
            declared,
            run: None,
            state: State::default(),
            turn: None,
            fault: None,
            witness: None,
            history: Vec::new(),
            series: Vec::new(),
            looks: VecDeque::new(),
        }
    }

    /// Takes the whole journal in, in place of what was known.
    pub(super) fn replay(&mut self, records: &[Record]) {
        self.state = State::default();
        self.history.clear();
        for record in records {
            self.record(record);
        }
    }

    /// Takes one more record in.
    pub(super) fn record(&mut self, record: &Record) {
        // An entry that cannot be read stops the engine, which says so.
        let Ok(entry) = entry(record) else { return };
        self.state.apply(&entry);
        if matches!(entry, Entry::Again { .. } | Entry::Adopted { .. }) {
            self.turn = None;
        }
        if let Some(moment) = words::moment(&entry, record.at) {
            self.history.push(moment);
        }
        if self.history.len() > HISTORY_MAX {
            self.history.drain(..HISTORY_MAX / 10);
        }
    }

    /// Takes a turn of the loop in.
    pub(super) fn turned(&mut self, turn: &Turn) {
        self.turn = Some((turn.now, Box::new(turn.seen.clone()), turn.plan.clone()));
        self.fault = None;
    }

    /// Takes a look in, and makes a measurement of it and the one before.
    pub(super) fn look(&mut self, look: Look) -> Option<Sample> {
        let sample = self.looks.back().and_then(|before| sample(before, &look));
        // A balancer that has started anew counts from nothing.
        let anew = self.looks.back().is_some_and(|before| {
            look.old.counts.since(&before.old.counts).is_none()
                || look.new.counts.since(&before.new.counts).is_none()
        });
        if anew {
            self.looks.clear();
        }
        self.looks.push_back(look);
        if self.looks.len() > LATELY {
            self.looks.pop_front();
        }
        let asked = self.asked();
        sample.map(|sample| Sample { asked, ..sample })
    }

    /// The share that was asked for last.
    pub(super) fn asked(&self) -> u8 {
        let open = self.state.intent().and_then(|intent| intent.effect.share());
        open.unwrap_or(self.state.share).percent()
    }

    /// The look before "lately", and the last one.
    pub(super) fn lately(&self) -> Option<(&Look, &Look)> {
        Some((self.looks.front()?, self.looks.back()?))
    }

    /// Adds a measurement; gives the moments of those that were dropped.
    pub(super) fn measured(&mut self, sample: Sample) -> Vec<i64> {
        self.series.push(sample);
        if self.series.len() <= SERIES_MAX { Vec::new() } else { thin(&mut self.series) }
    }
}

/// Takes every second one out of the older half, so that a long shift is drawn whole: what is
/// recent finely, what is long past coarsely.
pub(super) fn thin(series: &mut Vec<Sample>) -> Vec<i64> {
    let half = series.len() / 2;
    let mut dropped = Vec::new();
    let mut position = 0;
    series.retain(|sample| {
        position += 1;
        // The first one stays, for the beginning of the chart.
        let keep = position > half || position % 2 == 1;
        if !keep {
            dropped.push(sample.at);
        }
        keep
    });
    dropped
}

/// What happened between two looks; `None` if the balancer has started anew in between.
fn sample(before: &Look, now: &Look) -> Option<Sample> {
    let (old, new) = (fresh(&before.old, &now.old)?, fresh(&before.new, &now.new)?);
    let chosen = old.chosen + new.chosen;
    let seconds = as_float(u64::try_from(now.at - before.at).ok()?) / 1_000.0;
    if seconds <= 0.0 {
        return None;
    }
    let rate = |counts: &Counts| as_float(counts.ended()) / seconds;
    Some(Sample {
        at: now.at,
        asked: 0,
        stated: now.stated,
        measured: (chosen > 0).then(|| as_float(new.chosen) * 100.0 / as_float(chosen)),
        rps: (rate(&old), rate(&new)),
        errors: (bad(&old), bad(&new)),
        p95: (quantile(&before.old, &now.old, 950), quantile(&before.new, &now.new, 950)),
    })
}

fn fresh(before: &GroupSeen, now: &GroupSeen) -> Option<Counts> {
    now.counts.since(&before.counts)
}

/// Percent of the requests that ended badly.
pub(super) fn bad(counts: &Counts) -> f64 {
    if counts.ended() == 0 {
        0.0
    } else {
        as_float(counts.bad()) * 100.0 / as_float(counts.ended())
    }
}

/// Milliseconds in which so many thousandths of the answers between two looks came.
pub(super) fn quantile(before: &GroupSeen, now: &GroupSeen, per_mille: u64) -> Option<f64> {
    let bucket = now.latency.since(&before.latency)?.quantile(per_mille)?;
    model::ports::latency::upper_bound(bucket).map(|micros| as_float(micros) / 1_000.0)
}

/// Counts stay far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
pub(super) fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: i64) -> Sample {
        Sample { at, ..Sample::default() }
    }

    #[test]
    fn a_long_series_stays_whole_and_bounded() {
        let mut series = Vec::new();
        for second in 0..100_000 {
            series.push(at(second));
            if series.len() > SERIES_MAX {
                let before = series.len();
                assert_eq!(before - thin(&mut series).len(), series.len());
            }
        }
        assert!(series.len() <= SERIES_MAX);
        assert_eq!(series[0].at, 0, "the beginning is there");
        assert!(series.is_sorted_by_key(|sample| sample.at));
        let tail: Vec<i64> = series.iter().rev().take(300).map(|sample| sample.at).collect();
        assert_eq!(tail, (99_700..100_000).rev().collect::<Vec<_>>(), "what is recent is fine");
    }

    #[test]
    fn a_sample_is_what_came_between_two_looks() {
        let group = |chosen, failed| GroupSeen {
            counts: Counts { chosen, answered: chosen - failed, failed, ..Counts::default() },
            ..GroupSeen::default()
        };
        let look = |at, old, new| Look { at, stated: Some(10), old, new };
        let before = look(1_000, group(100, 0), group(10, 0));
        let now = look(3_000, group(190, 0), group(20, 1));
        let sample = sample(&before, &now).unwrap();
        assert_eq!((sample.rps, sample.errors), ((45.0, 5.0), (0.0, 10.0)));
        assert_eq!(sample.measured, Some(10.0));
        assert!(super::sample(&now, &before).is_none(), "counted anew");
    }
}
