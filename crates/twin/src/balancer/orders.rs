//! Orders for weights: what a control plane checks before it obeys, and what it shows.

use model::code;
use model::ports::{Fault, RuleSeen, WeightOrder, Weights};
use model::reason::Reason;

use super::GROUPS_MAX;
use crate::api::fence;
use crate::balancer;
use crate::check::hooks;
use crate::dns;
use crate::fleets::unknown;
use crate::world::World;

/// What the control plane shows of a rule or a set of records.
pub fn seen(world: &World, rule: &str) -> Result<RuleSeen, Fault> {
    if let Some(set) = world.dns.records(rule) {
        let (weights, epoch) = (set.weights.clone(), set.last.0);
        return Ok(RuleSeen { weights, epoch, settled: set.is_settled() });
    }
    let seen = |rule: &balancer::Rule| {
        let (weights, epoch) = (rule.weights.clone(), rule.last.0);
        // No API tells how far a changed rule has come.
        RuleSeen { weights, epoch, settled: true }
    };
    world.balancers.rule(rule).map(seen).ok_or_else(|| unknown("rule", rule))
}

/// Obeys an order, or says why not.
///
/// A set of records is compared and swapped, and carries the number of its last order in the same
/// batch. A rule is fenced only where its tags are part of the policy of the engines.
pub fn obey(world: &mut World, order: &WeightOrder) -> Result<(), Fault> {
    let name = order.rule.as_str();
    let given = (order.epoch, order.seq);
    if let Some(set) = world.dns.records(name) {
        fence(&format!("records {name}"), set.last, given)?;
        if !set.weights.same_as(&order.expected) {
            return Err(mismatch(name, &set.weights, &order.expected));
        }
        known_records(world, set, &order.weights)?;
        dns::write_records(world, name, &order.weights);
        dns::set_last(world, name, given);
        world.prober.obeyed(name, given, &order.weights);
        hooks::on_weights(world, order);
        return Ok(());
    }
    let Some(rule) = world.balancers.rule(name) else {
        return Err(unknown("rule", name));
    };
    if world.balancers.is_fenced() {
        fence(&format!("rule {name}"), rule.last, given)?;
    }
    check_groups(world, rule, &order.weights)?;
    balancer::write_rule(world, name, &order.weights);
    balancer::set_last(world, name, given);
    world.prober.obeyed(name, given, &order.weights);
    hooks::on_weights(world, order);
    Ok(())
}

/// Whether a rule or a set of records would take these weights: it exists, and so do the groups,
/// where it can send to them.
pub fn would_obey(world: &World, name: &str, weights: &Weights) -> bool {
    if let Some(set) = world.dns.records(name) {
        return known_records(world, set, weights).is_ok();
    }
    let rule = world.balancers.rule(name);
    rule.is_some_and(|rule| check_groups(world, rule, weights).is_ok())
}

/// A set of records has one for each group.
fn known_records(world: &World, set: &dns::Records, weights: &Weights) -> Result<(), Fault> {
    let known = |group: &str| {
        world.balancers.number(group).is_some_and(|number| set.groups().contains(&number))
    };
    let strange = weights.iter().find(|(group, _)| !known(group));
    strange.map_or(Ok(()), |(group, _)| Err(unknown("record for target group", group)))
}

/// An action names at most five groups, each of its own balancer.
fn check_groups(world: &World, rule: &balancer::Rule, weights: &Weights) -> Result<(), Fault> {
    let count = weights.iter().count();
    if count > GROUPS_MAX {
        let reason = Reason::new(&code::live::FULL)
            .with("what", "a forward action")
            .with("limit", format!("{GROUPS_MAX} target groups"));
        return Err(Fault::never(reason));
    }
    for (group, _) in weights.iter() {
        let home = world.balancers.group(group).ok_or_else(|| unknown("target group", group))?;
        if home.balancer != rule.balancer {
            let reason = Reason::new(&code::twin::ELSEWHERE)
                .with("group", group)
                .with("balancer", &home.balancer);
            return Err(Fault::never(reason));
        }
    }
    Ok(())
}

fn mismatch(rule: &str, present: &Weights, expected: &Weights) -> Fault {
    let reason = Reason::new(&code::twin::MISMATCH)
        .with("rule", rule)
        .with("present", present)
        .with("expected", expected);
    Fault::never(reason)
}
