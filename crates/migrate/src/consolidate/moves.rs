//! One move: in which manner, what it changes, and what a person must do before it.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;
use serde_json::Value;

use crate::consolidate::build::Build;
use crate::consolidate::carry::{self, Made, Way};
use crate::consolidate::cluster::Target;
use crate::consolidate::document::{Action, EcsName, Group, Manner, Move, Owner, Step, Until};
use crate::consolidate::draft::{Draft, because};
use crate::consolidate::facts::{Facts, Front};
use crate::consolidate::lookup::Lookups;
use crate::consolidate::owners;
use crate::consolidate::subject::One;
use crate::convert::names;

/// What moves change together, carried from one to the next.
pub(super) struct Shared<'s> {
    /// Values that AWS makes.
    pub(super) lookups: &'s mut Lookups,
    /// The actions of each rule as the moves so far leave them.
    pub(super) rules: &'s mut BTreeMap<String, Vec<Value>>,
    /// Names of target groups in the account.
    pub(super) taken: &'s mut BTreeSet<String>,
}

/// A planned move with its steps.
pub(super) struct Planned {
    /// As it is written.
    pub(super) document: Move,
    /// Its steps.
    pub(super) steps: Vec<Step>,
}

/// Name and placeholder of a new target group, and of the second one of its pair.
pub(super) type Pair = (String, String, Option<(String, String)>);

/// The new target groups of one move.
pub(super) struct Groups {
    /// Names and placeholders of main and second group, in the order of the old ones.
    pub(super) made: Vec<Pair>,
    /// Old ARN to placeholder, for the weights.
    pub(super) own: BTreeMap<String, String>,
}

/// How a service moves, and why so.
fn manner(one: &One<'_, '_>, target: &Target) -> (Manner, Reason) {
    let reason = |code| {
        Reason::new(code)
            .with("service", &one.work.name)
            .with("cluster", one.cluster())
            .with("target", &target.document.name)
    };
    if one.node.is_none() {
        return (Manner::Schedules, reason(&code::BY_SCHEDULES));
    }
    if !one.groups.is_empty() {
        let balancers: BTreeSet<String> = one.fronts.iter().map(Front::balancer_name).collect();
        let rules = match one.fronts.len() {
            1 => "1 rule".to_owned(),
            count => format!("{count} rules"),
        };
        let balancers = balancers.into_iter().collect::<Vec<_>>().join(", ");
        let reason = reason(&code::BY_WEIGHTS).with("rules", rules).with("balancers", balancers);
        return (Manner::Weights, reason);
    }
    if let Some(percent) = most(one).filter(|percent| *percent <= 100 && one.tasks() > 0) {
        return (Manner::HandOver, reason(&code::BY_HAND_OVER).with("percent", percent));
    }
    let registered =
        one.node.as_ref().is_some_and(|node| !node.list("serviceRegistries").is_empty());
    let why = if one.tasks() == 0 {
        "it runs no task of its own now"
    } else if registered {
        "both register under one name of Cloud Map, so callers find either"
    } else if one.connect.as_ref().is_some_and(|connect| !connect.names.is_empty()) {
        "callers that moved find the new tasks, others the old ones"
    } else {
        "it takes work by itself, and each deployment starts new tasks before old ones stop"
    };
    (Manner::Overlap, reason(&code::BY_OVERLAP).with("why", why))
}

/// `maximumPercent` of its deployments.
fn most(one: &One<'_, '_>) -> Option<i64> {
    one.node.as_ref()?.get("deploymentConfiguration")?.int_at("maximumPercent")
}

/// Plans the move of `one` into `target`.
pub(super) fn plan(
    facts: &Facts<'_, '_>,
    one: &One<'_, '_>,
    target: &Target,
    moving: &[One<'_, '_>],
    shared: &mut Shared<'_>,
) -> Planned {
    let (manner, why) = manner(one, target);
    let region = one.place.region.clone();
    let groups = name_groups(one, &region, shared);
    let way = Way { region: &region, cluster: &target.document.name, groups: paths(one, &groups) };
    let scaling = carry::scaling(one, &way, shared.lookups);
    let alarms = carry::alarms(facts, one, &way, shared.lookups);
    let schedules = schedules(facts, one, target, shared.lookups);
    let owners = owners::of(facts, one, target, &alarms.names, &schedules.1);
    let key = one.key();
    let mut draft = Draft::new(&key, &key, &region);
    person(one, target, &owners, &schedules.1, &mut draft);
    let redeploys = calls_others(one, moving);
    let mut build = Build { facts, one, target, draft, groups: &groups, manner, redeploys };
    let rules =
        build.all(shared, scaling, alarms, schedules.0.into_iter().map(|(_, made)| made).collect());
    let Build { draft, .. } = build;
    let pair = |made: &Pair, old: &super::subject::OwnGroup| {
        let main = Group { old: old.arn.clone(), name: made.0.clone(), alternate: false };
        let second = made.2.as_ref().zip(old.alternate.as_ref());
        let second = second.map(|((name, _), arn)| Group {
            old: arn.clone(),
            name: name.clone(),
            alternate: true,
        });
        [Some(main), second]
    };
    let listed = groups
        .made
        .iter()
        .zip(&one.groups)
        .flat_map(|(made, old)| pair(made, old))
        .flatten()
        .collect();
    let new_name = if one.node.is_some() { one.work.name.clone() } else { String::new() };
    let document = Move {
        service: one.work.name.clone(),
        environment: one.work.env.clone(),
        manner,
        from: EcsName {
            cluster: one.cluster().to_owned(),
            service: one.ecs_name(),
            arn: one.text("serviceArn").unwrap_or_default(),
        },
        to: EcsName {
            cluster: target.document.name.clone(),
            arn: if new_name.is_empty() {
                String::new()
            } else {
                one.place.ecs(&format!("service/{}/{new_name}", target.document.name))
            },
            service: new_name,
        },
        tasks: one.tasks(),
        groups: listed,
        rules,
        owners,
        after: Vec::new(),
        because: why,
    };
    Planned { document, steps: draft.steps }
}

