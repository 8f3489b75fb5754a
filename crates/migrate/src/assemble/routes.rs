//! Which service's Ingress has which rule of which listener.
//!
//! One Ingress group takes the place of one load balancer, so every rule of it must stand in some
//! Ingress, in an order that is the old one. A rule belongs to the service that it forwards to; a
//! redirect, a fixed answer or a forward to somebody else's target group is carried by the service
//! of the next rule. Rules that follow each other and have one owner and one manner stand in one
//! Ingress: a login and the protocol of the pods hold for an Ingress as a whole.

use std::collections::BTreeMap;

use crate::convert::RuleUse;
use crate::input::inventory::{Inventory, Item};
use crate::input::node::Node;
use crate::input::section::Section;

/// A service, by the place it was read from.
type Key<'a> = (&'a str, String);

/// Rules by the service whose Ingresses have them.
#[derive(Debug, Default)]
pub(super) struct Routes<'a> {
    by_service: BTreeMap<Key<'a>, Vec<RuleUse<'a>>>,
}

/// A rule, or a default action, whose Ingress is looked for.
struct Entry<'a> {
    rule: Item<'a>,
    listener: Item<'a>,
    owner: Option<Key<'a>>,
    login: String,
    /// What the pods speak; `None` if the rule leads to none of a service.
    protocol: Option<String>,
}

/// The Ingress that the rules before went into.
struct Open<'a> {
    owner: Key<'a>,
    login: String,
    protocol: Option<String>,
    first: i64,
}

impl<'a> Routes<'a> {
    /// Sorts every rule of `inventory`.
    pub(super) fn new(inventory: &Inventory<'a>) -> Self {
        let owners = owners(inventory);
        let mut routes = Self::default();
        for (balancer, listeners) in balancers(inventory) {
            let one = |listener: &Item<'a>| entries(inventory, listener, &owners);
            let mut entries: Vec<Vec<Entry<'a>>> = listeners.iter().map(one).collect();
            adopt(&mut entries);
            routes.number(balancer.as_ref(), entries);
        }
        routes
    }

    /// Rules in the Ingresses of `service`, in their order.
    pub(super) fn of(&self, service: &Item<'a>) -> &[RuleUse<'a>] {
        self.by_service.get(&key_of(service)).map_or(&[], Vec::as_slice)
    }

    /// Gives every rule of a load balancer the place at which its Ingress starts.
    fn number(&mut self, balancer: Option<&Item<'a>>, listeners: Vec<Vec<Entry<'a>>>) {
        let mut place = 0;
        for entries in listeners {
            let mut open: Option<Open<'a>> = None;
            for Entry { rule, listener, owner, login, protocol } in entries {
                place += 1;
                let Some(owner) = owner else { continue };
                let goes_on = open.as_mut().filter(|open| {
                    let spoken =
                        protocol.is_none() || open.protocol.is_none() || protocol == open.protocol;
                    open.owner == owner && open.login == login && spoken
                });
                let first = if let Some(open) = goes_on {
                    open.protocol = open.protocol.take().or(protocol);
                    open.first
                } else {
                    open = Some(Open { owner: owner.clone(), login, protocol, first: place });
                    place
                };
                let balancer = balancer.cloned();
                let used = RuleUse { rule, listener: Some(listener), balancer, run: Some(first) };
                self.by_service.entry(owner).or_default().push(used);
            }
        }
    }
}

fn key_of<'a>(service: &Item<'a>) -> Key<'a> {
    (service.node.file, service.node.pointer.clone())
}

/// The service that registers its tasks in each target group; the second group of a pair comes
/// after all first ones.
fn owners<'a>(inventory: &Inventory<'a>) -> BTreeMap<String, Key<'a>> {
    let mut out = BTreeMap::new();
    for second in [false, true] {
        for service in inventory.all(Section::Services) {
            for entry in service.node.list("loadBalancers") {
                let pair = entry.get("advancedConfiguration");
                let arn = if second {
                    pair.and_then(|pair| pair.text("alternateTargetGroupArn"))
                } else {
                    entry.text("targetGroupArn")
                };
                if let Some(arn) = arn {
                    out.entry(arn).or_insert_with(|| key_of(service));
                }
            }
        }
    }
    out
}

