//! The sockets of listeners: each keeps the port that it found first.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::PoisonError;

use live::{BalancerConfig, LiveError, Sockets, disk};
use tokio::net::TcpListener;

use super::super::book::HeldStatus;
use super::{Local, Wanted};

/// File in the state folder that holds the ports by listener.
const FILE: &str = "listeners.json";

impl Local {
    /// Opens what is not open yet. A listener that cannot listen is held, and the rest goes on.
    pub(super) async fn open(&self, wanted: &mut Wanted) -> Sockets {
        let open = self.front.addresses();
        let kept = self.kept();
        let mut sockets = Sockets::new();
        for (name, port) in &wanted.ports {
            let pinned = self.config.ports.get(name);
            let present = open.get(name).map(SocketAddr::port);
            if present.is_some() && pinned.is_none_or(|pinned| Some(*pinned) == present) {
                continue;
            }
            // A port that the user has named is that or none. Otherwise: the one of the last time,
            // the one of the manifest, any.
            let tries = match pinned {
                Some(pinned) => vec![*pinned],
                None => kept.get(name).copied().into_iter().chain([*port, 0]).collect(),
            };
            match self.bind(&tries).await {
                Ok(socket) => drop(sockets.insert(name.clone(), socket)),
                Err(error) => {
                    let what = format!("listener/{name}");
                    wanted.held.push(HeldStatus { what, because: error.reason() });
                    if present.is_none() {
                        wanted.listeners.remove(name);
                    }
                }
            }
        }
        sockets
    }

    async fn bind(&self, ports: &[u16]) -> Result<TcpListener, LiveError> {
        let mut failed = None;
        for port in ports {
            let address = SocketAddr::new(self.config.host, *port);
            if let Some(socket) = self.passed(address) {
                return Ok(socket);
            }
            match TcpListener::bind(address).await {
                Ok(socket) => return Ok(socket),
                Err(source) => {
                    failed = Some(LiveError::Listen { address: address.to_string(), source });
                }
            }
        }
        Err(failed.unwrap_or_else(|| LiveError::Unknown { kind: "port", name: String::new() }))
    }

    /// The socket of a parent at this address: it goes on listening while this program is replaced.
    fn passed(&self, address: SocketAddr) -> Option<TcpListener> {
        self.inherited.lock().unwrap_or_else(PoisonError::into_inner).at(address)
    }

    fn kept(&self) -> BTreeMap<String, u16> {
        let bytes = disk::read_file(&self.config.state.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Remembers the ports for the next start; those of listeners that are gone too.
    pub(super) fn sockets_kept(&self, config: &BalancerConfig) {
        let before = self.kept();
        let mut ports = before.clone();
        let open = self.front.addresses();
        let named = open.iter().filter(|(name, _)| config.listeners.contains_key(*name));
        ports.extend(named.map(|(name, address)| (name.clone(), address.port())));
        if ports != before
            && let Ok(bytes) = serde_json::to_vec_pretty(&ports)
        {
            // Without the file the next start finds other ports, which is no harm done now.
            let _ = disk::write_private_unforced(&self.config.state.join(FILE), &bytes);
        }
    }
}
