//! `naming.yaml`: what people know better than the inference.

mod check;
mod wire;

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
    /// Where each entry stands, for errors that show only against an estate.
    pub places: BTreeMap<(Section, String), Position>,
}

/// A list of `naming.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `pins`.
    Pins,
    /// `aliases`.
    Aliases,
    /// `notEnvironment`.
    NotEnvironment,
    /// `ignore`.
    Ignore,
}

impl Section {
    /// Its key in the file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pins => "pins",
            Self::Aliases => "aliases",
            Self::NotEnvironment => "notEnvironment",
            Self::Ignore => "ignore",
        }
    }
}

/// A place in a file; 0 and 0 if it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
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

impl CorrectionsError {
    /// The mistake at this place, which becomes facts of the reason. Whoever read the file from
    /// elsewhere sets its `place`.
    fn at(place: Position, reason: Reason) -> Self {
        let Position { line, column } = place;
        let reason = reason.with("place", "naming.yaml").with("line", line).with("column", column);
        Self { reason, line, column }
    }
}

impl Corrections {
    /// Reads the text of a `naming.yaml`.
    ///
    /// An error has code, line, column and what to do next; nothing is taken from a file that has
    /// a mistake.
    pub fn parse(text: &str) -> Result<Self, CorrectionsError> {
        check::corrections(wire::read(text)?)
    }

    /// Checks the corrections against the estate: contradictions stop, entries that match no
    /// object come back as findings.
    pub fn check(&self, objects: &[Named]) -> Result<Vec<Reason>, CorrectionsError> {
        check::against(self, objects)?;
        Ok(self.unused(objects.iter()))
    }

    /// The pin of this object: by its id, or else by its name.
    pub fn pin(&self, object: &Named) -> Option<&Pin> {
        self.pins.get(&object.id).or_else(|| self.pins.get(&object.name))
    }

    /// Whether people want the object left out.
    pub fn ignores(&self, object: &Named) -> bool {
        self.ignore.contains(&object.id) || self.ignore.contains(&object.name)
    }

    /// Where the entry stands.
    fn place(&self, section: Section, key: &str) -> Position {
        self.places.get(&(section, key.to_owned())).copied().unwrap_or_default()
    }
}
