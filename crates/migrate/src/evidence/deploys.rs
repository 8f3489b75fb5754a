//! Who deploys the service besides ECS, and where its images come from.

use model::Reason;
use model::code::evidence as code;

use super::{Around, things};
use crate::convert::image::split_image;
use crate::input::node::Node;
use crate::scope::Scope;

/// `CodeDeploy` deployment groups that deploy the service.
pub(super) fn code_deploy(around: &Around<'_, '_>, scope: &mut Scope) {
    let Some((cluster, service)) = around.ecs_names() else { return };
    let deploys = |group: &Node<'_>| {
        group.list("ecsServices").iter().any(|one| {
            one.text("clusterName").as_deref() == Some(cluster.as_str())
                && one.text("serviceName").as_deref() == Some(service.as_str())
        })
    };
    for group in things(around.inventory, "deploymentGroupsInfo").iter().filter(|one| deploys(one))
    {
        let reason = Reason::new(&code::CODE_DEPLOY)
            .with("group", group.text("deploymentGroupName").unwrap_or_default())
            .with("service", &around.work.name);
        scope.note(group, reason);
    }
}

/// Images in a registry of another account.
pub(super) fn images(around: &Around<'_, '_>, scope: &mut Scope) {
    let Some(own) = around.work.account.as_deref() else { return };
    for container in around.work.task.node.list("containerDefinitions") {
        let Some(given) = container.get("image") else { continue };
        let repository = split_image(given.str().unwrap_or_default()).repository;
        let Some((account, rest)) = repository.split_once(".dkr.ecr.") else { continue };
        if account == own || !rest.contains("amazonaws.com") {
            continue;
        }
        let reason = Reason::new(&code::IMAGE_ELSEWHERE)
            .with("container", container.text("name").unwrap_or_default())
            .with("account", account)
            .with("repository", &repository);
        scope.note(&given, reason);
    }
}
