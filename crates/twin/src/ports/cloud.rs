//! `Cloud`: rules, records and target groups, as Elastic Load Balancing and Route 53 answer.

use std::net::SocketAddr;

use model::code;
use model::ports::{Cloud, Fault, GroupSeen, RuleSeen, WeightOrder};
use model::reason::Reason;

use crate::api::{self, Area};
use crate::balancer::{self, orders};
use crate::check::hooks;
use crate::clients;
use crate::fleets::unknown;
use crate::process::{self, CopyId};
use crate::run::Engine;
use crate::world::World;

/// Which control plane knows the rule or set of records of this name.
fn area(engine: &Engine, rule: &str) -> Area {
    match engine.world().dns.records(rule) {
        Some(_) => Area::Names,
        None => Area::Balancing,
    }
}

impl Cloud for Engine {
    async fn rule(&self, rule: &str) -> Result<RuleSeen, Fault> {
        let (key, name) = (format!("rule {rule}"), rule.to_owned());
        api::read(self, area(self, rule), key, move |world| orders::seen(world, &name)).await
    }

    async fn set_weights(&self, order: &WeightOrder) -> Result<(), Fault> {
        let (what, order) = (format!("weights of {}", order.rule), order.clone());
        let area = area(self, &order.rule);
        api::write(self, area, what, move |world| orders::obey(world, &order)).await
    }

    async fn group(&self, group: &str) -> Result<GroupSeen, Fault> {
        let (key, name) = (format!("group {group}"), group.to_owned());
        let seen = api::read(self, Area::Balancing, key, move |world| seen(world, &name)).await?;
        hooks::on_group_read(&mut self.world(), group, &seen);
        Ok(seen)
    }

    async fn register(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        let (what, group) = (format!("target {target} into {group}"), group.to_owned());
        let serve = move |world: &mut World| {
            let copy = copy_at(world, target)?;
            known(balancer::register(world, &group, copy), &group)
        };
        api::write(self, Area::Balancing, what, serve).await
    }

    async fn deregister(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        let (what, group) = (format!("target {target} out of {group}"), group.to_owned());
        let serve = move |world: &mut World| {
            let copy = copy_at(world, target)?;
            known(balancer::deregister(world, &group, copy), &group)
        };
        api::write(self, Area::Balancing, what, serve).await
    }
}

/// Health and counts of a group; what has ended by now is counted.
fn seen(world: &mut World, group: &str) -> Result<GroupSeen, Fault> {
    clients::settle(world);
    let seen = world.balancers.group(group).map(balancer::Group::seen);
    seen.ok_or_else(|| unknown("target group", group))
}

fn copy_at(world: &World, target: SocketAddr) -> Result<CopyId, Fault> {
    let none = || Reason::new(&code::live::UNKNOWN).with("kind", "target").with("name", target);
    process::at_address(world, target).ok_or_else(|| Fault::never(none()))
}

fn known(done: bool, group: &str) -> Result<(), Fault> {
    if done { Ok(()) } else { Err(unknown("target group", group)) }
}
