//! One container of the pod.

use std::collections::BTreeSet;

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::order::{Order, Role};
use crate::convert::ports::{self, Port};
use crate::convert::security::{self, Level};
use crate::convert::volumes::{self, Volumes};
use crate::convert::{
    Cx, Image, environment, escape::escape, logs, names, order, probes, put, secrets,
};
use crate::credential::is_placeholder;
use crate::input::node::Node;

/// What the containers add to the pod besides themselves.
#[derive(Debug)]
pub struct PodParts {
    /// Annotations of the pod.
    pub annotations: Map<String, Value>,
    /// `imagePullSecrets`.
    pub pull_secrets: BTreeSet<String>,
    /// Volumes of the pod.
    pub volumes: Volumes,
    /// Ports by container.
    pub ports: Vec<(String, Vec<Port>)>,
    /// Longest stop timeout asked for, in seconds.
    pub stop_secs: i64,
    /// How strict the namespace may be.
    pub level: Level,
    /// `shareProcessNamespace` is wanted.
    pub share_processes: bool,
    /// `sysctls` of the pod.
    pub sysctls: Vec<Value>,
    /// Names of ports in use.
    pub port_names: BTreeSet<String>,
}

/// Everything about one container that does not come from the container itself.
#[derive(Debug)]
pub struct Context<'o, 'a> {
    /// All containers in their order of start.
    pub order: &'o Order<'a>,
    /// Index in the order.
    pub index: usize,
    /// `resources`.
    pub resources: Map<String, Value>,
    /// True under bridge networking.
    pub bridge: bool,
}

/// Kubernetes name of a container.
pub fn name(container: &Node<'_>) -> String {
    names::dns_label(&order::container_name(container), 63)
}

/// Converts one container.
pub fn container<'a>(cx: &mut Cx<'_, 'a>, context: Context<'_, 'a>, parts: &mut PodParts) -> Value {
    let (node, role) = &context.order.entries[context.index];
    let is_main = context.index == context.order.main;
    let raw = order::container_name(node);
    let name = name(node);
    let base = if is_main {
        cx.work.name.clone()
    } else {
        names::dns_label(&format!("{}-{name}", cx.work.name), 52)
    };
    let mut out = Map::new();
    put(&mut out, "name", json!(name));
    name_ruling(cx, node, &raw, &name);
    image(cx, node, &raw, &name, &mut out);
    put(&mut out, "imagePullPolicy", json!("Always"));
    argv(cx, node, &name, &base, &mut out);
    let environment = environment::environment(cx, node, &name, &base);
    let mut env = environment.env;
    env.extend(out.remove("env").and_then(|value| value.as_array().cloned()).unwrap_or_default());
    put(&mut out, "env", json!(env));
    put(&mut out, "envFrom", json!(environment.env_from));
    if let Some(dir) = node.get("workingDirectory") {
        put(&mut out, "workingDir", json!(dir.scalar()));
        cx.scope.exact(&dir, &cx.pod(&format!("containers[{name}].workingDir")));
    }
    let list = ports::ports(cx, node, &name, context.bridge, &mut parts.port_names);
    put(&mut out, "ports", ports::container_ports(&list));
    parts.ports.push((name.clone(), list));
    put(&mut out, "resources", Value::Object(context.resources));
    devices(cx, node, &name, &mut out);
    let (security, level) = security::context(cx, node, &name);
    let read_only = security.get("readOnlyRootFilesystem") == Some(&json!(true));
    put(&mut out, "securityContext", Value::Object(security));
    parts.level = parts.level.max(level);
    let all: Vec<Node<'a>> = context.order.entries.iter().map(|(node, _)| node.clone()).collect();
    let mut mounts = volumes::mounts(cx, node, &name, &all, &parts.volumes);
    memory_files(cx, node, &name, &mut mounts, parts);
    if read_only && !mounts.iter().any(|mount| mount["mountPath"] == "/tmp") {
        let volume = format!("tmp-{}", names::dns_label(&name, 52));
        parts.volumes.ensure(&volume, json!({"emptyDir": {}}));
        mounts.push(json!({"name": volume, "mountPath": "/tmp"}));
    }
    put(&mut out, "volumeMounts", json!(mounts));
    lifecycle(cx, node, &name, *role, parts, &mut out);
    terminal(cx, node, &name, &mut out);
    logs::log_configuration(cx, node, &name, &mut parts.annotations);
    labels(cx, node, &name, parts);
    limits_of_the_node(cx, node, &name, parts);
    if let Some(login) = node.at(&["repositoryCredentials", "credentialsParameter"]) {
        let registry = registry(&node.text("image").unwrap_or_default());
        parts.pull_secrets.insert(secrets::registry_login(cx, &login, &base, &registry));
    }
    Value::Object(out)
}

