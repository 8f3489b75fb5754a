//! What in Kubernetes belongs to the node, to its device plugins, or to the pod as a whole.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::Cx;
use crate::convert::container::PodParts;
use crate::input::node::Node;

/// GPUs and other devices.
pub(super) fn devices(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    out: &mut Map<String, Value>,
) {
    for wanted in node.list("resourceRequirements") {
        let count = wanted.int_at("value").filter(|count| *count > 0);
        let resource = match wanted.text("type").as_deref() {
            Some("GPU") => Some("nvidia.com/gpu"),
            Some("NeuronDevice") => Some("aws.amazon.com/neuron"),
            _ => None,
        };
        let reason = Reason::new(&code::DEVICE_PLUGIN)
            .with("container", name)
            .with("type", wanted.text("type").unwrap_or_default());
        match (resource, count) {
            (Some(resource), Some(count)) => {
                let place = cx.pod(&format!("containers[{name}].resources.limits[{resource}]"));
                cx.scope.finding_kept(&wanted, reason, &place);
                let resources = out.entry("resources").or_insert_with(|| json!({}));
                for kind in ["requests", "limits"] {
                    resources[kind][resource] = json!(count.to_string());
                }
            }
            _ => {
                cx.scope.finding(&wanted, reason);
            }
        }
        if let Some(sharing) = wanted.get("sharingStrategy") {
            cx.scope.finding(&sharing, Reason::new(&code::GPU_SHARING).with("container", name));
        }
    }
    for device in node.at(&["linuxParameters", "devices"]).map(|n| n.items()).unwrap_or_default() {
        cx.scope.finding(&device, Reason::new(&code::HOST_DEVICE).with("container", name));
    }
}

/// Docker labels become annotations; those of Datadog keep their meaning, Traefik's are routing.
pub(super) fn labels(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, parts: &mut PodParts) {
    for (key, given) in node.get("dockerLabels").map(|n| n.entries()).unwrap_or_default() {
        let value = given.scalar().unwrap_or_default();
        if cx.credentials.guards(key, &value) {
            cx.scope.finding(
                &given,
                Reason::new(&code::CREDENTIAL_IN)
                    .with("field", "dockerLabels")
                    .with("container", name),
            );
            continue;
        }
        if key.starts_with("traefik.") {
            cx.scope.finding(&given, Reason::new(&code::TRAEFIK_LABEL).with("container", name));
            continue;
        }
        let datadog = key
            .strip_prefix("com.datadoghq.ad.")
            .map(|rest| format!("ad.datadoghq.com/{name}.{rest}"));
        let key = datadog.unwrap_or_else(|| annotation_key(key));
        let place = cx.workload(&format!("spec.template.metadata.annotations[{key}]"));
        cx.scope.approximated(
            &given,
            &place,
            "a label of the container becomes an annotation of the pod",
        );
        parts.annotations.insert(key, json!(value));
    }
}

/// A valid annotation key that says where it came from.
fn annotation_key(label: &str) -> String {
    let clean: String = label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' })
        .take(63)
        .collect();
    format!("docker-label.segue.dev/{}", clean.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
}

/// Settings that in Kubernetes belong to the node or to the pod as a whole.
pub(super) fn limits_of_the_node(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    parts: &mut PodParts,
) {
    for given in node.list("ulimits") {
        let reason = Reason::new(&code::ULIMIT)
            .with("container", name)
            .with("limit", given.text("name").unwrap_or_default());
        cx.scope.finding(&given, reason);
    }
    for given in node.list("systemControls") {
        sysctl(cx, &given, parts);
    }
    if let Some(given) = node.at(&["linuxParameters", "initProcessEnabled"]) {
        if given.boolean() == Some(true) {
            parts.share_processes = true;
            cx.scope.finding_kept(
                &given,
                Reason::new(&code::INIT_PROCESS).with("container", name),
                &cx.pod("shareProcessNamespace"),
            );
        } else {
            cx.scope.ignored(&given, "no init process is asked for");
        }
    }
    for key in ["maxSwap", "swappiness"] {
        if let Some(given) = node.at(&["linuxParameters", key]) {
            cx.scope.finding(&given, Reason::new(&code::SWAP).with("container", name));
        }
    }
    for given in node.list("credentialSpecs") {
        cx.scope.finding(&given, Reason::new(&code::GMSA).with("container", name));
    }
}

/// Sysctls that the kubelet lets any pod set (Kubernetes docs, "Using sysctls").
const SAFE_SYSCTLS: &[&str] = &[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];

fn sysctl(cx: &mut Cx<'_, '_>, given: &Node<'_>, parts: &mut PodParts) {
    let name = given.text("namespace").unwrap_or_default();
    let value = given.text("value").unwrap_or_default();
    let place = cx.pod("securityContext.sysctls");
    let present = parts
        .sysctls
        .iter()
        .find(|sysctl| sysctl["name"] == name)
        .map(|sysctl| sysctl["value"].clone());
    if present.is_some_and(|present| present != value) {
        cx.scope.finding(given, Reason::new(&code::SYSCTL_CONFLICT).with("name", name));
    } else if SAFE_SYSCTLS.contains(&name.as_str()) {
        cx.scope.exact(given, &place);
        if !parts.sysctls.iter().any(|sysctl| sysctl["name"] == name) {
            parts.sysctls.push(json!({"name": name, "value": value}));
        }
    } else {
        cx.scope.finding(given, Reason::new(&code::SYSCTL_UNSAFE).with("name", name));
    }
}
