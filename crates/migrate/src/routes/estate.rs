//! Every listener of the estate: what it does today, and what its Ingresses would do.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::routes as code;
use serde_json::Value;

use super::compare::{Difference, compare};
use super::controller::{self, Member};
use super::draw::Draw;
use super::listener::Listener;
use super::original::{self, Owners};
use super::outcome::{Answer, Target};
use super::wire;
use crate::convert::RuleUse;
use crate::generate::Converted;
use crate::given::{Given, Raised};
use crate::input::inventory::Item;
use crate::input::section::Section;

/// Where an Ingress says which listener of today it is for.
const LISTENER: &str = "segue.dev/listener";

/// A listener of today beside the one to come in one environment.
#[derive(Debug)]
pub struct Pair {
    /// The environment whose cluster makes the one to come.
    pub environment: String,
    /// The ARN of the listener of today.
    pub arn: String,
    /// Services whose Ingresses make the one to come, in order.
    pub services: Vec<String>,
    /// Today.
    pub before: Listener,
    /// To come; `None` if no Ingress listens there.
    pub after: Option<Listener>,
    /// Rules by label whose Ingress is not generated, with the blocked service.
    blocked: BTreeMap<String, String>,
}

impl Pair {
    /// Compares both sides with `count` random requests out of `seed`.
    pub fn compare(&self, seed: u64, count: usize) -> Vec<Difference> {
        let Some(after) = &self.after else { return Vec::new() };
        let requests = Draw::new(&[&self.before, after], seed).take(count);
        compare(&self.before, after, requests, &|found| self.explain(found))
    }

    /// Why a difference is known and told elsewhere.
    fn explain(&self, found: &Difference) -> Option<String> {
        if let Some(service) = self.blocked.get(&found.rule_before) {
            return Some(format!(
                "nothing is generated for {service} until its blockers are answered"
            ));
        }
        let Answer::Forward(targets, _) = &found.before.answer else { return None };
        targets.iter().find_map(|(target, _)| match target {
            Target::Service { service, environment, .. } if *environment != self.environment => {
                Some(format!(
                    "{service} is in {environment}, whose cluster has its own load balancer"
                ))
            }
            _ => None,
        })
    }
}

/// Every listener for HTTP of a load balancer with a converted service behind it, in order.
pub fn pairs(given: Given<'_, '_>) -> Vec<Pair> {
    let owners = owners(given);
    let listeners = given.inventory.all(Section::Listeners);
    let mut out = Vec::new();
    for listener in listeners {
        let value = listener.node.value;
        let protocol = wire::text(value, "protocol").unwrap_or_else(|| "HTTP".to_owned());
        let Some(arn) = listener.node.text("ListenerArn") else { continue };
        if !matches!(protocol.as_str(), "HTTP" | "HTTPS") {
            continue;
        }
        let rules = rules_of(given, &arn);
        let before = original::listener(value, &rules, &owners);
        for environment in environments(given, listener) {
            out.push(pair(given, environment, &arn, before.clone()));
        }
    }
    out.sort_by(|one, other| (&one.environment, &one.arn).cmp(&(&other.environment, &other.arn)));
    out
}

/// Who stands behind each target group.
fn owners(given: Given<'_, '_>) -> Owners {
    let mut out = Owners::new();
    for one in given.converted {
        for used in &one.work.target_groups {
            let Some(arn) = used.entry.text("targetGroupArn") else { continue };
            let group = used.group.as_ref().map(|item| item.node.value);
            let text = |key: &str, absent: &str| {
                group.and_then(|group| wire::text(group, key)).unwrap_or_else(|| absent.to_owned())
            };
            out.entry(arn).or_insert_with(|| Target::Service {
                service: one.work.name.clone(),
                environment: one.work.env.clone(),
                port: used.entry.text("containerPort").unwrap_or_default(),
                protocol: format!(
                    "{} {}",
                    text("Protocol", "HTTP"),
                    text("ProtocolVersion", "HTTP1")
                ),
            });
        }
    }
    out
}

fn rules_of<'a>(given: Given<'_, 'a>, listener: &str) -> Vec<&'a Value> {
    let rules = given.inventory.all(Section::ListenerRules).iter();
    rules
        .filter(|rule| listener_arn(rule).as_deref() == Some(listener))
        .map(|rule| rule.node.value)
        .collect()
}

/// The listener of a rule: the request names it, and so does the rule's own ARN.
fn listener_arn(rule: &Item<'_>) -> Option<String> {
    let asked = rule.asked_for("ListenerArn").map(str::to_owned);
    asked.or_else(|| {
        let arn = rule.node.text("RuleArn")?;
        let (head, _) = arn.rsplit_once('/')?;
        Some(head.replacen(":listener-rule/", ":listener/", 1))
    })
}

/// Rules in the Ingresses of a service, whether it owns or carries them.
fn uses<'c, 'a>(one: &'c Converted<'a>) -> impl Iterator<Item = &'c RuleUse<'a>> {
    one.work.rules.iter().chain(&one.work.carried).filter(|used| used.run.is_some())
}

