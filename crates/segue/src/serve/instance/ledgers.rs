//! A ledger for each shift that has crossed or gone back, written once.

use std::path::{Path, PathBuf};

use live::{Store, SystemClock};
use model::ports::{Clock as _, Journal as _};
use model::{Reason, Subject};

use super::LocalEngine;
use crate::serve::book::{Book as _, Fate, ShiftStatus};
use crate::serve::proof::key::Key;
use crate::serve::proof::publish::{place, publish};
use crate::serve::proof::{Sources, account};

/// The program as ledgers name it.
pub(crate) const TOOL: &str = concat!("segue ", env!("CARGO_PKG_VERSION"));

/// The ledgers of a state folder, whose lock the caller holds.
pub(super) struct Ledgers {
    state: PathBuf,
    /// Why the last look could not write: told once, not every second.
    fault: Option<Reason>,
}

impl Ledgers {
    pub(super) fn new(state: &Path) -> Self {
        Self { state: state.to_owned(), fault: None }
    }

    /// Writes what is missing, and gives the pages of it. A fault is given the first time alone;
    /// the next call tries again.
    pub(super) async fn write(
        &mut self,
        book: &LocalEngine,
        store: &Store,
    ) -> Result<Vec<PathBuf>, Reason> {
        let written = self.missing(book, store).await;
        match &written {
            Ok(_) => self.fault = None,
            Err(because) if self.fault.as_ref() == Some(because) => return Ok(Vec::new()),
            Err(because) => self.fault = Some(because.clone()),
        }
        written
    }

    async fn missing(&self, book: &LocalEngine, store: &Store) -> Result<Vec<PathBuf>, Reason> {
        let mut pages = Vec::new();
        for short in book.overview().shifts {
            if !self.is_missing(&short) {
                continue;
            }
            // It may have begun again since.
            let Some(status) = book.shift(&short.name).filter(|status| self.is_missing(status))
            else {
                continue;
            };
            let subject = Subject::new("shift", &status.name).to_string();
            let records = store.read(&subject).await.map_err(|fault| fault.because)?;
            let key = Key::open_or_make(&self.state)?;
            let witness = book.witness(&status.name);
            let ledger = account(&Sources {
                status: &status,
                records: &records,
                prober: witness.as_ref().map(|witness| witness.prober.clone()),
                balancer: witness.map(|witness| witness.balancer),
                written: SystemClock.now(),
                tool: TOOL,
                key: &key.public(),
            });
            pages.push(publish(&self.state, &ledger, &key)?.page);
        }
        Ok(pages)
    }

    fn is_missing(&self, status: &ShiftStatus) -> bool {
        let over = matches!(status.fate, Fate::Done | Fate::RolledBack);
        let ended = status.ended.filter(|_| over);
        ended.is_some_and(|ended| !place(&self.state, &status.name, ended, ".html").exists())
    }
}
