//! Bodies on their way through: what is counted, kept and timed while they pass.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Response, StatusCode};
use tokio::time::{Instant, Sleep};

use super::group::Group;
use super::pool::Connection;
use super::target::Lease;
use crate::limits::TARGET_IDLE;

/// When a client's body last moved, so that a long upload is not taken for a silent target.
#[derive(Debug)]
pub(super) struct Activity {
    start: Instant,
    moved_ms: AtomicU64,
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), moved_ms: AtomicU64::new(0) })
    }

    /// When the request was sent on.
    pub(super) fn start(&self) -> Instant {
        self.start
    }

    /// When the target has been silent for too long, as far as is known now.
    fn deadline(&self) -> Instant {
        let moved = std::time::Duration::from_millis(self.moved_ms.load(Ordering::Relaxed));
        self.start + moved + TARGET_IDLE
    }

    /// Ends when nothing has moved for too long.
    pub(super) async fn silence(&self) {
        loop {
            let deadline = self.deadline();
            tokio::time::sleep_until(deadline).await;
            if self.deadline() <= deadline {
                return;
            }
        }
    }

    pub(super) fn touch(&self) {
        let elapsed = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(elapsed, Ordering::Relaxed);
    }
}

/// The body of a request on its way to a target.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) body: Incoming,
    pub(super) activity: Arc<Activity>,
}

impl Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.activity.touch();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer: a target's, or one of our own.
#[derive(Debug)]
pub(super) enum Answer {
    /// From a target.
    Proxied(Box<Proxied>),
    /// Made here.
    Made(Full<Bytes>),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.get_mut() {
            Self::Proxied(proxied) => proxied.poll(context),
            Self::Made(full) => Pin::new(full).poll_frame(context).map_err(|never| match never {}),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Proxied(proxied) => proxied.body.is_end_stream(),
            Self::Made(full) => full.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Proxied(proxied) => proxied.body.size_hint(),
            Self::Made(full) => full.size_hint(),
        }
    }
}

/// A target's answer. Holds the lease until its end, then counts it and keeps the connection.
#[derive(Debug)]
pub(super) struct Proxied {
    body: Incoming,
    status: StatusCode,
    silence: Option<Pin<Box<Sleep>>>,
    open: Option<Open>,
}

/// What an answer under way holds.
#[derive(Debug)]
struct Open {
    lease: Lease,
    connection: Connection,
    group: Arc<Group>,
    /// When the request was sent here.
    since: Instant,
}

impl Proxied {
    /// Wraps the answer of the target that `lease` is on.
    pub(super) fn wrap(
        response: Response<Incoming>,
        lease: Lease,
        connection: Connection,
        (group, since): (Arc<Group>, Instant),
    ) -> Response<Answer> {
        let status = response.status();
        let open = Some(Open { lease, connection, group, since });
        response.map(|body| Answer::Proxied(Box::new(Self { body, status, silence: None, open })))
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                self.silence = None;
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.broken();
                Poll::Ready(Some(Err(std::io::Error::other(error))))
            }
            Poll::Ready(None) => {
                self.complete();
                Poll::Ready(None)
            }
            Poll::Pending => self.poll_silence(context),
        }
    }

    /// A target that sends nothing for too long in the middle of its answer is cut off.
    fn poll_silence(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(TARGET_IDLE)));
        if silence.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.broken();
        Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into())))
    }

    fn complete(&mut self) {
        if let Some(open) = self.open.take() {
            open.group.counters.answered(self.status, open.since.elapsed());
            open.lease.target.pool.put(open.connection);
        }
    }

    fn broken(&mut self) {
        if let Some(open) = self.open.take() {
            open.group.counters.refused();
        }
    }
}

impl Drop for Proxied {
    fn drop(&mut self) {
        // A body that says it is at its end is not polled again. Any other that is dropped early
        // belongs to a client that went away: neither answered nor our fault.
        if self.body.is_end_stream() {
            self.complete();
        }
    }
}
