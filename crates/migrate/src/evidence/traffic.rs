//! What stands in the way of moving weights: other owners of a rule, targets that are cut off.

use std::collections::BTreeSet;

use model::Reason;
use model::code::evidence as code;

use super::Around;
use crate::convert::names;
use crate::input::node::Node;
use crate::scope::Scope;

/// Largest weight of a target group (Elastic Load Balancing, `TargetGroupTuple`).
const WEIGHT_MAX: i64 = 999;

/// Rules that share the traffic between the service and a target group of nobody.
pub(super) fn other_weights(around: &Around<'_, '_>, scope: &mut Scope) {
    let own = own_groups(around);
    for used in &around.work.rules {
        for action in used.rule.node.list("Actions") {
            let forward = action.get("ForwardConfig");
            let groups = forward.map(|forward| forward.list("TargetGroups")).unwrap_or_default();
            let weight =
                |group: &Node<'_>| group.int_at("Weight").unwrap_or(1).clamp(0, WEIGHT_MAX);
            let total: i64 = groups.iter().map(weight).sum();
            for group in groups.iter().filter(|group| weight(group) > 0) {
                let arn = group.text("TargetGroupArn").unwrap_or_default();
                if own.is_empty() || own.contains(&arn) {
                    continue;
                }
                let reason = Reason::new(&code::OTHER_WEIGHTS)
                    .with("service", &around.work.name)
                    .with("share", format!("{} of {total}", weight(group)))
                    .with("group", group_name(&arn));
                scope.note(group, reason);
            }
        }
    }
}

/// Every target group that the service registers in, also the second one of a pair.
fn own_groups(around: &Around<'_, '_>) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    for used in &around.work.target_groups {
        own.extend(used.entry.text("targetGroupArn"));
        let pair = used.entry.get("advancedConfiguration");
        own.extend(pair.and_then(|pair| pair.text("alternateTargetGroupArn")));
    }
    own
}

/// `targetgroup/NAME/ID` → `NAME`.
fn group_name(arn: &str) -> String {
    let path = arn.rsplit_once('/').map_or(arn, |(path, _)| path);
    names::last_part(path).to_owned()
}

/// Target groups that give a leaving target no time.
pub(super) fn cut_off(around: &Around<'_, '_>, scope: &mut Scope) {
    for used in &around.work.target_groups {
        let Some(attributes) = &used.attributes else { continue };
        for entry in attributes.node.items() {
            let delay =
                entry.text("Key").as_deref() == Some("deregistration_delay.timeout_seconds");
            if delay && entry.int_at("Value") == Some(0) {
                let reason =
                    Reason::new(&code::NO_DRAIN).with("service", &around.work.name).with("secs", 0);
                scope.note(&entry, reason);
            }
        }
    }
}
