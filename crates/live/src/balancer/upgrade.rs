//! Connections that leave HTTP: a target agrees to another protocol (101), and bytes are passed
//! on both ways until both ends have closed.
//!
//! WebSocket over HTTP/2 (RFC 8441) is not offered, so that browsers ask in HTTP/1.1.

use std::io;
use std::sync::Arc;

use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING, UPGRADE};
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Version};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::activity::{Activity, Watch};
use super::client::Client;
use super::headers::has_token;
use super::target::Lease;
use crate::limits::TUNNEL_BUFFER;

/// A client's wish to leave HTTP.
#[derive(Debug)]
pub(super) struct Wish {
    /// What it wants to speak, as it said it.
    protocol: HeaderValue,
    /// Its connection, once it has its 101.
    pub(super) client: OnUpgrade,
}

impl Wish {
    /// What a head asks for, if it is asked as it must be. HTTP/2 by an upgrade (`h2c`) is no
    /// wish: RFC 9113 took it away, and clients go on in HTTP/1.1.
    pub(super) fn of(head: &mut Parts) -> Option<Self> {
        if !head.headers.contains_key(UPGRADE) || head.version != Version::HTTP_11 {
            return None;
        }
        let mut values = head.headers.get_all(UPGRADE).iter();
        let (protocol, others) = (values.next()?.clone(), values.next());
        let plain = others.is_none() && !protocol.as_bytes().eq_ignore_ascii_case(b"h2c");
        let asked = has_token(&head.headers, &CONNECTION, "upgrade");
        // What a body would be the end of is not sure, so none may come.
        let empty = !head.headers.contains_key(TRANSFER_ENCODING)
            && head.headers.get(CONTENT_LENGTH).is_none_or(|length| length == "0");
        let client = head.extensions.remove::<OnUpgrade>()?;
        (plain && asked && empty).then_some(Self { protocol, client })
    }

    /// Says it to the target.
    pub(super) fn pass_on(&self, headers: &mut HeaderMap) {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, self.protocol.clone());
    }
}

/// Passes bytes between a client and its target until both have closed, or nothing has moved for
/// too long, or the target's time to drain is over, or the balancer ends. The lease keeps a target
/// that leaves from being gone, the client's seat keeps a balancer that stops waiting.
pub(super) async fn tunnel((from, to): (OnUpgrade, OnUpgrade), lease: Lease, client: Arc<Client>) {
    let activity = Activity::new(client.limits.silence, Watch::Timer);
    let ends = async {
        let (Ok(from), Ok(to)) = tokio::join!(from, to) else { return };
        let (mut from_read, mut from_write) = tokio::io::split(TokioIo::new(from));
        let (mut to_read, mut to_write) = tokio::io::split(TokioIo::new(to));
        activity.moved();
        let up = pump(&mut from_read, &mut to_write, &activity);
        let down = pump(&mut to_read, &mut from_write, &activity);
        // One side that breaks ends both; one that closes in order may still be sent to.
        let _ = tokio::try_join!(up, down);
    };
    tokio::select! {
        () = ends => {}
        () = activity.silence() => {}
        () = lease.target.gone.cancelled() => {}
        () = client.shared.ended.cancelled() => {}
    }
}

/// One way, to its end, which is passed on too.
async fn pump(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    activity: &Activity,
) -> io::Result<()> {
    let mut buffer = vec![0; TUNNEL_BUFFER];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        activity.moved();
        to.write_all(&buffer[..read]).await?;
        to.flush().await?;
        activity.moved();
    }
}
