//! One move: what it changes, and its steps in the order that loses no request.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;
use serde_json::{Map, Value, json};

use crate::consolidate::carry::{self, Alarms, Made, Scaling, Way};
use crate::consolidate::cluster::Target;
use crate::consolidate::document::{
    Action, Call, EcsName, Group, Manner, Move, Owner, Rule, Step, Until,
};
use crate::consolidate::draft::{Draft, because, steady};
use crate::consolidate::facts::{Facts, Front};
use crate::consolidate::forward;
use crate::consolidate::held::group_name;
use crate::consolidate::lookup::Lookups;
use crate::consolidate::owners;
use crate::consolidate::service;
use crate::consolidate::subject::One;
use crate::consolidate::value::{members, put, replace};
use crate::convert::names;

/// Shares of traffic in percent, and seconds of evidence before the next.
const SHARES: &[(u8, i64)] = &[(1, 300), (5, 300), (25, 600), (50, 600), (100, 600)];
/// Seconds without a request on the old side before it counts as empty: longer than rules take to
/// reach every node of a load balancer.
const QUIET_SECS: i64 = 120;
/// Seconds with both sides at full size behind weights: a day has its worst hour in it.
const HOLD_SECS: i64 = 86_400;
/// Seconds with both sides up where there are no weights.
const OVERLAP_SECS: i64 = 3_600;
/// Seconds between stopping the old side and deleting it: a weekend and a day.
const KEEP_SECS: i64 = 259_200;

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

/// The new target groups of one move.
struct Groups {
    /// Names and placeholders of main and second group, in the order of the old ones.
    made: Vec<(String, String, Option<(String, String)>)>,
    /// Old ARN to placeholder, for the weights.
    own: BTreeMap<String, String>,
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
    let pair = |made: &(String, String, Option<(String, String)>),
                old: &super::subject::OwnGroup| {
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
#[expect(clippy::type_complexity, reason = "two parts of one answer, taken apart at once")]
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

/// The steps of one move under construction.
struct Build<'b, 'g, 'a> {
    facts: &'b Facts<'g, 'a>,
    one: &'b One<'g, 'a>,
    target: &'b Target,
    draft: Draft,
    groups: &'b Groups,
    manner: Manner,
    /// True if tasks must start again once every name that they may call is there.
    redeploys: bool,
}

impl Build<'_, '_, '_> {
    fn all(
        &mut self,
        shared: &mut Shared<'_>,
        scaling: Scaling,
        alarms: Alarms,
        schedules: Vec<Made>,
    ) -> Vec<Rule> {
        if self.manner == Manner::Schedules {
            self.hand_over(schedules);
            return Vec::new();
        }
        self.make_groups();
        let mut rules = self.rules(shared);
        self.attach(&rules);
        self.make_service();
        let about = format!("{} in {}", self.one.work.name, self.one.work.env);
        let pin = format!(
            "{about} must not be scaled in while both sides may have to carry all of its traffic"
        );
        let Scaling { pin: pinned, mut equip, mut settle, release } = scaling;
        if self.manner == Manner::HandOver {
            self.scale_down(&release);
        } else {
            self.draft.calls(Action::Pin, pinned, because(&code::CARRY, pin));
        }
        self.scale_up();
        equip.extend(alarms.equip);
        equip.extend(self.redeploy());
        let why = format!(
            "what scales and watches {about} works for the new side too, before it gets work"
        );
        let steady = steady(&self.target.document.name, &self.one.work.name, self.one.tasks());
        if let Some(step) = self.draft.calls(Action::Equip, equip, because(&code::CARRY, why)) {
            step.until = deployed(&step.calls, &steady);
        }
        if self.manner == Manner::Weights {
            self.weigh(&mut rules);
        }
        self.hand_over(schedules);
        self.hold();
        self.detach(&rules, shared);
        settle.extend(alarms.settle);
        settle.extend(self.swapping());
        let why = format!(
            "scaling, alarms and deployments of {about} take their last form: only the new side is left"
        );
        if let Some(step) = self.draft.calls(Action::Settle, settle, because(&code::CARRY, why)) {
            step.until = deployed(&step.calls, &steady);
        }
        if self.manner != Manner::HandOver {
            self.scale_down(&release);
        }
        self.remove();
        rules.into_iter().map(|(rule, _)| rule).collect()
    }

