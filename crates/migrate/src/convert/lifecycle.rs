//! How a container starts, stops and is restarted.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::container::PodParts;
use crate::convert::order::Role;
use crate::convert::{Cx, probes, put};
use crate::input::node::Node;

/// Seconds that ECS gives a container to stop where nothing is said.
const STOP_SECS_DEFAULT: i64 = 30;

/// Start, stop and restart.
pub(super) fn lifecycle(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    role: Role,
    parts: &mut PodParts,
    out: &mut Map<String, Value>,
) {
    let grace = cx
        .work
        .service
        .as_ref()
        .and_then(|item| item.node.int_at("healthCheckGracePeriodSeconds"))
        .unwrap_or(0);
    let start = start_timeout(cx, node, name);
    probes::container_check(cx, node, name, start.max(grace), out);
    let stop = node.get("stopTimeout");
    let secs = stop.as_ref().and_then(Node::int).unwrap_or(STOP_SECS_DEFAULT).clamp(0, 7200);
    parts.stop_secs = parts.stop_secs.max(secs);
    if let Some(given) = stop {
        cx.scope.approximated(
            &given,
            &cx.pod("terminationGracePeriodSeconds"),
            "one value for the pod: the longest, with the preStop sleep added",
        );
    }
    essential(cx, node, name, role);
    restart_policy(cx, node, name);
    match role {
        Role::Sidecar { healthy } => {
            put(out, "restartPolicy", json!("Always"));
            if !healthy {
                out.remove("startupProbe");
            } else if !out.contains_key("startupProbe")
                && let Some(exec) =
                    out.get("livenessProbe").and_then(|probe| probe.get("exec")).cloned()
            {
                out.insert(
                    "startupProbe".to_owned(),
                    json!({"exec": exec, "periodSeconds": 5, "failureThreshold": 30}),
                );
            }
            // A sidecar that is not ready keeps the whole pod out of the load balancer.
            out.remove("readinessProbe");
        }
        Role::Init { .. } => {
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                if out.remove(probe).is_some() {
                    cx.scope.report(Reason::new(&code::PROBE_ON_INIT).with("container", name));
                }
            }
        }
        Role::App => {}
    }
}

fn start_timeout(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str) -> i64 {
    let Some(given) = node.get("startTimeout") else {
        return 0;
    };
    let secs = given.int().unwrap_or(0);
    if node.at(&["healthCheck", "command"]).is_none() {
        cx.scope.ignored(&given, "without a health check it has started once its process runs");
        return 0;
    }
    let place = cx.pod(&format!("initContainers[{name}].startupProbe"));
    let fargate =
        cx.work.task.node.strings("requiresCompatibilities").iter().any(|kind| kind == "FARGATE");
    if fargate && !(2..=120).contains(&secs) {
        cx.scope.finding_kept(
            &given,
            Reason::new(&code::START_TIMEOUT).with("container", name).with("secs", secs),
            &place,
        );
    } else {
        cx.scope.approximated(&given, &place, "the time becomes attempts of the startup probe");
    }
    secs.clamp(0, 3600)
}

fn essential(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, role: Role) {
    let Some(given) = node.get("essential") else {
        return;
    };
    let place = cx.pod(&format!("containers[{name}]"));
    match (given.boolean(), role) {
        (Some(false), Role::App) => {
            let reason = Reason::new(&code::NOT_ESSENTIAL).with("container", name);
            cx.scope.finding_kept(&given, reason, &place);
        }
        (_, Role::Init { .. }) => cx.scope.approximated(
            &given,
            &place,
            "an init container runs to its end before the others start",
        ),
        _ => cx.scope.approximated(
            &given,
            &place,
            "a container that ends is restarted in its pod; in ECS the whole task ends",
        ),
    }
}

fn restart_policy(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str) {
    let Some(policy) = node.get("restartPolicy") else {
        return;
    };
    if let Some(given) = policy.get("enabled") {
        cx.scope.approximated(
            &given,
            &cx.pod(&format!("containers[{name}]")),
            "containers of a pod are always restarted in place",
        );
    }
    for given in policy.list("ignoredExitCodes") {
        cx.scope.finding(&given, Reason::new(&code::IGNORED_EXIT_CODES).with("container", name));
    }
    if let Some(given) = policy.get("restartAttemptPeriod") {
        cx.scope.finding(&given, Reason::new(&code::RESTART_PERIOD).with("container", name));
    }
}

pub(super) fn terminal(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    out: &mut Map<String, Value>,
) {
    for (theirs, ours) in [("interactive", "stdin"), ("pseudoTerminal", "tty")] {
        if let Some(given) = node.get(theirs) {
            match given.boolean() {
                Some(true) => {
                    put(out, ours, json!(true));
                    cx.scope.exact(&given, &cx.pod(&format!("containers[{name}].{ours}")));
                }
                Some(false) => cx.scope.ignored(&given, "false is the default of pods as well"),
                None => {
                    let reason = Reason::new(&code::BAD_VALUE).with("field", theirs);
                    cx.scope.finding(&given, reason.with("container", name));
                }
            }
        }
    }
    if let Some(given) = node.get("versionConsistency") {
        let pinned = cx.built.images.values().any(|image| image.digest.is_some());
        match given.str() {
            Some("disabled") => cx.scope.ignored(
                &given,
                "images are pinned where their digests are known, in any case",
            ),
            _ if pinned => cx.scope.exact(&given, "kustomization images[].digest"),
            _ => cx.scope.approximated(
                &given,
                "kustomization images[].newTag",
                "no running task was read, so the tag stands; a tag is looked up again for each pod",
            ),
        }
    }
}
