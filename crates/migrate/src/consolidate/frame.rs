//! What holds the moves together: clusters before and after them, who waits for whom, figures.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;
use serde_json::json;

use crate::consolidate::assign::{self, Kept};
use crate::consolidate::carry::Made;
use crate::consolidate::cluster::{Key, Target};
use crate::consolidate::document::{Action, Consolidation, Counts, Manner, Step, Until};
use crate::consolidate::draft::{Draft, because};
use crate::consolidate::facts::{Facts, things};
use crate::consolidate::lookup::Lookups;
use crate::consolidate::moves::Planned;
use crate::consolidate::order;
use crate::consolidate::subject::One;
use crate::consolidate::value::{members, put, redact};
use crate::convert::names;
use crate::input::node::Node;
use crate::input::section::Section;

/// Members of `DescribeCapacityProviders` that a new provider takes as they stand.
const PROVIDER_KEPT: &[&str] =
    &["managedScaling", "managedTerminationProtection", "managedDraining"];

/// Steps of clusters.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// They are made before anything moves.
    pub(super) first: Vec<Step>,
    /// They are deleted when everything has left.
    pub(super) last: Vec<Step>,
    /// ARNs of clusters that are deleted.
    removed: BTreeSet<String>,
}

/// Lets moves wait for each other: those that change one rule, and callers for those they call.
pub(super) fn chain(moving: &[One<'_, '_>], planned: &mut [Planned]) {
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    for (index, one) in moving.iter().enumerate() {
        let rules = one.fronts.iter().chain(&one.tests).map(|front| front.arn.clone());
        let rules: BTreeSet<String> = rules.collect();
        let before: BTreeSet<usize> =
            rules.iter().filter_map(|rule| last.get(rule)).copied().collect();
        for other in before {
            let (key, detach) =
                (planned[other].document.key(), id_of(&planned[other], Action::Detach));
            planned[index].document.after.push(key);
            wait(&mut planned[index], Action::Attach, detach);
        }
        for rule in rules {
            last.insert(rule, index);
        }
    }
    connect(moving, planned);
}

/// Service Connect: tasks know names that existed when they started, and the old side of a name
/// stays until nobody calls it there.
fn connect(moving: &[One<'_, '_>], planned: &mut [Planned]) {
    for (index, one) in moving.iter().enumerate() {
        let Some(own) = &one.connect else { continue };
        for (other_index, other) in moving.iter().enumerate() {
            let Some(theirs) = &other.connect else { continue };
            let related =
                theirs.namespace == own.namespace && assign::key(one) == assign::key(other);
            if index == other_index || !related || theirs.names.is_empty() {
                continue;
            }
            let up = id_of(&planned[other_index], Action::ScaleUp);
            let first = if own.names.is_empty() { Action::ScaleUp } else { Action::Equip };
            if up.is_some() {
                wait(&mut planned[index], first, up);
                let key = planned[other_index].document.key();
                if own.names.is_empty() && !planned[index].document.after.contains(&key) {
                    planned[index].document.after.push(key);
                }
            }
            // The last step in which the caller may still be on its old side.
            let crossed = [Action::Hold, Action::Weigh, Action::ScaleUp, Action::MakeService];
            let crossed = crossed.iter().find_map(|action| id_of(&planned[index], *action));
            if planned[other_index].document.manner != Manner::HandOver {
                wait(&mut planned[other_index], Action::ScaleDown, crossed);
            }
        }
    }
}

/// The last step of that sort.
fn id_of(planned: &Planned, action: Action) -> Option<String> {
    let found = planned.steps.iter().rev().find(|step| step.action == action);
    found.map(|step| step.id.clone())
}

/// Lets the first step of that sort wait for another.
fn wait(planned: &mut Planned, action: Action, before: Option<String>) {
    let step = planned.steps.iter_mut().find(|step| step.action == action);
    if let (Some(step), Some(before)) = (step, before)
        && !step.after.contains(&before)
    {
        step.after.push(before);
    }
}

/// The steps of the clusters; what needs a cluster waits for it.
pub(super) fn clusters(
    facts: &Facts<'_, '_>,
    targets: &BTreeMap<Key, Target>,
    moving: &[One<'_, '_>],
    planned: &mut [Planned],
    held: &[Kept],
    lookups: &mut Lookups,
) -> Frame {
    let mut frame = Frame::default();
    let mut keys: Vec<&Key> = targets.keys().collect();
    keys.sort_by_key(|key| (order::rank(&key.0), (*key).clone()));
    for key in keys {
        let Some(target) = targets.get(key) else { continue };
        let alone = targets.keys().filter(|other| other.0 == key.0).count() == 1;
        let mut prefix = format!("cluster@{}", key.0);
        if !alone {
            prefix = format!("{prefix}.{}.{}", key.1.account, key.1.region);
        }
        let mut draft = Draft::new("", &prefix, &key.1.region);
        make(facts, target, &mut draft, lookups);
        let made = draft.steps.len();
        let ready = draft.last();
        for (one, planned) in moving.iter().zip(planned.iter_mut()) {
            if assign::key(one) == *key {
                wait(planned, Action::MakeService, ready.clone());
                wait(planned, Action::HandOverSchedules, ready.clone());
            }
        }
        remove(facts, (key, target), moving, (planned, held), &mut draft, &mut frame.removed);
        let last = draft.steps.split_off(made);
        frame.first.append(&mut draft.steps);
        frame.last.extend(last);
    }
    frame
}