    fn make_groups(&mut self) {
        let mut made: Vec<Made> = Vec::new();
        let mut names = Vec::new();
        for (old, (name, placeholder, second)) in self.one.groups.iter().zip(&self.groups.made) {
            let mut add = |old: &str, name: &str, placeholder: &str| {
                let input = service::group(self.facts, self.one, old, name);
                made.push(("elasticloadbalancing:CreateTargetGroup", input));
                if let Some(input) = service::attributes(self.facts, old, placeholder) {
                    made.push(("elasticloadbalancing:ModifyTargetGroupAttributes", input));
                }
                names.push(name.to_owned());
            };
            add(&old.arn, name, placeholder);
            if let (Some(arn), Some((name, placeholder))) = (&old.alternate, second) {
                add(arn, name, placeholder);
            }
        }
        let reason = self.about(&code::GROUPS).with("groups", names.join(" and "));
        self.draft.calls(Action::MakeGroups, made, reason);
    }

    /// Every rule with the actions that it has when this move's turn comes.
    fn rules(&self, shared: &Shared<'_>) -> Vec<(Rule, Vec<Value>)> {
        let fronts = self.one.fronts.iter();
        fronts
            .map(|front| {
                let actions = shared.rules.get(&front.arn).unwrap_or(&front.actions).clone();
                let rule = Rule {
                    arn: front.arn.clone(),
                    default: front.default,
                    priority: front.priority.clone(),
                    balancer: front.balancer_name(),
                    port: front.port,
                    weights: BTreeMap::new(),
                };
                (rule, actions)
            })
            .collect()
    }

    fn attach(&mut self, rules: &[(Rule, Vec<Value>)]) {
        let own = &self.groups.own;
        let at_zero = |(rule, actions): &(Rule, Vec<Value>)| {
            let groups = forward::split(&forward::groups(actions), own, 0);
            modify(rule, forward::with_groups(actions, &groups))
        };
        let made: Vec<Made> = rules.iter().map(at_zero).collect();
        let names: Vec<&str> = self.groups.made.iter().map(|made| made.0.as_str()).collect();
        let reason = self.about(&code::ATTACH).with("groups", names.join(" and "));
        if let Some(step) = self.draft.calls(Action::Attach, made, reason) {
            step.percent = Some(0);
            step.until = vec![Until::Landed];
        }
    }

    fn make_service(&mut self) {
        let placeholders: Vec<String> =
            self.groups.made.iter().map(|made| made.1.clone()).collect();
        let Some(input) = service::create(self.one, self.target, &placeholders) else { return };
        let cluster = self.target.document.name.clone();
        let what = format!(
            "{} is made in {cluster} with the task definition that it runs now, and no task yet",
            self.one.work.name
        );
        let until = steady(&cluster, &self.one.work.name, 0);
        let made = vec![("ecs:CreateService", input)];
        if let Some(step) = self.draft.calls(Action::MakeService, made, because(&code::START, what))
        {
            step.until = vec![until];
        }
    }

