//! Who admits the tasks of a service, room in the subnets, and weights of its names.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::evidence as code;

use super::{Around, things};
use crate::input::inventory::Inventory;
use crate::input::node::Node;
use crate::input::section::Section;
use crate::scope::Scope;

/// Fewer free addresses than this in a subnet are worth a word: two nodes with their reserve of
/// addresses take about 60.
const FREE_ADDRESSES_LOW: i64 = 64;

/// Security groups that name the group of the tasks as their source.
pub(super) fn groups(around: &Around<'_, '_>, scope: &mut Scope) {
    let own = own_groups(around);
    let names = group_names(around.inventory);
    let mut admitting: BTreeMap<String, Node<'_>> = BTreeMap::new();
    for rule in things(around.inventory, "SecurityGroupRules") {
        let source = rule.at(&["ReferencedGroupInfo"]).and_then(|info| info.text("GroupId"));
        let (Some(source), Some(group)) = (source, rule.text("GroupId")) else { continue };
        if rule.flag("IsEgress") || !own.contains(&source) || own.contains(&group) {
            continue;
        }
        let name = names.get(&group).cloned().unwrap_or(group);
        match around.foreign(&name) {
            Some(env) => foreign_group(around, &rule, &name, &env, scope),
            None => drop(admitting.entry(name).or_insert(rule)),
        }
    }
    let Some(first) = admitting.values().next() else { return };
    let list: Vec<&str> = admitting.keys().map(String::as_str).collect();
    let reason = Reason::new(&code::GROUP_ADMITS)
        .with("groups", list.join(", "))
        .with("service", &around.work.name)
        .with("own", own.into_iter().collect::<Vec<_>>().join(", "));
    let id = scope.note(first, reason);
    for other in admitting.values().skip(1) {
        scope.ledger.mention(other, &id);
    }
}

fn foreign_group(
    around: &Around<'_, '_>,
    rule: &Node<'_>,
    group: &str,
    env: &str,
    scope: &mut Scope,
) {
    let reason = Reason::new(&code::GROUP_FOREIGN)
        .with("group", group)
        .with("foreign", env)
        .with("service", &around.work.name)
        .with("env", &around.work.env);
    scope.note(rule, reason);
}

fn own_groups(around: &Around<'_, '_>) -> BTreeSet<String> {
    let path = ["networkConfiguration", "awsvpcConfiguration"];
    let network = around.work.service.as_ref().and_then(|item| item.node.at(&path));
    network
        .map(|network| network.strings("securityGroups"))
        .unwrap_or_default()
        .into_iter()
        .collect()
}

fn group_names(inventory: &Inventory<'_>) -> BTreeMap<String, String> {
    let groups = things(inventory, "SecurityGroups");
    groups
        .iter()
        .filter_map(|group| Some((group.text("GroupId")?, group.text("GroupName")?)))
        .collect()
}

/// Weighted records of the host names that lead to the service.
pub(super) fn weighted_names(around: &Around<'_, '_>, scope: &mut Scope) {
    let hosts = hosts(around);
    let mut weighted: BTreeMap<String, Vec<Node<'_>>> = BTreeMap::new();
    for record in around.inventory.all(Section::Records) {
        let name = record.node.text("Name").unwrap_or_default();
        let name = name.trim_end_matches('.').to_owned();
        if hosts.contains(&name) && record.node.get("Weight").is_some() {
            weighted.entry(name).or_default().push(record.node.clone());
        }
    }
    for (name, records) in weighted {
        let weight = |record: &Node<'_>| record.text("Weight").unwrap_or_default();
        let weights: Vec<String> = records.iter().map(weight).collect();
        let reason = Reason::new(&code::WEIGHTED_RECORD)
            .with("name", name)
            .with("weights", weights.join(", "));
        scope.note(&records[0], reason);
    }
}

/// The host names in the conditions of its listener rules.
fn hosts(around: &Around<'_, '_>) -> BTreeSet<String> {
    let conditions = around.work.rules.iter().flat_map(|used| used.rule.node.list("Conditions"));
    let by_host = conditions.filter(|one| one.text("Field").as_deref() == Some("host-header"));
    by_host
        .flat_map(|one| {
            let config = one.get("HostHeaderConfig").map(|config| config.strings("Values"));
            config.unwrap_or_else(|| one.strings("Values"))
        })
        .collect()
}

/// Subnets that have little room, once for the estate.
pub(super) fn subnets(inventory: &Inventory<'_>, scope: &mut Scope) {
    for subnet in things(inventory, "Subnets") {
        let Some(free) = subnet.int_at("AvailableIpAddressCount") else { continue };
        if free >= FREE_ADDRESSES_LOW {
            continue;
        }
        let tags = subnet.list("Tags");
        let named = tags.iter().find(|tag| tag.text("Key").as_deref() == Some("Name"));
        let name = named.and_then(|tag| tag.text("Value")).or_else(|| subnet.text("SubnetId"));
        let reason = Reason::new(&code::FEW_ADDRESSES)
            .with("subnet", name.unwrap_or_default())
            .with("free", free);
        scope.note(&subnet, reason);
    }
}
