//! What a person must know before services change their cluster.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;

use crate::consolidate::cluster::Target;
use crate::consolidate::document::Balancer;
use crate::consolidate::facts::Facts;
use crate::consolidate::forward;
use crate::consolidate::owners;
use crate::consolidate::subject::One;
use crate::given::Raised;
use crate::input::node::Node;
use crate::input::section::Section;

/// Most target groups of a load balancer (Elastic Load Balancing, fixed).
const GROUPS_OF_BALANCER_MAX: usize = 100;
/// Members of a record that choose between several of one name.
const CHOOSING: &[&str] = &["Weight", "Failover", "Region", "GeoLocation", "MultiValueAnswer"];

fn of(one: &One<'_, '_>, reason: Reason) -> Raised {
    Raised { service: one.work.name.clone(), environment: one.work.env.clone(), reason }
}

/// Findings of one service.
pub(super) fn of_service(
    facts: &Facts<'_, '_>,
    one: &One<'_, '_>,
    target: &Target,
    raised: &mut Vec<Raised>,
) {
    let about = |code| {
        Reason::new(code)
            .with("service", &one.work.name)
            .with("env", &one.work.env)
            .with("cluster", one.cluster())
            .with("target", &target.document.name)
    };
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    if one.on_instances() {
        let provider = target.provider_of(&one.key()).unwrap_or_default();
        raised.push(of(one, about(&code::INSTANCES).with("provider", provider)));
    }
    for (writer, things) in owners::writers(facts, one) {
        let reason = about(&code::WRITTEN_BY_CODE).with("writer", writer);
        raised.push(of(one, reason.with("things", things.join(", "))));
    }
    if let Some(how) = sticky(facts, one) {
        raised.push(of(one, about(&code::STICKY).with("how", how)));
    }
    if let Some(roles) = facts.mentions.roles.get(one.cluster()) {
        raised.push(of(one, about(&code::ROLE_NAMES_CLUSTER).with("roles", list(roles))));
    }
    if let Some(rules) = facts.mentions.rules.get(one.cluster()) {
        raised.push(of(one, about(&code::RULE_NAMES_CLUSTER).with("rules", list(rules))));
    }
}

/// How clients stick, in words.
fn sticky(facts: &Facts<'_, '_>, one: &One<'_, '_>) -> Option<String> {
    let by_rule = one.fronts.iter().filter_map(|front| forward::stickiness(&front.actions)).max();
    if let Some(secs) = by_rule {
        return Some(format!("a rule keeps a client at its target group for {secs} s"));
    }
    let kept = |arn: &String| {
        let pairs = facts.attributes(arn).map(|node| node.items()).unwrap_or_default();
        pairs.iter().any(|pair| {
            pair.text("Key").as_deref() == Some("stickiness.enabled")
                && pair.text("Value").as_deref() == Some("true")
        })
    };
    let found = one.all_groups().into_iter().find(kept)?;
    let name = super::held::group_name(&found);
    Some(format!(
        "the target group {name} keeps a client at its task, the rule does not keep it at a side"
    ))
}

/// Findings of one new cluster.
pub(super) fn of_cluster(
    facts: &Facts<'_, '_>,
    target: &Target,
    ones: &[&One<'_, '_>],
    raised: &mut Vec<Raised>,
) {
    let document = &target.document;
    let mut add = |reason: Reason| {
        let environment = document.environment.clone();
        let reason = reason.with("env", &document.environment).with("cluster", &document.name);
        raised.push(Raised { service: String::new(), environment, reason });
    };
    if document.vpcs.len() > 1 {
        add(Reason::new(&code::VPCS).with("vpcs", document.vpcs.join(", ")));
    }
    let with_address = ones.iter().filter(|one| !one.subnets().is_empty());
    let need: i64 = with_address.map(|one| one.tasks()).sum();
    let subnets: BTreeSet<String> = ones.iter().flat_map(|one| one.subnets()).collect();
    let known: Option<Vec<i64>> =
        subnets.iter().map(|id| facts.subnets.get(id).map(|(_, free)| *free)).collect();
    if let Some(known) = known.filter(|known| !known.is_empty()) {
        let free = known.iter().fold(0_i64, |sum, free| sum.saturating_add(*free));
        if need > free {
            add(Reason::new(&code::NO_ROOM).with("need", need).with("free", free));
        }
    }
}

