//! Ports that stay free while nobody listens there.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

/// The first port, and how many there are: all below those that kernels give to outgoing
/// connections, which may take any other one while its listener is away.
const FIRST: u32 = 10_000;
const COUNT: u32 = 20_000;

/// An address of this machine at which nobody listens, and that no client gets.
pub(super) fn steady() -> Result<SocketAddr> {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let free = (0..COUNT).find_map(|_| {
        // Processes that begin together begin at ports that are apart.
        let number = std::process::id().wrapping_mul(101);
        let number = number.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + number % COUNT).ok()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        TcpListener::bind(address).is_ok().then_some(address)
    });
    free.context("no port is free")
}
