//! What a service refers to by ARN or by name, found once for the whole inventory.

use std::collections::BTreeMap;

use crate::convert::names::last_part;
use crate::convert::{RuleUse, ScheduleUse, TargetUse, Workload};
use crate::input::inventory::{Inventory, Item};
use crate::input::node::Node;
use crate::input::section::Section;

use super::routes::Routes;
use super::schedules::{self, Target};

/// Indexes over an inventory.
pub(super) struct References<'i, 'a> {
    inventory: &'i Inventory<'a>,
    schedules: Vec<Target<'a>>,
    secrets: Option<BTreeMap<String, String>>,
    alarms: BTreeMap<String, Node<'a>>,
    routes: Routes<'a>,
}

impl<'i, 'a> References<'i, 'a> {
    /// Indexes `inventory`.
    pub(super) fn new(inventory: &'i Inventory<'a>) -> Self {
        let alarms = inventory
            .all(Section::Evidence(alarm_evidence(inventory)))
            .iter()
            .flat_map(|item| item.node.items());
        let alarms = alarms.filter_map(|alarm| Some((alarm.text("AlarmName")?, alarm))).collect();
        Self {
            inventory,
            schedules: schedules::targets(inventory),
            secrets: known_secrets(inventory),
            alarms,
            routes: Routes::new(inventory),
        }
    }

    /// Fills in everything that `workload` refers to.
    pub(super) fn fill(&self, workload: &mut Workload<'a>) {
        place(workload);
        workload.known_secrets.clone_from(&self.secrets);
        workload.alarms.clone_from(&self.alarms);
        self.schedules_of(workload);
        let Some(service) = workload.service.clone() else { return };
        workload.digests = self.digests(&service);
        workload.target_groups = self.target_groups(&service.node);
        workload.rules = self.rules(&workload.target_groups);
        self.places(workload, &service);
        self.scaling(workload, &service.node);
        for entry in service.node.list("serviceRegistries") {
            let Some(arn) = entry.text("registryArn") else { continue };
            if let Some(found) =
                self.inventory.having(Section::DiscoveryServices, "Arn", &arn).first()
            {
                workload.discovery.insert(arn, (*found).clone());
            }
        }
    }

    fn schedules_of(&self, workload: &mut Workload<'a>) {
        let family = workload.task.node.text("family").unwrap_or_default();
        let arn = workload.task.node.text("taskDefinitionArn");
        let env = workload.env.clone();
        let words: Vec<String> = [
            "dev",
            "develop",
            "development",
            "stg",
            "stag",
            "stage",
            "staging",
            "prd",
            "prod",
            "production",
        ]
        .map(str::to_owned)
        .to_vec();
        for target in &self.schedules {
            let wanted = &target.task_definition;
            let of_family = last_part(wanted).split(':').next() == Some(family.as_str());
            if arn.as_deref() == Some(wanted) || of_family {
                let label = schedules::label(&target.name, &workload.name, &env, &words);
                workload.schedules.push(ScheduleUse {
                    rule: target.rule.clone(),
                    target: target.node.clone(),
                    scheduler: target.scheduler,
                    label,
                });
            }
        }
    }

    /// The image digests of the service's running tasks, by container.
    fn digests(&self, service: &Item<'a>) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        let group = service.node.text("serviceName").map(|name| format!("service:{name}"));
        let cluster = service.node.text("clusterArn");
        let wanted = service.node.text("taskDefinition");
        for task in self.inventory.all(Section::Tasks) {
            let node = &task.node;
            let ours = node.text("group") == group
                && node.text("clusterArn") == cluster
                && node.text("taskDefinitionArn") == wanted;
            if !ours {
                continue;
            }
            for container in node.list("containers") {
                if let (Some(name), Some(digest)) =
                    (container.text("name"), container.text("imageDigest"))
                {
                    out.insert(name, digest);
                }
            }
        }
        out
    }

