//! What else writes, watches, scales or starts a service, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::consolidate::cluster::Target;
use crate::consolidate::document::Owner;
use crate::consolidate::facts::{Facts, things};
use crate::consolidate::subject::One;
use crate::convert::names;
use crate::input::inventory::Inventory;
use crate::input::section::Section;

/// Tags by which code marks what it makes, lower case.
const MARKS: &[&str] = &["managedby", "managed-by", "managed_by", "provisionedby", "createdby"];
/// Programs that write what such code says.
const WRITERS: &[&str] =
    &["terraform", "opentofu", "cloudformation", "pulumi", "cdk", "terragrunt"];

/// Who names clusters of ECS in policies and event patterns.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Roles by the cluster that a policy of theirs names.
    pub(super) roles: BTreeMap<String, BTreeSet<String>>,
    /// Event rules by the cluster that their pattern names.
    pub(super) rules: BTreeMap<String, BTreeSet<String>>,
}

impl Mentions {
    /// Reads every policy and every pattern once.
    pub(super) fn of(inventory: &Inventory<'_>) -> Self {
        let mut out = Self::default();
        let attached: BTreeMap<String, BTreeSet<String>> = policies(inventory);
        for role in things(inventory, "RoleDetailList") {
            let name = role.text("RoleName").unwrap_or_default();
            let mut clusters = BTreeSet::new();
            for leaf in role.leaves() {
                clusters.extend(clusters_in(leaf.str().unwrap_or_default()));
            }
            for policy in role.list("AttachedManagedPolicies") {
                let arn = policy.text("PolicyArn").unwrap_or_default();
                clusters.extend(attached.get(&arn).cloned().unwrap_or_default());
            }
            for cluster in clusters {
                out.roles.entry(cluster).or_default().insert(name.clone());
            }
        }
        for rule in inventory.all(Section::EventRules) {
            let pattern = rule.node.text("EventPattern").unwrap_or_default();
            for cluster in clusters_in(&pattern) {
                let name = rule.node.text("Name").unwrap_or_default();
                out.rules.entry(cluster).or_default().insert(name);
            }
        }
        out
    }
}

/// Clusters that each managed policy names.
fn policies(inventory: &Inventory<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let read = |policy: &crate::input::node::Node<'_>| {
        let leaves = policy.leaves();
        let found = leaves.iter().flat_map(|leaf| clusters_in(leaf.str().unwrap_or_default()));
        Some((policy.text("Arn")?, found.collect()))
    };
    things(inventory, "Policies").iter().filter_map(read).collect()
}

/// Names of clusters in ARNs of ECS within a text.
fn clusters_in(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices(":ecs:") {
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| c == '"' || c.is_whitespace()).unwrap_or(rest.len());
        // :ecs:REGION:ACCOUNT:cluster/NAME, …:service/NAME/SERVICE
        let Some(thing) = rest.get(..end).unwrap_or_default().split(':').nth(4) else { continue };
        let mut parts = thing.split('/');
        let kind = parts.next().unwrap_or_default();
        let clustered = ["cluster", "service", "task", "container-instance", "task-set"];
        let name = parts.next().unwrap_or_default();
        if clustered.contains(&kind) && !name.is_empty() && !name.contains('*') {
            out.push(name.to_owned());
        }
    }
    out
}

