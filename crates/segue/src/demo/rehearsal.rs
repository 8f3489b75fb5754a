//! The shift on the twin, before any real request moves: the same file, the same loop, in seconds.

use std::collections::BTreeMap;

use model::Reason;
use model::code::rehearsal as code;
use model::ports::Repo;
use twin::check::{Ending, Invariant};

use super::manifests::put;
use super::place::{REHEARSAL_FILE, SHIFT_FILE};
use crate::rehearse::estate::Declared;
use crate::rehearse::{play, spec};

/// What came of the rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// Requests that were sent.
    pub sent: u64,
    /// Requests that Segue lost; must be 0.
    pub lost: u64,
    /// Invariants that were broken; must be 0.
    pub broken: usize,
    /// Invariants that were checked.
    pub checks: usize,
    /// Whether the shift came to its end.
    pub done: bool,
    /// Virtual time that it took, in seconds.
    pub seconds: u64,
    /// What tells this run from any other; equal runs have the same.
    pub trace: String,
}

/// Rehearses the shift of the repository, and saves the run where the console finds it.
pub fn rehearse(repo: &impl Repo) -> Result<Rehearsed, Reason> {
    let bytes = repo.read(SHIFT_FILE).map_err(|fault| fault.because)?.unwrap_or_default();
    let shift = spec::parse(SHIFT_FILE, &String::from_utf8_lossy(&bytes))?;
    let stage = spec::stage(&shift, &Declared::default());
    let text = serde_json::to_string_pretty(&stage.rehearsal).unwrap_or_default();
    let not =
        |cause| Reason::new(&code::NOT_REHEARSED).with("place", SHIFT_FILE).with("cause", cause);
    let outcome = play(&stage.rehearsal).map_err(not)?.outcome;
    put(repo, BTreeMap::from([(REHEARSAL_FILE.to_owned(), format!("{text}\n"))]))?;
    Ok(Rehearsed {
        sent: outcome.sent(),
        lost: outcome.lost_by_segue(),
        broken: outcome.violations.len(),
        checks: Invariant::ALL.len(),
        done: outcome.ended(Some(Ending::Done)) == stage.rehearsal.goals.len(),
        seconds: outcome.virtual_micros / twin::time::SECOND,
        trace: outcome.trace_hash.clone(),
    })
}

#[cfg(test)]
mod tests {
    use live::disk::Folder;

    use super::*;
    use crate::demo::manifests;

    #[test]
    fn the_shift_crosses_on_the_twin_and_the_run_can_be_played_again() {
        let dir = tempfile::tempdir().unwrap();
        let repo = Folder::new(dir.path());
        manifests::write(&repo, 300).unwrap();
        let rehearsed = rehearse(&repo).unwrap();
        assert!(rehearsed.done && rehearsed.sent > 10_000, "{rehearsed:?}");
        assert_eq!((rehearsed.lost, rehearsed.broken), (0, 0));
        assert_eq!(rehearse(&repo).unwrap(), rehearsed, "the same run each time");
        let saved = crate::cli::rehearse::replay(&dir.path().join(REHEARSAL_FILE)).unwrap();
        assert_eq!((saved.len(), saved[0].sent), (1, rehearsed.sent));
    }
}