fn name_ruling(cx: &mut Cx<'_, '_>, node: &Node<'_>, raw: &str, name: &str) {
    let Some(given) = node.get("name") else {
        return;
    };
    let place = cx.pod(&format!("containers[{name}].name"));
    if raw == name {
        cx.scope.exact(&given, &place);
    } else {
        let reason = Reason::new(&code::CONTAINER_RENAMED).with("name", raw).with("new", name);
        cx.scope.finding_kept(&given, reason, &place);
    }
}

/// The base names the image by the container; the overlay pins it.
fn image(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    raw: &str,
    name: &str,
    out: &mut Map<String, Value>,
) {
    let logical = format!("{}/{name}", cx.work.name);
    put(out, "image", json!(logical));
    let Some(given) = node
        .get("image")
        .filter(|image| image.scalar().is_some_and(|text| !text.trim().is_empty()))
    else {
        cx.scope.finding(node, Reason::new(&code::NO_IMAGE).with("container", name));
        return;
    };
    let text = given.scalar().unwrap_or_default();
    let place = format!(
        "kustomization images[{logical}]; {}",
        cx.pod(&format!("containers[{name}].image"))
    );
    let mut image = split_image(&text);
    if is_placeholder(&text) || text.contains(['<', '{', '$']) {
        cx.scope.note(
            &given,
            Reason::new(&code::PLACEHOLDER).with("field", format!("image of {name}")),
        );
    }
    let running = cx.work.digests.get(raw).filter(|digest| digest.starts_with("sha256:"));
    match (&image.digest, running) {
        (Some(_), _) => cx.scope.exact(&given, &place),
        (None, Some(digest)) => {
            image.digest = Some(digest.clone());
            image.tag = None;
            cx.scope.approximated(&given, &place, "pinned to the digest that runs now");
        }
        (None, None) => {
            cx.scope.exact(&given, &place);
            let moving = matches!(image.tag.as_deref(), None | Some("latest"));
            if moving {
                cx.scope.note(&given, Reason::new(&code::LATEST_TAG).with("container", name));
            }
        }
    }
    cx.built.images.insert(logical, image);
}

/// Splits `registry/repo:tag@digest`.
pub fn split_image(text: &str) -> Image {
    let (rest, digest) =
        text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest.to_owned())));
    let (repository, tag) = match rest.rsplit_once(':') {
        // A colon before a slash is the registry's port.
        Some((head, tag)) if !tag.contains('/') => (head, Some(tag.to_owned())),
        _ => (rest, None),
    };
    Image { repository: repository.to_owned(), tag: tag.filter(|_| digest.is_none()), digest }
}

fn registry(image: &str) -> String {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host.to_owned(),
        _ => "https://index.docker.io/v1/".to_owned(),
    }
}

/// `entryPoint` is Kubernetes' `command`, and `command` is its `args`.
fn argv(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    base: &str,
    out: &mut Map<String, Value>,
) {
    for (theirs, ours) in [("entryPoint", "command"), ("command", "args")] {
        let Some(given) = node.get(theirs) else {
            continue;
        };
        let place = cx.pod(&format!("containers[{name}].{ours}"));
        let words: Vec<Node<'_>> =
            if given.value.is_array() { given.items() } else { vec![given.clone()] };
        let texts: Vec<String> = words.iter().filter_map(Node::scalar).collect();
        if texts.len() == 1 && texts[0].is_empty() {
            cx.scope.finding(
                &given,
                Reason::new(&code::EMPTY_COMMAND).with("container", name).with("field", theirs),
            );
            continue;
        }
        let mut list = Vec::new();
        for (index, (word, text)) in words.iter().zip(&texts).enumerate() {
            if cx.credentials.contains(text) {
                let variable = format!("SEGUE_{}_{index}", theirs.to_ascii_uppercase());
                let mut env = out
                    .remove("env")
                    .and_then(|value| value.as_array().cloned())
                    .unwrap_or_default();
                secrets::literal(cx, word, name, base, &variable, &mut env);
                out.insert("env".to_owned(), json!(env));
                list.push(format!("$({variable})"));
            } else {
                cx.scope.exact(word, &place);
                list.push(escape(text));
            }
        }
        put(out, ours, json!(list));
    }
}

