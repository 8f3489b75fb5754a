//! Services and what binds them: which pods stand behind which target group.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use live::HealthCheck;
use live::balancer::GroupConfig;
use model::code::live as code;
use model::ports::{Cluster, Fault, PodPhase};
use serde_json::Value;

use super::super::bind::Bound;
use super::shown;
use super::wanted::{Backend, Wanted, all_to};

/// Prefix of the load balancer controller's annotations.
pub(super) const ALB: &str = "alb.ingress.kubernetes.io/";

/// The Services of all namespaces.
pub(super) struct Services<'a> {
    /// By namespace, name and port: as the port's number and as its name.
    groups: BTreeMap<(String, String, String), String>,
    /// Listeners of their own: name, group, port.
    own: Vec<(String, String, u16)>,
    objects: BTreeMap<(String, String), &'a Value>,
}

impl<'a> Services<'a> {
    /// Makes a target group of every port of every Service.
    pub(super) fn read(objects: &[&'a Value], wanted: &mut Wanted) -> Self {
        let mut all = Self { groups: BTreeMap::new(), own: Vec::new(), objects: BTreeMap::new() };
        let services: Vec<&&Value> =
            objects.iter().filter(|one| one["kind"] == "Service").collect();
        for service in &services {
            let key = (namespace(service), text(&service["metadata"]["name"]));
            if all.objects.insert(key, service).is_some() {
                wanted.hold(service, &code::BAD_OBJECT, "two Services have this name");
            }
        }
        for ((namespace, name), service) in &all.objects {
            if service["spec"]["type"] == "ExternalName" {
                wanted.hold(service, &code::NOT_PLAYED, "it stands for a name elsewhere");
                continue;
            }
            let twice = all.objects.keys().filter(|(_, other)| other == name).count() > 1;
            let base = if twice { format!("{namespace}/{name}") } else { name.clone() };
            let ports: Vec<&Value> = list(&service["spec"]["ports"]).iter().collect();
            for port in &ports {
                let Some(number) = number(&port["port"]) else {
                    wanted.hold(service, &code::BAD_OBJECT, "a port has no number");
                    continue;
                };
                if port["protocol"].as_str().is_some_and(|protocol| protocol != "TCP") {
                    let cause = format!("port {number} is not TCP");
                    wanted.hold(service, &code::NOT_PLAYED, cause);
                    continue;
                }
                let group = if ports.len() > 1 { format!("{base}:{number}") } else { base.clone() };
                let behind = behind(objects, service, port, number);
                if behind.workloads.is_empty() {
                    wanted.hold(service, &code::BAD_OBJECT, "it selects no Deployment");
                }
                let check = check(objects, service, &behind);
                wanted
                    .groups
                    .insert(group.clone(), GroupConfig { check, ..GroupConfig::default() });
                wanted.backends.insert(group.clone(), behind);
                for called in [Some(number.to_string()), port["name"].as_str().map(str::to_owned)] {
                    let key = (namespace.clone(), name.clone(), called.unwrap_or_default());
                    all.groups.insert(key, group.clone());
                }
                all.own.push((format!("service/{group}"), group, number));
            }
        }
        all
    }

    /// The group of a port of a Service.
    pub(super) fn group(&self, namespace: &str, name: &str, port: &str) -> Option<&String> {
        self.groups.get(&(namespace.to_owned(), name.to_owned(), port.to_owned()))
    }

    /// A listener for each Service, as every Service of a cluster has an address of its own.
    pub(super) fn listen(&self, wanted: &mut Wanted) {
        for (listener, group, port) in &self.own {
            wanted.listener(listener, *port).default = all_to(group);
        }
    }

    pub(super) fn object(&self, namespace: &str, name: &str) -> Option<&'a Value> {
        self.objects.get(&(namespace.to_owned(), name.to_owned())).copied()
    }
}

/// Groups that a TargetGroupBinding names: those of a load balancer that stands outside the cluster.
pub(super) fn bindings(objects: &[&Value], services: &Services<'_>, wanted: &mut Wanted) {
    for binding in objects.iter().filter(|object| object["kind"] == "TargetGroupBinding") {
        let spec = &binding["spec"];
        let named = spec["targetGroupName"].as_str().map(str::to_owned);
        let Some(group) = named.or_else(|| of_arn(spec["targetGroupARN"].as_str()?)) else {
            wanted.hold(binding, &code::BAD_OBJECT, "it names no target group");
            continue;
        };
        let (service, port) =
            (text(&spec["serviceRef"]["name"]), called(&spec["serviceRef"]["port"]));
        let Some(from) = services.group(&namespace(binding), &service, &port).cloned() else {
            let cause = format!("there is no Service {service} with port {port}");
            wanted.hold(binding, &code::BAD_OBJECT, cause);
            continue;
        };
        if wanted.groups.contains_key(&group) {
            // The Service's own group of the same name has the same pods.
            if group != from {
                wanted.hold(binding, &code::BAD_OBJECT, format!("another one is bound to {group}"));
            }
            continue;
        }
        let (config, behind) = (wanted.groups[&from].clone(), wanted.backends[&from].clone());
        wanted.groups.insert(group.clone(), config);
        wanted.backends.insert(group, behind);
    }
}