fn make(facts: &Facts<'_, '_>, target: &Target, draft: &mut Draft, lookups: &mut Lookups) {
    let document = &target.document;
    let reason = |code| {
        Reason::new(code)
            .with("env", &document.environment)
            .with("cluster", &document.name)
            .with("count", document.from.len())
    };
    let mut made: Vec<Made> = Vec::new();
    if document.exists {
        if let Some(namespace) = &document.namespace {
            made.push(("servicediscovery:CreateHttpNamespace", json!({"Name": namespace})));
        }
    } else {
        made.push(("ecs:CreateCluster", target.create()));
    }
    if document.instance_groups.is_empty() {
        made.extend(target.put_providers().map(|input| ("ecs:PutClusterCapacityProviders", input)));
    }
    draft.calls(Action::MakeCluster, made, reason(&code::MAKE_CLUSTER));
    if document.instance_groups.is_empty() {
        return;
    }
    let groups: Vec<String> = document
        .instance_groups
        .iter()
        .map(|(new, old)| format!("an Auto Scaling group called {new} like that behind {old}"))
        .collect();
    let what =
        format!("make {}, with ECS_CLUSTER={} in the user data", groups.join("; "), document.name);
    let step = draft.step(Action::Person, because(&code::BY_PERSON, what));
    step.until = vec![Until::Said];
    let providers = things(facts.given.inventory, "capacityProviders");
    let mut made: Vec<Made> = Vec::new();
    for (new, old) in &document.instance_groups {
        let old = provider_behind(facts, old);
        let named = |node: &&Node<'_>| node.text("name").as_deref() == Some(old.as_str());
        let old =
            providers.iter().find(named).and_then(|node| node.get("autoScalingGroupProvider"));
        let mut group = old.map(|node| members(&node, PROVIDER_KEPT)).unwrap_or_default();
        let arn = lookups.instances(&target.place.region, new);
        put(&mut group, "autoScalingGroupArn", json!(arn));
        let input = json!({"name": new, "autoScalingGroupProvider": group});
        made.push(("ecs:CreateCapacityProvider", input));
    }
    made.extend(target.put_providers().map(|input| ("ecs:PutClusterCapacityProviders", input)));
    let what = format!("the new instances become capacity of {}", document.name);
    draft.calls(Action::MakeCluster, made, because(&code::CARRY, what));
}

/// The provider of this name, or the one of the cluster of this name.
fn provider_behind(facts: &Facts<'_, '_>, old: &str) -> String {
    let clusters = facts.given.inventory.having(Section::Clusters, "clusterName", old);
    let all = clusters.first().map(|item| item.node.strings("capacityProviders"));
    let own = all.unwrap_or_default().into_iter().find(|name| !name.starts_with("FARGATE"));
    own.unwrap_or_else(|| old.to_owned())
}

/// Deletes the clusters that nothing is left in.
fn remove(
    facts: &Facts<'_, '_>,
    (key, target): (&Key, &Target),
    moving: &[One<'_, '_>],
    (planned, held): (&[Planned], &[Kept]),
    draft: &mut Draft,
    removed: &mut BTreeSet<String>,
) {
    let busy = busy(facts, moving, held);
    let mut leaving: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (one, planned) in moving.iter().zip(planned) {
        if assign::key(one) == *key {
            let last = planned.steps.last().map(|step| step.id.clone());
            leaving.entry(&one.cluster_arn).or_default().extend(last);
        }
    }
    for (arn, after) in leaving {
        // A cluster may have services of several environments: the last of them deletes it.
        let others = moving.iter().zip(planned).filter(|(one, _)| one.cluster_arn == arn);
        let all: Vec<String> =
            others.filter_map(|(_, planned)| Some(planned.steps.last()?.id.clone())).collect();
        if busy.contains(arn) || arn == target.document.arn || removed.contains(arn) {
            continue;
        }
        let after = if all.len() > after.len() { all } else { after };
        let name = names::last_part(arn);
        let machines = instances(facts, arn);
        let first = draft.steps.len();
        if machines > 0 {
            let what = format!(
                "drain the {machines} EC2 instances of {name}, then delete their Auto Scaling group"
            );
            let step = draft.step(Action::Person, because(&code::BY_PERSON, what));
            step.until = vec![Until::Said];
        }
        let what = format!("nothing runs in the cluster {name} any more");
        let made = vec![("ecs:DeleteCluster", json!({"cluster": arn}))];
        draft.calls(Action::RemoveCluster, made, because(&code::REMOVE, what));
        // Clusters go one by one, whichever is empty first.
        if let Some(step) = draft.steps.get_mut(first) {
            step.after = after;
        }
        removed.insert(arn.to_owned());
    }
}

