//! Health checks: planned only while something can come of one, on each target's own grid.

use super::group::{Blame, Health};
use crate::check::hooks;
use crate::clients;
use crate::fleets;
use crate::process::{self, CopyId};
use crate::time::{Micros, SECOND};
use crate::world::World;

/// How long after a kill a fault explains what the group loses, unless it is told otherwise.
const BLAME_MAX: Micros = 600 * SECOND;
/// How long after all are back: queues are worked off.
const BLAME_REST: Micros = 60 * SECOND;

/// Looks again at the health of a copy whose answers may have changed.
pub fn stir(world: &mut World, copy: CopyId) {
    for group in world.balancers.homes(copy) {
        plan_check(world, group, copy);
    }
}

/// Remembers what a fault took from the groups of a copy that was killed.
pub fn on_kill(world: &mut World, copy: CopyId) {
    let fault = world.processes.get(copy).and_then(|process| process.blame);
    let now = world.now();
    let until = now.saturating_add(BLAME_MAX);
    for number in world.balancers.homes(copy) {
        if let (Some(fault), Some(group)) = (fault, world.balancers.at_mut(number)) {
            let present = group.blame.filter(|blame| now < blame.until);
            // Somebody has said more of this group already.
            if present.is_none_or(|blame| blame.until <= until) {
                let before = present.map_or(0, |blame| blame.healthy_before);
                let healthy_before = group.healthy().max(before);
                group.blame = Some(Blame { fault, until, healthy_before });
            }
        }
        clients::wake_group(world, number);
    }
    stir(world, copy);
}

/// Plans the next check of a target, if one can change anything.
pub(super) fn plan_check(world: &mut World, group: u32, copy: CopyId) {
    let answer = process::is_healthy(world, copy);
    let now = world.now();
    let Some(home) = world.balancers.at_mut(group) else {
        return;
    };
    let interval = u64::from(home.settings.interval_secs.max(1)) * SECOND;
    let Some(target) = home.target_mut(copy) else {
        return;
    };
    if target.planned || target.leaving.is_some() || target.is_settled(answer) {
        return;
    }
    target.planned = true;
    let registration = target.registration;
    let at = (now.saturating_sub(target.phase) / interval + 1) * interval + target.phase;
    let at = if now < target.phase { target.phase } else { at };
    world.plan(at, move |world| check(world, group, copy, registration));
}

fn check(world: &mut World, number: u32, copy: CopyId, registration: u64) {
    let answer = process::is_healthy(world, copy);
    let now = world.now();
    let Some(group) = world.balancers.at_mut(number) else {
        return;
    };
    let settings = group.settings.clone();
    let target = group.target_mut(copy).filter(|target| target.registration == registration);
    let Some(target) = target else {
        return;
    };
    target.planned = false;
    let changed = target.check(answer, &settings);
    let healthy = target.health == Health::Healthy;
    if changed {
        group.refresh();
        let count = group.healthy();
        if let Some(blame) = group.blame.as_mut().filter(|blame| count >= blame.healthy_before) {
            blame.until = blame.until.min(now + BLAME_REST);
        }
        let name = group.name.clone();
        let word = if healthy { "healthy" } else { "unhealthy" };
        world.trace.note(now, &format!("target {} of {name} is {word}", copy.0));
        clients::wake_group(world, number);
        fleets::on_health(world, &name, copy, healthy);
        hooks::on_health(world, &name);
    }
    plan_check(world, number, copy);
}