    fn scale_up(&mut self) {
        let tasks = self.one.tasks();
        if tasks == 0 {
            return;
        }
        let (cluster, service) = (&self.target.document.name, &self.one.work.name);
        let what = match self.manner {
            Manner::HandOver => {
                format!("the old tasks of {service} have stopped, so {tasks} start in {cluster}")
            }
            _ => format!(
                "{tasks} tasks of {service} start in {cluster}: as many as the old side has, so that either carries all"
            ),
        };
        let input = json!({"cluster": cluster, "service": service, "desiredCount": tasks});
        let mut until = vec![steady(cluster, service, tasks)];
        until.extend(
            self.groups
                .made
                .iter()
                .map(|made| Until::Healthy { group: made.1.clone(), targets: tasks }),
        );
        if let Some(step) = self.draft.calls(
            Action::ScaleUp,
            vec![("ecs:UpdateService", input)],
            because(&code::START, what),
        ) {
            step.until = until;
        }
    }

    /// Tasks know only names of Service Connect that existed when they started.
    fn redeploy(&self) -> Option<Made> {
        if !self.redeploys || self.one.tasks() == 0 || self.one.code_deploy_controls() {
            return None;
        }
        let (cluster, service) = (&self.target.document.name, &self.one.work.name);
        let input = json!({"cluster": cluster, "service": service, "forceNewDeployment": true});
        Some(("ecs:UpdateService", input))
    }

    fn weigh(&mut self, rules: &mut [(Rule, Vec<Value>)]) {
        let own = &self.groups.own;
        for (rule, actions) in rules.iter_mut() {
            let groups = forward::groups(actions);
            for percent in std::iter::once(0).chain(SHARES.iter().map(|(percent, _)| *percent)) {
                rule.weights
                    .insert(percent, forward::split(&groups, own, percent).into_iter().collect());
            }
        }
        let attach = self.draft.last_of(Action::Attach);
        let sticky =
            rules.iter().filter_map(|(_, actions)| forward::stickiness(actions)).max().unwrap_or(0);
        let mut before = 0;
        for (percent, secs) in SHARES {
            let changed = rules
                .iter()
                .filter(|(rule, _)| rule.weights.get(percent) != rule.weights.get(&before));
            let made: Vec<Made> = changed
                .map(|(rule, actions)| {
                    let groups = forward::split(&forward::groups(actions), own, *percent);
                    modify(rule, forward::with_groups(actions, &groups))
                })
                .collect();
            before = *percent;
            let reason = self
                .about(&code::WEIGH)
                .with("percent", percent)
                .with("target", &self.target.document.name);
            let mut until = vec![Until::Landed, Until::Time { secs: *secs }];
            if *percent == 100 {
                let secs = QUIET_SECS.max(sticky);
                let serving = serving(rules, own);
                until.extend(serving.into_iter().map(|group| Until::Quiet { group, secs }));
            }
            if let Some(step) = self.draft.calls(Action::Weigh, made, reason) {
                step.percent = Some(*percent);
                step.until = until;
                step.back.clone_from(&attach);
            }
        }
    }

    fn hand_over(&mut self, schedules: Vec<Made>) {
        let reason = self.about(&code::HAND_OVER);
        self.draft.calls(Action::HandOverSchedules, schedules, reason);
    }

    fn hold(&mut self) {
        let secs = match self.manner {
            Manner::Weights => HOLD_SECS,
            _ => OVERLAP_SECS,
        };
        if self.manner == Manner::HandOver || self.one.tasks() == 0 {
            return;
        }
        let reason = self.about(&code::HOLD);
        let back = self.draft.last_of(Action::Attach);
        let percent = back.as_ref().map(|_| 100);
        let step = self.draft.step(Action::Hold, reason);
        step.until = vec![Until::Time { secs }];
        step.back = back;
        step.percent = percent;
    }

