//! Rehearsals: the loops of this program in a twin of the estate, in virtual time.
//!
//! A [`Rehearsal`] is a whole run as a document: the script of the world, and the goals of the
//! shifts. [`play`] plays it; equal documents give equal outcomes, so a saved one replays.

mod engine;
pub mod estate;
pub mod fuzz;
mod play;
pub mod spec;
mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use traffic::Goal;
use twin::Script;

pub use play::{Played, play};
pub use terms::terms;

/// A whole run: the world, what goes wrong in it, and what is to be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rehearsal {
    /// `segue.dev/v1alpha1`.
    pub api_version: String,
    /// `Rehearsal`.
    pub kind: String,
    /// The estate as the run begins, its clients, and what goes wrong.
    pub script: Script,
    /// What each shift is to reach, by the name of its service in the script.
    pub goals: BTreeMap<String, Goal>,
    /// Virtual time at which the run ends whatever happens, in seconds.
    pub until_secs: u64,
}

impl Rehearsal {
    /// A run of `goals` in the world of `script`.
    pub fn new(script: Script, goals: BTreeMap<String, Goal>, until_secs: u64) -> Self {
        Self {
            api_version: "segue.dev/v1alpha1".to_owned(),
            kind: "Rehearsal".to_owned(),
            script,
            goals,
            until_secs,
        }
    }
}
