//! ECS services and Deployments: copies that start, get ready, end; schedules and workers.
//!
//! Each fleet is level-triggered, as its real controllers are: [`scale`] and every loss of a copy
//! only plan a pass, and a pass compares what is with what is wanted.
//!
//! - [`fleet`]: a fleet and its copies as data
//! - [`pass`]: the scheduler: starts what is missing, ends what is too much
//! - [`ending`]: how a copy ends: ECS drains before SIGTERM, Kubernetes at the same time
//! - [`binding`]: the controller that registers pods in target groups, and readiness gates
//! - [`nodes`]: zones, and room for pods
//! - [`jobs`]: schedules and workers

pub mod binding;
pub mod ending;
pub mod fleet;
pub mod jobs;
pub mod nodes;
pub mod pass;

use std::collections::BTreeMap;

use model::code;
use model::ports::{Fault, FleetSeen, ScaleOrder};
use model::reason::Reason;

pub use fleet::{Fleet, Member, Phase};
use jobs::Jobs;
use nodes::Nodes;

use crate::api::fence;
use crate::check::hooks;
use crate::process::{self, CopyId};
use crate::rng;
use crate::script::Platform;
use crate::world::World;

/// The largest number of copies that a fleet may be given.
pub const REPLICAS_MAX: u32 = 1_000;

/// All fleets, their nodes, and the jobs.
pub struct Fleets {
    all: BTreeMap<String, Fleet>,
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
            all: BTreeMap::new(),
            owners: BTreeMap::new(),
            jobs: Jobs::default(),
            nodes: Nodes::new(nodes),
            rng: rng::stream(seed, "fleets"),
        }
    }

    /// The fleet of this name.
    pub fn get(&self, fleet: &str) -> Option<&Fleet> {
        self.all.get(fleet)
    }

    pub(crate) fn get_mut(&mut self, fleet: &str) -> Option<&mut Fleet> {
        self.all.get_mut(fleet)
    }

    /// All fleets by name.
    pub fn iter(&self) -> impl Iterator<Item = &Fleet> {
        self.all.values()
    }

    /// The fleet that registers its copies in `group`.
    pub fn of_group(&self, group: &str) -> Option<&Fleet> {
        self.all.values().find(|fleet| fleet.group == group)
    }

    /// The name of the fleet to which a copy belongs or belonged.
    pub fn owner(&self, copy: CopyId) -> Option<&str> {
        self.owners.get(&copy).map(String::as_str)
    }

    pub(crate) fn add(&mut self, fleet: Fleet) {
        self.all.insert(fleet.name.clone(), fleet);
    }

    pub(crate) fn member_mut(&mut self, copy: CopyId) -> Option<(&mut Fleet, CopyId)> {
        let name = self.owners.get(&copy)?;
        Some((self.all.get_mut(name)?, copy))
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
    pass::soon(world, &order.fleet);
    hooks::on_scale(world, order);
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

/// The fleet, its platform, and the member that a copy is of it, if its fleet is that of `group`:
/// what another group says of the copy is no news to it.
fn of_group<'a>(
    world: &'a mut World,
    group: &str,
    copy: CopyId,
) -> Option<(String, Platform, &'a mut Member)> {
    let (fleet, copy) = world.fleets.member_mut(copy)?;
    if fleet.group != group {
        return None;
    }
    let (name, platform) = (fleet.name.clone(), fleet.platform);
    Some((name, platform, fleet.members.get_mut(&copy)?))
}

/// The target group says that a copy's health has changed.
pub fn on_health(world: &mut World, group: &str, copy: CopyId, healthy: bool) {
    let Some((name, platform, member)) = of_group(world, group, copy) else {
        return;
    };
    let was = std::mem::replace(&mut member.healthy, healthy);
    match platform {
        Platform::Ecs if was && !healthy => ending::replace(world, &name, copy),
        Platform::Ecs => {}
        Platform::Kubernetes => binding::look_at_gate(world, &name, copy),
    }
}

/// A target that was taken out of its group is gone from it.
pub fn on_drained(world: &mut World, group: &str, copy: CopyId) {
    let Some((name, platform, member)) = of_group(world, group, copy) else {
        return;
    };
    member.registered = fleet::Registered::No;
    member.healthy = false;
    if platform == Platform::Ecs && member.phase == Phase::Leaving {
        ending::sigterm(world, &name, copy);
    }
    ending::forget_if_over(world, &name, copy);
}

/// A fault ends a copy at once: `why` is what clients see, `fault` its name.
pub fn lose(world: &mut World, copy: CopyId, why: &'static str, fault: &'static str) {
    process::blame(world, copy, Some(fault));
    ending::died(world, copy, why, fault);
}

pub(crate) fn unknown(kind: &str, name: &str) -> Fault {
    Fault::never(Reason::new(&code::live::UNKNOWN).with("kind", kind).with("name", name))
}
