//! What surrounds a service: scaling, discovery, roles, secrets by name, images, deployments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::ecs::{DEFINITIONS, SERVICES};
use super::operation::{Draft, Operation};
use super::page::Page;
use super::seen::Seen;

/// `DescribeImages` and `BatchGetImage` take this many images (ECR API reference).
const IMAGES_MAX: usize = 100;
/// `BatchGetDeploymentGroups` takes this many groups (CodeDeploy API reference).
const DEPLOYMENT_GROUPS_MAX: usize = 100;
/// Manifests that name their architectures, or those of their parts.
const MANIFESTS: [&str; 4] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
];

const APPLICATIONS: &str = "codedeploy:ListApplications";
const DEPLOYMENT_GROUPS: &str = "codedeploy:ListDeploymentGroups";

pub(super) const TABLE: &[Operation] = &[
    Operation::list(
        "application-autoscaling:DescribeScalableTargets",
        Page::UPPER,
        scaling,
        "the bounds between which services scale: without them replicas stay fixed",
    )
    .core(),
    Operation::list(
        "application-autoscaling:DescribeScalingPolicies",
        Page::UPPER,
        scaling,
        "what services scale on: without it there are no autoscalers",
    )
    .core(),
    Operation::list(
        "application-autoscaling:DescribeScheduledActions",
        Page::UPPER,
        scaling,
        "scaling by the clock",
    ),
    Operation::list(
        "servicediscovery:ListNamespaces",
        Page::UPPER,
        |_| Draft::only(json!({"MaxResults": 100})),
        "the names by which services find each other (Cloud Map, Service Connect)",
    ),
    Operation::list(
        "servicediscovery:ListServices",
        Page::UPPER,
        |_| Draft::only(json!({"MaxResults": 100})),
        "the names by which services find each other (Cloud Map, Service Connect)",
    ),
    Operation::list(
        "iam:GetAccountAuthorizationDetails",
        Page::MARKER,
        |_| Draft::only(json!({"Filter": ["Role"], "MaxItems": 1000})),
        "roles: trust policies that pods do not meet, and rights across environments",
    )
    .global(),
    Operation::list(
        "secretsmanager:ListSecrets",
        Page::UPPER,
        |_| Draft::only(json!({"MaxResults": 100})),
        "whether the secrets that tasks name exist (names only, never values)",
    ),
    Operation::list(
        "ssm:DescribeParameters",
        Page::UPPER,
        |_| Draft::only(json!({"MaxResults": 50})),
        "whether the parameters that tasks name exist (names only, never values)",
    ),
    Operation::list(
        "ecr:DescribeImages",
        Page::None,
        |seen| images(seen, &json!({})),
        "whether images still exist, and their digests",
    )
    .behind(&[DEFINITIONS]),
    Operation::list(
        "ecr:BatchGetImage",
        Page::None,
        |seen| images(seen, &json!({"acceptedMediaTypes": MANIFESTS})),
        "for which architectures images are built",
    )
    .behind(&[DEFINITIONS]),
    Operation::list(
        APPLICATIONS,
        Page::LOWER,
        applications,
        "CodeDeploy applications, which write listeners of their own accord",
    )
    .behind(&[SERVICES]),
    Operation::list(
        DEPLOYMENT_GROUPS,
        Page::LOWER,
        |seen| {
            let all = seen.strings(APPLICATIONS, "applications");
            all.iter().map(|name| Draft::about(name, json!({"applicationName": name}))).collect()
        },
        "CodeDeploy groups, which write listeners of their own accord",
    )
    .each(&[APPLICATIONS]),
    Operation::list(
        "codedeploy:BatchGetDeploymentGroups",
        Page::None,
        deployment_groups,
        "CodeDeploy groups, which write listeners of their own accord",
    )
    .each(&[DEPLOYMENT_GROUPS]),
];

fn scaling(_: &Seen<'_>) -> Vec<Draft> {
    Draft::only(json!({"ServiceNamespace": "ecs"}))
}

