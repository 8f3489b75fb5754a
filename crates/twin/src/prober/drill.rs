//! Drills: one copy of the new side is ended under synthetic load on the test route, a connection
//! is left idle, and a smoke test goes through what a health check does not.
//!
//! The copy really ends and is replaced. Synthetic requests are not sent one by one: what they
//! would meet follows from how the copy behaves and how it leaves its group. No request of a
//! client is part of it, and a side that has clients is not drilled.

use model::code;
use model::facts::Fact;
use model::facts::drills::{Connections, Idle, Leave, Load, Session, Smoke};
use model::ports::{DrillOrder, Fault, Weight};
use model::reason::Reason;

use crate::api::{WAIT, fence, to_micros};
use crate::check::hooks;
use crate::fleets::{self, Phase, ending, pass};
use crate::prober::facts::{clock, new_share};
use crate::process::CopyId;
use crate::script::{Platform, Side};
use crate::time::{Micros, SECOND};
use crate::world::World;

/// Synthetic requests a second.
const RATE: u64 = 20;
/// The controller takes at most so long to begin a deregistration.
const BEGINS_SECS: u32 = 3;
/// The balancer's nodes take at most so long to learn of it.
const LEAVES_SECS: u32 = 10;
/// The idle time-out of the balancer, and the two seconds that a connection must outlast it.
const IDLE_SECS: u32 = 62;
/// Checks of the smoke test.
const SMOKE_CHECKS: u32 = 50;

/// Begins the drills of a shift; one that has begun under this number goes on.
pub fn begin(world: &mut World, order: &DrillOrder) -> Result<(), Fault> {
    let Some(service) = world.script.services.get(&order.shift) else {
        return Err(no_shift(&order.shift));
    };
    let (side, longest) = (service.new.clone(), service.clients.longest_secs);
    let last = world.prober.memory(&order.shift).last;
    fence(&format!("the drills of {}", order.shift), last, (order.epoch, order.seq))?;
    if last.1 == order.seq {
        world.prober.memory(&order.shift).last = (order.epoch, order.seq);
        return Ok(());
    }
    if new_share(world, &order.shift) > Weight::NONE {
        return Err(refused(&order.shift, "clients are on it"));
    }
    let Some(copy) = victim(world, &side.fleet) else {
        return Err(refused(&order.shift, "it has no copy that may be taken away"));
    };
    world.prober.memory(&order.shift).last = (order.epoch, order.seq);
    hooks::on_drill(world, &order.shift, order.epoch.0, order.seq);
    let now = world.now();
    world.trace.note(now, &format!("drill of {}: copy {} is ended", order.shift, copy.0));
    let controller_absent = world.faults.is_controller_absent(now);
    ending::leave(world, &side.fleet, copy);
    pass::soon(world, &side.fleet);
    let tried = Tried {
        shift: order.shift.clone(),
        copy,
        longest_secs: longest,
        controller_absent: controller_absent && side.platform == Platform::Kubernetes,
    };
    let stops = match side.platform {
        Platform::Ecs => 0,
        Platform::Kubernetes => side.pod.pre_stop_secs,
    };
    let lasts = IDLE_SECS.max(stops + longest + BEGINS_SECS + LEAVES_SECS);
    world.plan(now + u64::from(lasts) * SECOND, move |world| end(world, &tried, &side, lasts));
    Ok(())
}

/// What was tried.
struct Tried {
    shift: String,
    copy: CopyId,
    longest_secs: u32,
    controller_absent: bool,
}

/// The copy that is ended: a healthy one, if the side and its budget can do without.
fn victim(world: &World, fleet: &str) -> Option<CopyId> {
    let fleet = world.fleets.get(fleet)?;
    let healthy = |member: &&fleets::Member| member.phase == Phase::Running && member.healthy;
    let mut members = fleet.members.iter().filter(|(_, member)| healthy(member));
    let spare = fleet.disruptions_allowed() > 0 && fleet.healthy() > 1;
    spare.then(|| members.next_back()).flatten().map(|(copy, _)| *copy)
}

