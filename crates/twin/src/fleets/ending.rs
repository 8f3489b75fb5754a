//! How a copy ends.
//!
//! ECS takes a task out of its target group, waits for the drain, then sends SIGTERM. Kubernetes
//! runs preStop (then SIGTERM) and deregistration at the same time. Both kill in the end.

use crate::balancer;
use crate::fleets::fleet::{Phase, Registered};
use crate::fleets::{binding, pass};
use crate::process::{self, CopyId};
use crate::script::Platform;
use crate::time::{Micros, SECOND};
use crate::world::World;

/// `stopTimeout` of ECS.
const STOP_TIME_OUT: Micros = 30 * SECOND;
/// What clients see of a copy that ran out of memory.
const OUT_OF_MEMORY: &str = "killed: out of memory";
/// What clients see of a copy that was not done in time.
const TOO_LATE: &str = "killed: grace period over";
/// The name of the fault of a bad release.
pub(crate) const BAD_RELEASE: &str = "bad release";
/// The name of the fault of an absent controller.
pub(crate) const CONTROLLER_ABSENT: &str = "controller absent";
/// The name of the fault of a lost zone.
pub(crate) const ZONE_LOSS: &str = "zone loss";

/// Tells a copy to end, as the platform does it.
pub(crate) fn leave(world: &mut World, name: &str, copy: CopyId) {
    let now = world.now();
    let Some(fleet) = world.fleets.get_mut(name) else {
        return;
    };
    let (platform, group, pod) = (fleet.platform, fleet.group.clone(), fleet.pod.clone());
    let Some(member) = fleet.members.get_mut(&copy) else {
        return;
    };
    match member.phase {
        Phase::Starting | Phase::Running => {}
        Phase::Dead => return notice(world, copy),
        Phase::Leaving | Phase::Over => return,
    }
    member.phase = Phase::Leaving;
    let registered = member.registered == Registered::Yes;
    world.trace.note(now, &format!("{name} ends copy {}", copy.0));
    match platform {
        Platform::Ecs if registered => {
            deregister(world, name, &group, copy);
        }
        Platform::Ecs => sigterm(world, name, copy),
        Platform::Kubernetes => {
            if world.faults.is_controller_absent(now) {
                process::blame(world, copy, Some(CONTROLLER_ABSENT));
            }
            let term = now + u64::from(pod.pre_stop_secs) * SECOND;
            let kill = now + u64::from(pod.grace_secs) * SECOND;
            let owner = name.to_owned();
            if term < kill {
                world.plan(term, move |world| sigterm(world, &owner, copy));
            }
            world.plan(kill, move |world| too_late(world, copy));
            binding::soon(world, name);
        }
    }
}

/// Sends SIGTERM: the copy is over once it has finished its work.
pub(crate) fn sigterm(world: &mut World, name: &str, copy: CopyId) {
    if !is_in(world, copy, Phase::Leaving) {
        return;
    }
    process::terminate(world, copy);
    let now = world.now();
    if process::has_ended(world, copy) {
        return over(world, copy);
    }
    let done = process::busy_until(world, copy).max(now);
    world.plan(done, move |world| over(world, copy));
    let is_ecs = world.fleets.get(name).is_some_and(|fleet| fleet.platform == Platform::Ecs);
    if is_ecs {
        world.plan(now + STOP_TIME_OUT, move |world| too_late(world, copy));
    }
}

/// SIGKILL for a copy that has not finished in time.
fn too_late(world: &mut World, copy: CopyId) {
    if is_in(world, copy, Phase::Leaving) {
        process::kill(world, copy, TOO_LATE);
        over(world, copy);
    }
}

/// The process of a copy has ended as it was told.
fn over(world: &mut World, copy: CopyId) {
    if !is_in(world, copy, Phase::Leaving) {
        return;
    }
    set_phase(world, copy, Phase::Over);
    let name = world.fleets.owner(copy).unwrap_or_default().to_owned();
    forget_if_over(world, &name, copy);
}