    /// Old groups leave the rules; second groups of a pair take their places.
    fn detach(&mut self, rules: &[(Rule, Vec<Value>)], shared: &mut Shared<'_>) {
        let mut made = Vec::new();
        for (rule, actions) in rules {
            let before = forward::groups(actions);
            let mut groups = forward::left(&before, &self.groups.own);
            for (old, (_, _, second)) in self.one.groups.iter().zip(&self.groups.made) {
                let in_rule = |arn: &String| before.iter().any(|(present, _)| present == arn);
                // ECS and CodeDeploy keep the idle one of a pair in the rule only where it was.
                let paired = old.alternate.as_ref().is_some_and(in_rule) && in_rule(&old.arn);
                if let (true, Some((_, placeholder))) = (paired, second) {
                    groups.push((placeholder.clone(), 0));
                }
            }
            let actions = forward::with_groups(actions, &groups);
            shared.rules.insert(rule.arn.clone(), actions.clone());
            made.push(modify(rule, actions));
        }
        made.extend(self.tests(shared));
        let what = format!(
            "the old target groups of {} in {} leave the rules, empty as they are",
            self.one.work.name, self.one.work.env
        );
        let back = self.draft.last_of(Action::Weigh);
        if let Some(step) = self.draft.calls(Action::Detach, made, because(&code::LET_GO, what)) {
            step.percent = Some(100);
            step.until = vec![Until::Landed];
            step.back = back;
        }
    }

    /// Rules of test traffic: each old group becomes the new one in the same place.
    fn tests(&self, shared: &mut Shared<'_>) -> Vec<Made> {
        let mut out = Vec::new();
        for front in &self.one.tests {
            let mut actions =
                Value::Array(shared.rules.get(&front.arn).unwrap_or(&front.actions).clone());
            for (old, (_, main, second)) in self.one.groups.iter().zip(&self.groups.made) {
                replace(&mut actions, &old.arn, main);
                if let (Some(arn), Some((_, placeholder))) = (&old.alternate, second) {
                    replace(&mut actions, arn, placeholder);
                }
            }
            let actions = actions.as_array().cloned().unwrap_or_default();
            shared.rules.insert(front.arn.clone(), actions.clone());
            let rule = Rule {
                arn: front.arn.clone(),
                default: front.default,
                priority: None,
                balancer: String::new(),
                port: None,
                weights: BTreeMap::new(),
            };
            out.push(modify(&rule, actions));
        }
        out
    }

    /// The new service's own way of deploying, once only it writes the rule.
    fn swapping(&self) -> Vec<Made> {
        let pairs: Vec<(String, String)> = self
            .groups
            .made
            .iter()
            .map(|(_, main, second)| {
                (main.clone(), second.as_ref().map(|two| two.1.clone()).unwrap_or_default())
            })
            .collect();
        if let Some(group) = &self.one.code_deploy {
            return deployment_group(self.one, self.target, group, &self.groups.made)
                .into_iter()
                .collect();
        }
        let paired = self.groups.made.iter().any(|made| made.2.is_some());
        if !paired && self.one.strategy() == "ROLLING" {
            return Vec::new();
        }
        let input = service::swap(self.one, self.target, &pairs);
        input.map(|input| ("ecs:UpdateService", input)).into_iter().collect()
    }

    fn scale_down(&mut self, release: &[Made]) {
        let (cluster, service) = (self.one.cluster_arn.clone(), self.one.ecs_name());
        let mut made = release.to_vec();
        made.push((
            "ecs:UpdateService",
            json!({"cluster": cluster, "service": service, "desiredCount": 0}),
        ));
        let name = &self.one.work.name;
        let what = match self.manner {
            Manner::HandOver => format!(
                "the old tasks of {name} stop before new ones start, so that never two work at once"
            ),
            _ => format!("the old tasks of {name} stop; ECS lets requests under way end first"),
        };
        let mut until = vec![steady(self.one.cluster(), &service, 0)];
        if self.manner != Manner::HandOver {
            until.push(Until::Time { secs: KEEP_SECS });
        }
        if let Some(step) = self.draft.calls(Action::ScaleDown, made, because(&code::LET_GO, what))
        {
            step.until = until;
        }
    }

