//! What a service may reach: policies of its task role, and security groups that admit its own.
//!
//! It says what is possible, not what is done, so no wave follows it. It confirms an edge that
//! words gave, and it shows a door into another environment.

use std::collections::{BTreeMap, BTreeSet};

use super::resources::{self, Named};
use super::texts::id_of;
use super::{Finder, Graph, Said, place};
use crate::evidence::things;
use crate::input::node::Node;
use crate::waves::graph::{Relation, Sign, Thing, ThingKind};

/// Finds what roles and security groups allow.
pub(super) fn find(finder: &Finder<'_, '_>, graph: &mut Graph) {
    roles(finder, graph);
    groups(finder, graph);
}

fn roles(finder: &Finder<'_, '_>, graph: &mut Graph) {
    let listed = things(finder.given.inventory, "RoleDetailList");
    let roles: BTreeMap<String, &Node<'_>> =
        listed.iter().filter_map(|role| Some((role.text("Arn")?, role))).collect();
    for (index, one) in finder.given.converted.iter().enumerate() {
        let arn = one.work.task.node.text("taskRoleArn").unwrap_or_default();
        let Some(role) = roles.get(&arn) else { continue };
        let name = role.text("RoleName").unwrap_or_default();
        for resource in resources_of(role) {
            let Some(text) = resource.str() else { continue };
            let Some(named) = resources::of_arn(text) else { continue };
            let said = Said {
                from: id_of(finder, index),
                place: place(&resource),
                sign: Sign::RoleAllows,
                words: finder.quote(&format!("role {name}"), text, &named.name),
                way: Vec::new(),
            };
            if let Some(thing) = finder.resource(index, named) {
                graph.add(said, thing, Relation::May);
            }
        }
    }
}

/// The resources of every statement that allows something.
fn resources_of<'a>(role: &Node<'a>) -> Vec<Node<'a>> {
    let policies = role.list("RolePolicyList");
    let documents = policies.iter().filter_map(|policy| policy.get("PolicyDocument"));
    // IAM takes one statement without its list.
    let statements = documents
        .filter_map(|document| document.get("Statement"))
        .flat_map(|all| if all.value.is_array() { all.items() } else { vec![all] });
    statements
        .filter(|statement| statement.text("Effect").as_deref() == Some("Allow"))
        .filter_map(|statement| statement.get("Resource"))
        .flat_map(|resource| resource.leaves())
        .collect()
}

/// A rule that admits a group into another.
struct Admission<'a> {
    node: Node<'a>,
    source: String,
    group: String,
}

fn groups(finder: &Finder<'_, '_>, graph: &mut Graph) {
    let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, one) in finder.given.converted.iter().enumerate() {
        let path = ["networkConfiguration", "awsvpcConfiguration"];
        let network = one.work.service.as_ref().and_then(|item| item.node.at(&path));
        for group in network.map(|node| node.strings("securityGroups")).unwrap_or_default() {
            owners.entry(group).or_default().insert(index);
        }
    }
    let names = group_names(finder);
    for Admission { node, source, group } in admissions(finder) {
        let sources = owners.get(&source).cloned().unwrap_or_default();
        for index in sources {
            if owners.get(&group).is_some_and(|owners| owners.contains(&index)) {
                continue;
            }
            let Some(thing) = target(finder, index, &group, &names, &owners) else { continue };
            let name = names.get(&group).map_or(group.as_str(), String::as_str);
            let said = Said {
                from: id_of(finder, index),
                place: place(&node),
                sign: Sign::Admitted,
                words: finder.quote(&format!("group {name}"), &words(&node), &source),
                way: Vec::new(),
            };
            graph.add(said, thing, Relation::May);
        }
    }
}

/// Whom a group guards: its one service, or whatever has it.
fn target(
    finder: &Finder<'_, '_>,
    index: usize,
    group: &str,
    names: &BTreeMap<String, String>,
    owners: &BTreeMap<String, BTreeSet<usize>>,
) -> Option<Thing> {
    let behind = owners.get(group).filter(|services| services.len() == 1);
    if let Some(service) = behind.and_then(BTreeSet::first) {
        return Some(finder.service(*service));
    }
    let name = names.get(group).map_or(group, String::as_str);
    finder.resource(index, Named::new(ThingKind::SecurityGroup, name))
}

fn words(rule: &Node<'_>) -> String {
    let port = |key: &str| rule.int_at(key);
    match (port("FromPort"), port("ToPort")) {
        (Some(from), Some(to)) if from == to => format!("admits the tasks on port {from}"),
        (Some(from), Some(to)) => format!("admits the tasks on ports {from} to {to}"),
        _ => "admits the tasks on every port".to_owned(),
    }
}

fn group_names(finder: &Finder<'_, '_>) -> BTreeMap<String, String> {
    let groups = things(finder.given.inventory, "SecurityGroups");
    let named = |group: &Node<'_>| Some((group.text("GroupId")?, group.text("GroupName")?));
    groups.iter().filter_map(named).collect()
}

/// Every admission of a group by a group. The list of rules says it best; without it the groups
/// themselves have the same in another shape.
fn admissions<'a>(finder: &Finder<'_, 'a>) -> Vec<Admission<'a>> {
    let inventory = finder.given.inventory;
    let rules = things(inventory, "SecurityGroupRules");
    let of_rule = |rule: &Node<'a>| {
        let source = rule.get("ReferencedGroupInfo")?.text("GroupId")?;
        let group = rule.text("GroupId")?;
        (!rule.flag("IsEgress")).then(|| Admission { node: rule.clone(), source, group })
    };
    if !rules.is_empty() {
        return rules.iter().filter_map(of_rule).collect();
    }
    let mut out = Vec::new();
    for group in things(inventory, "SecurityGroups") {
        let Some(id) = group.text("GroupId") else { continue };
        for permission in group.list("IpPermissions") {
            for pair in permission.list("UserIdGroupPairs") {
                if let Some(source) = pair.text("GroupId") {
                    out.push(Admission { node: permission.clone(), source, group: id.clone() });
                }
            }
        }
    }
    out
}