/// The name in a target group's ARN.
pub(super) fn of_arn(arn: &str) -> Option<String> {
    let name = arn.split_once(":targetgroup/")?.1.split('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The Deployments that a Service selects, and the port of theirs that it means.
fn behind(objects: &[&Value], service: &Value, port: &Value, number: u16) -> Backend {
    let selector = service["spec"]["selector"].as_object();
    let selects = |object: &&&Value| {
        let labels = &object["spec"]["template"]["metadata"]["labels"];
        object["kind"] == "Deployment"
            && namespace(object) == namespace(service)
            && selector.is_some_and(|wanted| {
                !wanted.is_empty() && wanted.iter().all(|(key, value)| labels[key] == *value)
            })
    };
    let selected: Vec<&&Value> = objects.iter().filter(selects).collect();
    let target = &port["targetPort"];
    let by_name = selected.iter().find_map(|object| {
        let pod = &object["spec"]["template"]["spec"];
        let ports = list(&pod["containers"]).iter().flat_map(|one| list(&one["ports"]));
        let mut named = ports.filter(|port| port["name"].is_string() && port["name"] == *target);
        named.next().and_then(|port| self::number(&port["containerPort"]))
    });
    Backend {
        workloads: selected.iter().map(|object| shown(object).1).collect(),
        port: by_name.or_else(|| self::number(target)).unwrap_or(number),
    }
}

/// How the targets of a Service are checked: as its annotations say, else with the page of the
/// readiness probe, since a process that answers that is one that is ready.
fn check(objects: &[&Value], service: &Value, behind: &Backend) -> HealthCheck {
    let mut check = HealthCheck::default();
    let probe = objects
        .iter()
        .filter(|object| {
            object["kind"] == "Deployment" && behind.workloads.contains(&shown(object).1)
        })
        .flat_map(|object| list(&object["spec"]["template"]["spec"]["containers"]))
        .find_map(|container| container["readinessProbe"]["httpGet"]["path"].as_str());
    probe.unwrap_or("/").clone_into(&mut check.path);
    annotate(&mut check, service);
    check
}

/// Takes over what annotations say about checks.
pub(super) fn annotate(check: &mut HealthCheck, object: &Value) {
    let note = |key: &str| object["metadata"]["annotations"][format!("{ALB}{key}")].as_str();
    let count = |key: &str| note(key).and_then(|text| text.trim().parse::<u32>().ok());
    let secs = |key: &str| count(key).map(|secs| Duration::from_secs(secs.into()));
    if let Some(path) = note("healthcheck-path").filter(|path| path.starts_with('/')) {
        path.clone_into(&mut check.path);
    }
    check.interval = secs("healthcheck-interval-seconds").unwrap_or(check.interval);
    check.timeout = secs("healthcheck-timeout-seconds").unwrap_or(check.timeout);
    check.healthy_after = count("healthy-threshold-count").unwrap_or(check.healthy_after).max(1);
    check.unhealthy_after =
        count("unhealthy-threshold-count").unwrap_or(check.unhealthy_after).max(1);
}

/// Group and address of every ready pod that stands behind one.
pub(super) async fn ready(
    cluster: &impl Cluster,
    backends: &BTreeMap<String, Backend>,
) -> Result<BTreeSet<Bound>, Fault> {
    let mut ready = BTreeSet::new();
    for workload in cluster.workloads().await? {
        let behind =
            backends.iter().filter(|(_, behind)| behind.workloads.contains(&workload.name));
        for (group, behind) in behind {
            for pod in workload.pods.iter().filter(|pod| pod.phase == PodPhase::Ready) {
                let port = pod.ports.iter().find(|(inner, _)| *inner == behind.port);
                if let (Some((_, port)), Some(address)) = (port, pod.address) {
                    ready.insert((group.clone(), SocketAddr::new(address.ip(), *port)));
                }
            }
        }
    }
    Ok(ready)
}

pub(super) fn namespace(object: &Value) -> String {
    object["metadata"]["namespace"].as_str().unwrap_or("default").to_owned()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A port as it is called: by number or by name.
pub(super) fn called(port: &Value) -> String {
    port.as_u64().map_or_else(|| text(port), |number| number.to_string())
}

pub(super) fn number(port: &Value) -> Option<u16> {
    let number = port.as_u64().or_else(|| port.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|number| *number > 0)
}