    fn remove(&mut self) {
        let input = json!({"cluster": self.one.cluster_arn, "service": self.one.ecs_name()});
        let mut made: Vec<Made> = vec![("ecs:DeleteService", input)];
        let mut names =
            vec![format!("the service {} in {}", self.one.ecs_name(), self.one.cluster())];
        for arn in self.one.all_groups() {
            names.push(format!("the target group {}", group_name(&arn)));
            made.push(("elasticloadbalancing:DeleteTargetGroup", json!({"TargetGroupArn": arn})));
        }
        let what = format!("nothing uses these any more: {}", names.join(", "));
        if self.manner == Manner::HandOver {
            let name = &self.one.work.name;
            let what = format!(
                "the old service of {name} stays without tasks, so that they can be started again"
            );
            let step = self.draft.step(Action::Hold, because(&code::LET_GO, what));
            step.until = vec![Until::Time { secs: KEEP_SECS }];
        }
        self.draft.calls(Action::Remove, made, because(&code::REMOVE, what));
    }

    fn about(&self, code: &'static model::code::Code) -> Reason {
        Reason::new(code).with("service", &self.one.work.name).with("env", &self.one.work.env)
    }
}

/// Old groups that had weight in the beginning: the idle one of a pair may get test traffic.
fn serving(rules: &[(Rule, Vec<Value>)], own: &BTreeMap<String, String>) -> BTreeSet<String> {
    let all = rules.iter().flat_map(|(_, actions)| forward::groups(actions));
    all.filter(|(arn, weight)| *weight > 0 && own.contains_key(arn)).map(|(arn, _)| arn).collect()
}

/// A step that deploys the new service waits until it is steady again.
fn deployed(calls: &[Call], steady: &Until) -> Vec<Until> {
    let deploys = calls.iter().any(|call| call.operation == "ecs:UpdateService");
    if deploys { vec![steady.clone()] } else { Vec::new() }
}

/// `ModifyRule`, or `ModifyListener` for a default action.
fn modify(rule: &Rule, actions: Vec<Value>) -> Made {
    if rule.default {
        let input = json!({"ListenerArn": rule.arn, "DefaultActions": actions});
        ("elasticloadbalancing:ModifyListener", input)
    } else {
        ("elasticloadbalancing:ModifyRule", json!({"RuleArn": rule.arn, "Actions": actions}))
    }
}

/// The deployment group keeps its name, so that pipelines find it, and gets the new service.
fn deployment_group(
    one: &One<'_, '_>,
    target: &Target,
    group: &crate::input::node::Node<'_>,
    made: &[(String, String, Option<(String, String)>)],
) -> Option<Made> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (old, (name, _, second)) in one.groups.iter().zip(made) {
        names.insert(group_name(&old.arn), name.clone());
        if let (Some(arn), Some((name, _))) = (&old.alternate, second) {
            names.insert(group_name(arn), name.clone());
        }
    }
    let mut input = Map::new();
    put(&mut input, "applicationName", json!(group.text("applicationName")?));
    put(&mut input, "currentDeploymentGroupName", json!(group.text("deploymentGroupName")?));
    let service = json!([{"clusterName": target.document.name, "serviceName": one.work.name}]);
    put(&mut input, "ecsServices", service);
    let mut info =
        Value::Object(members(&group.get("loadBalancerInfo")?, &["targetGroupPairInfoList"]));
    let pairs = info.get_mut("targetGroupPairInfoList").and_then(Value::as_array_mut);
    for pair in pairs.into_iter().flatten() {
        let groups = pair.get_mut("targetGroups").and_then(Value::as_array_mut);
        for entry in groups.into_iter().flatten() {
            let new = entry.get("name").and_then(Value::as_str).and_then(|name| names.get(name));
            if let Some(new) = new.cloned() {
                entry["name"] = json!(new);
            }
        }
    }
    put(&mut input, "loadBalancerInfo", info);
    Some(("codedeploy:UpdateDeploymentGroup", Value::Object(input)))
}
