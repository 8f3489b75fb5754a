//! The words that mean an environment: seeds, and what the estate's own names teach.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// The words of an estate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vocabulary {
    /// Every known word, lower case.
    pub words: BTreeMap<String, Word>,
    /// The canonical names of the services, so that `live-chat` is not read as an environment.
    pub services: BTreeSet<String>,
    /// The canonical words of the environments that the estate has.
    pub environments: BTreeSet<String>,
}

/// A word that can mean an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Word {
    /// The canonical word of the environment that it means.
    pub environment: String,
    /// Whether the word is an ordinary word too.
    pub strength: Strength,
    /// Whether the estate taught it; `false` for a seed.
    pub learned: bool,
    /// How many names of the estate use it so.
    pub used: usize,
}

/// How surely a word means an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Strength {
    /// An ordinary word too: `live`, `test`, `stage`, `pre`.
    Weak,
    /// Hardly ever anything else: `dev`, `stg`, `prod`.
    Strong,
}
