//! The clients' side: listeners, and who is let in.

use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::routes::Routes;
use super::serve::serve;
use super::tls::Tls;
use crate::LiveError;
use crate::limits::ACCEPT_WAIT;

/// One listener.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) name: String,
    pub(super) address: SocketAddr,
    pub(super) port: u16,
    pub(super) routes: ArcSwap<Routes>,
    /// For connections from now on.
    pub(super) tls: ArcSwapOption<Tls>,
    /// Held by whoever accepts: it closes when nobody does any more.
    pub(super) socket: Weak<TcpListener>,
    /// No new connection, no new request on a kept one.
    pub(super) closing: CancellationToken,
}

impl Front {
    pub(super) fn new(
        name: &str,
        socket: &Arc<TcpListener>,
        (routes, tls): (Routes, Option<Arc<Tls>>),
        closing: CancellationToken,
    ) -> Result<Self, LiveError> {
        let address = socket.local_addr().map_err(|source| LiveError::Listen {
            address: format!("the address of listener {name}"),
            source,
        })?;
        let (port, socket) = (address.port(), Arc::downgrade(socket));
        let (routes, tls) = (ArcSwap::from_pointee(routes), ArcSwapOption::new(tls));
        let name = name.to_owned();
        Ok(Self { name, address, port, routes, tls, socket, closing })
    }
}

/// Accepts clients until the listener closes. More than the limit wait in the kernel's queue.
pub(super) async fn accept(listener: Arc<TcpListener>, front: Arc<Front>, shared: Arc<Shared>) {
    loop {
        let next = async {
            shared.seats.free().await;
            listener.accept().await
        };
        tokio::select! {
            () = front.closing.cancelled() => return,
            () = shared.retiring.cancelled() => return,
            accepted = next => match accepted {
                Ok((stream, address)) => {
                    let (front, own) = (Arc::clone(&front), Arc::clone(&shared));
                    let seat = shared.seats.take();
                    shared.tasks.spawn(serve(stream, address, seat, (front, own)));
                }
                // Out of file descriptors, most likely: those who are here must leave first.
                Err(_) => tokio::time::sleep(ACCEPT_WAIT).await,
            },
        }
    }
}
