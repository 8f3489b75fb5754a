//! Rulings on what belongs to no single service: indexes, evidence, shared things, unknown files.
//!
//! **Invariant:** after [`rule`] every leaf of every input file has a ruling.

use model::Reason;
use model::code::convert as code;

use crate::input::inventory::{Inventory, Item};
use crate::input::node::Node;
use crate::input::section::Section;
use crate::scope::Scope;

/// Rules on everything that `claimed` does not know.
pub fn rule(inventory: &Inventory<'_>, scope: &mut Scope, claimed: &dyn Fn(&Node<'_>) -> bool) {
    for (section, items) in inventory.sections() {
        for item in items {
            one(scope, *section, item, claimed);
        }
    }
    for file in &inventory.files {
        leftovers(scope, file, claimed);
    }
}

fn one(scope: &mut Scope, section: Section, item: &Item<'_>, claimed: &dyn Fn(&Node<'_>) -> bool) {
    let leaves: Vec<Node<'_>> =
        item.node.leaves().into_iter().filter(|leaf| !claimed(leaf)).collect();
    if leaves.is_empty() {
        return;
    }
    match section {
        Section::Index => ignore(
            scope,
            &leaves,
            "an index or a page mark: the things themselves come from other answers",
        ),
        Section::Evidence(why) => ignore(scope, &leaves, why),
        Section::Clusters => clusters(scope, &leaves),
        Section::Tasks => tasks(scope, &leaves),
        Section::Secrets | Section::Parameters => ignore(
            scope,
            &leaves,
            "the secret stays where it is; its name is evidence for the keys of ExternalSecrets",
        ),
        Section::HostedZones | Section::Records => {
            ignore(scope, &leaves, "DNS stays as it is while the old load balancer is the switch");
        }
        Section::Namespaces | Section::DiscoveryServices => ignore(
            scope,
            &leaves,
            "Cloud Map stays; pods are registered in it while callers are on both sides",
        ),
        Section::Attributes => ignore(
            scope,
            &leaves,
            "the load balancer keeps its attributes, as it stays the switch while traffic moves",
        ),
        Section::ListenerRules => listener_rule(scope, item, &leaves),
        Section::Listeners | Section::LoadBalancers => ignore(
            scope,
            &leaves,
            "the load balancer stays as it is: it is the switch while traffic moves",
        ),
        Section::EventRules | Section::EventTargets | Section::Schedules => {
            schedule(scope, item, &leaves);
        }
        Section::Unknown => {}
        Section::Services | Section::TaskDefinitions => partly_read(scope, &leaves),
        Section::TargetGroups
        | Section::ScalableTargets
        | Section::ScalingPolicies
        | Section::ScheduledActions => unused(scope, item, &leaves),
    }
}

fn ignore(scope: &mut Scope, leaves: &[Node<'_>], why: &str) {
    for leaf in leaves {
        scope.ignored(leaf, why);
    }
}

fn clusters(scope: &mut Scope, leaves: &[Node<'_>]) {
    for leaf in leaves {
        if leaf.pointer.ends_with("/clusterName") {
            scope.approximated(
                leaf,
                "clusters/<environment>",
                "one cluster for each environment, a namespace for each service",
            );
        } else {
            scope.ignored(leaf, "identity, state or settings of an ECS cluster, which its environment's cluster replaces");
        }
    }
}

fn tasks(scope: &mut Scope, leaves: &[Node<'_>]) {
    for leaf in leaves {
        if leaf.pointer.ends_with("/imageDigest") {
            scope.exact(leaf, "kustomization images[].digest");
        } else {
            scope.ignored(
                leaf,
                "state of a running task: read as evidence for the image that runs now",
            );
        }
    }
}

fn listener_rule(scope: &mut Scope, item: &Item<'_>, leaves: &[Node<'_>]) {
    if item.node.text("Priority").as_deref() == Some("default") {
        return ignore(scope, leaves, "the default rule repeats the listener's default actions");
    }
    let reason = Reason::new(&code::RULE_STAYS);
    once(scope, &item.node, leaves, reason);
}

fn schedule(scope: &mut Scope, item: &Item<'_>, leaves: &[Node<'_>]) {
    let target = item.node.get("Target").unwrap_or_else(|| item.node.clone());
    let rule_only =
        item.node.get("EcsParameters").is_none() && target.get("EcsParameters").is_none();
    if rule_only {
        return ignore(
            scope,
            leaves,
            "it starts no ECS task, or its target comes from another answer",
        );
    }
    unused(scope, item, leaves);
}

/// A service whose task definition is missing, or fields beside a thing that was read.
fn partly_read(scope: &mut Scope, leaves: &[Node<'_>]) {
    for leaf in leaves {
        field(scope, leaf);
    }
}

fn unused(scope: &mut Scope, item: &Item<'_>, leaves: &[Node<'_>]) {
    const NAMES: &[&str] =
        &["TargetGroupName", "PolicyName", "ScheduledActionName", "Name", "ResourceId", "Id"];
    let what = NAMES
        .iter()
        .find_map(|key| item.node.text(key))
        .unwrap_or_else(|| item.node.pointer.clone());
    once(scope, &item.node, leaves, Reason::new(&code::UNUSED_THING).with("what", what));
}

/// One finding for a thing, and it is the ruling of each of its leaves.
fn once(scope: &mut Scope, place: &Node<'_>, leaves: &[Node<'_>], reason: Reason) {
    let sentence = reason.sentence();
    let id = scope.note(place, reason);
    for leaf in leaves {
        scope.ledger.finding(leaf, &id, &sentence, None);
    }
}

/// What no section holds: a file that is nothing known, or a field beside something known.
fn leftovers(scope: &mut Scope, file: &Node<'_>, claimed: &dyn Fn(&Node<'_>) -> bool) {
    let all = file.leaves();
    let total = all.len();
    let left: Vec<Node<'_>> =
        all.into_iter().filter(|leaf| !claimed(leaf) && !scope.ledger.has(leaf)).collect();
    let (void, meaning): (Vec<_>, Vec<_>) = left.into_iter().partition(Node::is_void);
    ignore(scope, &void, "empty: the same as absent");
    if meaning.is_empty() {
        return;
    }
    if meaning.len() + void.len() == total {
        let reason = Reason::new(&code::UNKNOWN_FILE).with("file", file.file);
        return once(scope, file, &meaning, reason);
    }
    for leaf in &meaning {
        field(scope, leaf);
    }
}

fn field(scope: &mut Scope, leaf: &Node<'_>) {
    if leaf.is_void() {
        scope.ignored(leaf, "empty: the same as absent");
    } else {
        let name = leaf.pointer.trim_start_matches('/').to_owned();
        scope.finding(leaf, Reason::new(&code::UNKNOWN_FIELD).with("field", name));
    }
}
