//! A target: answers with 1 kB or 100 kB, or echoes over a WebSocket.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::port::steady;

/// Bytes of the small answer.
pub(super) const SMALL: usize = 1_000;
/// Bytes of the large answer.
pub(super) const LARGE: usize = 100_000;

/// A running target; it ends when this is dropped.
#[derive(Debug)]
pub struct Origin {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
}

impl Origin {
    /// Listens at a port that stays its own. Call inside a tokio runtime.
    pub fn start(side: &'static str) -> Result<Self> {
        Self::at(side, steady()?)
    }

    /// Listens at `address`.
    pub fn at(side: &'static str, address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // It comes back at the port that it had.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(1_024)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(accept(side, stopped, listener));
        Ok(Self { address, stop })
    }

    /// Takes no connection any more and waits until every one has ended, as a well-behaved service
    /// does after SIGTERM.
    pub async fn stop(self) {
        self.close();
        self.stop.closed().await;
    }

    /// Takes no connection any more.
    pub fn close(&self) {
        let _ = self.stop.send(true);
    }
}

/// The listener comes last, so that it is closed first: whoever waits for the last receiver binds
/// the same port then.
async fn accept(side: &'static str, stopped: watch::Receiver<bool>, listener: TcpListener) {
    let mut over = stopped.clone();
    loop {
        let stream = tokio::select! {
            _ = over.wait_for(|stop| *stop) => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
        };
        let _ = stream.set_nodelay(true);
        let mut stopped = stopped.clone();
        tokio::spawn(async move {
            let service =
                service_fn(move |request| ready(Ok::<_, Infallible>(answer(side, request))));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades();
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => return,
                _ = stopped.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
            }
            let _ = connection.await;
        });
    }
}

fn answer(side: &'static str, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
    let key = request.headers().get(SEC_WEBSOCKET_KEY).cloned();
    if let Some(key) = key {
        tokio::spawn(async move {
            if let Ok(upgraded) = hyper::upgrade::on(&mut request).await {
                let io = TokioIo::new(upgraded);
                echo(WebSocketStream::from_raw_socket(io, Role::Server, None).await).await;
            }
        });
        return switching(&key);
    }
    let length = if request.uri().path().starts_with("/large") { LARGE } else { SMALL };
    let mut answer = Response::new(Full::new(Bytes::from(vec![b'x'; length])));
    let headers = answer.headers_mut();
    headers.insert("x-side", HeaderValue::from_static(side));
    if let Some(id) = request.headers().get("x-request-id") {
        headers.insert("x-request-id", id.clone());
    }
    answer
}

fn switching(key: &HeaderValue) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    answer
}

async fn echo<S>(mut socket: WebSocketStream<S>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    use futures_util::{SinkExt as _, StreamExt as _};
    while let Some(Ok(message)) = socket.next().await {
        if !message.is_text() || socket.send(message).await.is_err() {
            // Closing is answered by the library itself.
            let _ = socket.flush().await;
        }
    }
}
