//! A weighted HTTP balancer inside this process: what an ALB does, on this machine.
//!
//! HTTP/1.1 and HTTP/2 on both sides, TLS and upgrades on the clients'. Each listener has rules in order of priority, and
//! a default. The weight is chosen for each request, before health, as an ALB does: a group
//! without targets gets its share all the same, as 503. Weights change by one pointer swap and
//! touch no connection, and so does a new configuration (`change`).

mod access_log;
mod action;
mod activity;
mod admin;
mod answer;
mod change;
mod client;
mod cloud;
mod config;
mod forward;
mod forwarded;
mod found;
mod framing;
mod front;
mod group;
mod handover;
mod headers;
mod health;
mod made;
mod pool;
mod pulse;
mod remote;
mod routes;
mod rules;
mod seats;
mod seen;
mod send;
mod serve;
mod settings;
mod sticky;
mod strict;
mod table;
mod target;
mod tls;
mod trust;
mod upgrade;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::LiveError;
use crate::limits::CLIENTS_MAX;
use access_log::Log;
use front::Front;
use group::Group;
use routes::Split;
use seats::Seats;

pub use access_log::{AccessLogConfig, LogTo};
pub use action::{Action, FixedResponse, Forward, Redirect, Stickiness};
pub use admin::{Admin, Ask};
pub use config::{BalancerConfig, GroupConfig, ListenerConfig, RuleConfig};
pub use forwarded::ForwardedMode;
pub use rules::{HeaderHas, QueryHas, QueryPair, When};
pub use seen::{TargetSeen, TargetState};
pub use settings::{Limits, PassiveHealth, Protocol};
pub use tls::{CertificateFiles, Renewal, TlsConfig};

pub use handover::Succession;
pub use health::HealthCheck;
pub(crate) use health::ask_with;
pub use remote::Remote;

/// A running balancer. Dropping it ends it at once; [`Balancer::stop`] is graceful.
#[derive(Debug)]
pub struct Balancer {
    shared: Arc<Shared>,
}

/// What all requests share.
#[derive(Debug)]
struct Shared {
    /// Held while something of `now` is made from what it was; never over an `.await`.
    change: Mutex<()>,
    /// One configuration is taken over at a time.
    configuring: tokio::sync::Mutex<()>,
    /// A successor takes over: no order is obeyed. Changed and looked at under `change`.
    frozen: AtomicBool,
    now: ArcSwap<Now>,
    ids: headers::RequestIds,
    log: ArcSwapOption<Log>,
    log_dropped: Arc<AtomicU64>,
    /// One seat a client's connection.
    seats: Arc<Seats>,
    tasks: TaskTracker,
    /// No new connection; the next answer on a kept one is its last.
    retiring: CancellationToken,
    /// No new connection, no new request on a kept one.
    closing: CancellationToken,
    /// Everything ends now.
    ended: CancellationToken,
}

/// What a configuration has made. Never changed, only replaced.
#[derive(Debug, Default)]
struct Now {
    groups: BTreeMap<String, Arc<Group>>,
    splits: BTreeMap<String, Arc<Split>>,
    fronts: BTreeMap<String, Arc<Front>>,
    limits: Arc<Limits>,
    /// Targets that the configuration has named, by group.
    named: BTreeMap<String, BTreeSet<SocketAddr>>,
}

/// Sockets by the name of their listener, bound already so that their ports are known and taken.
pub type Sockets = BTreeMap<String, TcpListener>;

impl Balancer {
    /// Serves each listener of `config` on its socket; there is one for each.
    pub fn start(sockets: Sockets, config: &BalancerConfig) -> Result<Self, LiveError> {
        let shared = Shared::new();
        let groups = shared.gather(config, &sockets)?;
        shared.replace(groups, sockets, config)?;
        Ok(Self { shared })
    }

    /// Where each listener serves.
    pub fn addresses(&self) -> BTreeMap<String, SocketAddr> {
        let address = |(name, front): (&String, &Arc<Front>)| (name.clone(), front.address);
        self.shared.now.load().fronts.iter().map(address).collect()
    }

    /// Leaves new connections to another process that has the same sockets, and lets the clients
    /// go that are here: each with its next answer, which says so, or after `wait`. A connection
    /// that is closed between two requests might meet one that is on its way.
    pub async fn retire(&self, wait: Duration) {
        self.shared.retiring.cancel();
        let _ = tokio::time::timeout(wait, self.shared.seats.empty()).await;
        self.stop(wait).await;
    }

    /// Takes no new connection, lets requests under way finish for at most `wait`, then ends.
    pub async fn stop(&self, wait: Duration) {
        self.shared.closing.cancel();
        self.shared.tasks.close();
        let _ = tokio::time::timeout(wait, self.shared.seats.empty()).await;
        self.shared.ended.cancel();
        self.shared.now.load().groups.values().for_each(|group| group.close());
        let _ = tokio::time::timeout(wait, self.shared.tasks.wait()).await;
        if let Some(log) = self.shared.log.swap(None) {
            let closed = tokio::task::spawn_blocking(move || log.close());
            let _ = tokio::time::timeout(wait, closed).await;
        }
    }
}

impl Shared {
    /// Nothing is served yet.
    fn new() -> Arc<Self> {
        Arc::new(Self {
            change: Mutex::new(()),
            configuring: tokio::sync::Mutex::new(()),
            frozen: AtomicBool::new(false),
            now: ArcSwap::default(),
            ids: headers::RequestIds::new(),
            log: ArcSwapOption::empty(),
            log_dropped: Arc::default(),
            seats: Seats::new(CLIENTS_MAX),
            tasks: TaskTracker::new(),
            retiring: CancellationToken::new(),
            closing: CancellationToken::new(),
            ended: CancellationToken::new(),
        })
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.shared.closing.cancel();
        self.shared.ended.cancel();
    }
}
