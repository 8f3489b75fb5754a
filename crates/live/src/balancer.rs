//! A weighted HTTP balancer inside this process: what an ALB does, on this machine.
//!
//! HTTP/1.1 on both sides with kept connections. Each listener has rules in order of priority, and
//! a default. The weight is chosen for each request, before health, as an ALB does: a group
//! without targets gets its share all the same, as 503. Weights change by one pointer swap and
//! touch no connection. Not here yet: TLS, HTTP/2, upgrades, stickiness; hop-by-hop headers of an
//! upgrade are dropped, so that a target answers with plain HTTP rather than being misled.

mod action;
mod answer;
mod cloud;
mod config;
mod forward;
mod front;
mod group;
mod headers;
mod health;
mod pool;
mod routes;
mod rules;
mod table;
mod target;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::LiveError;
use front::Front;
use group::Group;
use routes::{Routes, Splits};

pub use action::{Action, FixedResponse, Forward, Redirect};
pub use config::{BalancerConfig, ListenerConfig, RuleConfig};
pub use rules::{HeaderHas, QueryHas, QueryPair, When};

pub use health::HealthCheck;
pub(crate) use health::ask;

/// A running balancer. Dropping it ends it at once; [`Balancer::stop`] is graceful.
#[derive(Debug)]
pub struct Balancer {
    shared: Arc<Shared>,
}

/// What all requests share.
#[derive(Debug)]
struct Shared {
    /// Held while a table is made from the one before; never over an `.await`.
    change: Mutex<()>,
    groups: BTreeMap<String, Arc<Group>>,
    splits: Splits,
    fronts: BTreeMap<String, Arc<Front>>,
    ids: headers::RequestIds,
    /// One seat a client's connection.
    seats: Arc<Semaphore>,
    tasks: TaskTracker,
    /// No new connection, no new request on a kept one.
    closing: CancellationToken,
    /// Everything ends now.
    ended: CancellationToken,
}

/// Sockets by the name of their listener, bound already so that their ports are known and taken.
pub type Sockets = BTreeMap<String, TcpListener>;

impl Balancer {
    /// Serves each listener of `config` on its socket; there is one for each.
    pub fn start(mut sockets: Sockets, config: &BalancerConfig) -> Result<Self, LiveError> {
        config.check()?;
        let group = |(name, check): (&String, &HealthCheck)| {
            (name.clone(), Arc::new(Group::new(name.clone(), check.clone())))
        };
        let groups: BTreeMap<String, Arc<Group>> = config.groups.iter().map(group).collect();
        let (mut splits, mut fronts) = (Splits::new(), BTreeMap::new());
        let mut doors = Vec::new();
        for (name, listener) in &config.listeners {
            let routes = Routes::new(name, listener, &groups, &mut splits)?;
            let unknown = || LiveError::Unknown { kind: "socket of listener", name: name.clone() };
            let socket = sockets.remove(name).ok_or_else(unknown)?;
            let front = Arc::new(Front::new(address(name, &socket)?, routes));
            fronts.insert(name.clone(), Arc::clone(&front));
            doors.push((socket, front));
        }
        let shared = Arc::new(Shared {
            change: Mutex::new(()),
            groups,
            splits,
            fronts,
            ids: headers::RequestIds::new(),
            seats: front::seats(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            ended: CancellationToken::new(),
        });
        for group in shared.groups.values() {
            shared.tasks.spawn(health::watch(Arc::clone(group), shared.ended.clone()));
        }
        for (socket, front) in doors {
            shared.tasks.spawn(front::accept(socket, front, Arc::clone(&shared)));
        }
        Ok(Self { shared })
    }

    /// Where each listener serves.
    pub fn addresses(&self) -> BTreeMap<String, SocketAddr> {
        let address = |(name, front): (&String, &Arc<Front>)| (name.clone(), front.address);
        self.shared.fronts.iter().map(address).collect()
    }

    /// Takes no new connection, lets requests under way finish for at most `wait`, then ends.
    pub async fn stop(self, wait: Duration) {
        self.shared.closing.cancel();
        self.shared.tasks.close();
        let clients = front::all_gone(&self.shared);
        let _ = tokio::time::timeout(wait, clients).await;
        self.shared.ended.cancel();
        self.shared.groups.values().for_each(|group| group.close());
        let _ = tokio::time::timeout(wait, self.shared.tasks.wait()).await;
    }
}

fn address(listener: &str, socket: &TcpListener) -> Result<SocketAddr, LiveError> {
    socket.local_addr().map_err(|source| LiveError::Listen {
        address: format!("the address of listener {listener}"),
        source,
    })
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.shared.closing.cancel();
        self.shared.ended.cancel();
    }
}