    fn target_groups(&self, service: &Node<'a>) -> Vec<TargetUse<'a>> {
        let attributes = self.inventory.all(Section::Attributes);
        let one = |entry: Node<'a>| {
            let arn = entry.text("targetGroupArn").unwrap_or_default();
            let group = self
                .inventory
                .having(Section::TargetGroups, "TargetGroupArn", &arn)
                .first()
                .map(|item| (*item).clone());
            let name = group.as_ref().and_then(|item| item.node.text("TargetGroupName"));
            let asked =
                attributes.iter().find(|item| item.asked_for("TargetGroupArn") == Some(&arn));
            let by_file = || {
                attributes.iter().find(|item| {
                    item.asked.is_none()
                        && name.as_deref().is_some_and(|name| item.file_is_about(name))
                })
            };
            let attributes = asked.or_else(by_file).cloned();
            TargetUse { entry, group, attributes }
        };
        service.list("loadBalancers").into_iter().map(one).collect()
    }

    /// Rules and default actions that forward to any of the groups.
    fn rules(&self, groups: &[TargetUse<'a>]) -> Vec<RuleUse<'a>> {
        let arns: Vec<String> =
            groups.iter().filter_map(|used| used.entry.text("targetGroupArn")).collect();
        let mut out = Vec::new();
        let listeners = self.inventory.all(Section::Listeners);
        for rule in self.inventory.all(Section::ListenerRules) {
            // The default rule repeats the listener's default actions.
            let is_default = rule.node.text("Priority").as_deref() == Some("default");
            if !is_default && forwards_to(&rule.node, "Actions", &arns) {
                let listener = listener_of(rule, listeners);
                out.push(self.rule_use(rule.clone(), listener));
            }
        }
        for listener in listeners {
            if forwards_to(&listener.node, "DefaultActions", &arns) {
                out.push(self.rule_use(listener.clone(), Some(listener.clone())));
            }
        }
        out
    }

    fn rule_use(&self, rule: Item<'a>, listener: Option<Item<'a>>) -> RuleUse<'a> {
        let arn = listener.as_ref().and_then(|item| item.node.text("LoadBalancerArn"));
        let balancer = arn.and_then(|arn| {
            self.inventory
                .having(Section::LoadBalancers, "LoadBalancerArn", &arn)
                .first()
                .map(|item| (*item).clone())
        });
        // Without a listener there is no load balancer whose rules could be in an order.
        let run = listener.is_none().then_some(0);
        RuleUse { rule, listener, balancer, run }
    }

    /// Says in which Ingress the rules of the service stand, and adds those that it carries.
    fn places(&self, workload: &mut Workload<'a>, service: &Item<'a>) {
        let place = |used: &RuleUse<'a>| (used.rule.node.file, used.rule.node.pointer.clone());
        for used in self.routes.of(service) {
            let own = workload.rules.iter_mut().find(|own| place(own) == place(used));
            match own {
                Some(own) => own.run = used.run,
                None => workload.carried.push(used.clone()),
            }
        }
    }

    fn scaling(&self, workload: &mut Workload<'a>, service: &Node<'a>) {
        let cluster =
            service.text("clusterArn").or_else(|| service.text("cluster")).unwrap_or_default();
        let resource = format!(
            "service/{}/{}",
            last_part(&cluster),
            service.text("serviceName").unwrap_or_default()
        );
        let of = |section: Section| -> Vec<Item<'a>> {
            let items = self.inventory.having(section, "ResourceId", &resource);
            items.into_iter().cloned().collect()
        };
        workload.scalable = of(Section::ScalableTargets);
        workload.policies = of(Section::ScalingPolicies);
        workload.scheduled_actions = of(Section::ScheduledActions);
    }
}

