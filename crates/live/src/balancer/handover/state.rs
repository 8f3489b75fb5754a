//! What a successor has to know, taken from a balancer and put into one.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use model::ports::{GroupSeen, RuleSeen};
use tokio::net::TcpListener;

use super::super::admin::wire::{State, TargetState};
use super::super::group::Group;
use super::super::routes::Split;
use super::super::table::Table;
use super::super::{Balancer, BalancerConfig, Now, Shared, Sockets};
use crate::LiveError;

/// Keeps a balancer as it is while a successor takes it over; ends when this is dropped.
pub(super) struct Frozen {
    shared: Arc<Shared>,
    for_good: bool,
}

impl Frozen {
    /// The successor serves: what is ordered here has no effect any more, and is refused.
    pub(super) fn for_good(mut self) {
        self.for_good = true;
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        if !self.for_good {
            self.shared.frozen.store(false, Ordering::SeqCst);
        }
    }
}

impl Balancer {
    /// Every rule with weights.
    pub fn rules(&self) -> BTreeMap<String, RuleSeen> {
        let now = self.shared.now.load();
        let rule = |(name, split): (&String, &Arc<Split>)| (name.clone(), split.seen());
        now.splits.iter().map(rule).collect()
    }

    /// Every target group.
    pub fn groups(&self) -> BTreeMap<String, GroupSeen> {
        let now = self.shared.now.load();
        let group = |(name, group): (&String, &Arc<Group>)| (name.clone(), group.seen());
        now.groups.iter().map(group).collect()
    }

    /// Refuses every order from here on; `None` if a successor is at work already.
    pub(super) fn freeze(&self) -> Option<Frozen> {
        // After this, no order that was begun before is still under way.
        let _change = self.shared.change.lock().unwrap_or_else(PoisonError::into_inner);
        let was = self.shared.frozen.swap(true, Ordering::SeqCst);
        (!was).then(|| Frozen { shared: Arc::clone(&self.shared), for_good: false })
    }

    /// What a successor has to know, and the sockets in the order of its listeners.
    pub(super) fn hand_out(&self) -> (State, Vec<Arc<TcpListener>>) {
        let now = self.shared.now.load();
        let (mut state, mut sockets) = (State { rules: self.rules(), ..State::default() }, vec![]);
        for (name, front) in &now.fronts {
            if let Some(socket) = front.socket.upgrade() {
                state.listeners.push((name.clone(), front.address));
                sockets.push(socket);
            }
        }
        for (name, group) in &now.groups {
            let named = now.named.get(name);
            let ordered = |address| !named.is_some_and(|named| named.contains(address));
            let targets = group.targets();
            let stays = targets.iter().filter(|target| !target.is_draining());
            let targets = stays.map(|target| TargetState {
                address: target.address,
                healthy: target.verdict(),
                ordered: ordered(&target.address),
            });
            state.groups.insert(name.clone(), targets.collect());
        }
        (state, sockets)
    }

    /// Serves `config` and goes on from `state`: weights that were ordered stay, and targets are as
    /// healthy as they were, so that the first request finds what the last one found.
    pub(super) fn resume(
        sockets: Sockets,
        config: &BalancerConfig,
        state: &State,
    ) -> Result<Self, LiveError> {
        let shared = Shared::new();
        let groups = shared.gather(config, &sockets)?;
        for (name, group) in &groups {
            let empty = BTreeSet::new();
            let named = config.groups.get(name).map_or(&empty, |group| &group.targets);
            carry(group, state.groups.get(name).map_or(&[], Vec::as_slice), named)?;
        }
        let mut splits = BTreeMap::new();
        for (rule, seen) in &state.rules {
            // Weights on groups that are gone cannot be kept; the configuration's are taken.
            if let Ok(table) = Table::new(&groups, seen.weights.clone(), seen.epoch) {
                splits.insert(rule.clone(), Arc::new(Split::new(table)));
            }
        }
        shared.now.store(Arc::new(Now { splits, ..Now::default() }));
        shared.replace(groups, sockets, config)?;
        Ok(Self { shared })
    }
}

/// The targets of a group as they were: those that the configuration names, and those that were
/// there by an order.
fn carry(
    group: &Group,
    targets: &[TargetState],
    named: &BTreeSet<SocketAddr>,
) -> Result<(), LiveError> {
    for target in targets {
        if target.ordered || named.contains(&target.address) {
            group.register(target.address)?;
            if let Some(healthy) = target.healthy {
                group.judge(target.address, healthy);
            }
        }
    }
    Ok(())
}
