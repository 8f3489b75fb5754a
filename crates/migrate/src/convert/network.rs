//! The network of the pod: mode, names, addresses, and who may call it.

use std::collections::BTreeMap;

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::ports::Port;
use crate::convert::security::Level;
use crate::convert::{Cx, names, order, put};
use crate::input::node::Node;

/// The network mode of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// An address for each task.
    Awsvpc,
    /// Docker's bridge; also where nothing is said.
    Bridge,
    /// The host's own network.
    Host,
    /// No network.
    None,
}

/// Reads `networkMode`.
pub fn mode(
    cx: &mut Cx<'_, '_>,
    task: &Node<'_>,
    spec: &mut Map<String, Value>,
    level: &mut Level,
) -> Mode {
    let Some(node) = task.get("networkMode") else {
        return Mode::Bridge;
    };
    let place = cx.pod("(pod network)");
    match node.str() {
        Some("awsvpc") => {
            cx.scope.exact(&node, &place);
            Mode::Awsvpc
        }
        Some("host") => {
            put(spec, "hostNetwork", json!(true));
            put(spec, "dnsPolicy", json!("ClusterFirstWithHostNet"));
            *level = Level::Privileged;
            cx.scope.finding_kept(&node, Reason::new(&code::HOST_NETWORK), &cx.pod("hostNetwork"));
            Mode::Host
        }
        Some("none") => {
            let target = format!("NetworkPolicy/{}", cx.work.name);
            cx.scope.finding_kept(&node, Reason::new(&code::NO_NETWORK), &target);
            Mode::None
        }
        Some("bridge" | "default" | "nat") => {
            cx.scope.approximated(
                &node,
                &place,
                "a pod has an address of its own; its containers share it",
            );
            Mode::Bridge
        }
        _ => {
            cx.scope.finding(
                &node,
                Reason::new(&code::BAD_VALUE)
                    .with("field", "networkMode")
                    .with("container", "the task"),
            );
            Mode::Bridge
        }
    }
}

