//! Sockets that a parent has bound and passes on, as systemd does for a socket unit: they stay open
//! while this process is replaced, so that no connection is refused.

use std::net::SocketAddr;

use listenfd::ListenFd;
use tokio::net::TcpListener;

use crate::LiveError;

/// The TCP sockets that were passed to this process and are not taken yet.
#[derive(Debug, Default)]
pub struct Inherited {
    sockets: Vec<TcpListener>,
}

impl Inherited {
    /// Takes what `LISTEN_FDS` and `LISTEN_PID` tell of; the sockets are gone for a second call.
    /// Call inside a tokio runtime.
    pub fn take() -> Result<Self, LiveError> {
        let wrong =
            |source| LiveError::Listen { address: "a socket of the parent".to_owned(), source };
        let mut passed = ListenFd::from_env();
        let mut sockets = Vec::new();
        for index in 0..passed.len() {
            // One of another kind is somebody else's business.
            let Ok(Some(socket)) = passed.take_tcp_listener(index) else { continue };
            socket.set_nonblocking(true).map_err(wrong)?;
            sockets.push(TcpListener::from_std(socket).map_err(wrong)?);
        }
        Ok(Self { sockets })
    }

    /// The socket at `address`, if it is one of them.
    pub fn at(&mut self, address: SocketAddr) -> Option<TcpListener> {
        let is = |socket: &TcpListener| socket.local_addr().is_ok_and(|own| own == address);
        let index = self.sockets.iter().position(is)?;
        Some(self.sockets.swap_remove(index))
    }
}
