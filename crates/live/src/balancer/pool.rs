//! Kept connections to one target.

mod shared;

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::answer::Upload;
use super::settings::Protocol;
use crate::limits::{CONNECT_WAIT, HEADERS_MAX, POOL_IDLE, POOL_SIZE_MAX};
use shared::{SharedPool, Stream};

/// Connections to one target.
#[derive(Debug, Default)]
pub(super) struct Pool {
    free: Mutex<Free>,
    shared: SharedPool,
}

/// Free connections of HTTP/1.1, the last used on top.
#[derive(Debug, Default)]
struct Free {
    connections: Vec<(SendRequest<Upload>, Instant)>,
    /// The target is leaving: nothing is kept any more.
    closed: bool,
}

/// A connection on which one request may be sent.
#[derive(Debug)]
pub(super) enum Connection {
    /// Of HTTP/1.1, for this request alone.
    Http1(SendRequest<Upload>),
    /// Of HTTP/2, with others.
    Http2(Stream),
}

impl Connection {
    /// Sends the request, and gives it back if nothing of it was sent.
    pub(super) async fn send(
        &mut self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Upload>>> {
        match self {
            Self::Http1(sender) => sender.try_send_request(request).await,
            Self::Http2(stream) => stream.sender.try_send_request(request).await,
        }
    }
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoConnection {
    /// It took too long.
    Slow,
    /// The target refused or broke it.
    Refused,
}

/// Which connection will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A kept one if there is one.
    Any,
    /// A new one: a kept one was closed already.
    Fresh,
}

impl Pool {
    /// A kept connection that still works, or a new one.
    pub(super) async fn connection(
        &self,
        (address, protocol): (SocketAddr, Protocol),
        wanted: Wanted,
        tasks: &TaskTracker,
    ) -> Result<Connection, NoConnection> {
        let made = match protocol {
            Protocol::Http1 => {
                while let (Wanted::Any, Some(mut kept)) = (wanted, self.take()) {
                    if kept.ready().await.is_ok() {
                        return Ok(Connection::Http1(kept));
                    }
                }
                let opening = tokio::time::timeout(CONNECT_WAIT, open(address, tasks)).await;
                opening.map(|opened| opened.map(Connection::Http1))
            }
            Protocol::Http2 => {
                let stream = self.shared.stream(address, wanted, tasks);
                let opening = tokio::time::timeout(CONNECT_WAIT, stream).await;
                opening.map(|opened| opened.map(Connection::Http2))
            }
        };
        match made {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(_)) => Err(NoConnection::Refused),
            Err(_) => Err(NoConnection::Slow),
        }
    }

    /// Keeps a connection whose answer was read to its end.
    pub(super) fn put(&self, connection: Connection) {
        // One that is shared was never taken out.
        let Connection::Http1(connection) = connection else { return };
        if connection.is_closed() {
            return;
        }
        let mut free = self.lock();
        if !free.closed && free.connections.len() < POOL_SIZE_MAX {
            free.connections.push((connection, Instant::now()));
        }
    }

    /// Closes what is free, and keeps nothing more.
    pub(super) fn close(&self) {
        let mut free = self.lock();
        free.closed = true;
        free.connections.clear();
        self.shared.close();
    }

    /// Closes what was free for too long, before the target does.
    pub(super) fn sweep(&self) {
        self.shared.sweep();
        self.lock()
            .connections
            .retain(|(connection, since)| !connection.is_closed() && since.elapsed() < POOL_IDLE);
    }

    fn take(&self) -> Option<SendRequest<Upload>> {
        let mut free = self.lock();
        while let Some((connection, since)) = free.connections.pop() {
            if !connection.is_closed() && since.elapsed() < POOL_IDLE {
                return Some(connection);
            }
        }
        None
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Free> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a connection; its task ends with it.
async fn open(address: SocketAddr, tasks: &TaskTracker) -> std::io::Result<SendRequest<Upload>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::Builder::new()
        .max_headers(HEADERS_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    tasks.spawn(async move {
        // What goes wrong on a connection is told to the request that is on it.
        let _ = connection.with_upgrades().await;
    });
    Ok(sender)
}
