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
    Cx, environment, escape::escape, image, lifecycle, logs, machine, names, order, put, secrets,
};
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
    let base = stem(cx, &context, &name, is_main);
    let mut out = Map::new();
    put(&mut out, "name", json!(name));
    name_ruling(cx, node, &raw, &name);
    image::image(cx, node, &raw, &name, &mut out);
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
    machine::devices(cx, node, &name, &mut out);
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
    lifecycle::lifecycle(cx, node, &name, *role, parts, &mut out);
    if *role == Role::App && !is_main {
        ready_as_alive(node, &mut out);
    }
    lifecycle::terminal(cx, node, &name, &mut out);
    logs::log_configuration(cx, node, &name, &mut parts.annotations);
    machine::labels(cx, node, &name, parts);
    machine::limits_of_the_node(cx, node, &name, parts);
    if let Some(login) = node.at(&["repositoryCredentials", "credentialsParameter"]) {
        let registry = image::registry(&node.text("image").unwrap_or_default());
        parts.pull_secrets.insert(secrets::registry_login(cx, &login, &base, &registry));
    }
    Value::Object(out)
}

/// The stem of names that belong to a container: the service's own for the container that is called
/// so, else for the one that serves.
fn stem(cx: &Cx<'_, '_>, context: &Context<'_, '_>, container: &str, is_main: bool) -> String {
    let service = &cx.work.name;
    let namesake = context.order.entries.iter().any(|(node, _)| name(node) == *service);
    if container == service || is_main && !namesake {
        service.clone()
    } else {
        names::dns_label(&format!("{service}-{container}"), 52)
    }
}

/// An essential neighbour that fails its check takes the task down in ECS; here it takes the pod out
/// of the load balancer until it is well again.
fn ready_as_alive(node: &Node<'_>, out: &mut Map<String, Value>) {
    let essential = node.get("essential").and_then(|flag| flag.boolean()).unwrap_or(true);
    if let Some(live) = out.get("livenessProbe").filter(|_| essential).cloned() {
        out.entry("readinessProbe").or_insert(live);
    }
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
