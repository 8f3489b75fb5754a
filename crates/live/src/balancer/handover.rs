//! One process of a balancer takes over from another: the listening sockets themselves are passed,
//! so that no connection that waits in their queues is lost, and with them what the successor has
//! to know.
//!
//! On the admin socket, after an upgrade of the connection:
//!
//! 1. the successor sends `GO`: it listens on the bare connection now;
//! 2. the predecessor takes no orders any more and sends the length of the state (4 bytes, big
//!    endian) together with the sockets, then the state as JSON;
//! 3. the successor serves, and sends `SERVING`;
//! 4. the predecessor stops accepting and lets its clients go.
//!
//! A successor that ends before 3 changes nothing: the predecessor takes orders again.

mod state;

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;

use super::admin::answer::{Answer, wrong};
use super::admin::wire::{HANDOVER, State};
use super::{Balancer, BalancerConfig, Sockets, admin};
use crate::LiveError;
use crate::limits::{HANDOVER_BYTES_MAX, HANDOVER_WAIT, LISTENERS_MAX};

/// The successor listens on the bare connection.
const GO: u8 = b'G';
/// The successor serves.
const SERVING: u8 = b'S';

/// What a successor has taken and not yet confirmed. Dropping it gives everything back.
#[derive(Debug)]
pub struct Succession {
    stream: UnixStream,
    state: State,
    sockets: Sockets,
}

impl Succession {
    /// Asks the balancer behind the admin socket `path` for its listening sockets.
    pub async fn ask(path: &Path) -> Result<Self, LiveError> {
        let whole = async {
            let mut stream = upgraded(path).await?;
            stream.write_all(&[GO]).await?;
            receive(stream).await
        };
        let asked = tokio::time::timeout(HANDOVER_WAIT, whole).await;
        let late = |_| other(format!("no answer in {} s", HANDOVER_WAIT.as_secs()));
        let (stream, state, sockets) = asked.map_err(late).flatten().map_err(failed(path))?;
        let names = state.listeners.iter().map(|(name, _)| name.clone());
        let sockets = names.zip(sockets).collect();
        Ok(Self { stream, state, sockets })
    }

    /// The socket of the listener `name`, if it serves at `address`.
    pub fn socket(&mut self, name: &str, address: std::net::SocketAddr) -> Option<TcpListener> {
        let present = self.sockets.get(name)?.local_addr().ok()?;
        let same = present == address || (address.port() == 0 && present.ip() == address.ip());
        same.then(|| self.sockets.remove(name)).flatten()
    }

    /// Serves `config` with what the predecessor knew; it serves too, until [`Self::confirm`].
    pub fn start(&self, sockets: Sockets, config: &BalancerConfig) -> Result<Balancer, LiveError> {
        Balancer::resume(sockets, config, &self.state)
    }

    /// Tells the predecessor that it may go.
    pub async fn confirm(mut self) {
        // It is gone already if it does not hear this.
        let _ = self.stream.write_all(&[SERVING]).await;
    }
}

/// A bare connection to the other process.
async fn upgraded(path: &Path) -> std::io::Result<UnixStream> {
    let stream = UnixStream::connect(path).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(other)?;
    tokio::spawn(connection.with_upgrades());
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = hyper::Uri::from_static("/v1/handover");
    let headers = request.headers_mut();
    headers.insert(hyper::header::HOST, HeaderValue::from_static("balancer"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static(HANDOVER));
    let answer = sender.send_request(request).await.map_err(other)?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(other(format!("it answered {}", answer.status())));
    }
    let (stream, early) = bare(hyper::upgrade::on(answer).await.map_err(other)?)?;
    if !early.is_empty() {
        return Err(other("it spoke before it was asked"));
    }
    Ok(stream)
}

/// The socket beneath an upgraded connection, and what was read of it already.
fn bare(upgraded: Upgraded) -> std::io::Result<(UnixStream, Bytes)> {
    let parts = upgraded
        .downcast::<TokioIo<UnixStream>>()
        .map_err(|_| other("the connection is not a Unix socket"))?;
    Ok((parts.io.into_inner(), parts.read_buf))
}

