//! The clients' side: accept, serve, let go.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::pulse::Watcher;
use super::routes::Routes;
use super::strict::Strict;
use super::{Shared, forward};
use crate::LiveError;
use crate::limits::{ACCEPT_WAIT, HEAD_BYTES_MAX, HEADERS_MAX};

/// One listener.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) address: SocketAddr,
    pub(super) port: u16,
    pub(super) routes: ArcSwap<Routes>,
    /// Held by whoever accepts: it closes when nobody does any more.
    pub(super) socket: Weak<TcpListener>,
    /// No new connection, no new request on a kept one.
    pub(super) closing: CancellationToken,
}

impl Front {
    pub(super) fn new(
        name: &str,
        socket: &Arc<TcpListener>,
        routes: Routes,
        closing: CancellationToken,
    ) -> Result<Self, LiveError> {
        let address = socket.local_addr().map_err(|source| LiveError::Listen {
            address: format!("the address of listener {name}"),
            source,
        })?;
        let (port, socket) = (address.port(), Arc::downgrade(socket));
        Ok(Self { address, port, routes: ArcSwap::from_pointee(routes), socket, closing })
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
                    let client = Client::new(address, front, own);
                    shared.tasks.spawn(serve(stream, client));
                }
                // Out of file descriptors, most likely: those who are here must leave first.
                Err(_) => tokio::time::sleep(ACCEPT_WAIT).await,
            },
        }
    }
}

/// Serves one connection to its end.
async fn serve(stream: TcpStream, client: Arc<Client>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let strict = Strict::new(stream, Arc::clone(&client.pulse));
    let service = service_fn(|request| async {
        Ok::<_, Infallible>(forward::forward(&client, request).await)
    });
    let connection = http1::Builder::new()
        // The watch below does it for all requests of the connection.
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(strict), service)
        .with_upgrades();
    tokio::pin!(connection);
    let watched = watch(&client);
    tokio::pin!(watched);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = watched.as_mut() => return,
        () = client.front.closing.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection => {}
        () = watched => {}
        () = client.shared.ended.cancelled() => {}
    }
}

/// Ends when the connection does nothing for too long. Its ticks also wake the request that is
/// under way on the same task, so that it sees whether its target has been silent for too long.
async fn watch(client: &Client) {
    let mut watcher = Watcher::new(Instant::now());
    let tick = Watcher::tick(&client.limits);
    loop {
        tokio::time::sleep(tick).await;
        if watcher.is_over(&client.pulse, &client.limits, Instant::now()) {
            return;
        }
    }
}
