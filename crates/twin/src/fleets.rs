//! ECS services and Deployments: copies that start, get ready, end; schedules and workers.
//!
//! - [`fleet`]: a fleet and its copies as data
//! - [`nodes`]: zones, and room for pods
//! - [`jobs`]: schedules and workers

pub mod fleet;
pub mod jobs;
pub mod nodes;

use std::collections::BTreeMap;

use model::code;
use model::ports::{Fault, FleetSeen, ScaleOrder};
use model::reason::Reason;

pub use fleet::{Fleet, Member, Phase};
use jobs::Jobs;
use nodes::Nodes;

use crate::api::fence;
use crate::process::CopyId;
use crate::rng;
use crate::world::World;

/// The largest number of copies that a fleet may be given.
pub const REPLICAS_MAX: u32 = 1_000;

/// All fleets, their nodes, and the jobs.
pub struct Fleets {
    fleets: BTreeMap<String, Fleet>,
    /// The fleet of each copy, the past ones among them.
    owners: BTreeMap<CopyId, String>,
    /// Schedules and workers.
    pub jobs: Jobs,
    /// Where pods run.
    pub nodes: Nodes,
    rng: fastrand::Rng,
}

impl Default for Fleets {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

impl Fleets {
    /// No fleet yet, and so many nodes for pods.
    pub(crate) fn new(seed: u64, nodes: u32) -> Self {
        Self {
            fleets: BTreeMap::new(),
            owners: BTreeMap::new(),
            jobs: Jobs::default(),
            nodes: Nodes::new(nodes),
            rng: rng::stream(seed, "fleets"),
        }
    }

    /// The fleet of this name.
    pub fn get(&self, fleet: &str) -> Option<&Fleet> {
        self.fleets.get(fleet)
    }

    pub(crate) fn get_mut(&mut self, fleet: &str) -> Option<&mut Fleet> {
        self.fleets.get_mut(fleet)
    }

    /// All fleets by name.
    pub fn iter(&self) -> impl Iterator<Item = &Fleet> {
        self.fleets.values()
    }

    /// The fleet that registers its copies in `group`.
    pub fn of_group(&self, group: &str) -> Option<&Fleet> {
        self.fleets.values().find(|fleet| fleet.group == group)
    }

    /// The name of the fleet to which a copy belongs or belonged.
    pub fn owner(&self, copy: CopyId) -> Option<&str> {
        self.owners.get(&copy).map(String::as_str)
    }

    pub(crate) fn add(&mut self, fleet: Fleet) {
        self.fleets.insert(fleet.name.clone(), fleet);
    }

    pub(crate) fn member_mut(&mut self, copy: CopyId) -> Option<(&mut Fleet, CopyId)> {
        let name = self.owners.get(&copy)?;
        Some((self.fleets.get_mut(name)?, copy))
    }
}

/// The copies of a fleet as its control plane states them.
pub fn seen(world: &World, fleet: &str) -> Result<FleetSeen, Fault> {
    let fleet = world.fleets.get(fleet).ok_or_else(|| unknown("fleet", fleet))?;
    Ok(FleetSeen { wanted: fleet.wanted, running: fleet.running(), ready: fleet.ready() })
}

/// Obeys an order for a number of copies, unless a later one was obeyed before.
pub fn scale(world: &mut World, order: &ScaleOrder) -> Result<(), Fault> {
    let now = world.now();
    let Some(fleet) = world.fleets.get_mut(&order.fleet) else {
        return Err(unknown("fleet", &order.fleet));
    };
    if order.replicas > REPLICAS_MAX {
        let reason = Reason::new(&code::live::FULL)
            .with("what", format!("the fleet {}", order.fleet))
            .with("limit", REPLICAS_MAX);
        return Err(Fault::never(reason));
    }
    fence(&format!("fleet {}", order.fleet), fleet.last, (order.epoch, order.seq))?;
    fleet.last = (order.epoch, order.seq);
    fleet.wanted = order.replicas;
    world.trace.note(now, &format!("fleet {} to {}", order.fleet, order.replicas));
    Ok(())
}

/// Database connections that the copies of both sides of a service hold now.
pub fn connections(world: &World, service: &str) -> u32 {
    let fleets = world.fleets.iter().filter(|fleet| fleet.service == service);
    fleets.fold(0, |sum, fleet| {
        let held = fleet.running().saturating_mul(fleet.connections_per_copy);
        sum.saturating_add(held)
    })
}

/// The target group says that a copy's health has changed.
pub fn on_health(world: &mut World, group: &str, copy: CopyId, healthy: bool) {
    let Some((fleet, copy)) = world.fleets.member_mut(copy) else {
        return;
    };
    if fleet.group != group {
        return;
    }
    let Some(member) = fleet.members.get_mut(&copy) else {
        return;
    };
    member.healthy = healthy;
}

/// A target that was taken out of its group is gone from it.
pub fn on_drained(world: &mut World, group: &str, copy: CopyId) {
    let Some((fleet, copy)) = world.fleets.member_mut(copy) else {
        return;
    };
    if fleet.group != group {
        return;
    }
    let Some(member) = fleet.members.get_mut(&copy) else {
        return;
    };
    member.registered = fleet::Registered::No;
    member.healthy = false;
}

pub(crate) fn unknown(kind: &str, name: &str) -> Fault {
    Fault::never(Reason::new(&code::live::UNKNOWN).with("kind", kind).with("name", name))
}
