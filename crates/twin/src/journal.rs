//! The journal of engines: what survives a crash, and where crashes happen.

pub mod append;

use std::collections::BTreeMap;

use model::ports::{Epoch, Record};

use crate::time::Micros;
use crate::world::EngineId;

/// The journal of engines. It belongs to the world, not to an engine: nothing of it is ever lost.
#[derive(Default)]
pub struct Journal {
    records: Vec<Kept>,
    epochs: BTreeMap<String, Epoch>,
    /// Epochs in the order in which they were taken.
    taken: Vec<Taken>,
    last_writer: Option<EngineId>,
}

/// A record, and what the world knows of its writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// When it became durable.
    pub at: Micros,
    /// Which engine wrote it.
    pub engine: EngineId,
    /// In which of its lives.
    pub life: u32,
    /// The record.
    pub record: Record,
}

/// An epoch that an engine has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// When.
    pub at: Micros,
    /// By whom.
    pub engine: EngineId,
    /// Of what.
    pub subject: String,
    /// Which one.
    pub epoch: Epoch,
}

impl Journal {
    /// Every record, in the order in which they became durable; the place of each is its number.
    pub fn records(&self) -> &[Kept] {
        &self.records
    }

    /// Every epoch that was taken.
    pub fn taken(&self) -> &[Taken] {
        &self.taken
    }

    /// The epoch of `subject` that was taken last; 0 if none was.
    pub fn epoch(&self, subject: &str) -> Epoch {
        self.epochs.get(subject).copied().unwrap_or_default()
    }

    /// The engine that wrote or took last.
    pub fn last_writer(&self) -> Option<EngineId> {
        self.last_writer
    }

    /// The number of the next record.
    fn next_number(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }
}
