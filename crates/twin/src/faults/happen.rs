//! Makes a fault of the script happen.

use crate::faults::Stale;
use crate::script::{Fault, TimedFault, When};
use crate::time::{MILLI, Micros, SECOND};
use crate::world::{EngineId, World};

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
        }
        Fault::SlowPropagation { secs: takes } => {
            world.faults.propagation = Some(secs(*takes));
        }
        Fault::ControllerAbsent { secs } => {
            extend(&mut world.faults.controller_absent_until, now, *secs);
        }
        Fault::ZoneLoss { zone, secs: lasts } => {
            world.faults.zones.insert(*zone, now + secs(*lasts));
        }
        Fault::SlowStart { fleet, secs: more } => {
            if let Some(fleet) = world.fleets.get_mut(fleet) {
                fleet.slow_start = secs(*more);
            }
        }
        Fault::ForeignWriter { .. } | Fault::KillCopies { .. } | Fault::BadRelease { .. } => {}
    }
}

fn secs(secs: u32) -> Micros {
    u64::from(secs) * SECOND
}

fn extend(until: &mut Micros, now: Micros, lasts: u32) {
    *until = (*until).max(now + secs(lasts));
}
