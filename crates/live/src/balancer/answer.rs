//! Bodies on their way through: what is counted, kept and timed while they pass.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Response, StatusCode};

use super::access_log::Record;
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
        if let Poll::Ready(frame) = &polled {
            self.activity.moved();
            if let Some(Ok(frame)) = frame {
                self.activity.receive(frame.data_ref().map_or(0, Bytes::len));
            }
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

impl Drop for Upload {
    fn drop(&mut self) {
        self.activity.uploaded();
    }
}

/// The body of an answer, and what the access log is told of it.
#[derive(Debug)]
pub(super) struct Answer {
    from: From,
    record: Option<Box<Record>>,
}

/// Whose an answer is.
#[derive(Debug)]
enum From {
    /// A target's.
    Target(Box<Proxied>),
    /// Made here.
    Here(Full<Bytes>),
}

impl Answer {
    /// One of our own.
    pub(super) fn here(text: Bytes) -> Self {
        Self { from: From::Here(Full::new(text)), record: None }
    }

    /// Has the access log told of it when it is at its end.
    pub(super) fn recorded(mut self, record: Option<Box<Record>>) -> Self {
        self.record = record;
        self
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = self.get_mut();
        let polled = match &mut this.from {
            From::Target(proxied) => proxied.poll(context),
            From::Here(full) => Pin::new(full).poll_frame(context).map_err(|never| match never {}),
        };
        if let (Some(record), Poll::Ready(Some(Ok(frame)))) = (&mut this.record, &polled) {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            record.sent += u64::try_from(bytes).unwrap_or(u64::MAX);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.from {
            From::Target(proxied) => proxied.body.is_end_stream(),
            From::Here(full) => full.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.from {
            From::Target(proxied) => proxied.body.size_hint(),
            From::Here(full) => full.size_hint(),
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
        response.map(|body| Answer {
            from: From::Target(Box::new(Self { body, status, silence, open })),
            record: None,
        })
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let polled = match &mut self.open {
            Some(open) => open.connection.poll_frame(&mut self.body, context),
            // Its end was told already.
            None => return Poll::Ready(None),
        };
        match polled {
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
            open.group.trouble(&open.lease.target);
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
