//! One target: its state, the requests it has, and the lease that a request holds on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::pool::Pool;
use super::trust::Trust;

/// Whether a target may get requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    /// Not checked yet.
    Initial = 0,
    /// Answers its health checks.
    Healthy = 1,
    /// Does not.
    Unhealthy = 2,
    /// Is leaving: finishes what it has.
    Draining = 3,
}

/// One target of a group.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) address: SocketAddr,
    pub(super) pool: Pool,
    state: AtomicU8,
    /// Checks in a row with the other outcome than the present state.
    streak: AtomicU32,
    in_flight: AtomicUsize,
    pub(super) trust: Trust,
    idle: Notify,
    /// Its time to drain is over: what it still has ends.
    pub(super) gone: CancellationToken,
}

impl Target {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            pool: Pool::default(),
            state: AtomicU8::new(State::Initial as u8),
            streak: AtomicU32::new(0),
            in_flight: AtomicUsize::new(0),
            trust: Trust::default(),
            idle: Notify::new(),
            gone: CancellationToken::new(),
        }
    }

    /// A lease for one request, if the target is in the state `wanted` and has fewer than `most`.
    pub(super) fn lease(self: &Arc<Self>, wanted: State, most: usize) -> Option<Lease> {
        // Counted first, looked at second: `drain` does it the other way round, so that either
        // this sees the draining, or the drain sees the request.
        let others = self.in_flight.fetch_add(1, Ordering::SeqCst);
        let lease = Lease { target: Arc::clone(self) };
        (self.state() == wanted as u8 && others < most).then_some(lease)
    }

    /// Whether a lease would be given now: healthy, and fewer requests than `most`.
    pub(super) fn has_room(&self, most: usize) -> bool {
        self.is_healthy() && self.in_flight.load(Ordering::SeqCst) < most
    }

    /// Requests and upgraded connections that it has now.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    /// Takes in the outcome of a health check; thresholds count checks in a row. Whether it has
    /// become healthy with it.
    pub(super) fn checked(&self, good: bool, healthy_after: u32, unhealthy_after: u32) -> bool {
        let present = self.state();
        if present == State::Draining as u8 {
            return false;
        }
        if (present == State::Healthy as u8) == good && present != State::Initial as u8 {
            self.streak.store(0, Ordering::Relaxed);
            return false;
        }
        let streak = self.streak.fetch_add(1, Ordering::Relaxed) + 1;
        // As with an ALB, one success is enough for a target that was never checked.
        let needed = match (good, present == State::Initial as u8) {
            (true, true) => 1,
            (true, false) => healthy_after,
            (false, _) => unhealthy_after,
        };
        let turns = streak >= needed;
        if turns {
            let next = if good { State::Healthy } else { State::Unhealthy };
            self.streak.store(0, Ordering::Relaxed);
            // Not `store`: the target may have begun to leave in between.
            let order = Ordering::SeqCst;
            let _ = self.state.compare_exchange(present, next as u8, order, order);
            if !good {
                // As with an ALB, who falls ill while new is not new when well again.
                self.trust.settle();
            }
        }
        turns && good
    }

    /// The last verdict; `None` before the first.
    pub(super) fn verdict(&self) -> Option<bool> {
        (!self.is_initial()).then(|| self.is_healthy())
    }

    /// Takes over a verdict of somebody else, unless there is one already.
    pub(super) fn judge(&self, healthy: bool) {
        let verdict = if healthy { State::Healthy } else { State::Unhealthy };
        let (initial, order) = (State::Initial as u8, Ordering::SeqCst);
        let _ = self.state.compare_exchange(initial, verdict as u8, order, order);
    }

    /// No new requests from here on; free connections are closed.
    pub(super) fn drain(&self) {
        self.state.store(State::Draining as u8, Ordering::SeqCst);
        self.pool.close();
    }

    /// Waits until a leaving target has no request left.
    pub(super) async fn drained(&self) {
        loop {
            let idle = self.idle.notified();
            if self.in_flight.load(Ordering::SeqCst) == 0 {
                return;
            }
            idle.await;
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.state() == State::Draining as u8
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.state() == State::Healthy as u8
    }

    pub(super) fn is_initial(&self) -> bool {
        self.state() == State::Initial as u8
    }

    fn state(&self) -> u8 {
        self.state.load(Ordering::SeqCst)
    }
}

/// One request on one target, from the choice to the end of the answer.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) target: Arc<Target>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.target.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.target.idle.notify_waiters();
        }
    }
}