/// Names for the new target groups: `<env>-<service>-ecs`, since the name without the last word
/// is that of the target group for pods in the next stage.
fn name_groups(one: &One<'_, '_>, region: &str, shared: &mut Shared<'_>) -> Groups {
    let mut number = 0_u32;
    let mut made = Vec::new();
    let mut own = BTreeMap::new();
    for group in &one.groups {
        let mut next = |lookups: &mut Lookups, taken: &mut BTreeSet<String>| loop {
            number = number.saturating_add(1);
            let kind = if number == 1 { "ecs".to_owned() } else { format!("ecs-{number}") };
            let name = names::aws_name(&one.work.env, &one.work.name, &kind);
            if taken.insert(name.clone()) {
                let placeholder = lookups.group(region, &name);
                break (name, placeholder);
            }
        };
        let (name, placeholder) = next(shared.lookups, shared.taken);
        own.insert(group.arn.clone(), placeholder.clone());
        let second = group.alternate.as_ref().map(|arn| {
            // Whichever of the pair serves today, its weight goes to the new main group.
            own.insert(arn.clone(), placeholder.clone());
            next(shared.lookups, shared.taken)
        });
        made.push((name, placeholder, second));
    }
    Groups { made, own }
}

/// `targetgroup/NAME/ID` of the old groups to names of the new ones.
fn paths(one: &One<'_, '_>, groups: &Groups) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (old, (name, _, second)) in one.groups.iter().zip(&groups.made) {
        let path = |arn: &str| arn.rsplit(':').next().unwrap_or_default().to_owned();
        out.insert(path(&old.arn), name.clone());
        if let (Some(arn), Some((name, _))) = (&old.alternate, second) {
            out.insert(path(arn), name.clone());
        }
    }
    out
}

/// Schedules that can be pointed at the new cluster, and names of those that cannot.
fn schedules(
    facts: &Facts<'_, '_>,
    one: &One<'_, '_>,
    target: &Target,
    lookups: &mut Lookups,
) -> (Vec<(String, Made)>, Vec<String>) {
    let provider = target.provider_of(&one.key());
    let mut made = Vec::new();
    let mut by_hand = Vec::new();
    for used in &one.work.schedules {
        let arn = &target.document.arn;
        match carry::schedule(facts, used, &one.place.region, (arn, provider), lookups) {
            Some(one) => made.push(one),
            None => by_hand.push(used.label.clone()),
        }
    }
    (made, by_hand)
}

/// What only a person can do before the move begins.
fn person(
    one: &One<'_, '_>,
    target: &Target,
    owners: &[Owner],
    by_hand: &[String],
    draft: &mut Draft,
) {
    let service = &one.work.name;
    let cluster = &target.document.name;
    let mut todo = Vec::new();
    if let Some(group) = one.code_deploy.as_ref().and_then(|node| node.text("deploymentGroupName"))
    {
        todo.push(format!(
            "stop deployments of the CodeDeploy group {group} until {service} has moved: it keeps its name and deploys to {cluster} afterwards"
        ));
    } else if one.node.is_some() {
        todo.push(format!(
            "deploy nothing to {service} until it has moved, and from then on to {service} in {cluster}"
        ));
    }
    if !one.groups.is_empty() && most(one).is_some_and(|percent| percent <= 100) {
        todo.push(format!(
            "make sure that two copies of {service} do no harm: its deployments never run more tasks than it wants"
        ));
    }
    for owner in
        owners.iter().filter(|owner| ["role", "eventRule", "code"].contains(&owner.kind.as_str()))
    {
        todo.push(format!("{}: {}", owner.name, owner.becomes));
    }
    if !by_hand.is_empty() {
        todo.push(format!(
            "point {} at {cluster} by hand: not all of it was read",
            by_hand.join(", ")
        ));
    }
    if !todo.is_empty() {
        let step = draft.step(Action::Person, because(&code::BY_PERSON, todo.join("; ")));
        step.until = vec![Until::Said];
    }
}

/// True for a service that others call by Service Connect and that may call others which others
/// call too: whichever starts first does not know the names of the second.
fn calls_others(one: &One<'_, '_>, moving: &[One<'_, '_>]) -> bool {
    let Some(own) = one.connect.as_ref().filter(|own| !own.names.is_empty()) else { return false };
    moving.iter().any(|other| {
        let theirs = other.connect.as_ref();
        other.key() != one.key()
            && theirs
                .is_some_and(|theirs| theirs.namespace == own.namespace && !theirs.names.is_empty())
    })
}