/// Clusters that something still uses: held services, and schedules that are not pointed away.
fn busy(facts: &Facts<'_, '_>, moving: &[One<'_, '_>], held: &[Kept]) -> BTreeSet<String> {
    let mut out: BTreeSet<String> = held.iter().map(|one| one.cluster_arn.clone()).collect();
    let place = |node: &Node<'_>| (node.file.to_owned(), node.pointer.clone());
    let pointed: BTreeSet<(String, String)> = moving
        .iter()
        .flat_map(|one| &one.work.schedules)
        .filter(|used| used.rule.is_some())
        .map(|used| place(&used.target))
        .collect();
    let inventory = facts.given.inventory;
    let by_rule = inventory.all(Section::EventTargets).iter().map(|item| item.node.clone());
    let by_schedule =
        inventory.all(Section::Schedules).iter().filter_map(|item| item.node.get("Target"));
    for target in by_rule.chain(by_schedule) {
        if target.get("EcsParameters").is_some() && !pointed.contains(&place(&target)) {
            out.extend(target.text("Arn"));
        }
    }
    out
}

/// EC2 instances that are registered in a cluster.
fn instances(facts: &Facts<'_, '_>, arn: &str) -> i64 {
    let clusters = facts.given.inventory.having(Section::Clusters, "clusterArn", arn);
    let count =
        clusters.first().and_then(|item| item.node.int_at("registeredContainerInstancesCount"));
    count.unwrap_or(0)
}

/// The figures.
pub(super) fn counts(
    facts: &Facts<'_, '_>,
    targets: &BTreeMap<Key, Target>,
    planned: &[Planned],
    held: &[Kept],
    frame: &Frame,
) -> Counts {
    let clusters: BTreeSet<String> = facts
        .given
        .inventory
        .all(Section::Clusters)
        .iter()
        .filter(|item| item.node.text("status").as_deref() != Some("INACTIVE"))
        .filter_map(|item| item.node.text("clusterArn"))
        .collect();
    let kept = clusters.difference(&frame.removed).count();
    let new = targets.values().filter(|target| !clusters.contains(&target.document.arn)).count();
    let services = planned.iter().filter(|one| one.document.manner != Manner::Schedules).count();
    let held_services = held.iter().filter(|one| one.service).count();
    let groups: BTreeSet<&str> = planned
        .iter()
        .flat_map(|one| one.document.groups.iter().map(|group| group.old.as_str()))
        .collect();
    let registered = facts.groups.keys().filter(|arn| !facts.services_in(arn).is_empty());
    let all_groups: BTreeSet<&str> =
        registered.map(String::as_str).chain(groups.iter().copied()).collect();
    let rules: BTreeSet<&str> = planned
        .iter()
        .flat_map(|one| one.document.rules.iter().map(|rule| rule.arn.as_str()))
        .collect();
    let steps = planned.iter().flat_map(|one| &one.steps).chain(&frame.first).chain(&frame.last);
    let steps: Vec<&Step> = steps.collect();
    let schedules = steps.iter().filter(|step| step.action == Action::HandOverSchedules);
    let removed = steps.iter().flat_map(|step| &step.calls);
    let removed = removed.filter(|call| call.operation == "elasticloadbalancing:DeleteTargetGroup");
    Counts {
        clusters_before: clusters.len(),
        clusters_after: kept.saturating_add(new),
        services: services.saturating_add(held_services),
        moved: services,
        held: held_services,
        groups_before: all_groups.len(),
        groups_made: groups.len(),
        groups_removed: removed.count(),
        rules: rules.len(),
        schedules: schedules.map(|step| step.calls.len()).sum(),
        by_person: steps.iter().filter(|step| step.action == Action::Person).count(),
    }
}

/// The plan with the last touches: lookups that nothing names are left out, and no literal that looks like a credential is in it.
pub(super) fn finished(mut whole: Consolidation, facts: &Facts<'_, '_>) -> Consolidation {
    let text = serde_json::to_string(&whole.steps).unwrap_or_default();
    whole.lookups.retain(|lookup| {
        let quoted = serde_json::to_string(&lookup.placeholder).unwrap_or_default();
        text.contains(quoted.trim_matches('"'))
    });
    let Ok(mut value) = serde_json::to_value(&whole) else { return whole };
    let before = value.clone();
    redact(&mut value, facts.credentials);
    if value == before {
        return whole;
    }
    serde_json::from_value::<Consolidation>(value).unwrap_or_default()
}
