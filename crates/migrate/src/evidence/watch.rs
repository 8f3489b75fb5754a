//! Alarms on the metrics of an ECS service, which fall silent, and schedules of older revisions.

use model::Reason;
use model::code::evidence as code;

use super::{Around, things};
use crate::input::node::Node;
use crate::scope::Scope;

/// How the alarms are called that AWS makes and removes with a scaling policy.
const MADE_BY_AWS: &str = "TargetTracking-";

/// One finding names all alarms of the service.
pub(super) fn alarms(around: &Around<'_, '_>, scope: &mut Scope) {
    let Some((cluster, service)) = around.ecs_names() else { return };
    let of_service = |alarm: &Node<'_>| {
        let is = |name: &str, value: &str| {
            let dimensions = alarm.list("Dimensions");
            let named = |entry: &Node<'_>| entry.text("Name").as_deref() == Some(name);
            dimensions
                .iter()
                .filter(|entry| named(entry))
                .any(|entry| entry.text("Value").as_deref() == Some(value))
        };
        is("ClusterName", &cluster) && is("ServiceName", &service) && !scales(alarm)
    };
    let alarms: Vec<Node<'_>> =
        things(around.inventory, "MetricAlarms").into_iter().filter(of_service).collect();
    let Some(first) = alarms.first() else { return };
    let list: Vec<String> = alarms.iter().filter_map(|alarm| alarm.text("AlarmName")).collect();
    let reason = Reason::new(&code::ALARMS_SILENT)
        .with("count", alarms.len())
        .with("service", &around.work.name)
        .with("list", list.join(", "));
    let id = scope.note(first, reason);
    for other in alarms.iter().skip(1) {
        scope.ledger.mention(other, &id);
    }
}

/// True for an alarm that only drives a scaling policy, which is converted itself.
fn scales(alarm: &Node<'_>) -> bool {
    let actions = alarm.strings("AlarmActions");
    let by_policy =
        !actions.is_empty() && actions.iter().all(|arn| arn.contains(":scalingPolicy:"));
    by_policy || alarm.text("AlarmName").is_some_and(|name| name.starts_with(MADE_BY_AWS))
}

/// Schedules that start another revision than the one that is converted.
pub(super) fn old_revisions(around: &Around<'_, '_>, scope: &mut Scope) {
    let task = &around.work.task.node;
    let (Some(family), Some(current)) = (task.text("family"), task.text("revision")) else {
        return;
    };
    for used in &around.work.schedules {
        let Some(pinned) = used.target.at(&["EcsParameters", "TaskDefinitionArn"]) else {
            continue;
        };
        let arn = pinned.scalar().unwrap_or_default();
        let name = arn.rsplit('/').next().unwrap_or_default();
        let Some((_, revision)) = name.split_once(':') else { continue };
        if revision == current {
            continue;
        }
        let reason = Reason::new(&code::OLD_REVISION)
            .with("name", &used.label)
            .with("pinned", revision)
            .with("family", &family)
            .with("current", &current);
        scope.note(&pinned, reason);
    }
}
