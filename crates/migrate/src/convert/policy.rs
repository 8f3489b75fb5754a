//! Says in a workload's manifest which checks of a policy scanner cannot hold, and why.
//!
//! checkov reads `checkov.io/skip<n>: <check>=<why>` from the annotations of the workload itself.
//! A check is named here only where the task definition asks for the weaker setting; what can be
//! met is met by the other modules and never skipped. `CKV_K8S_35` (secrets as files) is not among
//! them: ECS `secrets` are variables, and that one stays to be seen.

use std::collections::BTreeMap;

use model::code::Code;
use model::code::convert as code;
use serde_json::{Value, json};

use crate::convert::{Cx, Image};

/// The least user that scanners take for one that no person on the node has.
const HIGH_USER_MIN: i64 = 10_000;
const DOCKER_SOCKET: &str = "/var/run/docker.sock";

/// Why a check cannot hold for a pod; `None` where it holds.
type Rule = fn(&Pod<'_>) -> Option<String>;

/// The rule of each check, by the number in the check's name.
const RULES: &[(u32, Rule)] = &[
    (8, |pod| pod.no_probe("livenessProbe")),
    (9, |pod| pod.no_probe("readinessProbe")),
    (11, no_cpu_limit),
    (13, no_memory_limit),
    (14, moving_tag),
    (16, privileged),
    (17, |pod| pod.shares("hostPID", &code::HOST_NAMESPACE)),
    (18, |pod| pod.shares("hostIPC", &code::HOST_NAMESPACE)),
    (19, |pod| pod.shares("hostNetwork", &code::HOST_NETWORK)),
    (20, escalation),
    (22, writable_root),
    (23, root),
    (25, added_capability),
    (26, host_port),
    (27, docker_socket),
    (39, sys_admin),
    (40, low_user),
    (43, no_digest),
];

/// Checks of Linux settings, which the API refuses in a pod for Windows.
const LINUX_ONLY: &[u32] = &[20, 22, 23, 28, 29, 30, 31, 37, 40];

/// Writes the annotations on every workload made so far.
pub fn explain(cx: &mut Cx<'_, '_>) {
    let mut objects = std::mem::take(&mut cx.built.objects);
    for object in &mut objects {
        let skips = Pod::of(object, &cx.built.images).map(|pod| skips(&pod)).unwrap_or_default();
        for (check, why) in skips {
            // The number of the check and not a running one: a difference between environments in
            // one check must not shift the others.
            object["metadata"]["annotations"][format!("checkov.io/skip{check}")] =
                json!(format!("CKV_K8S_{check}={why}"));
        }
    }
    cx.built.objects = objects;
}

fn skips(pod: &Pod<'_>) -> BTreeMap<u32, String> {
    let mut out = BTreeMap::new();
    if pod.is_windows() {
        let why = "a pod for Windows may not carry this Linux setting";
        out.extend(LINUX_ONLY.iter().map(|check| (*check, why.to_owned())));
    }
    for (check, rule) in RULES {
        if !out.contains_key(check)
            && let Some(why) = rule(pod)
        {
            // The scanner splits at the sign and takes two parts, not three.
            out.insert(*check, why.replace('=', " is "));
        }
    }
    out
}

/// The pod of a workload.
struct Pod<'o> {
    kind: &'o str,
    spec: &'o Value,
    images: &'o BTreeMap<String, Image>,
}

impl<'o> Pod<'o> {
    fn of(object: &'o Value, images: &'o BTreeMap<String, Image>) -> Option<Self> {
        let kind = object["kind"].as_str()?;
        let spec = match kind {
            "Deployment" | "DaemonSet" | "Job" => &object["spec"]["template"]["spec"],
            "CronJob" => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
            _ => return None,
        };
        Some(Self { kind, spec, images })
    }

    fn is_windows(&self) -> bool {
        self.spec["os"]["name"] == "windows"
    }