/// Environments with a service behind the load balancer of `listener`.
fn environments<'g>(given: Given<'g, '_>, listener: &Item<'_>) -> BTreeSet<&'g str> {
    let balancer = listener.node.text("LoadBalancerArn");
    let behind = |one: &&Converted<'_>| {
        uses(one)
            .filter_map(|used| used.listener.as_ref())
            .any(|item| item.node.text("LoadBalancerArn") == balancer)
    };
    given.converted.iter().filter(behind).map(|one| one.work.env.as_str()).collect()
}

fn pair(given: Given<'_, '_>, environment: &str, arn: &str, before: Listener) -> Pair {
    let here = || given.converted.iter().filter(|one| one.work.env == environment);
    let members: Vec<Member<'_>> =
        here().filter(|one| !one.scope.blocked()).flat_map(members).collect();
    let of_listener = |member: &&Member<'_>| {
        member.ingress["metadata"]["annotations"][LISTENER].as_str() == Some(arn)
    };
    let group = members.iter().find(of_listener).map(Member::group);
    let group: Vec<Member<'_>> =
        members.iter().filter(|member| Some(member.group()) == group).copied().collect();
    let services: BTreeSet<String> =
        group.iter().map(|member| member.namespace.to_owned()).collect();
    let mut blocked = BTreeMap::new();
    for one in here().filter(|one| one.scope.blocked()) {
        for used in uses(one) {
            let listener = used.listener.as_ref().and_then(|item| item.node.text("ListenerArn"));
            if listener.as_deref() == Some(arn) {
                blocked.insert(label(used), one.work.name.clone());
            }
        }
    }
    let after = controller::listener(&group, before.port);
    let services = services.into_iter().collect();
    Pair {
        environment: environment.to_owned(),
        arn: arn.to_owned(),
        services,
        before,
        after,
        blocked,
    }
}

fn label(used: &RuleUse<'_>) -> String {
    let number = used.rule.node.int_at("Priority");
    number.map_or_else(|| "the default".to_owned(), |number| format!("rule {number}"))
}

fn members<'c>(one: &'c Converted<'_>) -> impl Iterator<Item = Member<'c>> {
    let ingresses = one.built.later.iter().filter(|object| object["kind"] == "Ingress");
    ingresses.map(|ingress| Member {
        namespace: &one.work.name,
        environment: &one.work.env,
        ingress,
        objects: &one.built.objects,
    })
}

/// How many requests and listeners were compared, and what came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Listeners of today, once for each environment behind them.
    pub listeners: usize,
    /// Random requests put to both sides.
    pub requests: usize,
    /// Pairs of rules that differ for a reason that is told elsewhere.
    pub explained: usize,
    /// Pairs of rules that differ without a reason.
    pub unexplained: usize,
}

/// Most requests to a listener at plan time; the tests put far more.
pub const REQUESTS: usize = 2_000;
/// Requests for each rule of a listener at plan time: one that only redirects needs few.
const REQUESTS_A_RULE: usize = 250;

/// Compares every listener, and raises what nothing explains.
pub fn check(given: Given<'_, '_>, raised: &mut Vec<Raised>) -> Checked {
    let mut checked = Checked::default();
    super::binding::check(given, raised);
    for pair in pairs(given) {
        checked.listeners += 1;
        let service = pair.services.first().cloned().unwrap_or_default();
        let mut raise = |service: &str, reason: Reason| {
            let (service, environment) = (service.to_owned(), pair.environment.clone());
            raised.push(Raised { service, environment, reason });
        };
        if pair.after.is_none() {
            if pair.blocked.is_empty() {
                let reason = Reason::new(&code::ROUTE_LISTENER_LOST)
                    .with("listener", listener_name(&pair.arn, pair.before.port))
                    .with("service", &service);
                raise(&service, reason);
            }
            continue;
        }
        let rules = pair.before.rules.len().saturating_add(1);
        let count = rules.saturating_mul(REQUESTS_A_RULE).min(REQUESTS);
        checked.requests = checked.requests.saturating_add(count);
        for found in pair.compare(seed(&pair.arn), count) {
            if found.explanation.is_some() {
                checked.explained += 1;
                continue;
            }
            checked.unexplained += 1;
            let owner = owner(&found).unwrap_or_else(|| service.clone());
            let reason = Reason::new(&code::ROUTE_DIFFERS)
                .with("request", &found.request)
                .with("before", &found.before)
                .with("rule", &found.rule_before)
                .with("after", &found.after)
                .with("other", &found.rule_after)
                .with("service", &owner);
            raise(&owner, reason);
        }
    }
    checked
}

/// The service that a difference is a matter of: who gets the request today.
fn owner(found: &Difference) -> Option<String> {
    let Answer::Forward(targets, _) = &found.before.answer else { return None };
    targets.iter().find_map(|(target, _)| match target {
        Target::Service { service, .. } => Some(service.clone()),
        Target::Group(_) => None,
    })
}

/// `listener/app/NAME/ID/ID` → `NAME:PORT`.
fn listener_name(arn: &str, port: i64) -> String {
    let name = arn.split('/').nth(2).unwrap_or(arn);
    format!("{name}:{port}")
}

/// The same seed for the same listener in every run.
fn seed(arn: &str) -> u64 {
    arn.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
