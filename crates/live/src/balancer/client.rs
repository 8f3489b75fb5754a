//! One client's connection: what all its requests share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Shared;
use super::front::Front;
use super::pulse::Pulse;
use super::seats::Seat;
use super::settings::Limits;

/// One client's connection, until it and everything that came of it has ended.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) front: Arc<Front>,
    pub(super) shared: Arc<Shared>,
    pub(super) limits: Arc<Limits>,
    pub(super) pulse: Arc<Pulse>,
    requests: AtomicU64,
    /// Held by an upgraded connection too, which HTTP has let go of.
    _seat: Seat,
}

impl Client {
    pub(super) fn new(address: SocketAddr, front: Arc<Front>, shared: Arc<Shared>) -> Arc<Self> {
        let seat = shared.seats.take();
        let limits = Arc::clone(&shared.now.load().limits);
        let (pulse, requests) = (Arc::new(Pulse::default()), AtomicU64::new(0));
        Arc::new(Self { address, front, shared, limits, pulse, requests, _seat: seat })
    }

    /// A request has come: it is under way until what this gives is dropped.
    pub(super) fn busy(&self) -> Busy {
        self.pulse.begin();
        Busy { pulse: Arc::clone(&self.pulse) }
    }

    /// Counts a request; whether it is the last that this connection may have.
    pub(super) fn is_last(&self) -> bool {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1 >= self.limits.requests
    }
}

/// A client's request under way.
#[derive(Debug)]
pub(super) struct Busy {
    pulse: Arc<Pulse>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.pulse.end();
    }
}