    fn containers(&self) -> impl Iterator<Item = &'o Value> {
        list(&self.spec["containers"])
    }

    fn all_containers(&self) -> impl Iterator<Item = &'o Value> {
        self.containers().chain(list(&self.spec["initContainers"]))
    }

    /// `<code>: <names> <what>` of the containers that `wanted` picks; `None` if it picks none.
    fn who(
        &self,
        wanted: impl Fn(&Value) -> bool,
        code: Option<&Code>,
        what: &str,
    ) -> Option<String> {
        let names: Vec<&str> = self
            .all_containers()
            .filter(|container| wanted(container))
            .filter_map(|container| container["name"].as_str())
            .collect();
        let code = code.map(|code| format!("{}: ", code.id)).unwrap_or_default();
        (!names.is_empty()).then(|| format!("{code}{} {what}", names.join(", ")))
    }

    /// Jobs have no probes, nor have containers that run before the others.
    fn no_probe(&self, probe: &str) -> Option<String> {
        if matches!(self.kind, "CronJob" | "Job") {
            return None;
        }
        let without: Vec<&str> = self
            .containers()
            .filter(|container| container.get(probe).is_none())
            .filter_map(|container| container["name"].as_str())
            .collect();
        let what = if probe == "livenessProbe" {
            "has no health check in ECS, and none is invented"
        } else {
            "is in no target group, so nothing asks whether it is ready"
        };
        (!without.is_empty()).then(|| format!("{} {what}", without.join(", ")))
    }

    fn shares(&self, field: &str, code: &Code) -> Option<String> {
        let why = format!("{}: the task shares this with its machine in ECS too", code.id);
        (self.spec[field] == true).then_some(why)
    }

    /// The image as the overlay pins it.
    fn image(&self, container: &Value) -> Option<&Image> {
        self.images.get(container["image"].as_str()?)
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn context<'c>(container: &'c Value, field: &str) -> &'c Value {
    &container["securityContext"][field]
}

fn no_cpu_limit(pod: &Pod<'_>) -> Option<String> {
    let without = |container: &Value| container["resources"]["limits"].get("cpu").is_none();
    pod.who(without, None, "has a share of the CPU in ECS and no cap")
}

fn no_memory_limit(pod: &Pod<'_>) -> Option<String> {
    let without = |container: &Value| container["resources"]["limits"].get("memory").is_none();
    pod.who(without, Some(&code::NO_MEMORY_LIMIT), "reserves memory in ECS and has no cap")
}

fn moving_tag(pod: &Pod<'_>) -> Option<String> {
    let moving = |container: &Value| {
        pod.image(container).is_some_and(|image| {
            image.digest.is_none() && matches!(image.tag.as_deref(), None | Some("latest" | ""))
        })
    };
    pod.who(moving, Some(&code::LATEST_TAG), "has no fixed tag in ECS")
}

fn no_digest(pod: &Pod<'_>) -> Option<String> {
    let without =
        |container: &Value| pod.image(container).is_some_and(|image| image.digest.is_none());
    pod.who(without, None, "runs nowhere that a scan saw, so its digest is not known")
}

fn privileged(pod: &Pod<'_>) -> Option<String> {
    let is = |container: &Value| *context(container, "privileged") == true;
    pod.who(is, Some(&code::PRIVILEGED), "is privileged in ECS")
}

fn escalation(pod: &Pod<'_>) -> Option<String> {
    let may = |container: &Value| *context(container, "allowPrivilegeEscalation") != false;
    pod.who(may, Some(&code::PRIVILEGED), "is privileged in ECS, which includes this")
}

fn writable_root(pod: &Pod<'_>) -> Option<String> {
    let may = |container: &Value| *context(container, "readOnlyRootFilesystem") != true;
    pod.who(may, None, "has readonlyRootFilesystem false in its task definition")
}

fn root(pod: &Pod<'_>) -> Option<String> {
    if pod.spec["securityContext"]["runAsNonRoot"] == true {
        return None;
    }
    let may_be = |container: &Value| {
        *context(container, "runAsNonRoot") != true
            && context(container, "runAsUser").as_i64().is_none_or(|user| user == 0)
    };
    // Only the containers that stay are checked.
    pod.containers().any(&may_be).then(|| pod.who(may_be, None, ROOT_WHY))?
}

const ROOT_WHY: &str = "runs as root in ECS, or as a user whom only the image knows \
                        (SG-M125, SG-M158, SG-M159)";

fn low_user(pod: &Pod<'_>) -> Option<String> {
    let low = |container: &Value| {
        context(container, "runAsUser").as_i64().is_none_or(|user| user < HIGH_USER_MIN)
    };
    pod.containers()
        .any(&low)
        .then(|| pod.who(low, None, "runs as this user in ECS, and files may belong to it"))?
}

fn added_capability(pod: &Pod<'_>) -> Option<String> {
    let adds = |container: &Value| !context(container, "capabilities")["add"].is_null();
    pod.who(adds, None, "gets what its task definition adds (SG-M241), or what root needs to hand over to its own user (SG-M159)")
}