/// The images of task definitions that lie in the registry of this account and region. Other
/// accounts do not let a scan of this one look, and the plan has a finding on such images.
fn images(seen: &Seen<'_>, more: &Value) -> Vec<Draft> {
    let mut repositories: BTreeMap<String, BTreeSet<(bool, String)>> = BTreeMap::new();
    let place = seen.place();
    for page in seen.pages(DEFINITIONS) {
        let Some(definition) = page.answer.get("taskDefinition") else { continue };
        for container in definition.list("containerDefinitions") {
            let image = container.text("image").unwrap_or_default();
            if let Some((repository, id)) = own_image(&image, &place.account, &place.region) {
                repositories.entry(repository.to_owned()).or_default().insert(id);
            }
        }
    }
    let mut drafts = Vec::new();
    for (repository, ids) in repositories {
        let ids: Vec<Value> = ids
            .into_iter()
            .map(|(digest, id)| json!({if digest { "imageDigest" } else { "imageTag" }: id}))
            .collect();
        for (part, number) in ids.chunks(IMAGES_MAX).zip(1_usize..) {
            let mut request = more.clone();
            request["repositoryName"] = json!(repository);
            request["imageIds"] = json!(part);
            let name =
                if number == 1 { repository.clone() } else { format!("{repository}-{number}") };
            drafts.push(Draft::about(name, request));
        }
    }
    drafts
}

/// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG` or `…@DIGEST`: the repository, and
/// whether it is a digest that follows.
fn own_image<'i>(image: &'i str, account: &str, region: &str) -> Option<(&'i str, (bool, String))> {
    let (host, rest) = image.split_once('/')?;
    let domain = host.strip_prefix(account)?.strip_prefix(".dkr.ecr.")?.strip_prefix(region)?;
    domain.strip_prefix(".amazonaws.com")?;
    Some(match (rest.split_once('@'), rest.rsplit_once(':')) {
        (Some((named, digest)), _) => {
            (named.split(':').next().unwrap_or(named), (true, digest.to_owned()))
        }
        (None, Some((repository, tag))) => (repository, (false, tag.to_owned())),
        (None, None) => (rest, (false, "latest".to_owned())),
    })
}

/// Asked only where some service is deployed by CodeDeploy.
fn applications(seen: &Seen<'_>) -> Vec<Draft> {
    let services = seen.things(SERVICES, "services");
    let theirs = services.iter().any(|service| {
        service.at(&["deploymentController", "type"]).and_then(|kind| kind.str())
            == Some("CODE_DEPLOY")
    });
    if theirs { Draft::only(json!({})) } else { Vec::new() }
}

fn deployment_groups(seen: &Seen<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for page in seen.pages(DEPLOYMENT_GROUPS) {
        let Some(application) = page.request.text("applicationName") else { continue };
        let groups = page.answer.strings("deploymentGroups");
        for (at, part) in groups.chunks(DEPLOYMENT_GROUPS_MAX).enumerate() {
            // Pages have at most 100 groups, so that a page is one call.
            let number = page.number.saturating_add(at);
            let name =
                if number == 1 { application.clone() } else { format!("{application}-{number}") };
            let request = json!({"applicationName": application, "deploymentGroupNames": part});
            drafts.push(Draft::about(name, request));
        }
    }
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_this_registry_are_asked_for() {
        let host = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
        let own = |image: &str| {
            own_image(image, "111122223333", "ap-northeast-2")
                .map(|(repository, (digest, id))| format!("{repository} {digest} {id}"))
        };
        let of = |rest: &str| own(&format!("{host}/{rest}")).unwrap();
        assert_eq!(of("team/app:1.2"), "team/app false 1.2");
        assert_eq!(of("app"), "app false latest");
        assert_eq!(of("app:1@sha256:ab"), "app true sha256:ab");
        for other in ["nginx:1", "<IMAGE>", "1.dkr.ecr.ap-northeast-2.amazonaws.com/a", "강/의"] {
            assert_eq!(own(other), None, "{other}");
        }
    }
}
