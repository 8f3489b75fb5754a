//! Load balancers: what each costs, whose it is, and how many are left when they are shared.

use std::collections::{BTreeMap, BTreeSet};

use super::bills::Sheet;
use super::document::Charge;
use super::money::{Money, Range};
use super::prices::{Balancer as Price, Region};
use super::size::HOURS;
use crate::given::Given;
use crate::input::section::Section;

/// Capacity units that pass through an Application Load Balancer where nobody measured them.
const UNITS: Range<i64> = Range { low: 0, expected: 1, high: 3 };
/// Zones of a load balancer where the files do not list them, and the most that are counted.
const ZONES_DEFAULT: usize = 2;
const ZONES_MAX: usize = 6;

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Balancer {
    /// The environment whose services it serves; empty if several do, or none.
    pub(super) env: String,
    pub(super) kind: Kind,
    /// Open to the internet.
    public: bool,
    zones: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Application,
    Network,
    Gateway,
}

/// Every load balancer of the estate.
pub(super) fn all(given: Given<'_, '_>) -> Vec<Balancer> {
    let users = users(given);
    let read = |item: &crate::input::inventory::Item<'_>| {
        let node = &item.node;
        let arn = node.text("LoadBalancerArn").unwrap_or_default();
        let by_use = users.get(&arn).filter(|envs| envs.len() == 1);
        let by_name = || given.names.get(&arn).and_then(|name| name.environment.clone());
        let env = by_use.and_then(|envs| envs.first().cloned()).or_else(by_name);
        let zones = node.list("AvailabilityZones").len();
        let zones = if zones == 0 { ZONES_DEFAULT } else { zones.min(ZONES_MAX) };
        Balancer {
            env: env.unwrap_or_default(),
            kind: match node.text("Type").as_deref() {
                Some("network") => Kind::Network,
                Some("gateway") => Kind::Gateway,
                _ => Kind::Application,
            },
            public: node.text("Scheme").as_deref() == Some("internet-facing"),
            zones: i64::try_from(zones).unwrap_or(1),
        }
    };
    given.inventory.all(Section::LoadBalancers).iter().map(read).collect()
}

/// Environments whose services stand behind each load balancer.
fn users(given: Given<'_, '_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in given.converted {
        let by_rule = one.work.rules.iter().filter_map(|used| used.balancer.as_ref());
        let by_rule = by_rule.filter_map(|item| item.node.text("LoadBalancerArn"));
        let groups = one.work.target_groups.iter().filter_map(|used| used.group.as_ref());
        let by_group = groups.flat_map(|item| item.node.strings("LoadBalancerArns"));
        for arn in by_rule.chain(by_group) {
            users.entry(arn).or_default().insert(one.work.env.clone());
        }
    }
    users
}

/// Those that are left when each environment shares one Application Load Balancer a scheme.
pub(super) fn shared(all: &[Balancer]) -> Vec<Balancer> {
    let mut kept: Vec<Balancer> = Vec::new();
    for one in all {
        let same = |other: &&mut Balancer| {
            let key = |one: &Balancer| (one.env.clone(), one.kind, one.public);
            key(other) == key(one)
        };
        let sharable = one.kind == Kind::Application && !one.env.is_empty();
        match kept.iter_mut().find(same) {
            Some(other) if sharable => other.zones = other.zones.max(one.zones),
            _ => kept.push(one.clone()),
        }
    }
    kept
}

/// The charges for `kept` in one environment; what passes through all of them stays the same.
pub(super) fn sheet(env: &str, all: &[Balancer], kept: &[Balancer], region: &Region) -> Sheet {
    let mut sheet = Sheet::default();
    for one in kept.iter().filter(|one| one.env == env) {
        let hours = price(one.kind, region).hour.micros() * HOURS;
        sheet.add(Charge::LoadBalancers, Range::fixed(1), Range::fixed(Money::from_micros(hours)));
        if one.public {
            let address = region.public_ipv4.micros() * HOURS * i128::from(one.zones);
            let amount = Range::fixed(Money::from_micros(address));
            sheet.add(Charge::PublicAddresses, Range::fixed(one.zones), amount);
        }
    }
    for one in all.iter().filter(|one| one.env == env) {
        let unit = price(one.kind, region).used.micros() * HOURS;
        let amount = Range::by(|case| Money::from_micros(unit * i128::from(UNITS.of(case))));
        sheet.add(Charge::LoadBalancerUse, Range::fixed(1), amount);
    }
    sheet
}

fn price(kind: Kind, region: &Region) -> Price {
    match kind {
        Kind::Application => region.load_balancer.application,
        Kind::Network => region.load_balancer.network,
        Kind::Gateway => region.load_balancer.gateway,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_left_for_each_environment_and_scheme() {
        let one =
            |env: &str, kind, public| Balancer { env: env.to_owned(), kind, public, zones: 3 };
        let all = [
            one("dev", Kind::Application, true),
            one("dev", Kind::Application, true),
            one("dev", Kind::Application, false),
            one("dev", Kind::Network, true),
            one("dev", Kind::Network, true),
            one("prod", Kind::Application, true),
            // Nobody knows whose these are.
            one("", Kind::Application, true),
            one("", Kind::Application, true),
        ];
        assert_eq!(shared(&all).len(), 7);
        assert_eq!(shared(&shared(&all)), shared(&all));
    }
}
