//! A client's bytes on their way to hyper, refused where they could be read in two ways.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::framing::{Ambiguous, Framing};
use super::pulse::Pulse;

/// What hyper reads in place of doubtful bytes: no head or chunk has it, so that it answers 400
/// (or breaks the body off) and closes.
const NONSENSE: &[u8] = b"\0\r\n\r\n";

/// A stream of HTTP/1.1.
#[derive(Debug)]
pub(super) struct Strict<S> {
    stream: S,
    framing: Framing,
    pulse: Arc<Pulse>,
    /// What is read instead, once something was doubtful; then nothing comes any more.
    instead: Option<&'static [u8]>,
}

impl<S> Strict<S> {
    pub(super) fn new(stream: S, pulse: Arc<Pulse>) -> Self {
        Self { stream, framing: Framing::default(), pulse, instead: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.instead.is_none() {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
            if this.pulse.is_tunnel() {
                this.pulse.moved();
                return Poll::Ready(Ok(()));
            }
            match this.framing.follow(&buffer.filled()[before..]) {
                Ok(()) => {
                    this.pulse.head(this.framing.in_head());
                    return Poll::Ready(Ok(()));
                }
                Err(Ambiguous { at }) => {
                    buffer.set_filled(before + at);
                    this.instead = Some(NONSENSE);
                }
            }
        }
        let instead = this.instead.unwrap_or_default();
        let fits = instead.len().min(buffer.remaining());
        buffer.put_slice(&instead[..fits]);
        this.instead = Some(&instead[fits..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.pulse.moved();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, pieces));
        self.pulse.moved();
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