async fn receive(mut stream: UnixStream) -> std::io::Result<(UnixStream, State, Vec<TcpListener>)> {
    let mut length = [0; 4];
    let sockets = stream.async_io(Interest::READABLE, || receive_sockets(&stream, &mut length));
    let sockets = sockets.await?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > HANDOVER_BYTES_MAX {
        return Err(other(format!("a state of {length} bytes")));
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text).await?;
    let state: State = serde_json::from_slice(&text)?;
    if state.listeners.len() != sockets.len() {
        return Err(other("another number of sockets than of listeners"));
    }
    let listener = |socket: OwnedFd| {
        let socket = std::net::TcpListener::from(socket);
        socket.set_nonblocking(true)?;
        TcpListener::from_std(socket)
    };
    let sockets = sockets.into_iter().map(listener).collect::<std::io::Result<_>>()?;
    Ok((stream, state, sockets))
}

fn receive_sockets(stream: &UnixStream, length: &mut [u8; 4]) -> std::io::Result<Vec<OwnedFd>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(LISTENERS_MAX))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC;
    let got = recvmsg(stream.as_fd(), &mut [IoSliceMut::new(length)], &mut control, flags)?;
    if got.bytes != 4 {
        return Err(other("the other process has ended"));
    }
    let mut sockets = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(passed) = message {
            sockets.extend(passed);
        }
    }
    Ok(sockets)
}

/// Answers a successor that asks for the sockets.
pub(super) fn give(
    balancer: Arc<Balancer>,
    taken: Arc<watch::Sender<bool>>,
    request: Request<Incoming>,
) -> Answer {
    if request.headers().get(UPGRADE).is_none_or(|wanted| wanted != HANDOVER) {
        return wrong(StatusCode::UPGRADE_REQUIRED, "this needs an upgrade of the connection");
    }
    tokio::spawn(async move {
        let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
        let Ok((mut stream, early)) = bare(upgraded) else { return };
        // From here to the end, or until the successor is gone, nothing changes.
        let Some(frozen) = balancer.freeze() else { return };
        if hand_over(&balancer, &mut stream, &early).await.is_ok() {
            frozen.for_good();
            let _ = taken.send(true);
        }
    });
    admin::switching()
}

async fn hand_over(
    balancer: &Balancer,
    stream: &mut UnixStream,
    early: &[u8],
) -> std::io::Result<()> {
    expect(stream, GO, early, HANDOVER_WAIT).await?;
    let (state, sockets) = balancer.hand_out();
    let text = serde_json::to_vec(&state)?;
    let length = u32::try_from(text.len()).map_err(other)?.to_be_bytes();
    let sockets: Vec<BorrowedFd<'_>> = sockets.iter().map(|socket| socket.as_fd()).collect();
    let send = || send_sockets(stream, length, &sockets);
    stream.async_io(Interest::WRITABLE, send).await?;
    stream.write_all(&text).await?;
    expect(stream, SERVING, &[], HANDOVER_WAIT).await
}

fn send_sockets(
    stream: &UnixStream,
    length: [u8; 4],
    sockets: &[BorrowedFd<'_>],
) -> std::io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(LISTENERS_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(sockets)) {
        return Err(other("more sockets than one message holds"));
    }
    let sent =
        sendmsg(stream.as_fd(), &[IoSlice::new(&length)], &mut control, SendFlags::NOSIGNAL)?;
    if sent == 4 { Ok(()) } else { Err(other("the sockets were sent in part")) }
}

/// Waits for one byte of the successor, which may have come already.
async fn expect(
    stream: &mut UnixStream,
    wanted: u8,
    early: &[u8],
    wait: Duration,
) -> std::io::Result<()> {
    let got = match early.first() {
        Some(byte) => *byte,
        None => tokio::time::timeout(wait, stream.read_u8()).await.map_err(other)??,
    };
    if got == wanted { Ok(()) } else { Err(other("the successor has lost the thread")) }
}

fn other(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> std::io::Error {
    std::io::Error::other(cause)
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> LiveError {
    let address = path.display().to_string();
    move |source| LiveError::Admin { address, cause: source.to_string() }
}