/// The drills are over: their outcomes are there to be read.
fn end(world: &mut World, tried: &Tried, side: &Side, lasted: u32) {
    let at = clock(world);
    let Some(fleet) = world.fleets.get(&side.fleet) else {
        return;
    };
    // The release as it is now: a bad one may have come in the meantime.
    let behaviour = fleet.behaviour.clone();
    let reached = fleet.healthy() > 0;
    let keep_alive = behaviour.keep_alive_secs;
    let mut green = 0;
    for _ in 0..SMOKE_CHECKS {
        let failed = world.prober.draw() < behaviour.error_rate;
        green += u32::from(reached && !failed);
    }
    let lost = lost(world, tried, side);
    let (now, shift) = (world.now(), tried.shift.clone());
    let drills = &mut world.prober.memory(&shift).drills;
    let from = |what: &str| format!("drill: {what}");
    let load = Load {
        did: format!("ended copy {} of {}", tried.copy.0, side.fleet),
        requests: RATE * u64::from(lasted),
        lost,
    };
    drills.end_target = Some(Fact::new(load, from("a copy ended under load"), at));
    let closed_after_secs = (keep_alive < IDLE_SECS).then_some(keep_alive);
    let idle = Idle { watched_secs: IDLE_SECS, closed_after_secs };
    drills.idle = Some(Fact::new(idle, from("an idle connection"), at));
    let smoke = Smoke { checks: SMOKE_CHECKS, green };
    drills.smoke = Some(Fact::new(smoke, from("a smoke test"), at));
    let connect = Connections { balancer_to_target: reached, ..Connections::default() };
    drills.connect = Some(Fact::new(connect, from("a connection to each target"), at));
    // Copies of the twin keep nothing between requests.
    drills.session = Some(Fact::new(Session::None, from("a login on both sides"), at));
    drills.leave = (!tried.controller_absent).then(|| {
        let leave = Leave { deregistration_p99_secs: BEGINS_SECS, propagation_secs: LEAVES_SECS };
        Fact::new(leave, from("the last request of the copy"), at)
    });
    world.trace.note(now, &format!("drill of {shift}: {lost} lost, {green} green"));
}

/// Synthetic requests that are lost while the copy ends.
fn lost(world: &mut World, tried: &Tried, side: &Side) -> u64 {
    let behaviour = &side.behaviour;
    let longest = u64::from(tried.longest_secs) * SECOND;
    let (term, kill, known) = match side.platform {
        // ECS sends SIGTERM when the drain is over: only what takes longer is cut.
        Platform::Ecs => return u64::from(tried.longest_secs > side.target_group.drain_secs),
        Platform::Kubernetes => {
            let known = if tried.controller_absent {
                Micros::MAX
            } else {
                let whole = f64::from(BEGINS_SECS + LEAVES_SECS) * 1_000_000.0;
                to_micros(whole * (0.5 + 0.5 * world.prober.draw()))
            };
            let secs = |secs: u32| u64::from(secs) * SECOND;
            (
                secs(side.pod.pre_stop_secs.min(side.pod.grace_secs)),
                secs(side.pod.grace_secs),
                known,
            )
        }
    };
    let copies = world.fleets.get(&side.fleet).map_or(1, |fleet| fleet.wanted.max(1));
    // Requests that come after SIGTERM and before the balancer knows are refused.
    let window = known.min(kill.max(term) + 60 * SECOND).saturating_sub(term);
    let refused = window.saturating_mul(RATE) / SECOND / u64::from(copies);
    // The longest request that was sent last: cut by SIGTERM if the copy does not finish, by
    // SIGKILL if there is no time.
    let last_end = known.min(term).saturating_add(longest);
    let cut = (!behaviour.finishes && last_end > term) || last_end > kill;
    refused + u64::from(cut)
}

fn refused(shift: &str, cause: &str) -> Fault {
    let reason = Reason::new(&code::twin::NO_DRILL).with("shift", shift).with("cause", cause);
    Fault::after(WAIT, reason)
}

pub(super) fn no_shift(name: &str) -> Fault {
    Fault::never(Reason::new(&code::twin::NO_SHIFT).with("name", name))
}
