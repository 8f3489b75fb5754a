//! One client's connection: what all its requests share.

use std::net::SocketAddr;
use std::sync::Arc;

use super::Shared;
use super::front::Front;
use super::seats::Seat;

/// One client's connection, until it and everything that came of it has ended.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) front: Arc<Front>,
    pub(super) shared: Arc<Shared>,
    /// Held by an upgraded connection too, which HTTP has let go of.
    _seat: Seat,
}

impl Client {
    pub(super) fn new(
        address: SocketAddr,
        front: Arc<Front>,
        shared: Arc<Shared>,
        seat: Seat,
    ) -> Self {
        Self { address, front, shared, _seat: seat }
    }
}
