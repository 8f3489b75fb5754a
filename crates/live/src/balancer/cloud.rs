//! The port `Cloud` on the balancer in this process.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};

use model::ports::{Cloud, Fault, GroupSeen, RuleSeen, WeightOrder};

use super::group::Group;
use super::routes::Split;
use super::table::Table;
use super::target::Target;
use super::{Balancer, Shared};
use crate::LiveError;

impl Cloud for Balancer {
    async fn rule(&self, rule: &str) -> Result<RuleSeen, Fault> {
        let split = self.shared.split(rule)?;
        Ok(split.seen())
    }

    async fn set_weights(&self, order: &WeightOrder) -> Result<(), Fault> {
        Ok(self.shared.set_weights(order)?)
    }

    async fn group(&self, group: &str) -> Result<GroupSeen, Fault> {
        Ok(self.shared.group(group)?.seen())
    }

    async fn register(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        let _change = self.shared.change.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.obeys()?;
        Ok(self.shared.group(group)?.register(target)?)
    }

    async fn deregister(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        let _change = self.shared.change.lock().unwrap_or_else(PoisonError::into_inner);
        self.shared.obeys()?;
        // Marked now, drained by and by: whoever asks next sees it leaving.
        self.shared.drain_later(&self.shared.group(group)?, target);
        Ok(())
    }
}

impl Balancer {
    /// Takes a target out of a group and waits until its last request has ended, at most
    /// as long as its group says; after that the target may stop.
    pub async fn drain(&self, group: &str, target: SocketAddr) -> Result<(), LiveError> {
        let group = self.shared.group(group)?;
        if let Some(left) = group.leave(target) {
            finish(&group, &left).await;
        }
        Ok(())
    }
}

/// Waits until a leaving target has no request left, then takes it off the list. An upgraded
/// connection that outlasts the wait is closed, as by an ALB.
pub(super) async fn finish(group: &Group, left: &Arc<Target>) {
    let _ = tokio::time::timeout(group.settings.load().drain, left.drained()).await;
    left.gone.cancel();
    group.forget(left);
}

impl Shared {
    fn set_weights(&self, order: &WeightOrder) -> Result<(), LiveError> {
        let _change = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        self.obeys()?;
        let split = self.split(&order.rule)?;
        let present = split.table.load().epoch;
        if order.epoch < present {
            return Err(LiveError::Epoch {
                rule: order.rule.clone(),
                given: order.epoch.0,
                present: present.0,
            });
        }
        let groups = &self.now.load().groups;
        let table = Table::new(groups, order.weights.clone(), order.epoch)?;
        split.table.store(Arc::new(table));
        Ok(())
    }

    pub(super) fn group(&self, name: &str) -> Result<Arc<Group>, LiveError> {
        let unknown = || LiveError::Unknown { kind: "target group", name: name.to_owned() };
        self.now.load().groups.get(name).cloned().ok_or_else(unknown)
    }

    /// The weights of a rule; one that forwards nothing has none.
    fn split(&self, rule: &str) -> Result<Arc<Split>, LiveError> {
        let unknown = || LiveError::Unknown { kind: "forwarding rule", name: rule.to_owned() };
        self.now.load().splits.get(rule).cloned().ok_or_else(unknown)
    }
}
