//! Kept connections to one target.

mod bell;
mod shared;
mod wire;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as _, Frame, Incoming};
use hyper::client::conn::TrySendError;
use hyper::{Request, Response};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::answer::Upload;
use super::settings::Protocol;
use crate::limits::{CONNECT_WAIT, POOL_IDLE, POOL_SIZE_MAX};
use shared::{SharedPool, Stream};
use wire::Wire;

/// Connections to one target.
#[derive(Debug, Default)]
pub(super) struct Pool {
    free: Mutex<Free>,
    shared: SharedPool,
}

/// Free connections of HTTP/1.1, the last used on top.
#[derive(Debug, Default)]
struct Free {
    connections: Vec<(Box<Wire>, Instant)>,
    /// The target is leaving: nothing is kept any more.
    closed: bool,
}

/// A connection on which one request may be sent.
#[derive(Debug)]
pub(super) enum Connection {
    /// Of HTTP/1.1, for this request alone.
    Http1(Box<Wire>),
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
            Self::Http1(wire) => wire.send(request).await,
            Self::Http2(stream) => stream.sender.try_send_request(request).await,
        }
    }

    /// The next part of the answer's body.
    pub(super) fn poll_frame(
        &mut self,
        body: &mut Incoming,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self {
            Self::Http1(wire) => wire.poll_frame(body, context),
            Self::Http2(_) => Pin::new(body).poll_frame(context),
        }
    }

    /// Has a task move it from here on, whether anybody waits for the answer or not.
    pub(super) fn let_go(&mut self, tasks: &TaskTracker) {
        if let Self::Http1(wire) = self {
            wire.let_go(tasks);
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
                    if kept.ready().await {
                        return Ok(Connection::Http1(kept));
                    }
                }
                let opening = tokio::time::timeout(CONNECT_WAIT, Wire::open(address)).await;
                opening.map(|opened| opened.map(|wire| Connection::Http1(Box::new(wire))))
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
            .retain_mut(|(wire, since)| !wire.has_closed() && since.elapsed() < POOL_IDLE);
    }

    fn take(&self) -> Option<Box<Wire>> {
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
