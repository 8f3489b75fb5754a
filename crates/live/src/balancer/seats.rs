//! Seats for clients: how many connections there may be at one time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// All seats. Their number may change while clients sit; nobody is sent away for it.
#[derive(Debug)]
pub(super) struct Seats {
    limit: AtomicUsize,
    taken: AtomicUsize,
    freed: Notify,
}

impl Seats {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        let (limit, taken) = (AtomicUsize::new(limit), AtomicUsize::new(0));
        Arc::new(Self { limit, taken, freed: Notify::new() })
    }

    /// Waits until a seat is free.
    pub(super) async fn free(&self) {
        loop {
            // Before the look, so that a seat which is freed in between is not missed.
            let freed = self.freed.notified();
            if self.taken.load(Ordering::SeqCst) < self.limit.load(Ordering::SeqCst) {
                return;
            }
            freed.await;
        }
    }

    /// Takes a seat, one too many if several listeners saw the last one free: who was let in is
    /// not sent away.
    pub(super) fn take(self: &Arc<Self>) -> Seat {
        self.taken.fetch_add(1, Ordering::SeqCst);
        Seat { seats: Arc::clone(self) }
    }

    /// Another number of seats.
    pub(super) fn resize(&self, limit: usize) {
        self.limit.store(limit, Ordering::SeqCst);
        self.freed.notify_waiters();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_late_waits_for_a_seat_or_for_another() {
        let seats = Seats::new(1);
        let late = || {
            let seats = Arc::clone(&seats);
            tokio::spawn(async move { seats.free().await })
        };
        seats.free().await;
        let first = seats.take();
        let waiting = late();
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        seats.resize(2);
        waiting.await.unwrap();
        let second = seats.take();
        seats.resize(1);
        let waiting = late();
        drop(first);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "one still sits, and one may");
        drop(second);
        waiting.await.unwrap();
        seats.empty().await;
    }
}
