//! Who moves where: every ECS service is assigned to one new cluster, or held with one reason.

use std::collections::{BTreeMap, BTreeSet};

use model::{Reason, Subject};

use crate::consolidate::cluster::{self, Key, Target};
use crate::consolidate::document::Organisation;
use crate::consolidate::facts::Facts;
use crate::consolidate::forward;
use crate::consolidate::subject::{self, One, Place};
use crate::consolidate::{findings, held, order};
use crate::convert::names;
use crate::given::Raised;
use crate::input::node::Node;
use crate::input::section::Section;

/// Services and their clusters.
pub(super) struct Assigned<'g, 'a> {
    /// The new clusters.
    pub(super) targets: BTreeMap<Key, Target>,
    /// What moves, in order.
    pub(super) moving: Vec<One<'g, 'a>>,
    /// What does not.
    pub(super) held: Vec<Kept>,
}

/// A service that stays.
pub(super) struct Kept {
    /// `service/NAME@ENVIRONMENT`.
    pub(super) what: Subject,
    /// Why.
    pub(super) because: Reason,
    /// Its cluster, which must stay too.
    pub(super) cluster_arn: String,
    /// Whether it is a service of ECS, and not what schedules start.
    pub(super) service: bool,
    /// Its namespace of Service Connect and the names by which others call it there.
    names: Option<(String, Vec<String>)>,
}

impl Kept {
    fn new(what: &str, because: Reason, node: Option<&Node<'_>>, cluster_arn: &str) -> Self {
        let connect = node.and_then(subject::connect);
        Self {
            what: Subject::new("service", what),
            because,
            cluster_arn: cluster_arn.to_owned(),
            service: node.is_some(),
            names: connect.map(|connect| (connect.namespace, connect.names)),
        }
    }
}

/// The key of the cluster that a service comes into.
pub(super) fn key(one: &One<'_, '_>) -> Key {
    (one.work.env.clone(), one.place.clone())
}

/// Names of every target group in the account, and of those that the next stage makes.
pub(super) fn group_names(facts: &Facts<'_, '_>) -> BTreeSet<String> {
    let present = facts.groups.values().filter_map(|node| node.text("TargetGroupName"));
    let later = facts.given.converted.iter().flat_map(|one| one.built.aws.keys());
    let later = later.filter_map(|file| file.strip_suffix(".json").map(str::to_owned));
    present.chain(later).collect()
}

/// Assigns every service.
pub(super) fn assign<'g, 'a>(
    facts: &Facts<'g, 'a>,
    organisation: &Organisation,
    raised: &mut Vec<Raised>,
) -> Assigned<'g, 'a> {
    let mut kept = unplanned(facts);
    let mut moving = Vec::new();
    for one in facts.given.converted {
        let work = &one.work;
        let service = work.service.as_ref().map(|item| &item.node);
        if service.is_none() && work.schedules.is_empty() {
            continue;
        }
        if service.is_some_and(|node| node.text("status").as_deref() == Some("INACTIVE")) {
            continue;
        }
        let cluster_arn = service.and_then(|node| node.text("clusterArn")).unwrap_or_default();
        let label = format!("{}@{}", work.name, work.env);
        let keep = |because: Reason| Kept::new(&label, because, service, &cluster_arn);
        let rivals = service.and_then(|node| rivals(facts, &node.text("serviceArn")?));
        if let Some(rivals) = rivals.filter(|rivals| rivals.len() > 1) {
            let name = facts
                .given
                .names
                .get(&crate::assemble::id_of(work.service.as_ref().unwrap_or(&work.task)));
            kept.push(keep(held::same_name(name, &rivals)));
            continue;
        }
        if let Some(reason) = held::by_itself(facts, work) {
            kept.push(keep(reason));
            continue;
        }
        let found =
            if service.is_some() { One::of_service(facts, work) } else { One::of_schedules(work) };
        let Some(found) = found else {
            kept.push(keep(held::not_whole(work)));
            continue;
        };
        match held::by_traffic(facts, &found).or_else(|| full(&found)) {
            Some(reason) => kept.push(keep(reason)),
            None => moving.push(found),
        }
    }
    place(facts, organisation, &mut moving, &mut kept);
    by_names(organisation, &mut moving, &mut kept);
    moving.sort_by_key(|one| {
        let caller = one.connect.as_ref().is_some_and(|connect| connect.names.is_empty());
        // Those that others call come first; see `frame::chain`.
        (order::rank(&one.work.env), one.work.env.clone(), caller, one.work.name.clone())
    });
    kept.sort_by(|one, other| one.what.cmp(&other.what));
    let targets = targets(facts, organisation, &moving, raised);
    Assigned { targets, moving, held: kept }
}

/// Services of ECS that no workload was made of.
fn unplanned(facts: &Facts<'_, '_>) -> Vec<Kept> {
    let planned: BTreeSet<String> = facts
        .given
        .converted
        .iter()
        .filter_map(|one| one.work.service.as_ref()?.node.text("serviceArn"))
        .collect();
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for item in facts.given.inventory.all(Section::Services) {
        let Some(arn) = item.node.text("serviceArn") else { continue };
        let inactive = item.node.text("status").as_deref() == Some("INACTIVE");
        if inactive || planned.contains(&arn) || !seen.insert(arn.clone()) {
            continue;
        }
        let name = facts.given.names.get(&arn);
        let rivals = rivals(facts, &arn).unwrap_or_default();
        let service = name.and_then(|name| name.service.clone());
        let env = name.and_then(|name| name.environment.clone()).unwrap_or_else(|| "?".to_owned());
        let service = service.unwrap_or_else(|| names::last_part(&arn).to_owned());
        let because = held::unplanned(item, name, &rivals);
        let cluster = item.node.text("clusterArn").unwrap_or_default();
        out.push(Kept::new(&format!("{service}@{env}"), because, Some(&item.node), &cluster));
    }
    out
}

