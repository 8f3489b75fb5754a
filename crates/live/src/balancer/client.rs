//! One client's connection: what all its requests share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::{ProtocolVersion, SupportedCipherSuite};
use tokio::sync::Notify;

use super::Shared;
use super::forwarded::Marks;
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
    /// What was agreed on, if it speaks TLS.
    pub(super) secure: Option<Secure>,
    /// Rung when it has had all its requests.
    pub(super) spent: Notify,
    /// What its requests say of it.
    pub(super) marks: Marks,
    requests: AtomicU64,
    /// Held by an upgraded connection too, which HTTP has let go of.
    _seat: Seat,
}

/// What a client and its listener have agreed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secure {
    pub(super) version: Option<ProtocolVersion>,
    pub(super) cipher: Option<SupportedCipherSuite>,
}

impl Client {
    pub(super) fn new(
        address: SocketAddr,
        (front, shared, limits): (Arc<Front>, Arc<Shared>, Arc<Limits>),
        seat: Seat,
        secure: Option<Secure>,
    ) -> Arc<Self> {
        let scheme = scheme(secure.is_some());
        let marks = Marks::new(address, scheme, front.port);
        Arc::new(Self {
            address,
            front,
            shared,
            limits,
            pulse: Arc::new(Pulse::default()),
            secure,
            spent: Notify::new(),
            marks,
            requests: AtomicU64::new(0),
            _seat: seat,
        })
    }

    /// `http` or `https`.
    pub(super) fn scheme(&self) -> &'static str {
        scheme(self.secure.is_some())
    }

    /// A request has come: it is under way until what this gives is dropped.
    pub(super) fn busy(&self) -> Busy {
        self.pulse.begin();
        Busy { pulse: Arc::clone(&self.pulse) }
    }

    /// Counts a request; whether it is the last that this connection may have.
    pub(super) fn is_last(&self) -> bool {
        let last = self.requests.fetch_add(1, Ordering::Relaxed) + 1 >= self.limits.requests;
        if last {
            self.spent.notify_one();
        }
        last || self.shared.retiring.is_cancelled()
    }
}

fn scheme(secure: bool) -> &'static str {
    if secure { "https" } else { "http" }
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
