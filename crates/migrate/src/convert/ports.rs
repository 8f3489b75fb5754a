//! Port mappings: container ports, and what the Service offers.

use std::collections::BTreeSet;

use model::Reason;
use model::code::convert as code;
use serde_json::{Value, json};

use crate::convert::{Cx, names};
use crate::input::node::Node;

/// A port of a container after conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name, unique in the pod.
    pub name: String,
    /// Number.
    pub number: i64,
    /// `TCP` or `UDP`.
    pub protocol: &'static str,
    /// The name it had in ECS, which Service Connect uses.
    pub ecs_name: Option<String>,
    /// `appProtocol` of the Service.
    pub app_protocol: Option<&'static str>,
}

/// Most ports that a range is written out to; a Service has no ranges.
const RANGE_PORTS_MAX: i64 = 50;

/// Converts `portMappings` of one container.
pub fn ports(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    bridge: bool,
    used: &mut BTreeSet<String>,
) -> Vec<Port> {
    let place = cx.pod(&format!("containers[{name}].ports"));
    let mut out: Vec<Port> = Vec::new();
    for mapping in container.list("portMappings") {
        let protocol = protocol(cx, &mapping, &place);
        let app_protocol = app_protocol(cx, &mapping);
        let ecs_name = mapping.text("name");
        if let Some(node) = mapping.get("containerPortRange") {
            range(cx, &node, &place, protocol, &mut out, used);
        }
        if let Some(node) = mapping.get("containerPort") {
            let number = node.int().filter(|n| (1..=65535).contains(n));
            let Some(number) = number else {
                let reason = Reason::new(&code::BAD_VALUE)
                    .with("field", "containerPort")
                    .with("container", name);
                cx.scope.finding(&node, reason);
                continue;
            };
            if out.iter().any(|port| port.number == number && port.protocol == protocol) {
                cx.scope.ignored(&node, "the same port is mapped twice; one entry serves both");
            } else {
                cx.scope.exact(&node, &place);
                let name = unique(ecs_name.as_deref(), number, app_protocol, protocol, used);
                out.push(Port { name, number, protocol, ecs_name: ecs_name.clone(), app_protocol });
            }
        }
        port_name_ruling(cx, &mapping, &out);
        host_port(cx, &mapping, bridge);
    }
    out
}

/// The `ports` list of a container.
pub fn container_ports(ports: &[Port]) -> Value {
    ports
        .iter()
        .map(|port| json!({"containerPort": port.number, "name": port.name, "protocol": port.protocol}))
        .collect()
}

fn protocol(cx: &mut Cx<'_, '_>, mapping: &Node<'_>, place: &str) -> &'static str {
    let Some(node) = mapping.get("protocol") else {
        return "TCP";
    };
    let text = node.scalar().unwrap_or_default();
    let protocol = if text.eq_ignore_ascii_case("udp") { "UDP" } else { "TCP" };
    if text.eq_ignore_ascii_case("tcp") || text.eq_ignore_ascii_case("udp") {
        cx.scope.exact(&node, place);
    } else {
        cx.scope.finding(
            &node,
            Reason::new(&code::BAD_VALUE).with("field", "protocol").with("container", "the task"),
        );
    }
    protocol
}

fn app_protocol(cx: &mut Cx<'_, '_>, mapping: &Node<'_>) -> Option<&'static str> {
    let node = mapping.get("appProtocol")?;
    let known = match node.str() {
        Some("http") => Some("http"),
        Some("http2") => Some("kubernetes.io/h2c"),
        Some("grpc") => Some("grpc"),
        _ => None,
    };
    let target = format!("Service/{} spec.ports[].appProtocol", cx.work.name);
    if known.is_some() {
        cx.scope.exact(&node, &target);
    } else {
        let reason = Reason::new(&code::BAD_VALUE)
            .with("field", "appProtocol")
            .with("container", "the task");
        cx.scope.finding(&node, reason);
    }
    known
}

fn port_name_ruling(cx: &mut Cx<'_, '_>, mapping: &Node<'_>, out: &[Port]) {
    let Some(node) = mapping.get("name") else {
        return;
    };
    if mapping.get("containerPort").is_none() {
        cx.scope.ignored(&node, "a range has no name of its own: each of its ports has its number");
        return;
    }
    let name = node.scalar().unwrap_or_default();
    let target = format!("Service/{} spec.ports[].name", cx.work.name);
    match out.iter().find(|port| port.ecs_name.as_deref() == Some(&name)) {
        Some(port) if port.name == name => cx.scope.exact(&node, &target),
        _ => cx.scope.approximated(
            &node,
            &target,
            "shortened: a port name has at most 15 characters",
        ),
    }
}

fn host_port(cx: &mut Cx<'_, '_>, mapping: &Node<'_>, bridge: bool) {
    let Some(node) = mapping.get("hostPort") else {
        return;
    };
    match node.int() {
        Some(0) => cx.scope.ignored(&node, "a dynamic host port: pods have addresses of their own"),
        host if host == mapping.int_at("containerPort") && !bridge => {
            cx.scope.ignored(&node, "equal to the container port, as awsvpc demands");
        }
        Some(host) => {
            cx.scope.finding(&node, Reason::new(&code::FIXED_HOST_PORT).with("port", host));
        }
        None => {
            let reason = Reason::new(&code::BAD_VALUE)
                .with("field", "hostPort")
                .with("container", "the task");
            cx.scope.finding(&node, reason);
        }
    }
}

fn range(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    place: &str,
    protocol: &'static str,
    out: &mut Vec<Port>,
    used: &mut BTreeSet<String>,
) {
    let text = node.scalar().unwrap_or_default();
    let bounds = text.split_once('-').and_then(|(low, high)| {
        Some((low.trim().parse::<i64>().ok()?, high.trim().parse::<i64>().ok()?))
    });
    let Some((low, high)) = bounds.filter(|(low, high)| 1 <= *low && low <= high && *high <= 65535)
    else {
        let reason = Reason::new(&code::BAD_VALUE)
            .with("field", "containerPortRange")
            .with("container", "the task");
        cx.scope.finding(node, reason);
        return;
    };
    let last = high.min(low + RANGE_PORTS_MAX - 1);
    for number in low..=last {
        if !out.iter().any(|port| port.number == number && port.protocol == protocol) {
            let name = unique(None, number, None, protocol, used);
            out.push(Port { name, number, protocol, ecs_name: None, app_protocol: None });
        }
    }
    let reason = Reason::new(&code::PORT_RANGE).with("range", text).with("written", last - low + 1);
    cx.scope.finding_kept(node, reason, place);
}

/// A name for a port that no other port of the pod has.
fn unique(
    ecs_name: Option<&str>,
    number: i64,
    app_protocol: Option<&str>,
    protocol: &str,
    used: &mut BTreeSet<String>,
) -> String {
    let kind = match (app_protocol, protocol) {
        (Some("grpc"), _) => "grpc",
        (Some(_), _) => "http",
        (None, "UDP") => "udp",
        (None, _) => "tcp",
    };
    let wanted = ecs_name.map_or_else(|| format!("{kind}-{number}"), names::port_name);
    let fallback = format!("{kind}-{number}");
    let name = [wanted, fallback, format!("p-{number}-{}", protocol.to_ascii_lowercase())]
        .into_iter()
        .find(|name| name.len() <= 15 && !used.contains(name))
        .unwrap_or_else(|| format!("p-{}", used.len()));
    used.insert(name.clone());
    name
}
