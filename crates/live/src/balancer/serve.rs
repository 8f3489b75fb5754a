//! One client's connection from its first byte to its end: TLS, HTTP/1.1 or HTTP/2, the watch.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use super::client::{Client, Secure};
use super::front::Front;
use super::pulse::{Stall, Watcher};
use super::seats::Seat;
use super::settings::Limits;
use super::strict::Strict;
use super::tls::Tls;
use super::{Shared, forward};
use crate::limits::{
    EARLY_RESETS_MAX, HEAD_BYTES_MAX, PING_EVERY, PING_WAIT, PREFACE_LOOK, WINDOW_CONNECTION,
    WINDOW_STREAM,
};

/// What a client of HTTP/2 sends first (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Which HTTP a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spoken {
    Http1,
    Http2,
}

/// Serves one connection to its end.
pub(super) async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    seat: Seat,
    (front, shared): (Arc<Front>, Arc<Shared>),
) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let limits = Arc::clone(&shared.now.load().limits);
    let tls = front.tls.load_full();
    let beginning = async {
        match tls {
            None => Some((Incoming::Plain(stream_begins(&stream).await?, stream), None)),
            Some(tls) => {
                let (spoken, secure, stream) = handshake(&tls, stream, &limits).await?;
                Some((Incoming::Tls(spoken, Box::new(stream)), Some(secure)))
            }
        }
    };
    let begun = tokio::select! {
        begun = tokio::time::timeout(limits.idle, beginning) => begun.ok().flatten(),
        () = front.closing.cancelled() => None,
    };
    let Some((incoming, secure)) = begun else { return };
    let client = Client::new(address, (front, shared, limits), seat, secure);
    match incoming {
        Incoming::Plain(Spoken::Http1, stream) => serve_http1(stream, client).await,
        Incoming::Plain(Spoken::Http2, stream) => serve_http2(stream, client).await,
        Incoming::Tls(Spoken::Http1, stream) => serve_http1(*stream, client).await,
        Incoming::Tls(Spoken::Http2, stream) => serve_http2(*stream, client).await,
    }
}

/// A connection that has begun.
enum Incoming {
    Plain(Spoken, TcpStream),
    Tls(Spoken, Box<tokio_rustls::server::TlsStream<TcpStream>>),
}

/// Looks at the first bytes without taking them; `None` if the client goes before it has sent any.
async fn stream_begins(stream: &TcpStream) -> Option<Spoken> {
    let mut start = [0; PREFACE.len()];
    loop {
        let seen = stream.peek(&mut start).await.ok()?;
        match &start[..seen] {
            [] => return None,
            PREFACE => return Some(Spoken::Http2),
            // The rest of what may be the preface cannot be waited for without taking this.
            part if PREFACE.starts_with(part) => tokio::time::sleep(PREFACE_LOOK).await,
            _ => return Some(Spoken::Http1),
        }
    }
}

async fn handshake(
    tls: &Tls,
    stream: TcpStream,
    limits: &Limits,
) -> Option<(Spoken, Secure, tokio_rustls::server::TlsStream<TcpStream>)> {
    let accepting = TlsAcceptor::from(Arc::clone(&tls.config)).accept(stream);
    let stream = tokio::time::timeout(limits.head, accepting).await.ok()?.ok()?;
    let (_, session) = stream.get_ref();
    let spoken = match session.alpn_protocol() {
        Some(b"h2") => Spoken::Http2,
        _ => Spoken::Http1,
    };
    let secure =
        Secure { version: session.protocol_version(), cipher: session.negotiated_cipher_suite() };
    Some((spoken, secure, stream))
}

async fn serve_http1<S>(stream: S, client: Arc<Client>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let strict = Strict::new(stream, Arc::clone(&client.pulse));
    let service = service_fn(|request| async {
        Ok::<_, Infallible>(forward::forward(&client, request).await)
    });
    let connection = http1::Builder::new()
        // The watch below does it for all requests of the connection.
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(strict), service)
        .with_upgrades();
    tokio::pin!(connection);
    let watched = watch(&client, Stall::Bounded);
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

async fn serve_http2<S>(stream: S, client: Arc<Client>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let own = Arc::clone(&client);
    let service = service_fn(move |request| {
        let client = Arc::clone(&own);
        async move { Ok::<_, Infallible>(forward::forward(&client, request).await) }
    });
    let connection = http2::Builder::new(Tasks(client.shared.tasks.clone()))
        .timer(TokioTimer::new())
        .max_concurrent_streams(client.limits.streams)
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        // Requests that are taken back before they are looked at (CVE-2023-44487), or that break
        // the protocol, end the connection when there are this many.
        .max_pending_accept_reset_streams(EARLY_RESETS_MAX)
        .max_local_error_reset_streams(EARLY_RESETS_MAX)
        .initial_stream_window_size(WINDOW_STREAM)
        .initial_connection_window_size(WINDOW_CONNECTION)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_WAIT)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        () = watch(&client, Stall::Free) => {}
        () = client.spent.notified() => {}
        () = client.shared.retiring.cancelled() => {}
        () = client.front.closing.cancelled() => {}
    }
    // Says which requests are still answered (GOAWAY), so that none is lost by it.
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        _ = connection => {}
        () = watch(&client, Stall::Free) => {}
        () = client.shared.ended.cancelled() => {}
    }
}

/// Ends when the connection does nothing for too long. Its ticks also wake the request that is
/// under way on the same task, so that it sees whether its target has been silent for too long.
async fn watch(client: &Client, stall: Stall) {
    let mut watcher = Watcher::new(Instant::now(), stall);
    let tick = Watcher::tick(&client.limits);
    loop {
        tokio::time::sleep(tick).await;
        if watcher.is_over(&client.pulse, &client.limits, Instant::now()) {
            return;
        }
    }
}

/// Tasks of HTTP/2 connections, which the balancer owns as it owns all others.
#[derive(Debug, Clone)]
pub(super) struct Tasks(pub(super) TaskTracker);

impl<F> hyper::rt::Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, future: F) {
        self.0.spawn(future);
    }
}
