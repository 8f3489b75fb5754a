//! The balancer of a local world: inside this program, or a process of its own beside it.
//!
//! One inside ends with the program. One beside goes on, as the fleets do: clients notice nothing
//! of an end, a kill or another version of the program.

mod beside;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use live::{Balancer, BalancerConfig, Sockets};
use model::Reason;
use model::ports::{Cloud, Fault, GroupSeen, RuleSeen, WeightOrder};

use super::LocalConfig;
use crate::serve::bind::Bound;

use beside::Beside;

/// How long requests under way may take when a balancer ends.
const STOP_WAIT: Duration = Duration::from_secs(10);

/// The balancer.
pub struct Front {
    at: At,
}

enum At {
    Inside(Balancer),
    Beside(Box<Beside>),
}

impl Front {
    /// An empty balancer inside this program, in place of one beside it that an earlier program
    /// has left.
    pub(super) async fn inside(config: &LocalConfig) -> Result<Self, Reason> {
        Beside::of(config).await.stop(STOP_WAIT).await;
        let balancer = Balancer::start(Sockets::new(), &BalancerConfig::default())?;
        Ok(Self { at: At::Inside(balancer) })
    }

    /// The balancer beside this program, taken over if one runs; it begins with the first
    /// configuration otherwise.
    pub(super) async fn beside(config: &LocalConfig) -> Result<Self, Reason> {
        Ok(Self { at: At::Beside(Box::new(Beside::find(config).await?)) })
    }

    /// Whether it served before this program started, and has counted since then.
    pub fn goes_on(&self) -> bool {
        matches!(&self.at, At::Beside(beside) if beside.was_there)
    }

    /// What earlier programs have registered with it.
    pub(super) async fn registered(&self) -> Result<Vec<Bound>, Reason> {
        match &self.at {
            At::Inside(_) => Ok(Vec::new()),
            At::Beside(beside) => beside.registered().await,
        }
    }

    /// Where each listener serves.
    pub(super) fn addresses(&self) -> BTreeMap<String, SocketAddr> {
        match &self.at {
            At::Inside(balancer) => balancer.addresses(),
            At::Beside(beside) => beside.addresses(),
        }
    }

    /// Takes a configuration over, with its first targets; on an error nothing has changed that a
    /// client could notice.
    pub(super) async fn change(
        &self,
        sockets: Sockets,
        config: &BalancerConfig,
    ) -> Result<(), Reason> {
        match &self.at {
            At::Inside(balancer) => Ok(balancer.change(sockets, config).await?),
            At::Beside(beside) => beside.change(sockets, config).await,
        }
    }

    /// Starts a balancer beside this program again if it has gone, with these targets; true if it
    /// had to.
    pub(super) async fn revive(&self, bound: &[Bound]) -> Result<bool, Reason> {
        match &self.at {
            At::Inside(_) => Ok(false),
            At::Beside(beside) => beside.revive(bound).await,
        }
    }

    /// The end of this program: one inside lets its requests finish, one beside goes on.
    pub(super) async fn leave(&self) {
        if let At::Inside(balancer) = &self.at {
            balancer.stop(STOP_WAIT).await;
        }
    }

    /// Takes no new request and lets those under way finish, at most [`STOP_WAIT`].
    pub(super) async fn stop(&self) {
        match &self.at {
            At::Inside(balancer) => balancer.stop(STOP_WAIT).await,
            At::Beside(beside) => beside.stop(STOP_WAIT).await,
        }
    }
}

impl Cloud for Front {
    async fn rule(&self, rule: &str) -> Result<RuleSeen, Fault> {
        match &self.at {
            At::Inside(balancer) => balancer.rule(rule).await,
            At::Beside(beside) => beside.remote.rule(rule).await,
        }
    }

    async fn set_weights(&self, order: &WeightOrder) -> Result<(), Fault> {
        match &self.at {
            At::Inside(balancer) => balancer.set_weights(order).await,
            At::Beside(beside) => beside.set_weights(order).await,
        }
    }

    async fn group(&self, group: &str) -> Result<GroupSeen, Fault> {
        match &self.at {
            At::Inside(balancer) => balancer.group(group).await,
            At::Beside(beside) => beside.remote.group(group).await,
        }
    }

    async fn register(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        match &self.at {
            At::Inside(balancer) => balancer.register(group, target).await,
            At::Beside(beside) => beside.remote.register(group, target).await,
        }
    }

    async fn deregister(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        match &self.at {
            At::Inside(balancer) => balancer.deregister(group, target).await,
            At::Beside(beside) => beside.remote.deregister(group, target).await,
        }
    }
}