/// Load balancers with their listeners for HTTP, by port; a listener whose load balancer nobody
/// read stands alone.
fn balancers<'a>(inventory: &Inventory<'a>) -> Vec<(Option<Item<'a>>, Vec<Item<'a>>)> {
    let mut groups: BTreeMap<String, Vec<Item<'a>>> = BTreeMap::new();
    for listener in inventory.all(Section::Listeners) {
        let node = &listener.node;
        let layer_seven = |protocol: String| matches!(protocol.as_str(), "HTTP" | "HTTPS");
        if !node.text("Protocol").is_none_or(layer_seven) {
            continue;
        }
        let alone = || format!("{}{}", node.file, node.pointer);
        let key = node.text("LoadBalancerArn").unwrap_or_else(alone);
        groups.entry(key).or_default().push(listener.clone());
    }
    let mut out = Vec::new();
    for (arn, mut listeners) in groups {
        listeners.sort_by_key(|listener| listener.node.int_at("Port"));
        let found = inventory.having(Section::LoadBalancers, "LoadBalancerArn", &arn);
        out.push((found.first().map(|item| (*item).clone()), listeners));
    }
    out
}

/// The rules of `listener` by priority, and its default action.
fn entries<'a>(
    inventory: &Inventory<'a>,
    listener: &Item<'a>,
    owners: &BTreeMap<String, Key<'a>>,
) -> Vec<Entry<'a>> {
    let own = |rule: &&Item<'a>| is_of(rule, listener);
    let mut rules: Vec<(i64, &Item<'a>)> = inventory
        .all(Section::ListenerRules)
        .iter()
        .filter(own)
        // The default rule repeats the listener's default actions.
        .filter_map(|rule| Some((rule.node.int_at("Priority")?, rule)))
        .collect();
    rules.sort_by_key(|(priority, _)| *priority);
    let entry = |rule: &Item<'a>, key: &str| {
        let actions = rule.node.list(key);
        let groups = groups(&actions);
        let owner = groups.iter().find_map(|arn| owners.get(arn)).cloned();
        let mut owned = groups.iter().filter(|arn| owners.contains_key(*arn));
        let protocol = owned.find_map(|arn| protocol(inventory, arn));
        let login = login(&actions);
        Entry { rule: rule.clone(), listener: listener.clone(), owner, login, protocol }
    };
    let mut out: Vec<Entry<'a>> = rules.iter().map(|(_, rule)| entry(rule, "Actions")).collect();
    out.push(entry(listener, "DefaultActions"));
    out
}

/// Rules without a service go to the service of the next rule, else of the one before; a listener
/// without any service goes to the first service of its load balancer.
fn adopt(listeners: &mut [Vec<Entry<'_>>]) {
    let first = listeners.iter().flatten().find_map(|entry| entry.owner.clone());
    for entries in listeners {
        let mut near = None;
        for entry in entries.iter_mut().rev() {
            if entry.owner.is_none() {
                entry.owner.clone_from(&near);
            }
            near.clone_from(&entry.owner);
        }
        let mut near = first.clone();
        for entry in entries.iter_mut() {
            if entry.owner.is_none() {
                entry.owner.clone_from(&near);
            }
            near.clone_from(&entry.owner);
        }
    }
}

/// Whether `rule` is one of `listener`, by the request or by the rule's ARN.
fn is_of(rule: &Item<'_>, listener: &Item<'_>) -> bool {
    let Some(arn) = listener.node.text("ListenerArn") else { return false };
    super::references::listener_arn(rule).as_deref() == Some(arn.as_str())
}

/// Target groups that actions forward to, those with the most weight first.
fn groups(actions: &[Node<'_>]) -> Vec<String> {
    let mut out: Vec<(i64, String)> = Vec::new();
    for action in actions {
        let listed = action.get("ForwardConfig").map(|config| config.list("TargetGroups"));
        for group in listed.unwrap_or_default() {
            let weight = group.int_at("Weight").unwrap_or(1);
            out.extend(group.text("TargetGroupArn").map(|arn| (weight.saturating_neg(), arn)));
        }
        out.extend(action.text("TargetGroupArn").map(|arn| (0, arn)));
    }
    out.sort();
    out.into_iter().map(|(_, arn)| arn).collect()
}

/// What the logins of a rule say; empty without one.
fn login(actions: &[Node<'_>]) -> String {
    let kind = |action: &&Node<'_>| {
        let kind = action.text("Type").unwrap_or_default();
        !matches!(kind.as_str(), "forward" | "redirect" | "fixed-response")
    };
    actions.iter().filter(kind).map(|action| action.value.to_string()).collect()
}

/// What the targets of a group speak.
fn protocol(inventory: &Inventory<'_>, arn: &str) -> Option<String> {
    let found = inventory.having(Section::TargetGroups, "TargetGroupArn", arn);
    let node = &found.first()?.node;
    let text = |key: &str| node.text(key).unwrap_or_default();
    Some(format!("{} {}", text("Protocol"), text("ProtocolVersion")))
}
