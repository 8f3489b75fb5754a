//! Policy: what a pod must not have unless its task definition asks for it and a finding says so.
//!
//! Every rule has the number of checkov's check of the same thing: a manifest that explains itself
//! to the scanner (`checkov.io/skip<n>`) explains itself here too.

use serde_json::Value;

use super::objects::{Objects, Pod, list, title};

/// What a policy asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A fixed version of every image.
    Image,
    /// Requests for CPU and memory, and a limit of memory.
    Resources,
    /// A user that is not root.
    Root,
    /// A root file system that cannot be written.
    WritableRoot,
    /// No privilege, and no way to get it.
    Privilege,
    /// All capabilities dropped, none added.
    Capabilities,
    /// No files of the node.
    HostPath,
    /// No network, processes or memory of the node.
    HostNamespace,
    /// No port of the node.
    HostPort,
}

/// A pod that does not meet a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// `Kind/name` of the workload.
    pub object: String,
    /// What is asked for.
    pub rule: Rule,
    /// Where, and what stands there.
    pub what: String,
    /// Whether the manifest itself says why.
    pub explained: bool,
}

/// Everything that a policy does not allow, in order.
pub fn policy(objects: &[Value]) -> Vec<Breach> {
    let objects = Objects::new(objects);
    let mut found = Vec::new();
    for pod in objects.pods() {
        if pod.spec()["os"]["name"] == "windows" {
            resources(&pod, &mut found);
            continue;
        }
        node(&pod, &mut found);
        resources(&pod, &mut found);
        for (place, container) in containers(&pod) {
            one(&pod, &place, container, &mut found);
        }
    }
    found.sort();
    found
}

/// Containers of a pod with their places.
fn containers<'o>(pod: &Pod<'o>) -> Vec<(String, &'o Value)> {
    let of = |field: &'static str| {
        list(&pod.spec()[field]).map(move |container| {
            let name = container["name"].as_str().unwrap_or("?");
            (format!("{field}[{name}]"), container)
        })
    };
    of("containers").chain(of("initContainers")).collect()
}

fn one(pod: &Pod<'_>, place: &str, container: &Value, found: &mut Vec<Breach>) {
    let image = container["image"].as_str().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or(image);
    let fixed = image.contains("@sha256:")
        || last.split_once(':').is_some_and(|(_, tag)| !matches!(tag, "" | "latest"));
    if !fixed {
        breach(pod, Rule::Image, &[14, 43], format!("{place}.image {image}"), found);
    }
    let own = &container["securityContext"];
    let shared = &pod.spec()["securityContext"];
    let of_both = |field: &str| if own[field].is_null() { &shared[field] } else { &own[field] };
    let user = of_both("runAsUser").as_i64();
    if *of_both("runAsNonRoot") != true && user.is_none_or(|user| user == 0) {
        breach(pod, Rule::Root, &[23], format!("{place} does not rule it out"), found);
    }
    if own["readOnlyRootFilesystem"] != true {
        let what = format!("{place} can write its root file system");
        breach(pod, Rule::WritableRoot, &[22], what, found);
    }
    if own["privileged"] == true {
        breach(pod, Rule::Privilege, &[16], format!("{place} is privileged"), found);
    } else if own["allowPrivilegeEscalation"] != false {
        breach(pod, Rule::Privilege, &[20], format!("{place} may gain privileges"), found);
    }
    let capabilities = &own["capabilities"];
    let added: Vec<&str> = list(&capabilities["add"]).filter_map(Value::as_str).collect();
    if !added.is_empty() {
        let what = format!("{place} adds {}", added.join(", "));
        breach(pod, Rule::Capabilities, &[25], what, found);
    }
    if own["privileged"] != true && !list(&capabilities["drop"]).any(|dropped| dropped == "ALL") {
        let what = format!("{place} does not drop all capabilities");
        breach(pod, Rule::Capabilities, &[28, 37], what, found);
    }
    for port in list(&container["ports"]).filter(|port| !port["hostPort"].is_null()) {
        let what = format!("{place} takes port {} of its node", port["hostPort"]);
        breach(pod, Rule::HostPort, &[26], what, found);
    }
}

/// Sizes of each container, or of the pod as a whole.
fn resources(pod: &Pod<'_>, found: &mut Vec<Breach>) {
    let whole = &pod.spec()["resources"];
    for (place, container) in containers(pod) {
        let own = &container["resources"];
        for (path, checks) in [
            (["requests", "cpu"], &[10][..]),
            (["requests", "memory"], &[12]),
            (["limits", "memory"], &[13]),
        ] {
            let [kind, what] = path;
            if own[kind][what].is_null() && whole[kind][what].is_null() {
                let what = format!("{place} has no {what} in {kind}");
                breach(pod, Rule::Resources, checks, what, found);
            }
        }
    }
}

