//! `Journal`: durable records of the world, fenced by epoch.

use model::ports::{Epoch, Fault, Journal, Record};

use crate::journal::append;
use crate::run::Engine;

impl Journal for Engine {
    async fn read(&self, subject: &str) -> Result<Vec<Record>, Fault> {
        Ok(append::read(self, subject).await)
    }

    async fn take(&self, subject: &str) -> Result<Epoch, Fault> {
        Ok(append::take(self, subject).await)
    }

    async fn append(&self, record: &Record) -> Result<(), Fault> {
        append::append(self, record).await
    }
}
