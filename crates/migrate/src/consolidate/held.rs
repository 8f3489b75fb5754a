//! Why a service is not moved.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::consolidate as code;

use crate::assemble::DEFAULT_ENVIRONMENT;
use crate::consolidate::facts::{Facts, Front};
use crate::consolidate::forward::GROUPS_MAX;
use crate::consolidate::subject::One;
use crate::convert::{Workload, names};
use crate::input::inventory::Item;
use crate::naming::{Name, Verdict};

/// A reason about one service in its environment.
fn about(code: &'static model::code::Code, work: &Workload<'_>) -> Reason {
    Reason::new(code).with("service", &work.name).with("env", &work.env)
}

/// Why an ECS service that no plan was made for stays where it is.
pub(super) fn unplanned(item: &Item<'_>, name: Option<&Name>, rivals: &[String]) -> Reason {
    let own = item.node.text("serviceName").unwrap_or_default();
    let cluster = item.node.text("clusterArn").unwrap_or_default();
    let label = format!("{own} in {}", names::last_part(&cluster));
    let ignored = name.is_some_and(|name| name.verdict == Verdict::Ignored);
    if rivals.len() > 1 && !ignored {
        return same_name(name, rivals);
    }
    let why = if ignored {
        "naming.yaml tells to leave it out"
    } else {
        "its task definition was not read"
    };
    Reason::new(&code::NOT_PLANNED).with("name", label).with("why", why)
}

/// Several services that would have one name.
pub(super) fn same_name(name: Option<&Name>, rivals: &[String]) -> Reason {
    let service = name.and_then(|name| name.service.clone()).unwrap_or_default();
    let env = name.and_then(|name| name.environment.clone()).unwrap_or_default();
    Reason::new(&code::SAME_NAME)
        .with("service", service)
        .with("env", env)
        .with("names", rivals.join(" and "))
}

/// Something about the service itself that keeps it where it is, whatever its cluster.
pub(super) fn by_itself(facts: &Facts<'_, '_>, work: &Workload<'_>) -> Option<Reason> {
    let item = work.service.as_ref();
    let id = crate::assemble::id_of(item.unwrap_or(&work.task));
    let name = facts.given.names.get(&id);
    let unsure = name.is_some_and(|name| name.verdict == Verdict::Ask);
    if unsure || work.env == DEFAULT_ENVIRONMENT {
        let label = item.and_then(|item| item.node.text("serviceName"));
        let label = label.or_else(|| work.task.node.text("family")).unwrap_or_default();
        return Some(about(&code::UNSURE, work).with("name", label));
    }
    let node = &item?.node;
    let text = |key: &str| node.text(key).unwrap_or_default();
    if text("status") == "DRAINING" {
        let label = text("serviceName");
        let reason = Reason::new(&code::NOT_PLANNED).with("name", label);
        return Some(reason.with("why", "it is being deleted (DRAINING)"));
    }
    let controller = node.get("deploymentController").and_then(|one| one.text("type"));
    if text("launchType") == "EXTERNAL" {
        let what = "its tasks run on machines outside of AWS";
        return Some(about(&code::EXTERNAL, work).with("what", what));
    }
    if controller.as_deref() == Some("EXTERNAL") {
        let what = "another program deploys it (deployment controller EXTERNAL)";
        return Some(about(&code::EXTERNAL, work).with("what", what));
    }
    if text("schedulingStrategy") == "DAEMON" {
        return Some(about(&code::DAEMON, work));
    }
    let classic = node.list("loadBalancers").iter().find_map(|one| one.text("loadBalancerName"));
    if let Some(name) = classic {
        let what = format!("the classic load balancer {name}");
        return Some(about(&code::BALANCER_KIND, work).with("what", what));
    }
    let lattice = !node.list("vpcLatticeConfigurations").is_empty();
    lattice.then(|| about(&code::BALANCER_KIND, work).with("what", "VPC Lattice"))
}

/// What the files do not say of a service whose ARNs are incomplete.
pub(super) fn not_whole(work: &Workload<'_>) -> Reason {
    about(&code::NOT_WHOLE, work).with("missing", "its ARN, or that of its cluster")
}