/// What of its node the pod reaches.
fn node(pod: &Pod<'_>, found: &mut Vec<Breach>) {
    let spec = pod.spec();
    for volume in list(&spec["volumes"]).filter(|volume| !volume["hostPath"].is_null()) {
        let path = volume["hostPath"]["path"].as_str().unwrap_or_default();
        breach(pod, Rule::HostPath, &[27], format!("a volume is {path} of its node"), found);
    }
    for (field, check) in [("hostPID", 17), ("hostIPC", 18), ("hostNetwork", 19)] {
        if spec[field] == true {
            breach(pod, Rule::HostNamespace, &[check], format!("{field} is true"), found);
        }
    }
}

fn breach(pod: &Pod<'_>, rule: Rule, checks: &[u32], what: String, found: &mut Vec<Breach>) {
    let notes = &pod.owner["metadata"]["annotations"];
    let explained = checks.iter().any(|check| !notes[format!("checkov.io/skip{check}")].is_null());
    found.push(Breach { object: title(pod.owner), rule, what, explained });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A Deployment that meets every policy.
    fn strict() -> Value {
        let sizes = json!({"cpu": "100m", "memory": "64Mi"});
        json!({"kind": "Deployment", "metadata": {"name": "shop", "annotations": {}}, "spec": {"template": {"spec": {
            "containers": [{
                "name": "app",
                "image": "registry.example.com:5000/shop@sha256:0",
                "ports": [{"containerPort": 80}],
                "resources": {"requests": sizes, "limits": sizes},
                "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": true,
                    "runAsNonRoot": true,
                },
            }],
        }}}})
    }

    const CONTAINER: &str = "/spec/template/spec/containers/0";

    /// The rules that are broken once `value` stands at `pointer`; null takes the field away.
    fn broken(pointer: &str, value: Value) -> Vec<(Rule, bool)> {
        let mut object = strict();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = object.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(key)
        } else {
            parent.insert(key.to_owned(), value)
        };
        policy(&[object]).into_iter().map(|breach| (breach.rule, breach.explained)).collect()
    }

    #[test]
    fn every_planted_breach_is_found_and_nothing_else() {
        assert!(policy(&[strict()]).is_empty());
        let at = |path: &str| format!("{CONTAINER}{path}");
        let pod = |path: &str| format!("/spec/template/spec{path}");
        for (pointer, value, rule) in [
            (at("/image"), json!("registry.example.com:5000/shop"), Rule::Image),
            (at("/image"), json!("shop:latest"), Rule::Image),
            (at("/resources/requests/cpu"), Value::Null, Rule::Resources),
            (at("/resources/requests/memory"), Value::Null, Rule::Resources),
            (at("/resources/limits/memory"), Value::Null, Rule::Resources),
            (at("/securityContext/runAsNonRoot"), Value::Null, Rule::Root),
            (at("/securityContext/readOnlyRootFilesystem"), json!(false), Rule::WritableRoot),
            (at("/securityContext/allowPrivilegeEscalation"), Value::Null, Rule::Privilege),
            (at("/securityContext/privileged"), json!(true), Rule::Privilege),
            (at("/securityContext/capabilities/drop"), json!(["NET_RAW"]), Rule::Capabilities),
            (at("/securityContext/capabilities/add"), json!(["SYS_ADMIN"]), Rule::Capabilities),
            (at("/ports"), json!([{"containerPort": 80, "hostPort": 80}]), Rule::HostPort),
            (pod("/volumes"), json!([{"name": "a", "hostPath": {"path": "/"}}]), Rule::HostPath),
            (pod("/hostNetwork"), json!(true), Rule::HostNamespace),
            (pod("/hostPID"), json!(true), Rule::HostNamespace),
            (pod("/hostIPC"), json!(true), Rule::HostNamespace),
        ] {
            assert_eq!(broken(&pointer, value), [(rule, false)], "{pointer}");
        }
    }

    #[test]
    fn a_manifest_may_say_why() {
        let mut object = strict();
        object["spec"]["template"]["spec"]["containers"][0]["securityContext"]["runAsNonRoot"] =
            json!(false);
        object["metadata"]["annotations"] = json!({"checkov.io/skip23": "CKV_K8S_23=root in ECS"});
        let found = policy(&[object]);
        assert!(found.iter().all(|breach| breach.explained) && found.len() == 1, "{found:?}");
    }
}
