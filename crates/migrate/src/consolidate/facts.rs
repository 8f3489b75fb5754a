//! What the account says, indexed for the planning of moves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::consolidate::forward;
use crate::consolidate::owners::Mentions;
use crate::credential::Credentials;
use crate::given::Given;
use crate::input::inventory::Inventory;
use crate::input::node::Node;
use crate::input::section::Section;

/// Indexes over the inventory.
pub(super) struct Facts<'g, 'a> {
    /// What was given.
    pub(super) given: Given<'g, 'a>,
    /// Literals that must not be written.
    pub(super) credentials: &'g Credentials,
    /// VPC and free addresses of each subnet.
    pub(super) subnets: BTreeMap<String, (String, i64)>,
    /// Target groups by ARN.
    pub(super) groups: BTreeMap<String, Node<'a>>,
    /// Every rule and default action that forwards somewhere.
    pub(super) fronts: Vec<Front<'a>>,
    /// Who names clusters.
    pub(super) mentions: Mentions,
    tags: BTreeMap<String, Vec<(String, String)>>,
    registered: BTreeMap<String, BTreeSet<String>>,
}

/// A rule, or the default action of a listener, that forwards somewhere.
#[derive(Debug, Clone)]
pub(super) struct Front<'a> {
    /// ARN of the rule; for a default action, of the listener.
    pub(super) arn: String,
    /// True for the default action of a listener.
    pub(super) default: bool,
    /// The rule's priority.
    pub(super) priority: Option<String>,
    /// The rule's listener.
    pub(super) listener: String,
    /// The listener's port.
    pub(super) port: Option<i64>,
    /// The load balancer, if it was read.
    pub(super) balancer: Option<Node<'a>>,
    /// Its actions as a call takes them.
    pub(super) actions: Vec<Value>,
}

impl Front<'_> {
    /// True if it forwards to any of the target groups, whatever the weight.
    pub(super) fn leads_to(&self, groups: &BTreeSet<String>) -> bool {
        forward::groups(&self.actions).iter().any(|(arn, _)| groups.contains(arn))
    }

    /// The load balancer's name, out of the ARN where it was not read.
    pub(super) fn balancer_name(&self) -> String {
        let read = self.balancer.as_ref().and_then(|node| node.text("LoadBalancerName"));
        read.unwrap_or_else(|| self.arn.split('/').nth(2).unwrap_or_default().to_owned())
    }
}

impl<'g, 'a> Facts<'g, 'a> {
    /// Indexes what was given.
    pub(super) fn of(given: Given<'g, 'a>) -> Self {
        let inventory = given.inventory;
        let by_arn = |item: &crate::input::inventory::Item<'a>| {
            Some((item.node.text("TargetGroupArn")?, item.node.clone()))
        };
        let groups = inventory.all(Section::TargetGroups).iter().filter_map(by_arn).collect();
        Self {
            given,
            credentials: given.credentials,
            subnets: subnets(inventory),
            groups,
            fronts: fronts(inventory),
            mentions: Mentions::of(inventory),
            tags: tags(inventory),
            registered: registered(inventory),
        }
    }

    /// Tags of a load balancer, listener, rule or target group.
    pub(super) fn tags(&self, arn: &str) -> &[(String, String)] {
        self.tags.get(arn).map_or(&[], Vec::as_slice)
    }

    /// ARNs of the services that register in a target group.
    pub(super) fn services_in(&self, group: &str) -> BTreeSet<String> {
        self.registered.get(group).cloned().unwrap_or_default()
    }

    /// Attributes of a target group, if they were read.
    pub(super) fn attributes(&self, group: &str) -> Option<Node<'a>> {
        let all = self.given.inventory.all(Section::Attributes);
        let name = self.groups.get(group).and_then(|node| node.text("TargetGroupName"));
        let asked = all.iter().find(|item| item.asked_for("TargetGroupArn") == Some(group));
        let by_file = || {
            let about = |item: &&crate::input::inventory::Item<'_>| {
                item.asked.is_none() && name.as_deref().is_some_and(|name| item.file_is_about(name))
            };
            all.iter().find(about)
        };
        asked.or_else(by_file).map(|item| item.node.clone())
    }

    /// VPCs of the subnets.
    pub(super) fn vpcs(&self, subnets: &[String]) -> BTreeSet<String> {
        subnets.iter().filter_map(|id| Some(self.subnets.get(id)?.0.clone())).collect()
    }
}

