//! Makes a fault of the script happen.

use model::ports::{Weight, Weights};

use crate::check::hooks;
use crate::faults::Stale;
use crate::fleets::{self, Phase, binding, ending};
use crate::process::{self, CopyId};
use crate::script::{Dial, Fault, TimedFault, When};
use crate::time::{MILLI, Micros, SECOND};
use crate::world::{EngineId, World};
use crate::{balancer, clients, dns};

/// What clients see of a copy of a lost zone.
const ZONE_LOST: &str = "killed: zone lost";
/// What clients see of a copy that was killed.
const KILLED: &str = "killed: taken away";
/// The name of that fault.
const KILL_COPIES: &str = "kill copies";
/// The name of the fault of somebody else who writes.
const FOREIGN_WRITER: &str = "foreign writer";

/// Plans the faults of a script that happen at a moment.
pub(crate) fn plan(world: &mut World, faults: &[TimedFault]) {
    for one in faults {
        if let When::Millis(millis) = one.at {
            let fault = one.fault.clone();
            world.plan(millis.saturating_mul(MILLI), move |world| happen(world, &fault, None));
        }
    }
}

/// Makes `fault` happen now. `writer` is the engine at whose record it happens; without one, what
/// befalls an engine befalls the one that wrote last.
pub fn happen(world: &mut World, fault: &Fault, writer: Option<EngineId>) {
    let now = world.now();
    world.trace.note(now, &format!("fault {fault:?}"));
    hooks::on_fault(world, fault);
    let engine = writer.or(world.journal.last_writer()).unwrap_or(EngineId(0));
    match fault {
        Fault::Crash { down } => world.crash(engine, secs(*down)),
        Fault::Zombie { pause } => {
            world.put_to_sleep(engine, secs(*pause));
            if let Some(other) = world.successor_of(engine) {
                world.start_engine(other);
            }
        }
        Fault::LostReplies { secs } => extend(&mut world.faults.lost_replies_until, now, *secs),
        Fault::Duplicates { secs } => extend(&mut world.faults.duplicates_until, now, *secs),
        Fault::Throttle { secs } => extend(&mut world.faults.throttle_until, now, *secs),
        Fault::StaleReads { age, secs: lasts } => {
            world.faults.stale = Some(Stale { age: secs(*age), until: now + secs(*lasts) });
        }
        Fault::ClockJump { by } => {
            let by = i64::from(*by).saturating_mul(1_000_000);
            world.faults.clock_offset = world.faults.clock_offset.saturating_add(by);
        }
        Fault::Silence { secs } => {
            extend(&mut world.faults.silence_until, now, *secs);
            clients::stir(world);
        }
        Fault::SlowPropagation { secs: takes } => {
            world.faults.propagation = Some(secs(*takes));
        }
        Fault::ControllerAbsent { secs } => controller_absent(world, *secs),
        Fault::ForeignWriter { service, weight } => foreign_write(world, service, *weight),
        Fault::ZoneLoss { zone, secs: lasts } => zone_loss(world, *zone, secs(*lasts)),
        Fault::KillCopies { fleet, count } => kill_copies(world, fleet, *count),
        Fault::SlowStart { fleet, secs: more } => {
            if let Some(fleet) = world.fleets.get_mut(fleet) {
                fleet.slow_start = secs(*more);
            }
        }
        Fault::BadRelease { service, error_rate, slow_factor, out_of_memory_secs } => {
            bad_release(world, service, (*error_rate, *slow_factor), secs(*out_of_memory_secs));
        }
    }
}

fn secs(secs: u32) -> Micros {
    u64::from(secs) * SECOND
}

fn extend(until: &mut Micros, now: Micros, lasts: u32) {
    *until = (*until).max(now + secs(lasts));
}

/// The controller is absent; when it is back it goes over everything.
fn controller_absent(world: &mut World, lasts: u32) {
    let now = world.now();
    if !world.faults.is_controller_absent(now) {
        world.faults.controller_absent_since = now;
    }
    extend(&mut world.faults.controller_absent_until, now, lasts);
    let until = world.faults.controller_absent_until;
    world.plan(until, |world| {
        if !world.faults.is_controller_absent(world.now()) {
            binding::back(world);
        }
    });
}

