//! A connection of HTTP/1.1 to a target, moved by the request that is on it.
//!
//! A task of its own would be woken for each request, and would wake the request for each part of
//! the answer; that costs more than the request's rules. So whoever waits for an answer polls the
//! connection too, and a free one is polled when it is taken or swept. Only where a target answers
//! before it has all of the request, a task takes over: then both ways must move by themselves.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use hyper::body::{Body as _, Frame, Incoming};
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::task::TaskTracker;

use super::bell::Bell;
use crate::balancer::answer::Upload;

/// A connection; it closes when it is dropped.
pub(in crate::balancer) struct Wire {
    sender: SendRequest<Upload>,
    /// Moves the bytes. `None` when it has ended, or when a task has it.
    motion: Option<Pin<Box<Motion>>>,
    bell: Arc<Bell>,
    /// Rings the bell.
    rope: Waker,
}

/// A connection until its end, which the request on it is told of.
type Motion = dyn Future<Output = hyper::Result<()>> + Send;

impl Wire {
    pub(super) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        // Of `HEADERS_MAX` header fields by itself: named, it would fill a table of that size
        // for each answer.
        let shake = http1::Builder::new().handshake(TokioIo::new(stream));
        let (sender, connection) = shake.await.map_err(io::Error::other)?;
        let bell = Bell::new();
        let rope = Waker::from(Arc::clone(&bell));
        Ok(Self { sender, motion: Some(Box::pin(connection.with_upgrades())), bell, rope })
    }

    /// Moves what can be moved.
    fn turn(&mut self) {
        if !self.bell.answer() {
            return;
        }
        let mut context = Context::from_waker(&self.rope);
        let polled = self.motion.as_mut().map(|motion| motion.as_mut().poll(&mut context));
        if matches!(polled, Some(Poll::Ready(_))) {
            // What went wrong on it, the request on it was told.
            self.motion = None;
        }
    }

    /// Sends the request, and gives it back if nothing of it was sent.
    pub(super) async fn send(
        &mut self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Upload>>> {
        let mut answer = pin!(self.sender.try_send_request(request));
        std::future::poll_fn(|context| {
            // An answer comes of a turn, and an end of it too: nobody else can wake us.
            self.turn();
            if self.motion.is_none() {
                return answer.as_mut().poll(context);
            }
            let polled = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            if polled.is_pending() {
                self.bell.wait(context);
            }
            polled
        })
        .await
    }

    /// The next part of the answer on it.
    pub(super) fn poll_frame(
        &mut self,
        body: &mut Incoming,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if self.motion.is_some() {
            let mut quiet = Context::from_waker(Waker::noop());
            if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(&mut quiet) {
                return Poll::Ready(frame);
            }
            self.turn();
        }
        if self.motion.is_none() {
            return Pin::new(body).poll_frame(context);
        }
        let polled = Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop()));
        if polled.is_pending() {
            self.bell.wait(context);
        }
        polled
    }

    /// Has a task move it from here on.
    pub(super) fn let_go(&mut self, tasks: &TaskTracker) {
        if let Some(motion) = self.motion.take() {
            tasks.spawn(async move {
                let _ = motion.await;
            });
        }
    }

    /// Waits until another request may be sent; false if it has closed.
    pub(super) async fn ready(&mut self) -> bool {
        std::future::poll_fn(|context| {
            self.turn();
            let ready = self.sender.poll_ready(context);
            if ready.is_pending() && self.motion.is_some() {
                self.bell.wait(context);
            }
            Poll::Ready(ready!(ready).is_ok())
        })
        .await
    }

    /// Whether it was closed, as far as is known when this was polled last.
    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// The same, as far as is known now.
    pub(super) fn has_closed(&mut self) -> bool {
        self.turn();
        self.is_closed()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Wire").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}
