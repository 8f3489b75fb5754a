//! A weighted HTTP balancer inside this process: what an ALB does for one rule, on this machine.
//!
//! HTTP/1.1 on both sides with kept connections. The weight is chosen for each request, before
//! health, as an ALB does: a group without targets gets its share all the same, as 503. Weights
//! change by one pointer swap and touch no connection. Not here yet: TLS, HTTP/2, upgrades,
//! several rules, stickiness; hop-by-hop headers of an upgrade are dropped, so that a target
//! answers with plain HTTP rather than being misled.

mod answer;
mod cloud;
mod forward;
mod front;
mod group;
mod headers;
mod health;
mod pool;
mod table;
mod target;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use model::ports::{Epoch, Weights};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::LiveError;
use group::Group;
use table::Table;

pub use health::HealthCheck;
pub(crate) use health::ask;

/// How a balancer begins.
#[derive(Debug, Clone)]
pub struct BalancerConfig {
    /// Name of its one rule.
    pub rule: String,
    /// Target groups by name, each with its health check.
    pub groups: BTreeMap<String, HealthCheck>,
    /// The first weights.
    pub weights: Weights,
}

/// A running balancer. Dropping it ends it at once; [`Balancer::stop`] is graceful.
#[derive(Debug)]
pub struct Balancer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What all requests share.
#[derive(Debug)]
struct Shared {
    rule: String,
    table: ArcSwap<Table>,
    /// Held while a table is made from the one before; never over an `.await`.
    change: Mutex<()>,
    groups: BTreeMap<String, Arc<Group>>,
    turn: AtomicU64,
    ids: headers::RequestIds,
    /// One seat a client's connection.
    seats: Arc<Semaphore>,
    port: u16,
    tasks: TaskTracker,
    /// No new connection, no new request on a kept one.
    closing: CancellationToken,
    /// Everything ends now.
    ended: CancellationToken,
}

impl Balancer {
    /// Serves on `listener`, which is bound already so that its port is known and taken.
    pub fn start(listener: TcpListener, config: BalancerConfig) -> Result<Self, LiveError> {
        let address = listener.local_addr().map_err(|source| LiveError::Listen {
            address: "the balancer's address".to_owned(),
            source,
        })?;
        let groups: BTreeMap<String, Arc<Group>> = config
            .groups
            .into_iter()
            .map(|(name, check)| (name.clone(), Arc::new(Group::new(name, check))))
            .collect();
        let table = Table::new(&groups, config.weights, Epoch::default())?;
        let shared = Arc::new(Shared {
            rule: config.rule,
            table: ArcSwap::from_pointee(table),
            change: Mutex::new(()),
            groups,
            turn: AtomicU64::new(0),
            ids: headers::RequestIds::new(),
            seats: front::seats(),
            port: address.port(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            ended: CancellationToken::new(),
        });
        for group in shared.groups.values() {
            shared.tasks.spawn(health::watch(Arc::clone(group), shared.ended.clone()));
        }
        shared.tasks.spawn(front::accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared })
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
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

impl Drop for Balancer {
    fn drop(&mut self) {
        self.shared.closing.cancel();
        self.shared.ended.cancel();
    }
}
