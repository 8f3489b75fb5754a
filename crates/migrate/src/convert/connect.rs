//! Names that other services call: Service Connect and Cloud Map.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, names, put};
use crate::input::node::Node;

/// A name of a Service Connect namespace and the service behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// The name that clients call.
    pub dns_name: String,
    /// Its port.
    pub port: i64,
    /// Canonical name of the service that answers.
    pub server: String,
    /// Port of the Kubernetes Service that answers.
    pub server_port: i64,
}

/// The Service Connect configuration of a service: its own, or that of its newest deployment.
pub fn configuration<'a>(service: &Node<'a>) -> Option<Node<'a>> {
    let own = service.get("serviceConnectConfiguration");
    own.or_else(|| {
        service.list("deployments").first().and_then(|node| node.get("serviceConnectConfiguration"))
    })
    .filter(|node| node.get("enabled").and_then(|flag| flag.boolean()).unwrap_or(true))
}

/// Converts Service Connect: a Service for each name offered, and one for each name called.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let Some(service) = cx.work.service.as_ref().map(|item| item.node.clone()) else {
        return;
    };
    let off = service
        .get("serviceConnectConfiguration")
        .filter(|node| node.get("enabled").and_then(|n| n.boolean()) == Some(false));
    if let Some(node) = off {
        cx.scope.ignored(&node, "Service Connect is switched off");
        return;
    }
    let Some(config) = configuration(&service) else {
        return;
    };
    offered(cx, &config);
    called(cx);
    for key in ["logConfiguration", "accessLogConfiguration", "containerConfigurations"] {
        if let Some(node) = config.get(key) {
            cx.scope.finding(&node, Reason::new(&code::CONNECT_NEEDS_MESH).with("field", key));
        }
    }
    for key in ["enabled", "namespace"] {
        if let Some(node) = config.get(key) {
            cx.scope
                .finding(&node, Reason::new(&code::SERVICE_CONNECT).with("service", &cx.work.name));
        }
    }
    // The deployment repeats what the service says.
    for deployment in service.list("deployments") {
        for key in ["serviceConnectConfiguration", "serviceConnectResources"] {
            if let Some(node) = deployment.get(key) {
                for leaf in cx.scope.ledger.unclaimed(&node) {
                    cx.scope.ignored(&leaf, "the deployment repeats the service's configuration");
                }
            }
        }
    }
}

fn offered(cx: &mut Cx<'_, '_>, config: &Node<'_>) {
    for entry in config.list("services") {
        let port_name = entry.text("portName").unwrap_or_default();
        let target_port = names::port_name(&port_name);
        let number = container_port(cx, &port_name);
        if let Some(node) = entry.get("portName") {
            if number.is_some() {
                let place = format!("Service/{} spec.ports[{target_port}]", cx.work.name);
                cx.scope.exact(&node, &place);
            } else {
                bad_value(cx, &node, "portName");
            }
        }
        let discovery = entry
            .get("discoveryName")
            .and_then(|node| node.scalar())
            .unwrap_or_else(|| port_name.clone());
        if let Some(node) = entry.get("discoveryName") {
            offer(cx, &node, &discovery, None, &port_name);
        }
        for alias in entry.list("clientAliases") {
            let port = alias.int_at("port");
            match alias.get("dnsName") {
                Some(node) => {
                    offer(cx, &node, &node.scalar().unwrap_or_default(), port, &port_name);
                }
                None => offer(cx, &alias, &discovery, port, &port_name),
            }
            if let Some(node) = alias.get("port") {
                if port.is_some_and(|port| (1..=65535).contains(&port)) {
                    cx.scope.exact(&node, &format!("Service spec.ports[{target_port}].port"));
                } else {
                    bad_value(cx, &node, "clientAliases.port");
                }
            }
            if let Some(node) = alias.get("testTrafficRules") {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::CONNECT_NEEDS_MESH).with("field", "testTrafficRules"),
                );
            }
        }
        for key in ["ingressPortOverride", "timeout", "tls"] {
            if let Some(node) = entry.get(key) {
                cx.scope.finding(&node, Reason::new(&code::CONNECT_NEEDS_MESH).with("field", key));
            }
        }
    }
}

/// A further Service of that name in front of the same pods.
fn offer(cx: &mut Cx<'_, '_>, node: &Node<'_>, dns_name: &str, port: Option<i64>, port_name: &str) {
    let name = names::dns_label(dns_name, 63);
    if name != dns_name {
        cx.scope.finding(node, Reason::new(&code::CONNECT_NAME).with("name", dns_name));
        return;
    }
    let number = container_port(cx, port_name);
    let Some(port) = port.or(number).filter(|port| (1..=65535).contains(port)) else {
        return bad_value(cx, node, "serviceConnectConfiguration");
    };
    cx.scope.exact(node, &format!("Service/{name}"));
    let target = number.map_or_else(|| json!(port), |number| json!(number));
    let present = cx
        .built
        .objects
        .iter_mut()
        .find(|object| object["kind"] == "Service" && object["metadata"]["name"] == name);
    if let Some(present) = present {
        add_port(present, port, &target);
        return;
    }
    let spec = json!({"selector": cx.selector(), "type": "ClusterIP", "ports": [{"name": format!("tcp-{port}"), "port": port, "protocol": "TCP", "targetPort": target}]});
    let object = cx.object("v1", "Service", &name, spec);
    cx.built.objects.push(object);
}

