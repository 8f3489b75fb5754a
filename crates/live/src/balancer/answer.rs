//! Bodies on their way through: what is counted, kept and timed while they pass.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Response, StatusCode};

use super::activity::{Activity, Silence};
use super::client::Busy;
use super::group::Group;
use super::pool::Connection;
use super::target::Lease;

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
            self.activity.moved();
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
    silence: Silence,
    open: Option<Open>,
}

/// What an answer under way holds.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) lease: Lease,
    pub(super) connection: Connection,
    pub(super) group: Arc<Group>,
    /// The client's request, until it is answered.
    pub(super) _busy: Busy,
}

impl Proxied {
    /// Wraps a target's answer.
    pub(super) fn wrap(
        response: Response<Incoming>,
        silence: Silence,
        open: Open,
    ) -> Response<Answer> {
        let (status, open) = (response.status(), Some(open));
        response.map(|body| Answer::Proxied(Box::new(Self { body, status, silence, open })))
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                self.silence.activity().moved();
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
            // A target that sends nothing for too long in the middle of its answer is cut off.
            Poll::Pending => match Pin::new(&mut self.silence).poll(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => {
                    self.broken();
                    Poll::Ready(Some(Err(std::io::ErrorKind::TimedOut.into())))
                }
            },
        }
    }

    fn complete(&mut self) {
        if let Some(open) = self.open.take() {
            let took = self.silence.activity().start().elapsed();
            open.group.counters.answered(self.status, took);
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