/// Memory-backed files: shared memory and tmpfs.
fn memory_files(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    mounts: &mut Vec<Value>,
    parts: &mut PodParts,
) {
    let mut add =
        |cx: &mut Cx<'_, '_>, volume: String, path: String, size: i64, given: &Node<'_>| {
            if mounts.iter().any(|mount| mount["mountPath"] == path)
                || !path.starts_with('/')
                || path.contains(':')
            {
                cx.scope.finding(
                    given,
                    Reason::new(&code::BAD_VALUE).with("field", "tmpfs").with("container", name),
                );
                return;
            }
            cx.scope.exact(given, &cx.pod(&format!("volumes[{volume}].emptyDir.sizeLimit")));
            parts.volumes.ensure(
                &volume,
                json!({"emptyDir": {"medium": "Memory", "sizeLimit": format!("{size}Mi")}}),
            );
            mounts.push(json!({"name": volume, "mountPath": path}));
        };
    if let Some(given) = node.at(&["linuxParameters", "sharedMemorySize"]) {
        match given.int().filter(|size| *size > 0) {
            Some(size) => add(cx, format!("shm-{name}"), "/dev/shm".to_owned(), size, &given),
            None => cx.scope.ignored(&given, "zero is the default size"),
        }
    }
    let list = node.at(&["linuxParameters", "tmpfs"]).map(|n| n.items()).unwrap_or_default();
    for (index, tmpfs) in list.iter().enumerate() {
        let size = tmpfs.int_at("size").filter(|size| *size > 0).unwrap_or(64);
        let path = tmpfs.text("containerPath").unwrap_or_default();
        if let Some(options) = tmpfs.get("mountOptions") {
            cx.scope.finding(&options, Reason::new(&code::TMPFS_OPTIONS).with("container", name));
        }
        if let Some(given) = tmpfs.get("containerPath") {
            add(cx, names::dns_label(&format!("tmpfs-{name}-{index}"), 63), path, size, &given);
        }
        if let Some(given) = tmpfs.get("size") {
            cx.scope.exact(&given, &cx.pod("volumes[].emptyDir.sizeLimit"));
        }
    }
}

/// Start, stop and restart.
fn lifecycle(
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
    if let Some(given) = node.get("stopTimeout") {
        let secs = given.int().unwrap_or(30).clamp(0, 7200);
        parts.stop_secs = parts.stop_secs.max(secs);
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
            } else if !out.contains_key("startupProbe") {
                if let Some(exec) =
                    out.get("livenessProbe").and_then(|probe| probe.get("exec")).cloned()
                {
                    out.insert(
                        "startupProbe".to_owned(),
                        json!({"exec": exec, "periodSeconds": 5, "failureThreshold": 30}),
                    );
                }
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

fn terminal(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, out: &mut Map<String, Value>) {
    for (theirs, ours) in [("interactive", "stdin"), ("pseudoTerminal", "tty")] {
        if let Some(given) = node.get(theirs) {
            if given.boolean() == Some(true) {
                put(out, ours, json!(true));
            }
            cx.scope.exact(&given, &cx.pod(&format!("containers[{name}].{ours}")));
        }
    }
    if let Some(given) = node.get("versionConsistency") {
        cx.scope.exact(&given, "kustomization images[].digest");
    }
}

/// GPUs and other devices.
fn devices(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, out: &mut Map<String, Value>) {
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
fn labels(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, parts: &mut PodParts) {
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
fn limits_of_the_node(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, parts: &mut PodParts) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_apart() {
        let image = split_image("127.0.0.1:51670/busybox:latest");
        assert_eq!(
            (image.repository.as_str(), image.tag.as_deref()),
            ("127.0.0.1:51670/busybox", Some("latest"))
        );
        let image = split_image("127.0.0.1:51670/busybox");
        assert_eq!((image.repository.as_str(), image.tag), ("127.0.0.1:51670/busybox", None));
        let image = split_image("r/a:1@sha256:abc");
        assert_eq!((image.tag, image.digest.as_deref()), (None, Some("sha256:abc")));
    }
}