fn bad_value(cx: &mut Cx<'_, '_>, node: &Node<'_>, field: &str) {
    let reason =
        Reason::new(&code::BAD_VALUE).with("field", field).with("container", "the service");
    cx.scope.finding(node, reason);
}

fn add_port(service: &mut Value, port: i64, target: &Value) {
    let Some(list) = service["spec"]["ports"].as_array_mut() else {
        return;
    };
    if !list.iter().any(|entry| entry["port"] == port && entry["protocol"] == "TCP") {
        list.push(json!({"name": format!("tcp-{port}"), "port": port, "protocol": "TCP", "targetPort": target}));
    }
}

/// The container port that has this name in the task definition.
fn container_port(cx: &Cx<'_, '_>, port_name: &str) -> Option<i64> {
    let containers = cx.work.task.node.list("containerDefinitions");
    let mappings = containers.iter().flat_map(|container| container.list("portMappings"));

    mappings
        .filter(|mapping| mapping.text("name").as_deref() == Some(port_name))
        .find_map(|mapping| mapping.int_at("containerPort"))
}

/// The short names that this service calls, as `ExternalNames` in its own namespace.
fn called(cx: &mut Cx<'_, '_>) {
    for alias in cx.work.aliases.clone() {
        let name = names::dns_label(&alias.dns_name, 63);
        let taken = cx
            .built
            .objects
            .iter()
            .any(|object| object["kind"] == "Service" && object["metadata"]["name"] == name);
        if alias.server == cx.work.name || taken || name != alias.dns_name {
            continue;
        }
        let host = format!("{name}.{}.svc.cluster.local", alias.server);
        let spec = json!({"type": "ExternalName", "externalName": host});
        let object = cx.object("v1", "Service", &name, spec);
        cx.built.objects.push(object);
    }
}

/// Cloud Map registries of the service.
pub fn registries(cx: &mut Cx<'_, '_>, service: &Node<'_>) {
    for entry in service.list("serviceRegistries") {
        let arn = entry.text("registryArn").unwrap_or_default();
        let found = cx.work.discovery.get(&arn).cloned();
        let name = found
            .as_ref()
            .and_then(|item| item.node.text("Name"))
            .unwrap_or_else(|| names::last_part(&arn).to_owned());
        let target = format!("Service/{}", cx.work.name);
        cx.scope.finding_kept(
            &entry,
            Reason::new(&code::CLOUD_MAP).with("name", &name).with("service", &cx.work.name),
            &target,
        );
        if let Some(item) = found {
            cx.scope.approximated(&item.node, &target, "the Service's own name takes its place; the old name is kept by external-dns (aws-sd)");
            let srv =
                item.node.at(&["DnsConfig", "DnsRecords"]).map(|n| n.items()).unwrap_or_default();
            for record in srv.iter().filter(|record| record.text("Type").as_deref() == Some("SRV"))
            {
                cx.scope.note(record, Reason::new(&code::SRV_RECORDS).with("name", &name));
            }
        }
        annotate_service(cx, &name);
    }
}

/// external-dns registers the pods under the old name.
fn annotate_service(cx: &mut Cx<'_, '_>, name: &str) {
    let own = cx.work.name.clone();
    let service = cx
        .built
        .objects
        .iter_mut()
        .find(|object| object["kind"] == "Service" && object["metadata"]["name"] == own);
    if let Some(service) = service {
        let mut annotations = Map::new();
        put(&mut annotations, "external-dns.alpha.kubernetes.io/hostname", json!(name));
        service["metadata"]["annotations"] = Value::Object(annotations);
    }
}

/// What a service offers to its Service Connect namespace.
pub fn aliases(service: &Node<'_>, task: &Node<'_>, server: &str) -> Vec<Alias> {
    let Some(config) = configuration(service) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for entry in config.list("services") {
        let port_name = entry.text("portName").unwrap_or_default();
        let number =
            task.list("containerDefinitions").iter().flat_map(|c| c.list("portMappings")).find_map(
                |mapping| {
                    (mapping.text("name").as_deref() == Some(&port_name))
                        .then(|| mapping.int_at("containerPort"))
                        .flatten()
                },
            );
        let discovery = entry.text("discoveryName").unwrap_or_else(|| port_name.clone());
        for alias in entry.list("clientAliases") {
            let dns_name = alias.text("dnsName").unwrap_or_else(|| discovery.clone());
            let port = alias.int_at("port").or(number).unwrap_or(80);
            out.push(Alias {
                dns_name,
                port,
                server: server.to_owned(),
                server_port: number.unwrap_or(port),
            });
        }
    }
    out
}