fn sys_admin(pod: &Pod<'_>) -> Option<String> {
    let has = |container: &Value| {
        list(&context(container, "capabilities")["add"]).any(|added| added == "SYS_ADMIN")
    };
    pod.who(has, Some(&code::CAPABILITY_ADDED), "adds SYS_ADMIN in ECS")
}

fn host_port(pod: &Pod<'_>) -> Option<String> {
    let has =
        |container: &Value| list(&container["ports"]).any(|port| port.get("hostPort").is_some());
    pod.who(has, Some(&code::FIXED_HOST_PORT), "takes a port of its machine in ECS")
}

fn docker_socket(pod: &Pod<'_>) -> Option<String> {
    let mounts =
        list(&pod.spec["volumes"]).any(|volume| volume["hostPath"]["path"] == DOCKER_SOCKET);
    mounts.then(|| format!("{}: the task mounts the socket of Docker in ECS", code::HOST_PATH.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checks that are named for a Deployment with this pod, and the words of the first.
    fn check(spec: &Value, images: &[(&str, Option<&str>, Option<&str>)]) -> (Vec<u32>, String) {
        let image = |(name, tag, digest): &(&str, Option<&str>, Option<&str>)| {
            let [tag, digest] = [tag, digest].map(|text| text.map(str::to_owned));
            ((*name).to_owned(), Image { repository: (*name).to_owned(), tag, digest })
        };
        let images = images.iter().map(image).collect();
        let object = json!({"kind": "Deployment", "spec": {"template": {"spec": spec}}});
        let skips = skips(&Pod::of(&object, &images).unwrap());
        let first = skips.values().next().cloned().unwrap_or_default();
        (skips.into_keys().collect(), first)
    }

    /// A container for which every check holds.
    fn strict() -> Value {
        json!({
            "name": "app",
            "image": "app",
            "livenessProbe": {},
            "readinessProbe": {},
            "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": true,
                "runAsNonRoot": true,
                "runAsUser": 10001,
            },
        })
    }

    /// The strict container with `value` at `pointer`; null takes the field away.
    fn with(pointer: &str, value: Value) -> Value {
        let mut container = strict();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = container.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(key)
        } else {
            parent.insert(key.to_owned(), value)
        };
        container
    }

    #[test]
    fn nothing_is_named_where_every_check_holds() {
        let (checks, _) = check(&json!({"containers": [strict()]}), &[("app", None, Some("d"))]);
        assert!(checks.is_empty(), "{checks:?}");
    }

    #[test]
    fn every_weaker_setting_is_named_by_itself() {
        for (pointer, value, checks) in [
            ("/livenessProbe", Value::Null, vec![8]),
            ("/readinessProbe", Value::Null, vec![9]),
            ("/resources/limits/cpu", Value::Null, vec![11]),
            ("/resources/limits/memory", Value::Null, vec![13]),
            ("/securityContext/privileged", json!(true), vec![16]),
            ("/securityContext/allowPrivilegeEscalation", json!(true), vec![20]),
            ("/securityContext/readOnlyRootFilesystem", json!(false), vec![22]),
            ("/securityContext/runAsNonRoot", Value::Null, vec![]),
            ("/securityContext/runAsUser", json!(1000), vec![40]),
            ("/securityContext/capabilities/add", json!(["SYS_ADMIN"]), vec![25, 39]),
            ("/ports", json!([{"containerPort": 1, "hostPort": 1}]), vec![26]),
        ] {
            let (found, _) = check(&json!({"containers": [with(pointer, value)]}), &[]);
            assert_eq!(found, checks, "{pointer}");
        }
    }

    #[test]
    fn the_pod_and_its_images_are_looked_at_too() {
        let spec = json!({
            "containers": [strict()],
            "hostPID": true,
            "hostIPC": true,
            "hostNetwork": true,
            "volumes": [{"hostPath": {"path": DOCKER_SOCKET}}],
        });
        let (found, _) = check(&spec, &[("app", Some("latest"), None)]);
        assert_eq!(found, [14, 17, 18, 19, 27, 43]);
        let (found, why) = check(&json!({"containers": [strict()]}), &[("app", Some("1.0"), None)]);
        assert_eq!(
            (found, why.as_str()),
            (vec![43], "app runs nowhere that a scan saw, so its digest is not known")
        );
    }

    #[test]
    fn windows_has_none_of_the_linux_settings() {
        let bare = with("/securityContext", Value::Null);
        let spec = json!({"os": {"name": "windows"}, "containers": [bare]});
        assert_eq!(check(&spec, &[]).0, LINUX_ONLY);
    }
}