/// The owners of one service.
pub(super) fn of(
    facts: &Facts<'_, '_>,
    one: &One<'_, '_>,
    target: &Target,
    alarms: &[String],
    by_hand: &[String],
) -> Vec<Owner> {
    let mut out = Vec::new();
    let mut add = |kind: &str, name: &str, becomes: String| {
        out.push(Owner { kind: kind.to_owned(), name: name.to_owned(), becomes });
    };
    let cluster = &target.document.name;
    if let Some(group) = &one.code_deploy {
        let name = group.text("deploymentGroupName").unwrap_or_default();
        add(
            "codeDeploy",
            &name,
            format!(
                "frozen while weights move; then deploys to {cluster} with the new pair of target groups"
            ),
        );
    }
    if one.ecs_swaps() {
        add("blueGreen", &one.strategy(), "left out while weights move, since ECS would write the rule; set again when the old side has left".to_owned());
    }
    if let Some(connect) = &one.connect {
        let namespace = target.document.namespace.clone().unwrap_or_default();
        let becomes = if connect.names.is_empty() {
            format!(
                "calls names of the namespace {namespace}, where services that it calls are up before it"
            )
        } else {
            format!(
                "keeps its names ({}) in the namespace {namespace}; the old side serves callers that have not moved",
                connect.names.join(", ")
            )
        };
        let label = one.namespace_name.clone().unwrap_or_else(|| connect.namespace.clone());
        add("serviceConnect", &label, becomes);
    }
    for (arn, item) in &one.work.discovery {
        let name = item.node.text("Name").unwrap_or_else(|| names::last_part(arn).to_owned());
        add("cloudMap", &name, "kept: both sides register in it while both are up".to_owned());
    }
    for scalable in &one.work.scalable {
        let name = scalable.node.text("ResourceId").unwrap_or_default();
        add(
            "scaling",
            &name,
            format!(
                "registered anew as service/{cluster}/{}; not scaled in while weights move",
                one.work.name
            ),
        );
    }
    for used in &one.work.schedules {
        let name = used.rule.as_ref().and_then(|rule| rule.node.text("Name"));
        let name = name.unwrap_or_else(|| used.label.clone());
        let becomes = if by_hand.contains(&used.label) {
            format!("pointed at {cluster} by hand")
        } else {
            format!("pointed at {cluster} in one call")
        };
        add("schedule", &name, becomes);
    }
    for alarm in alarms {
        add("alarm", alarm, "copied for the new side while both are up; then keeps its name and watches the new side".to_owned());
    }
    let own = one.cluster();
    for role in facts.mentions.roles.get(own).into_iter().flatten() {
        add("role", role, format!("allow {cluster} beside {own} in its policies"));
    }
    for rule in facts.mentions.rules.get(own).into_iter().flatten() {
        add("eventRule", rule, format!("add {cluster} beside {own} to its pattern"));
    }
    if one.on_instances() {
        let provider = target.provider_of(&one.key()).unwrap_or_default();
        add(
            "instances",
            own,
            format!("new instances behind {provider}; the old ones end with their cluster"),
        );
    }
    for (writer, things) in writers(facts, one) {
        let becomes = format!(
            "stop it for {} while {} moves, and bring the result into the code",
            things.join(", "),
            one.work.name
        );
        add("code", &writer, becomes);
    }
    out
}

/// Code that writes things of the service, by tags, and what it writes.
pub(super) fn writers(facts: &Facts<'_, '_>, one: &One<'_, '_>) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut look = |thing: String, tags: &[(String, String)]| {
        for (key, value) in tags {
            if let Some(writer) = writer(key, value) {
                let things = out.entry(writer).or_default();
                if !things.contains(&thing) {
                    things.push(thing.clone());
                }
            }
        }
    };
    let tags = one.node.as_ref().map(|node| node.list("tags")).unwrap_or_default();
    let pairs: Vec<(String, String)> = tags
        .iter()
        .filter_map(|tag| Some((tag.text("key")?, tag.text("value").unwrap_or_default())))
        .collect();
    look(format!("the service {}", one.ecs_name()), &pairs);
    for arn in one.all_groups() {
        look(format!("the target group {}", super::held::group_name(&arn)), facts.tags(&arn));
    }
    for front in one.fronts.iter().chain(&one.tests) {
        for arn in [&front.arn, &front.listener] {
            look(format!("rules of {}", front.balancer_name()), facts.tags(arn));
        }
    }
    out
}

fn writer(key: &str, value: &str) -> Option<String> {
    if key == "aws:cloudformation:stack-name" {
        return Some(format!("CloudFormation ({value})"));
    }
    let (key, lower) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
    let marked = MARKS.contains(&key.as_str()) && WRITERS.iter().any(|name| lower.contains(name));
    marked.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_read_out_of_any_text() {
        let text = r#"{"detail":{"clusterArn":["arn:aws:ecs:r:1:cluster/a","arn:aws:ecs:r:1:cluster/b"]}}"#;
        assert_eq!(clusters_in(text), ["a", "b"]);
        assert_eq!(clusters_in("arn:aws:ecs:r:1:service/c/web"), ["c"]);
        assert!(clusters_in("arn:aws:ecs:r:1:cluster/*").is_empty());
        assert!(clusters_in("arn:aws:ecs:r:1:task-definition/x:1").is_empty());
        assert!(clusters_in(":ecs:").is_empty());
    }

    #[test]
    fn only_programs_count_as_writers() {
        assert_eq!(writer("ManagedBy", "terraform").as_deref(), Some("terraform"));
        assert_eq!(writer("ManagedBy", "hand"), None);
        assert!(writer("aws:cloudformation:stack-name", "edge").is_some());
    }
}
