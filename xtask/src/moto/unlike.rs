//! In what the plan of a scan of moto differs from the plan of the files, as data: every difference
//! between the objects of the two has a line here, and every line is still needed (a test holds
//! both). A line names what moto does not hold; the scanned answers themselves are never mended.

/// How the two plans differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Only the plan of the files has it.
    Lost,
    /// Only the plan of the scan has it.
    Invented,
    /// Both have it, with other values.
    Changed,
}

/// What of moto explains a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An entry of [`super::LOST`], by its operation and member.
    Lost(&'static str, &'static str),
    /// An entry of [`super::REFUSED`], by its report.
    Refused(&'static str),
    /// An operation that answers what nobody said.
    Invented(&'static str),
}

/// A difference between objects that moto explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlike {
    /// How the folder begins that renders the object; `plan` for what is said of things.
    pub folder: &'static str,
    /// The kind of the object; empty for all.
    pub kind: &'static str,
    /// How the name begins.
    pub name: &'static str,
    /// How the field begins; empty for the whole object.
    pub field: &'static str,
    /// How it differs.
    pub how: How,
    /// What of moto is behind it.
    pub cause: Cause,
    /// How the one follows from the other.
    pub because: &'static str,
}

const SERVICES: &str = "ecs:DescribeServices";
const TASKS: Cause = Cause::Lost("ecs:DescribeTasks", "/");
const ROLLOUT: Cause = Cause::Lost(SERVICES, "/services[]/deploymentConfiguration");
const GRACE: Cause = Cause::Lost(SERVICES, "/services[]/healthCheckGracePeriodSeconds");
const SPOT: Cause = Cause::Lost(SERVICES, "/services[]/capacityProviderStrategy");
const MESH: Cause = Cause::Lost(SERVICES, "/services[]/deployments");
const REGEX: Cause = Cause::Refused("elasticloadbalancing:CreateRule ResponseParserError");
const VIDEO: Cause = Cause::Refused("ecs:RegisterTaskDefinition ClientException");
const POLICY: Cause = Cause::Invented("elasticloadbalancing:DescribeListeners");

const DIGEST: &str = "no task says which digest runs, so the tag stays";
const UNKNOWN: &str = "the note that no digest is known";
const LATEST: &str = "its tag is `latest`, and no task says which digest that is";
const STEPS: &str = "without bounds of the service, the defaults of ECS";
const START: &str = "without a grace period, the time that the health check alone gives";
const PREFERRED: &str = "without Spot in the strategy, no preference for it";
const ALIAS: &str = "aliases of Service Connect stand in the deployments alone";
const RULE: &str = "the rule with a regular expression";
const TRANSCODER: &str = "the service whose task definition is refused";
const HTTP: &str = "every listener has a policy for TLS, those of HTTP too";

use How::{Changed, Invented, Lost};

const fn unlike(
    at: (&'static str, &'static str, &'static str),
    field: &'static str,
    how: How,
    cause: Cause,
    because: &'static str,
) -> Unlike {
    let (folder, kind, name) = at;
    Unlike { folder, kind, name, field, how, cause, because }
}

/// Of every service.
const fn all(kind: &'static str) -> (&'static str, &'static str, &'static str) {
    ("apps/", kind, "")
}

/// All of them.
pub const UNLIKE: &[Unlike] = &[
    unlike(all("Deployment"), "/spec/template/spec/containers[]/image", Changed, TASKS, DIGEST),
    unlike(all("Deployment"), "/spec/template/spec/initContainers[]/image", Changed, TASKS, DIGEST),
    unlike(
        all("CronJob"),
        "/spec/jobTemplate/spec/template/spec/containers[]/image",
        Changed,
        TASKS,
        DIGEST,
    ),
    unlike(all("Deployment"), "/metadata/annotations/checkov.io/skip43", Invented, TASKS, UNKNOWN),
    unlike(all("CronJob"), "/metadata/annotations/checkov.io/skip43", Invented, TASKS, UNKNOWN),
    unlike(
        ("apps/webhook-relay/", "Deployment", "webhook-relay"),
        "/metadata/annotations/checkov.io/skip14",
        Invented,
        TASKS,
        LATEST,
    ),
    unlike(all("Deployment"), "/spec/strategy/rollingUpdate/maxSurge", Changed, ROLLOUT, STEPS),
    unlike(
        all("Deployment"),
        "/spec/strategy/rollingUpdate/maxUnavailable",
        Changed,
        ROLLOUT,
        STEPS,
    ),
    unlike(
        all("Deployment"),
        "/spec/template/spec/containers[]/startupProbe/failureThreshold",
        Changed,
        GRACE,
        START,
    ),
    unlike(all("Deployment"), "/spec/template/spec/affinity/", Lost, SPOT, PREFERRED),
    unlike(all("CronJob"), "/spec/jobTemplate/spec/template/spec/affinity/", Lost, SPOT, PREFERRED),
    unlike(("apps/gateway/", "Service", "catalog"), "", Lost, MESH, ALIAS),
    unlike(("apps/product-catalog/", "Service", "catalog"), "", Lost, MESH, ALIAS),
    unlike(
        ("apps/gateway/ingress/", "Ingress", "gateway"),
        "/metadata/annotations/alb.ingress.kubernetes.io/actions.rule-166",
        Lost,
        REGEX,
        RULE,
    ),
    unlike(
        ("apps/gateway/ingress/", "Ingress", "gateway"),
        "/metadata/annotations/alb.ingress.kubernetes.io/conditions.rule-166",
        Lost,
        REGEX,
        RULE,
    ),
    unlike(
        ("apps/gateway/ingress/", "Ingress", "gateway"),
        "/spec/rules[]/http/paths[]",
        Lost,
        REGEX,
        RULE,
    ),
    unlike(
        all("Ingress"),
        "/metadata/annotations/alb.ingress.kubernetes.io/ssl-policy",
        Invented,
        POLICY,
        HTTP,
    ),
    unlike(("apps/video-transcoder/overlays/dev", "", ""), "", Lost, VIDEO, TRANSCODER),
    unlike(("plan", "service", "dev-video-transcoder"), "", Lost, VIDEO, TRANSCODER),
    unlike(("plan", "taskDefinition", "dev-video-transcoder"), "", Lost, VIDEO, TRANSCODER),
];
