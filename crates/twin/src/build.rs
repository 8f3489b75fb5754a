//! Builds the world of a script, at steady state: the old side of each service is healthy and has
//! all requests, the new side has the copies that the script gives it.

mod validate;

use std::collections::BTreeMap;

use model::facts;
use model::ports::Epoch;

use crate::api::Api;
use crate::balancer;
use crate::balancer::group::Health;
use crate::clients;
use crate::faults::{Faults, happen};
use crate::fleets::{Fleet, Fleets, Member, Phase, fleet, jobs, pass};
use crate::prober::Prober;
use crate::process;
use crate::script::{Fault, Platform, Script, Service, Side};
use crate::time::SECOND;
use crate::world::World;

impl World {
    /// The world of `script` at moment 0, or what is wrong with the script.
    pub fn build(script: &Script) -> Result<Self, String> {
        validate::check(script)?;
        let mut world = Self::new(script.seed);
        let ages = script.faults.iter().filter_map(|one| match one.fault {
            Fault::StaleReads { age, .. } => Some(u64::from(age) * SECOND),
            _ => None,
        });
        world.script = script.clone();
        world.api = Api::new(script.seed, &script.control, ages.max());
        world.faults = Faults::new(script.seed, &script.faults);
        world.prober = Prober::new(script.seed);
        world.fleets = Fleets::new(script.seed, script.control.nodes);
        clients::control(&mut world, &script.control);
        for (name, service) in &script.services {
            clients::add(&mut world, name, service)?;
            add_side(&mut world, name, service, facts::Side::Old)?;
            add_side(&mut world, name, service, facts::Side::New)?;
            for job in &service.jobs {
                jobs::add(&mut world, name, job);
            }
        }
        happen::plan(&mut world, &script.faults);
        Ok(world)
    }
}

/// Adds the fleet of one side, its copies running, registered and healthy.
fn add_side(
    world: &mut World,
    service: &str,
    script: &Service,
    side: facts::Side,
) -> Result<(), String> {
    let settings = match side {
        facts::Side::Old => &script.old,
        facts::Side::New => &script.new,
    };
    world.fleets.add(empty_fleet(service, script, settings, side));
    for _ in 0..settings.replicas {
        let Some((zone, node)) = pass::place(world, &settings.fleet) else {
            return Err(format!(
                "service {service}: there is no node for {} copies of {}",
                settings.replicas, settings.fleet
            ));
        };
        settle(world, settings, (zone, node));
    }
    Ok(())
}

fn empty_fleet(service: &str, script: &Service, settings: &Side, side: facts::Side) -> Fleet {
    Fleet {
        name: settings.fleet.clone(),
        service: service.to_owned(),
        side,
        group: settings.group.clone(),
        platform: settings.platform,
        behaviour: settings.behaviour.clone(),
        pod: settings.pod.clone(),
        connections_per_copy: script.connections_per_copy,
        wanted: settings.replicas,
        last: (Epoch::default(), 0),
        members: BTreeMap::new(),
        explained_by: None,
        slow_start: 0,
        out_of_memory: 0,
        crashes: 0,
        not_before: 0,
        pass_planned: false,
        bind_planned: false,
    }
}

/// A copy that has run for long: ready, registered, healthy, its gate open.
fn settle(world: &mut World, side: &Side, (zone, node): (u8, Option<u32>)) {
    let copy = process::start(world, &side.fleet, &side.behaviour, zone, 0);
    pass::enlist(
        world,
        &side.fleet,
        copy,
        Member {
            zone,
            node,
            phase: Phase::Running,
            registered: fleet::Registered::Yes,
            healthy: true,
            gate_open: side.platform == Platform::Kubernetes && side.pod.readiness_gate,
            started: 0,
        },
    );
    balancer::register(world, &side.group, copy);
    for number in world.balancers.homes(copy) {
        let Some(group) = world.balancers.at_mut(number) else {
            continue;
        };
        if let Some(target) = group.target_mut(copy) {
            target.health = Health::Healthy;
            target.good = side.target_group.healthy_threshold;
        }
        group.refresh();
    }
}