/// Every copy of a zone ends at once; the zone takes no new one until it is back.
fn zone_loss(world: &mut World, zone: u8, lasts: Micros) {
    let until = world.now() + lasts;
    world.faults.zones.insert(zone, until);
    let here = |copy: &CopyId| world.processes.get(*copy).is_some_and(|one| one.zone == zone);
    let gone: Vec<CopyId> = alive(world, |_| true).into_iter().filter(here).collect();
    for copy in gone {
        fleets::lose(world, copy, ZONE_LOST, ending::ZONE_LOSS);
    }
}

/// Some copies of a fleet end at once.
fn kill_copies(world: &mut World, name: &str, count: u32) {
    let mut copies = alive(world, |fleet| fleet == name);
    for _ in 0..count {
        if copies.is_empty() {
            return;
        }
        let index = world.faults.draw(copies.len());
        let copy = copies.swap_remove(index);
        fleets::lose(world, copy, KILLED, KILL_COPIES);
    }
}

/// Copies that have not ended, of the fleets asked for.
fn alive(world: &World, wanted: impl Fn(&str) -> bool) -> Vec<CopyId> {
    let fleets = world.fleets.iter().filter(|fleet| wanted(&fleet.name));
    let members = fleets.flat_map(|fleet| &fleet.members);
    let alive = members.filter(|(_, one)| !matches!(one.phase, Phase::Dead | Phase::Over));
    alive.map(|(copy, _)| *copy).collect()
}

/// The new side's copies, those that run and those to come, fail, are slow, or run out of memory.
fn bad_release(
    world: &mut World,
    service: &str,
    (error_rate, slow_factor): (f64, f64),
    out_of_memory: Micros,
) {
    let now = world.now();
    let new =
        |fleet: &&fleets::Fleet| fleet.service == service && fleet.side == model::facts::Side::New;
    let Some(name) = world.fleets.iter().find(new).map(|fleet| fleet.name.clone()) else {
        return;
    };
    let Some(fleet) = world.fleets.get_mut(&name) else {
        return;
    };
    fleet.behaviour.error_rate = fleet.behaviour.error_rate.max(error_rate);
    fleet.behaviour.work_ms *= slow_factor;
    fleet.behaviour.wait_ms *= slow_factor;
    fleet.out_of_memory = out_of_memory;
    fleet.explained_by = Some(ending::BAD_RELEASE);
    let (behaviour, group) = (fleet.behaviour.clone(), fleet.group.clone());
    if out_of_memory > 0 {
        // Its copies end for ever: whatever the side loses from here on is this release's doing.
        balancer::blame(world, &group, ending::BAD_RELEASE, Micros::MAX);
    }
    for copy in alive(world, |fleet| fleet == name) {
        process::blame(world, copy, Some(ending::BAD_RELEASE));
        process::behave(world, copy, &behaviour);
        if out_of_memory > 0 {
            world.plan(now + out_of_memory, move |world| ending::out_of_memory(world, copy));
        }
    }
}

/// Somebody else gives a service's rule a weight, past all engines: the epoch stays as it is.
fn foreign_write(world: &mut World, service: &str, percent: u8) {
    let Some(weight) = Weight::new(percent) else {
        return;
    };
    let Some(written) = world.script.services.get(service) else {
        return;
    };
    let weights = Weights::between(&written.old.group, &written.new.group, weight);
    let dial = written.dial.clone();
    let (Dial::Rule { rule, .. } | Dial::Records { rule, .. }) = &dial;
    let before = match &dial {
        Dial::Rule { .. } => world.balancers.rule(rule).map(|rule| rule.weights.clone()),
        Dial::Records { .. } => world.dns.records(rule).map(|records| records.weights.clone()),
    };
    match &dial {
        Dial::Rule { rule, .. } => balancer::write_rule(world, rule, &weights),
        Dial::Records { rule, .. } => dns::write_records(world, rule, &weights),
    }
    world.faults.foreign.insert(rule.clone());
    hooks::on_foreign_weights(world, rule, &weights);
    // What a side cannot carry that it got from somebody else is not an engine's act.
    let fleets = world.fleets.iter().filter(|fleet| fleet.service == service);
    let sides: Vec<(String, String)> =
        fleets.map(|fleet| (fleet.name.clone(), fleet.group.clone())).collect();
    for (name, group) in sides {
        let had = before.as_ref().map_or(Weight::NONE, |before| before.of(&group));
        if weights.of(&group) > had {
            balancer::blame(world, &group, FOREIGN_WRITER, Micros::MAX);
            for copy in alive(world, |fleet| fleet == name) {
                process::blame(world, copy, Some(FOREIGN_WRITER));
            }
        }
    }
}
