//! `Clock`: the only source of time.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

/// Time, real or simulated.
pub trait Clock: Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Time since some moment before, which only grows, whatever the clock is set to: for how long
    /// something took.
    fn steady(&self) -> Duration;

    /// Waits until `at`; returns at once if that is past.
    fn sleep_until(&self, at: Timestamp) -> impl Future<Output = ()> + Send;
}
