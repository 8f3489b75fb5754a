//! `Clock`: the only source of time.

use std::future::Future;

use jiff::Timestamp;

/// Time, real or simulated.
pub trait Clock: Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Waits until `at`; returns at once if that is past.
    fn sleep_until(&self, at: Timestamp) -> impl Future<Output = ()> + Send;
}
