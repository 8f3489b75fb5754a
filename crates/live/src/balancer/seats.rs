//! Seats for clients: how many connections there may be at one time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// All seats.
#[derive(Debug)]
pub(super) struct Seats {
    limit: usize,
    taken: AtomicUsize,
    freed: Notify,
}

impl Seats {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, taken: AtomicUsize::new(0), freed: Notify::new() })
    }

    /// Waits for a free seat.
    pub(super) async fn take(self: &Arc<Self>) -> Seat {
        loop {
            // Before the look, so that a seat which is freed in between is not missed.
            let freed = self.freed.notified();
            let more = |taken| (taken < self.limit).then_some(taken + 1);
            if self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).is_ok() {
                return Seat { seats: Arc::clone(self) };
            }
            freed.await;
        }
    }

    /// Waits until nobody sits.
    pub(super) async fn empty(&self) {
        loop {
            let freed = self.freed.notified();
            if self.taken.load(Ordering::SeqCst) == 0 {
                return;
            }
            freed.await;
        }
    }
}

/// One connection's seat, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.fetch_sub(1, Ordering::SeqCst);
        self.seats.freed.notify_waiters();
    }
}