/// The process of a copy ends without having been told: `why` is what clients see, `fault` the
/// name of what explains it.
pub(crate) fn died(world: &mut World, copy: CopyId, why: &'static str, fault: &'static str) {
    let Some((fleet, copy)) = world.fleets.member_mut(copy) else {
        return;
    };
    let platform = fleet.platform;
    let Some(member) = fleet.members.get_mut(&copy) else {
        return;
    };
    if matches!(member.phase, Phase::Dead | Phase::Over) {
        return;
    }
    member.phase = Phase::Dead;
    process::kill(world, copy, why);
    // The end of a process is told at once; a node that is silent is given time.
    let lag = match (fault, platform) {
        (ZONE_LOSS, Platform::Ecs) => world.fleets.rng.u64(20 * SECOND..=60 * SECOND),
        (ZONE_LOSS, Platform::Kubernetes) => {
            // Not ready after 40 s; its pods are gone with the node.
            world.fleets.rng.u64(40 * SECOND..=100 * SECOND)
        }
        _ => world.fleets.rng.u64(SECOND..=3 * SECOND),
    };
    let at = world.now() + lag;
    world.plan(at, move |world| notice(world, copy));
}

/// The control plane notices that a copy has ended: it leaves its group and is replaced.
fn notice(world: &mut World, copy: CopyId) {
    if !is_in(world, copy, Phase::Dead) {
        return;
    }
    set_phase(world, copy, Phase::Over);
    let Some((fleet, copy)) = world.fleets.member_mut(copy) else {
        return;
    };
    let (name, group, platform) = (fleet.name.clone(), fleet.group.clone(), fleet.platform);
    match platform {
        Platform::Ecs => deregister(world, &name, &group, copy),
        Platform::Kubernetes => binding::soon(world, &name),
    }
    forget_if_over(world, &name, copy);
    pass::soon(world, &name);
}

/// A copy that runs out of memory ends; each such end makes the next start wait longer.
pub(crate) fn out_of_memory(world: &mut World, copy: CopyId) {
    let now = world.now();
    let Some((fleet, copy)) = world.fleets.member_mut(copy) else {
        return;
    };
    let Some(member) = fleet.members.get(&copy) else {
        return;
    };
    if !matches!(member.phase, Phase::Starting | Phase::Running | Phase::Leaving) {
        return;
    }
    let wait = (10_u64 << fleet.crashes.min(5)).min(300) * SECOND;
    fleet.crashes += 1;
    fleet.not_before = now + wait;
    crate::fleets::lose(world, copy, OUT_OF_MEMORY, BAD_RELEASE);
}

/// ECS replaces a task that its target group finds unhealthy.
pub(crate) fn replace(world: &mut World, name: &str, copy: CopyId) {
    if is_in(world, copy, Phase::Running) {
        leave(world, name, copy);
        pass::soon(world, name);
    }
}

/// Takes a copy out of its target group, if it is in it.
pub(crate) fn deregister(world: &mut World, name: &str, group: &str, copy: CopyId) {
    let member = world.fleets.get_mut(name).and_then(|fleet| fleet.members.get_mut(&copy));
    if let Some(member) = member.filter(|member| member.registered == Registered::Yes) {
        member.registered = Registered::Draining;
        balancer::deregister(world, group, copy);
    }
}

/// Forgets a copy whose process has ended and that is in no target group; its room is free.
pub(crate) fn forget_if_over(world: &mut World, name: &str, copy: CopyId) {
    let Some(fleet) = world.fleets.all.get_mut(name) else {
        return;
    };
    let Some(member) = fleet.members.get_mut(&copy) else {
        return;
    };
    if member.phase != Phase::Over {
        return;
    }
    if let Some(node) = member.node.take() {
        world.fleets.nodes.give_back(node);
    }
    if member.registered == Registered::No {
        fleet.members.remove(&copy);
    }
}

fn is_in(world: &World, copy: CopyId, phase: Phase) -> bool {
    let fleet = world.fleets.owner(copy).and_then(|name| world.fleets.get(name));
    let member = fleet.and_then(|fleet| fleet.members.get(&copy));
    member.is_some_and(|member| member.phase == phase)
}

fn set_phase(world: &mut World, copy: CopyId, phase: Phase) {
    if let Some((fleet, copy)) = world.fleets.member_mut(copy)
        && let Some(member) = fleet.members.get_mut(&copy)
    {
        member.phase = phase;
    }
}
