//! Another configuration for a balancer that runs: what stays is not touched.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::access_log::Log;
use super::cloud::finish;
use super::config::BalancerConfig;
use super::front::{self, Front};
use super::group::Group;
use super::routes::{Making, Parts, Routes};
use super::tls::Tls;
use super::{Balancer, Now, Shared, Sockets, health};
use crate::LiveError;
use crate::limits::SETTLE_WAIT;

/// Time between two looks at targets that wait for their first check.
const LOOK: Duration = Duration::from_millis(10);

type Groups = BTreeMap<String, Arc<Group>>;

impl Balancer {
    /// Takes over `config`; on an error nothing has changed that a client could notice.
    ///
    /// Groups, targets, listeners and rules that keep their names keep their state and counts, and
    /// no connection is touched but those of listeners that go. A listener that has a socket in
    /// `sockets` is opened there, in place of one of its name. New targets get their first check
    /// before the rules change, and what goes is drained after it, so that no request meets a
    /// group that is still empty or empty already. Weights that an engine has ordered stay.
    pub async fn change(&self, sockets: Sockets, config: &BalancerConfig) -> Result<(), LiveError> {
        let _one = self.shared.configuring.lock().await;
        self.shared.obeys()?;
        let groups = self.shared.gather(config, &sockets)?;
        settle(&groups).await;
        self.shared.replace(groups, sockets, config)
    }

    /// Waits until every target has had its first verdict, at most [`SETTLE_WAIT`].
    pub async fn settle(&self) {
        let now = self.shared.now.load_full();
        settle(&now.groups).await;
    }
}

async fn settle(groups: &Groups) {
    let checked = async {
        while groups.values().any(|group| group.unchecked()) {
            tokio::time::sleep(LOOK).await;
        }
    };
    let _ = tokio::time::timeout(SETTLE_WAIT, checked).await;
}

impl Shared {
    /// The groups of `config`, those that stay and new ones, with its targets: checked from now
    /// on, but not in use yet.
    pub(super) fn gather(
        self: &Arc<Self>,
        config: &BalancerConfig,
        sockets: &Sockets,
    ) -> Result<Groups, LiveError> {
        config.check()?;
        let now = self.now.load();
        let has = |name: &&String| sockets.contains_key(*name) || now.fronts.contains_key(*name);
        if let Some(name) = config.listeners.keys().find(|name| !has(name)) {
            return Err(LiveError::Unknown { kind: "socket of listener", name: name.clone() });
        }
        let mut groups = Groups::new();
        for (name, wanted) in &config.groups {
            let group = now.groups.get(name).cloned().unwrap_or_else(|| {
                let settings = wanted.settings(&config.limits);
                let group = Group::new(name.clone(), settings, self.ended.child_token());
                let group = Arc::new(group);
                self.tasks.spawn(health::watch(Arc::clone(&group)));
                group
            });
            for target in &wanted.targets {
                group.register(*target)?;
            }
            groups.insert(name.clone(), group);
        }
        Ok(groups)
    }

    /// Puts `config` in force, and lets go of what it does not name.
    pub(super) fn replace(
        self: &Arc<Self>,
        groups: Groups,
        mut sockets: Sockets,
        config: &BalancerConfig,
    ) -> Result<(), LiveError> {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        self.obeys()?;
        let old = self.now.load_full();
        let (mut making, mut fronts) = (Making::default(), BTreeMap::new());
        let parts = Parts { groups: &groups, before: &old.splits };
        let (mut doors, mut kept) = (Vec::new(), Vec::new());
        for (name, listener) in &config.listeners {
            let routes = Routes::new(name, listener, &parts, &mut making)?;
            let tls = listener.tls.as_ref().map(Tls::load).transpose()?;
            let front = match (sockets.remove(name), old.fronts.get(name)) {
                (None, Some(front)) => {
                    kept.push((Arc::clone(front), routes, tls));
                    Arc::clone(front)
                }
                (None, None) => {
                    let kind = "socket of listener";
                    return Err(LiveError::Unknown { kind, name: name.clone() });
                }
                (Some(socket), _) => {
                    let closing = self.closing.child_token();
                    let socket = Arc::new(socket);
                    let front = Arc::new(Front::new(name, &socket, (routes, tls), closing)?);
                    doors.push((socket, Arc::clone(&front)));
                    front
                }
            };
            fronts.insert(name.clone(), front);
        }
        let log = config.access_log.as_ref().map(|log| Log::open(log, &self.log_dropped));
        let log = log.transpose()?;
        // Nothing fails from here on.
        self.log.store(log);
        for (split, table) in making.tables {
            split.table.store(Arc::new(table));
        }
        for (front, routes, tls) in kept {
            front.routes.store(Arc::new(routes));
            front.tls.store(tls);
        }
        for (name, wanted) in &config.groups {
            groups[name].set(wanted.settings(&config.limits));
        }
        let targets =
            |(name, group): (&String, &super::GroupConfig)| (name.clone(), group.targets.clone());
        let named = config.groups.iter().map(targets).collect();
        let limits = Arc::new(config.limits.clone());
        self.seats.resize(limits.clients);
        let new = Arc::new(Now { groups, splits: making.splits, fronts, named, limits });
        self.now.store(Arc::clone(&new));
        for (socket, front) in doors {
            self.tasks.spawn(front::accept(socket, front, Arc::clone(self)));
        }
        self.let_go(&old, &new);
        Ok(())
    }

    /// Closes listeners, drains targets and ends groups that are in `old` and not in `new`.
    fn let_go(self: &Arc<Self>, old: &Now, new: &Now) {
        for (name, front) in &old.fronts {
            if !new.fronts.get(name).is_some_and(|other| Arc::ptr_eq(front, other)) {
                front.closing.cancel();
            }
        }
        for (name, group) in &old.groups {
            if new.groups.contains_key(name) {
                let named = old.named.get(name).into_iter().flatten();
                let gone = named.filter(|target| !new.named[name].contains(target)).copied();
                gone.for_each(|target| self.drain_later(group, target));
                continue;
            }
            // First, so that a request which finds no target here looks for another group.
            group.gone.cancel();
            let all: Vec<SocketAddr> = group.targets().iter().map(|one| one.address).collect();
            for target in all {
                self.drain_later(group, target);
            }
        }
    }

    /// Refuses while a successor takes over, and after that.
    pub(super) fn obeys(&self) -> Result<(), LiveError> {
        if self.frozen.load(Ordering::SeqCst) { Err(LiveError::HandedOver) } else { Ok(()) }
    }

    /// Marks a target as leaving now, and takes it off when its last request has ended.
    pub(super) fn drain_later(&self, group: &Arc<Group>, target: SocketAddr) {
        let Some(left) = group.leave(target) else { return };
        let group = Arc::clone(group);
        self.tasks.spawn(async move { finish(&group, &left).await });
    }
}
