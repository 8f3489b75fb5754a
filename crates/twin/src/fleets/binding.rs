//! The AWS Load Balancer Controller: it registers ready pods in their target group, takes ending
//! ones out, and opens their readiness gates. Late, and not at all while it is absent.

use crate::balancer;
use crate::fleets::ending;
use crate::fleets::fleet::{Phase, Registered};
use crate::process::CopyId;
use crate::script::Platform;
use crate::time::{MILLI, Micros, SECOND};
use crate::world::World;

/// The controller looks at the health of targets again after this long.
const GATE_EACH: Micros = 15 * SECOND;

/// Plans a pass over the binding of a fleet.
pub(crate) fn soon(world: &mut World, name: &str) {
    let lag = world.fleets.rng.u64(300 * MILLI..=3 * SECOND);
    let Some(fleet) = world.fleets.get_mut(name) else {
        return;
    };
    if fleet.platform != Platform::Kubernetes || std::mem::replace(&mut fleet.bind_planned, true) {
        return;
    }
    let name = name.to_owned();
    let at = world.now().saturating_add(lag);
    world.plan(at, move |world| {
        if let Some(fleet) = world.fleets.get_mut(&name) {
            fleet.bind_planned = false;
        }
        pass(world, &name);
    });
}

/// One pass: targets that should not be there go first, as in the controller itself.
fn pass(world: &mut World, name: &str) {
    if world.faults.is_controller_absent(world.now()) {
        return;
    }
    let Some(fleet) = world.fleets.get(name) else {
        return;
    };
    let group = fleet.group.clone();
    let having = |wanted: bool, registered: Registered| -> Vec<CopyId> {
        let all = fleet.members.iter().filter(|(_, member)| {
            // A pod whose node is silent counts until somebody notices.
            let stays = matches!(member.phase, Phase::Running | Phase::Dead);
            stays == wanted && member.registered == registered
        });
        all.map(|(copy, _)| *copy).collect()
    };
    let (gone, new) = (having(false, Registered::Yes), having(true, Registered::No));
    for copy in gone {
        ending::deregister(world, name, &group, copy);
    }
    for copy in new {
        let member = world.fleets.get_mut(name).and_then(|fleet| fleet.members.get_mut(&copy));
        if let Some(member) = member.filter(|member| member.phase == Phase::Running) {
            member.registered = Registered::Yes;
            balancer::register(world, &group, copy);
        }
    }
}

/// The health of a pod's target has changed: its gate follows at the controller's next look.
pub(crate) fn look_at_gate(world: &mut World, name: &str, copy: CopyId) {
    let wait = world.fleets.rng.u64(0..=GATE_EACH);
    let name = name.to_owned();
    let at = world.now().saturating_add(wait);
    world.plan(at, move |world| {
        if world.faults.is_controller_absent(world.now()) {
            return;
        }
        let member = world.fleets.get_mut(&name).and_then(|fleet| fleet.members.get_mut(&copy));
        if let Some(member) = member {
            member.gate_open = member.healthy;
        }
    });
}

/// The controller is back: it goes over every binding and every gate.
pub(crate) fn back(world: &mut World) {
    let fleets = world.fleets.iter().filter(|fleet| fleet.platform == Platform::Kubernetes);
    let names: Vec<String> = fleets.map(|fleet| fleet.name.clone()).collect();
    for name in names {
        soon(world, &name);
        let copies = world.fleets.get(&name).map(|fleet| fleet.members.keys().copied().collect());
        let copies: Vec<CopyId> = copies.unwrap_or_default();
        for copy in copies {
            look_at_gate(world, &name, copy);
        }
    }
}
