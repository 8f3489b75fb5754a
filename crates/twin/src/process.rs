//! Copies of services as they serve requests: processors, queues, ends.
//!
//! What a request meets here is decided when it arrives: a queue in front of some processors needs
//! no events. Only an end of the copy changes what was decided, and the account with it.
//!
//! - [`flight`]: a request under way
//! - [`serving`]: one copy, and how it meets a request

pub mod flight;
pub mod serving;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::Serialize;

pub use serving::{Process, Stage};

use crate::balancer;
use crate::clients::{self, why};
use crate::script::Behaviour;
use crate::time::Micros;
use crate::world::World;

/// A copy of a service; numbers are never used again within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CopyId(pub u32);

impl CopyId {
    /// Its place in lists of all copies.
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// All copies that ever ran.
#[derive(Default)]
pub struct Processes {
    copies: Vec<Process>,
}

impl Processes {
    /// The copy, if there ever was one of this number.
    pub fn get(&self, copy: CopyId) -> Option<&Process> {
        self.copies.get(copy.index())
    }

    /// The copy, to change it.
    pub fn get_mut(&mut self, copy: CopyId) -> Option<&mut Process> {
        self.copies.get_mut(copy.index())
    }

    /// All copies that ever ran, in the order of their start.
    pub fn iter(&self) -> impl Iterator<Item = (CopyId, &Process)> {
        (0..).map(CopyId).zip(&self.copies)
    }

    /// The same, to change them.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (CopyId, &mut Process)> {
        (0..).map(CopyId).zip(&mut self.copies)
    }
}

/// Starts a copy of `fleet` in `zone`, ready for requests at `ready_at`.
pub fn start(
    world: &mut World,
    fleet: &str,
    behaviour: &Behaviour,
    zone: u8,
    ready_at: Micros,
) -> CopyId {
    let copies = &mut world.processes.copies;
    let copy = CopyId(u32::try_from(copies.len()).unwrap_or(u32::MAX));
    copies.push(Process::new(fleet, behaviour, zone, ready_at));
    world.plan(ready_at, move |world| balancer::stir(world, copy));
    copy
}

/// SIGTERM. A well-behaved copy finishes what is under way (see [`busy_until`]) and refuses new
/// connections; a bad one ends at once and loses it.
pub fn terminate(world: &mut World, copy: CopyId) {
    let now = world.now();
    let Some(process) = world.processes.get_mut(copy) else {
        return;
    };
    if process.stage != Stage::Running {
        return;
    }
    if !process.behaviour().finishes {
        kill(world, copy, why::TERMINATED);
        return;
    }
    process.stage = Stage::Ending;
    let end = process.busy_until().max(now);
    note(world, copy, "terminates");
    balancer::stir(world, copy);
    world.plan(end, move |world| {
        let process = world.processes.get_mut(copy);
        if let Some(process) = process.filter(|process| process.stage == Stage::Ending) {
            process.stage = Stage::Ended;
        }
    });
}

/// The end without notice: SIGKILL, out of memory, a lost zone. Requests under way are lost for
/// the reason `why`; say [`blame`] first when a fault explains it.
pub fn kill(world: &mut World, copy: CopyId, why: &'static str) {
    let now = world.now();
    let Some(process) = world.processes.get_mut(copy) else {
        return;
    };
    if process.stage == Stage::Ended {
        return;
    }
    process.stage = Stage::Ended;
    let flights = clients::cut(world, copy, None, why);
    note(world, copy, &format!("killed: {why}, {flights} requests lost"));
    balancer::on_kill(world, copy);
    debug_assert_eq!(in_flight(world, copy, now), 0, "what was under way is lost");
}

/// Names the fault that explains what this copy loses from now on; `None` takes it back.
pub fn blame(world: &mut World, copy: CopyId, fault: Option<&'static str>) {
    if let Some(process) = world.processes.get_mut(copy) {
        process.blame = fault;
    }
}

/// Changes how a copy behaves from now on; requests under way are not touched.
pub fn behave(world: &mut World, copy: CopyId, behaviour: &Behaviour) {
    if let Some(process) = world.processes.get_mut(copy) {
        process.behave(behaviour);
    }
    note(world, copy, "behaves otherwise");
    for group in world.balancers.homes(copy) {
        clients::wake_group(world, group);
    }
    balancer::stir(world, copy);
}

/// Whether the copy answers its health check with yes.
pub fn is_healthy(world: &World, copy: CopyId) -> bool {
    world.processes.get(copy).is_some_and(|process| process.is_healthy(world.now()))
}

/// Whether the copy has ended.
pub fn has_ended(world: &World, copy: CopyId) -> bool {
    world.processes.get(copy).is_none_or(|process| process.stage == Stage::Ended)
}

/// Requests under way at the copy at the moment `now`.
pub fn in_flight(world: &World, copy: CopyId, now: Micros) -> u32 {
    let flights = world.processes.get(copy).map(|process| &process.flights);
    let under_way = flights.into_iter().flatten().filter(|flight| flight.end > now).count();
    u32::try_from(under_way).unwrap_or(u32::MAX)
}

/// When the last of the requests under way ends; after SIGTERM nothing comes on top.
pub fn busy_until(world: &World, copy: CopyId) -> Micros {
    world.processes.get(copy).map_or(0, Process::busy_until)
}

/// Where the copy listens: `10.ZONE.x.y:8080`.
pub fn address(world: &World, copy: CopyId) -> Option<SocketAddr> {
    let process = world.processes.get(copy)?;
    let [_, high, middle, low] = copy.0.to_be_bytes();
    // More than 65,536 copies go on in the second byte, above any zone.
    let second = process.zone | (high << 2);
    Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, second, middle, low)), 8080))
}

/// The copy that listens at `address`.
pub fn at_address(world: &World, target: SocketAddr) -> Option<CopyId> {
    let IpAddr::V4(ip) = target.ip() else {
        return None;
    };
    let [_, second, middle, low] = ip.octets();
    let copy = CopyId(u32::from_be_bytes([0, second >> 2, middle, low]));
    (address(world, copy) == Some(target)).then_some(copy)
}

fn note(world: &mut World, copy: CopyId, what: &str) {
    let now = world.now();
    world.trace.note(now, &format!("copy {} {what}", copy.0));
}