/// Region and account, out of ARNs, of the request, or of the log options.
fn place(workload: &mut Workload<'_>) {
    let arns = [
        workload.service.as_ref().and_then(|item| item.node.text("serviceArn")),
        workload.task.node.text("taskDefinitionArn"),
        workload.task.node.text("taskRoleArn"),
        workload.task.node.text("executionRoleArn"),
    ];
    let part = |arn: &str, index: usize| {
        arn.split(':').nth(index).filter(|p| !p.is_empty()).map(str::to_owned)
    };
    for arn in arns.iter().flatten() {
        workload.region = workload.region.take().or_else(|| part(arn, 3));
        workload.account = workload
            .account
            .take()
            .or_else(|| part(arn, 4).filter(|text| text.chars().all(|c| c.is_ascii_digit())));
    }
    let asked = workload.task.asked;
    workload.region =
        workload.region.take().or_else(|| asked.and_then(|asked| asked.region.clone()));
    let plain =
        |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let mut told: Vec<String> = Vec::new();
    let containers = workload.task.node.list("containerDefinitions");
    for container in &containers {
        told.extend(
            container
                .at(&["logConfiguration", "options", "awslogs-region"])
                .and_then(|node| node.scalar()),
        );
        let secrets = container.list("secrets");
        told.extend(secrets.iter().filter_map(|secret| part(&secret.text("valueFrom")?, 3)));
        // 1.dkr.ecr.REGION.amazonaws.com
        let image = container.text("image").unwrap_or_default();
        told.extend(
            image
                .split_once(".dkr.ecr.")
                .and_then(|(_, rest)| rest.split('.').next())
                .map(str::to_owned),
        );
    }
    workload.region =
        workload.region.take().or_else(|| told.into_iter().find(|region| plain(region)));
}

/// The section that alarms are in; its key is the reason why they are not converted.
fn alarm_evidence(inventory: &Inventory<'_>) -> &'static str {
    let found = inventory.sections().find_map(|(section, items)| match section {
        Section::Evidence(why)
            if items.iter().any(|item| item.node.pointer.ends_with("/MetricAlarms")) =>
        {
            Some(*why)
        }
        _ => None,
    });
    found.unwrap_or_default()
}

fn listener_of<'a>(rule: &Item<'a>, listeners: &[Item<'a>]) -> Option<Item<'a>> {
    let wanted = listener_arn(rule)?;
    listeners.iter().find(|item| item.node.text("ListenerArn").as_deref() == Some(&wanted)).cloned()
}

/// The ARN of the listener that a rule is of.
pub(super) fn listener_arn(rule: &Item<'_>) -> Option<String> {
    let by_request = rule.asked_for("ListenerArn").map(str::to_owned);
    // listener-rule/app/name/id/listener/rule: the rule's ARN holds the listener's.
    let by_arn = rule
        .node
        .text("RuleArn")
        .map(|arn| arn.replacen(":listener-rule/", ":listener/", 1))
        .and_then(|arn| arn.rsplit_once('/').map(|(head, _)| head.to_owned()));
    by_request.or(by_arn)
}

pub(super) fn forwards_to(rule: &Node<'_>, key: &str, arns: &[String]) -> bool {
    rule.list(key).iter().any(|action| {
        let direct = action.text("TargetGroupArn");
        let listed = action
            .get("ForwardConfig")
            .map(|config| config.list("TargetGroups"))
            .unwrap_or_default();
        listed
            .iter()
            .filter_map(|group| group.text("TargetGroupArn"))
            .chain(direct)
            .any(|arn| arns.contains(&arn))
    })
}

/// Name by ARN of every secret and parameter; `None` if nobody listed them.
fn known_secrets(inventory: &Inventory<'_>) -> Option<BTreeMap<String, String>> {
    let secrets = inventory.all(Section::Secrets);
    let parameters = inventory.all(Section::Parameters);
    if secrets.is_empty() && parameters.is_empty() {
        return None;
    }
    let all = secrets.iter().chain(parameters);
    Some(all.filter_map(|item| Some((item.node.text("ARN")?, item.node.text("Name")?))).collect())
}