/// The load balancers whose rules are changed, and what to know of them.
pub(super) fn balancers(
    facts: &Facts<'_, '_>,
    moving: &[&One<'_, '_>],
    made: &BTreeMap<String, usize>,
    raised: &mut Vec<Raised>,
) -> Vec<Balancer> {
    let mut by_arn: BTreeMap<String, (Node<'_>, BTreeSet<String>)> = BTreeMap::new();
    for one in moving {
        for balancer in one.fronts.iter().filter_map(|front| front.balancer.clone()) {
            let Some(arn) = balancer.text("LoadBalancerArn") else { continue };
            by_arn.entry(arn).or_insert_with(|| (balancer, BTreeSet::new())).1.insert(one.key());
        }
    }
    let mut out = Vec::new();
    for (arn, (node, moves)) in by_arn {
        let name = node.text("LoadBalancerName").unwrap_or_default();
        let on_it = |group: &&Node<'_>| group.strings("LoadBalancerArns").contains(&arn);
        let before = facts.groups.values().filter(on_it).count();
        let more: usize = moves.iter().filter_map(|key| made.get(key)).sum();
        let mine = moving.iter().filter(|one| moves.contains(&one.key()));
        let gone: BTreeSet<String> = mine.flat_map(|one| one.all_groups()).collect();
        let leaving =
            facts.groups.iter().filter(|(arn, node)| gone.contains(*arn) && on_it(node)).count();
        let during = before.saturating_add(more);
        let rules = facts.fronts.iter().filter(|front| {
            let of = front.balancer.as_ref().and_then(|node| node.text("LoadBalancerArn"));
            !front.default && of.as_deref() == Some(arn.as_str())
        });
        let estate = |reason| Raised { service: String::new(), environment: String::new(), reason };
        if during > GROUPS_OF_BALANCER_MAX {
            let reason = Reason::new(&code::LIMIT).with("balancer", &name).with("count", during);
            raised.push(estate(reason.with("limit", GROUPS_OF_BALANCER_MAX)));
        }
        if let Some(records) = choosing_records(facts, &node) {
            let reason = Reason::new(&code::DNS_HEALTH).with("balancer", &name);
            raised.push(estate(reason.with("records", records)));
        }
        out.push(Balancer {
            rules: rules.count(),
            groups_before: before,
            groups_during: during,
            groups_after: during.saturating_sub(leaving),
            moves: moves.into_iter().collect(),
            name,
            arn,
        });
    }
    out
}

/// Records that choose by the health of the load balancer.
fn choosing_records(facts: &Facts<'_, '_>, balancer: &Node<'_>) -> Option<String> {
    let host = balancer.text("DNSName")?.to_ascii_lowercase();
    let mut names = BTreeSet::new();
    for record in facts.given.inventory.all(Section::Records) {
        let Some(alias) = record.node.get("AliasTarget") else { continue };
        let target = alias.text("DNSName").unwrap_or_default().to_ascii_lowercase();
        let target = target.trim_end_matches('.');
        let leads = target.strip_prefix("dualstack.").unwrap_or(target) == host;
        let chooses = CHOOSING.iter().any(|key| record.node.get(key).is_some());
        if leads && chooses && alias.flag("EvaluateTargetHealth") {
            let name = record.node.text("Name").unwrap_or_default();
            names.insert(name.trim_end_matches('.').to_owned());
        }
    }
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join(", "))
}
