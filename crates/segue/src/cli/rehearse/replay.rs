//! A saved rehearsal, played again for a page: its time line, and the shares at each moment.

use std::collections::BTreeMap;
use std::path::Path;

use model::Reason;
use model::ports::Record;
use twin::check::Invariant;
use twin::time::{Micros, moment};

use super::timeline::{Line, lines};
use super::{Ran, all, load};
use crate::cli::exit::Failure;
use crate::rehearse::estate::Declared;
use crate::serve::proof::steps::steps;

/// One stage, played.
#[derive(Debug, Clone)]
pub(crate) struct Replayed {
    /// What it is.
    pub(crate) title: String,
    /// The seed of what was drawn.
    pub(crate) seed: u64,
    /// When it ended.
    pub(crate) end: Micros,
    /// Everything that happened.
    pub(crate) lines: Vec<Line>,
    /// Moments at which the share of the new side became another one, by shift.
    pub(crate) shares: BTreeMap<String, Vec<(Micros, u8)>>,
    /// Requests sent.
    pub(crate) sent: u64,
    /// Requests that Segue lost.
    pub(crate) lost: u64,
    /// Invariants that were broken.
    pub(crate) broken: usize,
    /// Invariants that were checked.
    pub(crate) checks: usize,
}

/// Plays the rehearsal that was saved in `file`.
pub(crate) fn replay(file: &Path) -> Result<Vec<Replayed>, Reason> {
    let stages = load::stages(file, &Declared::default(), None).map_err(Failure::into_reason)?;
    let ran = all(stages, &file.display().to_string(), false).map_err(Failure::into_reason)?;
    Ok(ran.iter().map(replayed).collect())
}

fn replayed(ran: &Ran) -> Replayed {
    let outcome = &ran.played.outcome;
    Replayed {
        title: ran.stage.title.clone(),
        seed: ran.stage.rehearsal.script.seed,
        end: outcome.virtual_micros,
        lines: lines(ran),
        shares: shares(&ran.played.journal),
        sent: outcome.sent(),
        lost: outcome.lost_by_segue(),
        broken: outcome.violations.len(),
        checks: Invariant::ALL.len(),
    }
}

fn shares(journal: &[Record]) -> BTreeMap<String, Vec<(Micros, u8)>> {
    let mut own: BTreeMap<&str, Vec<Record>> = BTreeMap::new();
    for record in journal {
        own.entry(record.subject.trim_start_matches("shift/")).or_default().push(record.clone());
    }
    let landed = |records: Vec<Record>| -> Vec<(Micros, u8)> {
        let steps = steps(&records);
        steps.iter().filter_map(|step| Some((moment(step.landed?), step.to))).collect()
    };
    own.into_iter().map(|(name, records)| (name.to_owned(), landed(records))).collect()
}