/// Every service that would have the same name in the same place as this one, itself among them.
fn rivals(facts: &Facts<'_, '_>, arn: &str) -> Option<Vec<String>> {
    let own = facts.given.names.get(arn)?;
    let place = Place::of(arn);
    let mut out = BTreeSet::new();
    for item in facts.given.inventory.all(Section::Services) {
        let Some(other) = item.node.text("serviceArn") else { continue };
        let Some(name) = facts.given.names.get(&other) else { continue };
        let same = name.service == own.service
            && name.environment == own.environment
            && name.verdict != crate::naming::Verdict::Ignored
            && item.node.text("status").as_deref() != Some("INACTIVE")
            && Place::of(&other) == place;
        if same || other == arn {
            let cluster = item.node.text("clusterArn").unwrap_or_default();
            let service = item.node.text("serviceName").unwrap_or_default();
            out.insert(format!("{}/{service}", names::last_part(&cluster)));
        }
    }
    Some(out.into_iter().collect())
}

/// A rule without room for the new groups.
fn full(one: &One<'_, '_>) -> Option<Reason> {
    one.fronts.iter().find_map(|front| {
        let present = forward::groups(&front.actions);
        let in_rule = |arn: &String| present.iter().any(|(other, _)| other == arn);
        let more = one
            .groups
            .iter()
            .filter(|group| in_rule(&group.arn) || group.alternate.as_ref().is_some_and(in_rule));
        held::full(one, &front.arn, present.len(), more.count())
    })
}

/// Holds what is in its new cluster already, and what would meet a stranger of its name there.
fn place(
    facts: &Facts<'_, '_>,
    organisation: &Organisation,
    moving: &mut Vec<One<'_, '_>>,
    kept: &mut Vec<Kept>,
) {
    let services = facts.given.inventory.all(Section::Services);
    let reason = |one: &One<'_, '_>| {
        let name = cluster::name(organisation, &one.work.env);
        let arn = one.place.ecs(&format!("cluster/{name}"));
        if one.cluster_arn == arn {
            return Some(held::there_already(one));
        }
        let own = one.text("serviceArn");
        let stranger = services.iter().map(|item| &item.node).find(|node| {
            node.text("clusterArn").as_deref() == Some(arn.as_str())
                && node.text("serviceName").as_deref() == Some(one.work.name.as_str())
                && node.text("status").as_deref() != Some("INACTIVE")
                && node.text("serviceArn") != own
        });
        stranger
            .filter(|_| one.node.is_some())
            .map(|_| held::taken(one, &format!("the service {} of {name}", one.work.name)))
    };
    hold(moving, kept, |one, _, _| reason(one));
}

/// Holds services that would not find others by their names, until nothing more is held.
fn by_names(organisation: &Organisation, moving: &mut Vec<One<'_, '_>>, kept: &mut Vec<Kept>) {
    loop {
        let before = kept.len();
        hold(moving, kept, |one, moving, held_names| {
            held::by_names(one, held_names, moving, &cluster::name(organisation, &one.work.env))
        });
        if kept.len() == before {
            return;
        }
    }
}

/// Takes out of `moving` what `why` has a reason for.
fn hold<'g, 'a>(
    moving: &mut Vec<One<'g, 'a>>,
    kept: &mut Vec<Kept>,
    why: impl Fn(&One<'g, 'a>, &[One<'g, 'a>], &BTreeMap<String, BTreeSet<String>>) -> Option<Reason>,
) {
    let held_names = held_names(kept);
    let reasons: Vec<Option<Reason>> =
        moving.iter().map(|one| why(one, moving, &held_names)).collect();
    let all = std::mem::take(moving);
    for (one, reason) in all.into_iter().zip(reasons) {
        match reason {
            None => moving.push(one),
            Some(because) => {
                kept.push(Kept::new(&one.key(), because, one.node.as_ref(), &one.cluster_arn));
            }
        }
    }
}

/// Names that stay behind, by namespace of Service Connect.
fn held_names(kept: &[Kept]) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (namespace, names) in kept.iter().filter_map(|one| one.names.as_ref()) {
        out.entry(namespace.clone()).or_default().extend(names.iter().cloned());
    }
    out
}

/// One cluster for each environment and place.
fn targets(
    facts: &Facts<'_, '_>,
    organisation: &Organisation,
    moving: &[One<'_, '_>],
    raised: &mut Vec<Raised>,
) -> BTreeMap<Key, Target> {
    let mut groups: BTreeMap<Key, Vec<&One<'_, '_>>> = BTreeMap::new();
    for one in moving {
        groups.entry(key(one)).or_default().push(one);
    }
    let mut out = BTreeMap::new();
    for (key, ones) in groups {
        let name = cluster::name(organisation, &key.0);
        let target = cluster::target(facts, &name, &key, &ones, raised);
        findings::of_cluster(facts, &target, &ones, raised);
        out.insert(key, target);
    }
    out
}
