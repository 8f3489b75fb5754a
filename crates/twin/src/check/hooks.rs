//! Where the world calls: one line at each event that can matter.
//!
//! Each is called when the world shows the event already.

use std::collections::BTreeMap;

use model::ports::{GroupSeen, JobOrder, Record, ScaleOrder, WeightOrder, Weights};

use super::{Applied, Cause, Checks, Copies, Effect, Owner, Terms, Truth};
use crate::clients;
use crate::script::Fault;
use crate::time::Micros;
use crate::world::World;

/// Holds the services of `terms` to them from now on.
pub fn begin(world: &mut World, terms: BTreeMap<String, Terms>) {
    world.checks = Checks::new(terms, world);
}

/// A record has become durable.
pub fn on_record(world: &mut World, record: &Record) {
    with(world, |checks, world| checks.record(world, record));
}

/// A rule or a record set has obeyed an order.
pub fn on_weights(world: &mut World, order: &WeightOrder) {
    let cause = Cause::Order { epoch: order.epoch.0, seq: order.seq };
    let applied = Applied { effect: Effect::weights(&order.rule, &order.weights), cause };
    with(world, |checks, world| checks.applied(world, &applied));
}

/// Somebody else has written a rule or a record set.
pub fn on_foreign_weights(world: &mut World, rule: &str, weights: &Weights) {
    let applied = Applied { effect: Effect::weights(rule, weights), cause: Cause::Fault };
    with(world, |checks, world| checks.applied(world, &applied));
}

/// Whatever serves a rule or a record set has its present weights: all nodes of the balancer, or
/// all name servers.
pub fn on_settled(world: &mut World, rule: &str) {
    let now = world.now();
    world.checks.settled(now, rule);
}

/// One more node of a balancer serves the present weights of a rule.
pub fn on_reached(world: &mut World, rule: &str) {
    if world.balancers.rule(rule).is_some_and(crate::balancer::Rule::is_served) {
        on_settled(world, rule);
    }
}

/// A fleet has obeyed an order.
pub fn on_scale(world: &mut World, order: &ScaleOrder) {
    let cause = Cause::Order { epoch: order.epoch.0, seq: order.seq };
    let effect = Effect::Replicas { fleet: order.fleet.clone(), replicas: order.replicas };
    with(world, |checks, world| checks.applied(world, &Applied { effect, cause }));
}

/// A job has obeyed an order.
pub fn on_job(world: &mut World, order: &JobOrder) {
    let cause = Cause::Order { epoch: order.epoch.0, seq: order.seq };
    let effect = Effect::Job { job: order.job.clone(), enabled: order.enabled };
    with(world, |checks, world| checks.applied(world, &Applied { effect, cause }));
}

/// The drills of a shift have begun.
pub fn on_drill(world: &mut World, shift: &str, epoch: u64, seq: u64) {
    with(world, |checks, world| checks.drilled(world, shift, epoch, seq));
}

/// An engine was answered this about a group.
pub fn on_group_read(world: &mut World, group: &str, seen: &GroupSeen) {
    let now = world.now();
    world.checks.read(now, group, seen);
}

/// The number of healthy targets of a group may have changed.
pub fn on_health(world: &mut World, group: &str) {
    let again = with(world, |checks, world| checks.health(world, group));
    for (service, at) in again {
        look_again(world, service, at);
    }
}

/// Something goes wrong from now on.
pub fn on_fault(world: &mut World, fault: &Fault) {
    let now = world.now();
    world.checks.fault(now, fault);
}

/// The run is over.
pub fn at_end(world: &mut World) {
    clients::settle(world);
    with(world, |checks, world| checks.end(world));
}

fn look_again(world: &mut World, service: String, at: Micros) {
    world.plan(at, move |world| {
        if let Some(at) = with(world, |checks, world| checks.look(world, &service)) {
            look_again(world, service, at);
        }
    });
}

/// Lends the checks to `see`, with the world as its truth, and notes new violations in the trace.
fn with<T>(world: &mut World, see: impl FnOnce(&mut Checks, &World) -> T) -> T {
    let mut checks = std::mem::take(&mut world.checks);
    let before = checks.violations.len();
    let answer = see(&mut checks, world);
    // Part of the trace: a run that is replayed breaks the same things at the same moments.
    for violation in checks.violations.iter().skip(before) {
        world.trace.note(violation.at, &format!("violation {}", violation.number));
    }
    world.checks = checks;
    answer
}

impl Truth for World {
    fn now(&self) -> Micros {
        Self::now(self)
    }

    fn healthy(&self, group: &str) -> u32 {
        self.balancers.group(group).map_or(0, crate::balancer::Group::healthy)
    }

    fn last_request(&self, group: &str) -> Option<Micros> {
        self.balancers.group(group)?.last_request
    }

    fn copies(&self, fleet: &str) -> Copies {
        let fleet = self.fleets.get(fleet);
        fleet.map_or_else(Copies::default, |fleet| Copies {
            wanted: fleet.wanted,
            running: fleet.running(),
        })
    }

    fn job(&self, job: &str) -> Option<Owner> {
        let now = Self::now(self);
        self.fleets.jobs.pairs().iter().find_map(|pair| {
            let owner = [&pair.old, &pair.new].into_iter().find(|owner| owner.name == job)?;
            let at_work = pair.every == 0 && owner.running(now, pair.every) > 0;
            Some(Owner { enabled: owner.enabled, at_work })
        })
    }

    fn overlaps(&self, job: &str) -> u64 {
        let pair = self.fleets.jobs.pairs().iter().find(|pair| pair.old.name == job);
        pair.map_or(0, |pair| pair.overlaps.count + pair.doubled.count)
    }

    fn lost_by_segue(&self, service: &str) -> u64 {
        clients::lost_by_segue(self, service)
    }
}
