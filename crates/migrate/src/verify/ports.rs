//! Ports: unique where they must be, and there where somebody knocks.

use std::collections::BTreeSet;

use serde_json::Value;

use super::objects::{Objects, Pod, blame, list};
use super::{Fault, Problem};

/// What the load balancer controller reads in place of a port: the annotation tells it.
const BY_ANNOTATION: &str = "use-annotation";
const ACTIONS: &str = "alb.ingress.kubernetes.io/actions.";

pub(super) fn check(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    for service in objects.of_kind("Service") {
        unique(service, found);
        targets(objects, service, found);
    }
    for pod in objects.pods() {
        port_names(&pod, found);
        probes(&pod, found);
    }
    for binding in objects.of_kind("TargetGroupBinding") {
        let wanted = &binding["spec"]["serviceRef"];
        leads_to(objects, binding, &wanted["name"], &wanted["port"], found);
    }
    for ingress in objects.of_kind("Ingress") {
        for (service, port) in backends(ingress) {
            leads_to(objects, ingress, &service, &port, found);
        }
    }
}

/// Names and numbers of a Service's ports.
fn unique(service: &Value, found: &mut Vec<Problem>) {
    let ports: Vec<&Value> = list(&service["spec"]["ports"]).collect();
    let mut names = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for port in &ports {
        let number = text(&port["port"]);
        match port["name"].as_str() {
            Some(name) if !names.insert(name) => {
                blame(found, service, Fault::PortTwice(name.to_owned()));
            }
            None if ports.len() > 1 => {
                blame(found, service, Fault::PortUnnamed(number.clone()));
            }
            _ => {}
        }
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        if !numbers.insert((number.clone(), protocol)) {
            blame(found, service, Fault::PortTwice(number));
        }
    }
}

/// Every pod that a Service takes listens where the Service sends.
fn targets(objects: &Objects<'_>, service: &Value, found: &mut Vec<Problem>) {
    for pod in objects.serving(&service["spec"]["selector"], service) {
        for port in list(&service["spec"]["ports"]) {
            let target =
                if port["targetPort"].is_null() { &port["port"] } else { &port["targetPort"] };
            if !pod.ports().any(|port| is_port(port, "containerPort", target)) {
                blame(found, service, Fault::PortMissing(text(target)));
            }
        }
    }
}

/// A name stands for one port of the whole pod, or a Service would choose by chance.
fn port_names(pod: &Pod<'_>, found: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for name in pod.ports().filter_map(|port| port["name"].as_str()) {
        if !names.insert(name) {
            blame(found, pod.owner, Fault::PortTwice(name.to_owned()));
        }
    }
}

fn probes(pod: &Pod<'_>, found: &mut Vec<Problem>) {
    for container in pod.containers() {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            for way in ["httpGet", "tcpSocket", "grpc"] {
                let port = &container[probe][way]["port"];
                let there = list(&container["ports"]).any(|p| is_port(p, "containerPort", port));
                if !port.is_null() && !there {
                    blame(found, pod.owner, Fault::PortMissing(text(port)));
                }
            }
        }
    }
}

/// A Service of this name has this port.
fn leads_to(
    objects: &Objects<'_>,
    from: &Value,
    service: &Value,
    port: &Value,
    found: &mut Vec<Problem>,
) {
    let Some(object) = objects.find("Service", &text(service), from) else {
        return blame(found, from, Fault::Missing(format!("Service/{}", text(service))));
    };
    if !list(&object["spec"]["ports"]).any(|known| is_port(known, "port", port)) {
        blame(found, from, Fault::PortMissing(text(port)));
    }
}

/// Services and ports that an Ingress leads to, by its backends and by its annotations.
fn backends(ingress: &Value) -> Vec<(Value, Value)> {
    let paths = list(&ingress["spec"]["rules"]).flat_map(|rule| list(&rule["http"]["paths"]));
    let mut found: Vec<_> = paths
        .map(|path| &path["backend"])
        .chain([&ingress["spec"]["defaultBackend"]])
        .filter(|backend| backend["service"]["port"]["name"] != BY_ANNOTATION)
        .filter(|backend| !backend["service"].is_null())
        .map(|backend| {
            let port = &backend["service"]["port"];
            let port = if port["number"].is_null() { &port["name"] } else { &port["number"] };
            (backend["service"]["name"].clone(), port.clone())
        })
        .collect();
    for (key, action) in ingress["metadata"]["annotations"].as_object().into_iter().flatten() {
        let parsed = action.as_str().filter(|_| key.starts_with(ACTIONS)).map(serde_json::from_str);
        let Some(Ok(action)) = parsed else { continue };
        let action: Value = action;
        for group in list(&action["forwardConfig"]["targetGroups"]) {
            if !group["serviceName"].is_null() {
                found.push((group["serviceName"].clone(), group["servicePort"].clone()));
            }
        }
    }
    found
}

/// Whether `port` is the one that `wanted` names or counts; a number may stand as text.
fn is_port(port: &Value, number: &str, wanted: &Value) -> bool {
    text(&port[number]) == text(wanted) || (wanted.is_string() && port["name"] == *wanted)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
