//! The steps of one move, in the order that loses no request.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;
use serde_json::{Map, Value, json};

use crate::consolidate::carry::{Alarms, Made, Scaling};
use crate::consolidate::cluster::Target;
use crate::consolidate::document::{Action, Call, Manner, Rule, Until};
use crate::consolidate::draft::{Draft, because, steady};
use crate::consolidate::facts::Facts;
use crate::consolidate::held::group_name;
use crate::consolidate::moves::{Groups, Pair, Shared};
use crate::consolidate::subject::One;
use crate::consolidate::value::{members, put, replace};
use crate::consolidate::{forward, service};

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

/// The steps of one move under construction.
pub(super) struct Build<'b, 'g, 'a> {
    /// What the account says.
    pub(super) facts: &'b Facts<'g, 'a>,
    /// What moves.
    pub(super) one: &'b One<'g, 'a>,
    /// Where it comes into.
    pub(super) target: &'b Target,
    /// The steps so far.
    pub(super) draft: Draft,
    /// Its new target groups.
    pub(super) groups: &'b Groups,
    /// How it moves.
    pub(super) manner: Manner,
    /// True if tasks must start again once every name that they may call is there.
    pub(super) redeploys: bool,
}

impl Build<'_, '_, '_> {
    /// Writes every step, and gives the rules with their weights.
    pub(super) fn all(
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
            modify(rule, &forward::with_groups(actions, &groups))
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
                    modify(rule, &forward::with_groups(actions, &groups))
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
            made.push(modify(rule, &actions));
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
            out.push(modify(&rule, &actions));
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
fn modify(rule: &Rule, actions: &[Value]) -> Made {
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
    made: &[Pair],
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