/// Something about what stands in front of it.
pub(super) fn by_traffic(facts: &Facts<'_, '_>, one: &One<'_, '_>) -> Option<Reason> {
    let work = one.work;
    for group in &one.groups {
        let name = group_name(&group.arn);
        let read = facts.groups.contains_key(&group.arn)
            && group.alternate.as_ref().is_none_or(|arn| facts.groups.contains_key(arn));
        if !read {
            return Some(about(&code::GROUP_UNREAD, work).with("group", name));
        }
        let pair: BTreeSet<String> =
            group.alternate.iter().cloned().chain([group.arn.clone()]).collect();
        if !one.fronts.iter().any(|front| front.leads_to(&pair)) {
            return Some(about(&code::NO_RULE, work).with("group", name));
        }
        let own = one.text("serviceArn").unwrap_or_default();
        let mut others: BTreeSet<String> =
            pair.iter().flat_map(|arn| facts.services_in(arn)).collect();
        others.remove(&own);
        if !others.is_empty() {
            let others: Vec<&str> = others.iter().map(|arn| names::last_part(arn)).collect();
            let reason = about(&code::GROUP_SHARED, work).with("group", name);
            return Some(reason.with("others", others.join(", ")));
        }
    }
    one.fronts.iter().chain(&one.tests).find_map(|front| by_front(facts, one, front))
}

fn by_front(facts: &Facts<'_, '_>, one: &One<'_, '_>, front: &Front<'_>) -> Option<Reason> {
    let kind = front.balancer.as_ref().and_then(|node| node.text("Type"));
    // listener/app/…, listener/net/…, listener/gwy/…
    let by_arn = front.listener.split('/').nth(1).unwrap_or_default();
    if kind.as_deref().is_some_and(|kind| kind != "application") || by_arn != "app" {
        let what = format!("{}, which is no Application Load Balancer", front.balancer_name());
        return Some(about(&code::BALANCER_KIND, one.work).with("what", what));
    }
    let arns = [
        Some(front.arn.clone()),
        Some(front.listener.clone()),
        front.balancer.as_ref().and_then(|node| node.text("LoadBalancerArn")),
    ];
    let tags = arns.iter().flatten().flat_map(|arn| facts.tags(arn));
    let mut controllers = tags.filter(|(key, _)| key.starts_with("elbv2.k8s.aws/"));
    let (_, owner) = controllers.find(|(key, _)| key == "elbv2.k8s.aws/cluster")?;
    Some(about(&code::OTHER_CONTROLLER, one.work).with("owner", owner))
}

/// A rule that has no room for the new groups beside what it has when the move's turn comes.
pub(super) fn full(one: &One<'_, '_>, rule: &str, count: usize, more: usize) -> Option<Reason> {
    let need = count.saturating_add(more);
    (need > GROUPS_MAX).then(|| {
        about(&code::GROUPS_FULL, one.work)
            .with("rule", rule.rsplit('/').next().unwrap_or_default())
            .with("count", count)
            .with("need", need)
    })
}

/// The service is in the cluster already.
pub(super) fn there_already(one: &One<'_, '_>) -> Reason {
    about(&code::THERE_ALREADY, one.work)
        .with("name", one.ecs_name())
        .with("cluster", one.cluster())
}

/// A name in the new cluster that another service has.
pub(super) fn taken(one: &One<'_, '_>, by: &str) -> Reason {
    about(&code::SAME_NAME, one.work).with("names", format!("{} and {by}", one.ecs_name()))
}

/// Services of one Service Connect namespace: what they would not find, or whom they are knotted
/// with. `moving` are those that nothing else holds, `held` names that stay behind.
pub(super) fn by_names(
    one: &One<'_, '_>,
    held: &BTreeMap<String, BTreeSet<String>>,
    moving: &[One<'_, '_>],
    cluster: &str,
) -> Option<Reason> {
    let connect = one.connect.as_ref()?;
    if let Some(names) = held.get(&connect.namespace).filter(|names| !names.is_empty()) {
        let list: Vec<&str> = names.iter().map(String::as_str).collect();
        let reason = about(&code::CALLS_HELD, one.work).with("cluster", cluster);
        return Some(reason.with("names", list.join(", ")));
    }
    if connect.names.is_empty() {
        return None;
    }
    let rules: BTreeSet<&str> = one.fronts.iter().map(|front| front.arn.as_str()).collect();
    let knot = moving.iter().find(|other| {
        let server = other.connect.as_ref().is_some_and(|theirs| {
            theirs.namespace == connect.namespace && !theirs.names.is_empty()
        });
        let shares = other.fronts.iter().any(|front| rules.contains(front.arn.as_str()));
        server && shares && other.key() != one.key()
    });
    knot.map(|other| about(&code::KNOTTED, one.work).with("other", &other.work.name))
}

/// `targetgroup/NAME/ID` → `NAME`.
pub(super) fn group_name(arn: &str) -> String {
    arn.split('/').nth(1).unwrap_or(arn).to_owned()
}
