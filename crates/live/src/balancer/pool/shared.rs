//! Connections of HTTP/2 to one target, each shared by many requests.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::Wanted;
use crate::balancer::answer::Upload;
use crate::balancer::serve::Tasks;
use crate::limits::{
    HEAD_BYTES_MAX, PING_EVERY, PING_WAIT, POOL_IDLE, STREAMS_TARGET_MAX, WINDOW_CONNECTION,
    WINDOW_STREAM,
};

/// All connections to one target.
#[derive(Debug, Default)]
pub(super) struct SharedPool {
    open: Mutex<Open>,
    /// One connection is opened at a time, so that a burst does not open one for each request.
    opening: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Open {
    connections: Vec<Multi>,
    /// The target is leaving: nothing is kept any more.
    closed: bool,
}

#[derive(Debug)]
struct Multi {
    sender: SendRequest<Upload>,
    streams: Arc<AtomicUsize>,
    used: Instant,
}

/// A place on a shared connection for one request.
#[derive(Debug)]
pub(in crate::balancer) struct Stream {
    pub(in crate::balancer) sender: SendRequest<Upload>,
    streams: Arc<AtomicUsize>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl SharedPool {
    /// A place on a connection that has one, or on a new one.
    pub(super) async fn stream(
        &self,
        address: SocketAddr,
        wanted: Wanted,
        tasks: &TaskTracker,
    ) -> std::io::Result<Stream> {
        if let (Wanted::Any, Some(stream)) = (wanted, self.place()) {
            return Ok(stream);
        }
        let _one = self.opening.lock().await;
        if let (Wanted::Any, Some(stream)) = (wanted, self.place()) {
            return Ok(stream);
        }
        let sender = open(address, tasks).await?;
        let multi = Multi { sender, streams: Arc::default(), used: Instant::now() };
        let stream = multi.place();
        let mut open = self.lock();
        if !open.closed {
            open.connections.push(multi);
        }
        Ok(stream)
    }

    pub(super) fn close(&self) {
        let mut open = self.lock();
        open.closed = true;
        open.connections.clear();
    }

    pub(super) fn sweep(&self) {
        self.lock().connections.retain(|multi| {
            let busy = multi.streams.load(Ordering::Relaxed) > 0;
            !multi.sender.is_closed() && (busy || multi.used.elapsed() < POOL_IDLE)
        });
    }

    fn place(&self) -> Option<Stream> {
        let mut open = self.lock();
        open.connections.retain(|multi| !multi.sender.is_closed());
        let free = |multi: &&mut Multi| multi.streams.load(Ordering::Relaxed) < STREAMS_TARGET_MAX;
        let multi = open.connections.iter_mut().find(free)?;
        multi.used = Instant::now();
        Some(multi.place())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Multi {
    fn place(&self) -> Stream {
        self.streams.fetch_add(1, Ordering::Relaxed);
        Stream { sender: self.sender.clone(), streams: Arc::clone(&self.streams) }
    }
}

/// Opens a connection; its task ends with it.
async fn open(address: SocketAddr, tasks: &TaskTracker) -> std::io::Result<SendRequest<Upload>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http2::Builder::new(Tasks(tasks.clone()))
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .initial_stream_window_size(WINDOW_STREAM)
        .initial_connection_window_size(WINDOW_CONNECTION)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_WAIT)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(std::io::Error::other)?;
    tasks.spawn(async move {
        // What goes wrong on a connection is told to the requests that are on it.
        let _ = connection.await;
    });
    Ok(sender)
}
