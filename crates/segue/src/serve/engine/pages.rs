//! The pages of all shifts, and the ports that write into them what passes by.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use live::Store;
use model::ports::{Cloud, Epoch, Fault, GroupSeen, Journal, Record, RuleSeen, WeightOrder};
use tokio::sync::watch;

use super::page::Page;

/// The pages by the name of their shift, and a bell that rings when one has changed.
#[derive(Debug)]
pub(super) struct Pages {
    pages: Mutex<BTreeMap<String, Page>>,
    changed: watch::Sender<u64>,
}

impl Default for Pages {
    fn default() -> Self {
        Self { pages: Mutex::default(), changed: watch::Sender::new(0) }
    }
}

impl Pages {
    /// The pages, to read; never held over an `.await`.
    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Page>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the page of `shift`, if there is one.
    pub(super) fn change(&self, shift: &str, change: impl FnOnce(&mut Page)) {
        if let Some(page) = self.lock().get_mut(shift) {
            change(page);
        }
        self.ring();
    }

    pub(super) fn ring(&self) {
        self.changed.send_modify(|number| *number = number.wrapping_add(1));
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

/// The store as the journal of shifts: what was written stands on the page at once.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) store: Store,
    pub(super) pages: Arc<Pages>,
}

fn shift(subject: &str) -> &str {
    subject.strip_prefix("shift/").unwrap_or(subject)
}

impl Journal for Told {
    async fn read(&self, subject: &str) -> Result<Vec<Record>, Fault> {
        let records = self.store.read(subject).await?;
        self.pages.change(shift(subject), |page| page.replay(&records));
        Ok(records)
    }

    async fn take(&self, subject: &str) -> Result<Epoch, Fault> {
        self.store.take(subject).await
    }

    async fn append(&self, record: &Record) -> Result<(), Fault> {
        self.store.append(record).await?;
        self.pages.change(shift(&record.subject), |page| page.record(record));
        Ok(())
    }
}

/// A balancer whose orders are remembered before they are carried out: one that lives in this
/// process knows nothing when it starts anew.
#[derive(Debug)]
pub(super) struct Remembering<C> {
    pub(super) cloud: Arc<C>,
    pub(super) store: Store,
}

impl<C: Cloud + Send + Sync> Cloud for Remembering<C> {
    async fn rule(&self, rule: &str) -> Result<RuleSeen, Fault> {
        self.cloud.rule(rule).await
    }

    async fn set_weights(&self, order: &WeightOrder) -> Result<(), Fault> {
        self.store.ordered(order).await?;
        self.cloud.set_weights(order).await
    }

    async fn group(&self, group: &str) -> Result<GroupSeen, Fault> {
        self.cloud.group(group).await
    }

    async fn register(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        self.cloud.register(group, target).await
    }

    async fn deregister(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        self.cloud.deregister(group, target).await
    }
}