/// The things in every list called `key` that is read as evidence.
pub(super) fn things<'a>(inventory: &Inventory<'a>, key: &str) -> Vec<Node<'a>> {
    let evidence =
        inventory.sections().filter(|(section, _)| matches!(section, Section::Evidence(_)));
    let lists = evidence.flat_map(|(_, items)| items).map(|item| &item.node);
    let called = |list: &&Node<'a>| list.pointer.rsplit('/').next() == Some(key);
    lists.filter(called).flat_map(Node::items).collect()
}

fn subnets(inventory: &Inventory<'_>) -> BTreeMap<String, (String, i64)> {
    let read = |subnet: &Node<'_>| {
        let free = subnet.int_at("AvailableIpAddressCount").unwrap_or(i64::MAX);
        Some((subnet.text("SubnetId")?, (subnet.text("VpcId")?, free)))
    };
    things(inventory, "Subnets").iter().filter_map(read).collect()
}

fn tags(inventory: &Inventory<'_>) -> BTreeMap<String, Vec<(String, String)>> {
    let pair = |tag: &Node<'_>| Some((tag.text("Key")?, tag.text("Value").unwrap_or_default()));
    let read = |one: &Node<'_>| {
        let pairs = one.list("Tags").iter().filter_map(pair).collect();
        Some((one.text("ResourceArn")?, pairs))
    };
    things(inventory, "TagDescriptions").iter().filter_map(read).collect()
}

/// Services by every target group that they may register in.
fn registered(inventory: &Inventory<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for service in inventory.all(Section::Services) {
        let Some(arn) = service.node.text("serviceArn") else { continue };
        if service.node.text("status").as_deref() == Some("INACTIVE") {
            continue;
        }
        for entry in service.node.list("loadBalancers") {
            let pair = entry.get("advancedConfiguration");
            let alternate = pair.and_then(|pair| pair.text("alternateTargetGroupArn"));
            for group in entry.text("targetGroupArn").into_iter().chain(alternate) {
                out.entry(group).or_default().insert(arn.clone());
            }
        }
    }
    out
}

fn fronts<'a>(inventory: &Inventory<'a>) -> Vec<Front<'a>> {
    let balancers = inventory.all(Section::LoadBalancers);
    let balancer = |arn: &str| {
        let named = |node: &Node<'_>| node.text("LoadBalancerArn").as_deref() == Some(arn);
        balancers.iter().map(|item| &item.node).find(|node| named(node)).cloned()
    };
    let mut out: BTreeMap<String, Front<'a>> = BTreeMap::new();
    let mut ports: BTreeMap<String, (Option<i64>, Option<Node<'a>>)> = BTreeMap::new();
    for item in inventory.all(Section::Listeners) {
        let Some(arn) = item.node.text("ListenerArn") else { continue };
        let of = item.node.text("LoadBalancerArn").and_then(|arn| balancer(&arn));
        let port = item.node.int_at("Port");
        ports.insert(arn.clone(), (port, of.clone()));
        let actions = forward::actions(&item.node.list("DefaultActions"));
        let front = Front {
            arn: arn.clone(),
            default: true,
            priority: None,
            listener: arn.clone(),
            port,
            balancer: of,
            actions,
        };
        out.insert(arn, front);
    }
    for item in inventory.all(Section::ListenerRules) {
        let priority = item.node.text("Priority");
        let Some(arn) = item.node.text("RuleArn") else { continue };
        // The default rule repeats the listener's default actions.
        if priority.as_deref() == Some("default") || item.node.flag("IsDefault") {
            continue;
        }
        let listener =
            item.asked_for("ListenerArn").map_or_else(|| listener_of(&arn), str::to_owned);
        let (port, of) = ports.get(&listener).cloned().unwrap_or_default();
        let actions = forward::actions(&item.node.list("Actions"));
        let front = Front {
            arn: arn.clone(),
            default: false,
            priority,
            listener,
            port,
            balancer: of,
            actions,
        };
        out.insert(arn, front);
    }
    out.into_values().filter(|front| !forward::groups(&front.actions).is_empty()).collect()
}

/// `…:listener-rule/app/name/id/listener/rule` → `…:listener/app/name/id/listener`.
fn listener_of(rule: &str) -> String {
    let arn = rule.replacen(":listener-rule/", ":listener/", 1);
    arn.rsplit_once('/').map_or(arn.clone(), |(head, _)| head.to_owned())
}
