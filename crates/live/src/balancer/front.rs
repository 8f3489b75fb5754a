//! The clients' side: accept, serve, let go.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use arc_swap::ArcSwap;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::routes::Routes;
use super::{Shared, forward};
use crate::LiveError;
use crate::limits::{ACCEPT_WAIT, CLIENT_IDLE, HEAD_BYTES_MAX, HEADERS_MAX};

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
            let seat = shared.seats.take().await;
            (seat, listener.accept().await)
        };
        tokio::select! {
            () = front.closing.cancelled() => return,
            () = shared.retiring.cancelled() => return,
            (seat, accepted) = next => match accepted {
                Ok((stream, address)) => {
                    let (front, own) = (Arc::clone(&front), Arc::clone(&shared));
                    let client = Client::new(address, front, own, seat);
                    shared.tasks.spawn(serve(stream, Arc::new(client)));
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
    let service = service_fn(|request| async {
        let mut answer = forward::forward(&client, request).await;
        if client.shared.retiring.is_cancelled() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok::<_, Infallible>(answer)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(CLIENT_IDLE)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = client.front.closing.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection => {}
        () = client.shared.ended.cancelled() => {}
    }
}