/// `dnsServers`, `dnsSearchDomains`, `extraHosts`, `links`, `hostname`: per container in ECS, per
/// pod in Kubernetes.
pub fn names_and_hosts(
    cx: &mut Cx<'_, '_>,
    containers: &[Node<'_>],
    spec: &mut Map<String, Value>,
) {
    let mut servers: Vec<String> = Vec::new();
    let mut searches: Vec<String> = Vec::new();
    let mut hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for container in containers {
        let name = order::container_name(container);
        dns(cx, container, "dnsServers", "dnsConfig.nameservers", &mut servers, is_address);
        dns(cx, container, "dnsSearchDomains", "dnsConfig.searches", &mut searches, is_domain);
        for entry in container.list("extraHosts") {
            extra_host(cx, &entry, &mut hosts);
        }
        for link in container.list("links") {
            self::link(cx, &link, containers, &name, &mut hosts);
        }
        if let Some(node) = container.get("hostname") {
            hostname(cx, &node, spec);
        }
        if let Some(node) = container.get("disableNetworking") {
            match node.boolean() {
                Some(true) => {
                    cx.scope.finding(
                        &node,
                        Reason::new(&code::NETWORKING_DISABLED).with("container", name),
                    );
                }
                _ => cx.scope.ignored(&node, "networking is on, as it is in every pod"),
            }
        }
    }
    // The API takes three servers and thirty-two domains.
    servers.truncate(3);
    searches.truncate(32);
    let mut config = Map::new();
    put(&mut config, "nameservers", json!(servers));
    put(&mut config, "searches", json!(searches));
    put(spec, "dnsConfig", Value::Object(config));
    let aliases: Vec<Value> = hosts
        .into_iter()
        .map(|(ip, hostnames)| json!({"ip": ip, "hostnames": hostnames}))
        .collect();
    put(spec, "hostAliases", json!(aliases));
}

fn dns(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    key: &str,
    target: &str,
    out: &mut Vec<String>,
    valid: fn(&str) -> bool,
) {
    for node in container.list(key) {
        let text = node.scalar().unwrap_or_default();
        if valid(&text) {
            cx.scope.finding_kept(
                &node,
                Reason::new(&code::DNS_SETTINGS).with("field", key),
                &cx.pod(target),
            );
            if !out.contains(&text) {
                out.push(text);
            }
        } else {
            cx.scope.finding(
                &node,
                Reason::new(&code::BAD_VALUE).with("field", key).with("container", "the task"),
            );
        }
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

fn is_domain(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    !text.is_empty() && text.len() <= 253 && text.split('.').all(is_dns_label)
}

fn is_dns_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn extra_host(cx: &mut Cx<'_, '_>, entry: &Node<'_>, hosts: &mut BTreeMap<String, Vec<String>>) {
    let name = entry.text("hostname").unwrap_or_default();
    let ip = entry.text("ipAddress").unwrap_or_default();
    if is_address(&ip) && is_domain(&name) {
        cx.scope.exact(entry, &cx.pod("hostAliases"));
        hosts.entry(ip).or_default().push(name);
    } else {
        cx.scope.finding(
            entry,
            Reason::new(&code::BAD_VALUE).with("field", "extraHosts").with("container", "the task"),
        );
    }
}

/// `links`: containers of a pod share one address, so an alias is 127.0.0.1.
fn link(
    cx: &mut Cx<'_, '_>,
    link: &Node<'_>,
    containers: &[Node<'_>],
    name: &str,
    hosts: &mut BTreeMap<String, Vec<String>>,
) {
    let text = link.scalar().unwrap_or_default();
    let (target, alias) = text.split_once(':').unwrap_or((&text, &text));
    if !containers.iter().any(|node| order::container_name(node) == target) {
        let reason =
            Reason::new(&code::LINK_TO_NOTHING).with("container", name).with("target", target);
        cx.scope.finding(link, reason);
        return;
    }
    if !is_domain(alias) {
        cx.scope.finding(
            link,
            Reason::new(&code::BAD_VALUE).with("field", "links").with("container", name),
        );
        return;
    }
    let reason = Reason::new(&code::LINK).with("container", name).with("alias", alias);
    cx.scope.finding_kept(link, reason, &cx.pod("hostAliases"));
    let list = hosts.entry("127.0.0.1".to_owned()).or_default();
    if !list.iter().any(|present| present == alias) {
        list.push(alias.to_owned());
    }
}

fn hostname(cx: &mut Cx<'_, '_>, node: &Node<'_>, spec: &mut Map<String, Value>) {
    let text = node.scalar().unwrap_or_default();
    let name = names::dns_label(&text, 63);
    let place = cx.pod("hostname");
    if spec.contains_key("hostname") {
        cx.scope.finding(node, Reason::new(&code::HOSTNAME).with("name", text));
        return;
    }
    put(spec, "hostname", json!(name));
    if name == text {
        cx.scope.approximated(
            node,
            &place,
            "the name belongs to the pod, and so to all its containers",
        );
    } else {
        cx.scope.finding_kept(node, Reason::new(&code::HOSTNAME).with("name", text), &place);
    }
}

/// Two containers on one port cannot share a pod's network.
pub fn port_clashes(cx: &mut Cx<'_, '_>, ports: &[(String, Vec<Port>)]) {
    let mut seen: BTreeMap<(i64, &str), &str> = BTreeMap::new();
    let mut clashes = Vec::new();
    for (container, list) in ports {
        for port in list {
            if let Some(other) = seen.insert((port.number, port.protocol), container) {
                clashes.push((port.number, other.to_owned(), container.clone()));
            }
        }
    }
    for (port, one, other) in clashes {
        let reason =
            Reason::new(&code::PORT_CLASH).with("port", port).with("one", one).with("other", other);
        cx.scope.report(reason);
    }
}

/// The NetworkPolicy of the service: its ports are open, everything else is not; what it calls is
/// left open, since nobody has told what that is.
pub fn policy(cx: &mut Cx<'_, '_>, mode: Mode, ports: &[Port]) {
    let selector = json!({"matchLabels": cx.selector()});
    let spec = if mode == Mode::None {
        json!({"podSelector": selector, "policyTypes": ["Ingress", "Egress"]})
    } else {
        let open: Vec<Value> = ports
            .iter()
            .map(|port| json!({"port": port.number, "protocol": port.protocol}))
            .collect();
        let ingress = if open.is_empty() { json!([]) } else { json!([{"ports": open}]) };
        json!({"podSelector": selector, "policyTypes": ["Ingress", "Egress"], "ingress": ingress, "egress": [{}]})
    };
    let object = cx.object("networking.k8s.io/v1", "NetworkPolicy", &cx.work.name, spec);
    cx.built.objects.push(object);
}
