//! The scheduler of a fleet: starts what is missing, ends what is too much.

use crate::balancer;
use crate::faults::Faults;
use crate::fleets::fleet::{Fleet, Member, Phase, Registered};
use crate::fleets::nodes::ZONES;
use crate::fleets::{binding, ending};
use crate::process::{self, CopyId};
use crate::script::Platform;
use crate::time::{MILLI, Micros, SECOND};
use crate::world::World;

/// How long until a pod without room is tried again.
const NO_ROOM: Micros = 5 * SECOND;

/// Plans a pass over a fleet: the ECS scheduler takes seconds, the Deployment controller less.
pub(crate) fn soon(world: &mut World, name: &str) {
    let Some(fleet) = world.fleets.get(name) else {
        return;
    };
    let lag = match fleet.platform {
        Platform::Ecs => world.fleets.rng.u64(SECOND..=4 * SECOND),
        Platform::Kubernetes => world.fleets.rng.u64(100 * MILLI..=SECOND),
    };
    after(world, name, lag);
}

fn after(world: &mut World, name: &str, lag: Micros) {
    let Some(fleet) = world.fleets.get_mut(name) else {
        return;
    };
    if std::mem::replace(&mut fleet.pass_planned, true) {
        return;
    }
    let name = name.to_owned();
    let at = world.now().saturating_add(lag);
    world.plan(at, move |world| {
        if let Some(fleet) = world.fleets.get_mut(&name) {
            fleet.pass_planned = false;
        }
        pass(world, &name);
    });
}

/// One pass: compares what stays with what is wanted.
fn pass(world: &mut World, name: &str) {
    let now = world.now();
    let Some(fleet) = world.fleets.get(name) else {
        return;
    };
    let (staying, wanted) = (fleet.staying(), fleet.wanted);
    if staying < wanted {
        if now < fleet.not_before {
            let wait = fleet.not_before - now;
            after(world, name, wait);
            return;
        }
        for _ in staying..wanted {
            if start(world, name).is_none() {
                after(world, name, NO_ROOM);
                return;
            }
        }
    }
    for copy in surplus(world, name) {
        ending::leave(world, name, copy);
    }
}

/// The copies that go when there are too many: dead ones and those that are not ready first, then
/// from the zone with the most, the youngest of it.
fn surplus(world: &World, name: &str) -> Vec<CopyId> {
    let Some(fleet) = world.fleets.get(name) else {
        return Vec::new();
    };
    let too_many = fleet.staying().saturating_sub(fleet.wanted);
    let mut zones = fleet.by_zone();
    let mut going = Vec::new();
    for _ in 0..too_many {
        let candidates = fleet.members.iter().filter(|(copy, member)| {
            matches!(member.phase, Phase::Starting | Phase::Running | Phase::Dead)
                && !going.contains(*copy)
        });
        let worst = candidates.max_by_key(|(copy, member)| {
            let crowd = zones.get(usize::from(member.zone)).copied().unwrap_or(0);
            (member.phase == Phase::Dead, !member.healthy, crowd, **copy)
        });
        let Some((copy, member)) = worst else {
            break;
        };
        if member.phase != Phase::Dead
            && let Some(zone) = zones.get_mut(usize::from(member.zone))
        {
            *zone = zone.saturating_sub(1);
        }
        going.push(*copy);
    }
    going
}

/// Starts one copy; `None` if there is no room for it.
fn start(world: &mut World, name: &str) -> Option<CopyId> {
    let now = world.now();
    let (zone, node) = place(world, name)?;
    let fleet = world.fleets.all.get(name)?;
    let (behaviour, out_of_memory) = (fleet.behaviour.clone(), fleet.out_of_memory);
    let explained_by = fleet.explained_by;
    let mean = u64::from(behaviour.start_secs) * SECOND + fleet.slow_start;
    let spread = world.fleets.rng.u64(0..=mean / 5 + 1);
    let ready_at = now + (mean - mean / 10 + spread).max(MILLI);
    let copy = process::start(world, name, &behaviour, zone, ready_at);
    process::blame(world, copy, explained_by);
    world.trace.note(now, &format!("{name} starts copy {} in zone {zone}", copy.0));
    enlist(
        world,
        name,
        copy,
        Member {
            zone,
            node,
            phase: Phase::Starting,
            registered: Registered::No,
            healthy: false,
            gate_open: false,
            started: now,
        },
    );
    // One that lies about being ready says so as soon as its process runs.
    let says_ready = if behaviour.truthful { ready_at } else { now + SECOND };
    world.plan(says_ready, move |world| says_ready_now(world, copy));
    if out_of_memory > 0 {
        world.plan(now + out_of_memory, move |world| ending::out_of_memory(world, copy));
    }
    Some(copy)
}

/// Puts a copy into its fleet.
pub(crate) fn enlist(world: &mut World, name: &str, copy: CopyId, member: Member) {
    world.fleets.owners.insert(copy, name.to_owned());
    if let Some(fleet) = world.fleets.get_mut(name) {
        fleet.members.insert(copy, member);
    }
}

/// The zone for the next copy: one that stands, has room, and has the fewest of the fleet.
pub(crate) fn place(world: &mut World, name: &str) -> Option<(u8, Option<u32>)> {
    let now = world.now();
    let fleet = world.fleets.all.get(name)?;
    let order = emptiest_first(fleet, &world.faults, now);
    match fleet.platform {
        Platform::Ecs => order.first().map(|zone| (*zone, None)),
        Platform::Kubernetes => {
            let nodes = &mut world.fleets.nodes;
            order.into_iter().find_map(|zone| nodes.take(zone).map(|node| (zone, Some(node))))
        }
    }
}

fn emptiest_first(fleet: &Fleet, faults: &Faults, now: Micros) -> Vec<u8> {
    let zones = fleet.by_zone();
    let mut order: Vec<u8> = (0..ZONES).filter(|zone| !faults.is_lost(*zone, now)).collect();
    order.sort_by_key(|zone| zones.get(usize::from(*zone)).copied().unwrap_or(0));
    order
}

/// A copy says that it is ready: ECS registers it, Kubernetes leaves that to the controller.
fn says_ready_now(world: &mut World, copy: CopyId) {
    let Some((fleet, copy)) = world.fleets.member_mut(copy) else {
        return;
    };
    let (name, group, platform) = (fleet.name.clone(), fleet.group.clone(), fleet.platform);
    let Some(member) = fleet.members.get_mut(&copy) else {
        return;
    };
    if member.phase != Phase::Starting {
        return;
    }
    member.phase = Phase::Running;
    match platform {
        Platform::Ecs => {
            member.registered = Registered::Yes;
            balancer::register(world, &group, copy);
        }
        Platform::Kubernetes => binding::soon(world, &name),
    }
}
