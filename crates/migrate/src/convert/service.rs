//! The ECS service: how many, how they are replaced, what stands in front of them.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::container::PodParts;
use crate::convert::order::Order;
use crate::convert::ports::Port;
use crate::convert::{
    Cx, connect, container, deployment, probes, put, scaling, size, target_group,
};
use crate::input::node::Node;

/// Seconds of preStop sleep where only a Service routes to the pods: long enough for every node
/// to forget the endpoint.
const PRE_STOP_SERVICE_SECS: i64 = 10;
/// Seconds added to the deregistration delay: a load balancer still sends new requests for a
/// while after deregistration starts (aws-load-balancer-controller, issue 3270).
const PRE_STOP_MARGIN_SECS: i64 = 15;
/// Most seconds of the deregistration delay that the sleep waits for.
const PRE_STOP_DELAY_SECS_MAX: i64 = 60;

/// Members of a described service that are state or identity.
const STATE: &[(&str, &str)] = &[
    ("serviceArn", "the source, named in the plan"),
    ("clusterArn", "the canonical cluster and namespace take its place"),
    ("cluster", "the canonical cluster and namespace take its place"),
    ("taskDefinition", "names the task definition that is converted here"),
    ("status", "state of the service"),
    ("runningCount", "state of the service"),
    ("pendingCount", "state of the service"),
    ("events", "history of the service"),
    ("taskSets", "state of deployments under way"),
    ("createdAt", "history of the service"),
    ("createdBy", "history of the service"),
    ("roleArn", "the service-linked role of ECS is not needed"),
    ("role", "the service-linked role of ECS is not needed"),
    ("clientToken", "a token of one request"),
    ("platformVersion", "nodes take the place of the Fargate platform"),
    ("platformFamily", "nodes take the place of the Fargate platform"),
    ("monitoring", "metrics of pods come from the cluster's own agent"),
    ("resourceManagementType", "nodes take the place of managed instances"),
    ("currentServiceDeployment", "state of deployments under way"),
    ("currentServiceRevisions", "state of deployments under way"),
    ("launchType", "nodes of the cluster's NodePools"),
];

/// Seconds that a pod waits before SIGTERM, so that it is out of every load balancer by then.
pub fn pre_stop_secs(cx: &Cx<'_, '_>) -> i64 {
    let delays = cx.work.target_groups.iter().map(target_group::deregistration_delay);
    match delays.max() {
        Some(delay) => delay.clamp(0, PRE_STOP_DELAY_SECS_MAX) + PRE_STOP_MARGIN_SECS,
        None if cx.work.only_scheduled || !has_ports(cx) => 0,
        None => PRE_STOP_SERVICE_SECS,
    }
}

fn has_ports(cx: &Cx<'_, '_>) -> bool {
    cx.work
        .task
        .node
        .list("containerDefinitions")
        .iter()
        .any(|node| !node.list("portMappings").is_empty())
}

/// Gives the serving container its probes and the sleep before it stops.
pub fn serve(cx: &mut Cx<'_, '_>, order: &Order<'_>, parts: &PodParts, main: &mut Value) {
    let Some(map) = main.as_object_mut() else {
        return;
    };
    let name = order.main().map(container::name).unwrap_or_default();
    let ports: Vec<Port> = parts
        .ports
        .iter()
        .filter(|(owner, _)| *owner == name)
        .flat_map(|(_, list)| list.clone())
        .collect();
    let sleep = pre_stop_secs(cx);
    if sleep > 0 {
        map.insert("lifecycle".to_owned(), json!({"preStop": {"sleep": {"seconds": sleep}}}));
    }
    if cx.work.only_scheduled {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            map.remove(probe);
        }
        return;
    }
    let grace = cx
        .work
        .service
        .as_ref()
        .and_then(|item| item.node.int_at("healthCheckGracePeriodSeconds"))
        .unwrap_or(0);
    for used in cx.work.target_groups.clone() {
        let wanted = used.entry.int_at("containerPort");
        let port = ports.iter().find(|port| Some(port.number) == wanted).or(ports.first());
        if let (Some(group), Some(port)) = (&used.group, port)
            && !map.contains_key("readinessProbe")
        {
            probes::target_check(cx, &group.node, &name, &port.name, grace, map);
        }
    }
    without_target_check(cx, &name, &ports, map);
}

/// Readiness where no target group tells it: the container's own check, else the port.
fn without_target_check(
    cx: &mut Cx<'_, '_>,
    name: &str,
    ports: &[Port],
    map: &mut Map<String, Value>,
) {
    if !map.contains_key("readinessProbe")
        && let Some(live) = map.get("livenessProbe").cloned()
    {
        map.insert("readinessProbe".to_owned(), live);
    }
    if map.contains_key("livenessProbe") {
        return;
    }
    cx.scope.report(
        Reason::new(&code::NO_HEALTH_CHECK).with("container", name).with("service", &cx.work.name),
    );
    if let Some(port) = ports.iter().find(|port| port.protocol == "TCP") {
        let probe = |failures: i64| json!({"tcpSocket": {"port": port.name}, "periodSeconds": 10, "failureThreshold": failures});
        map.insert("readinessProbe".to_owned(), probe(3));
        map.insert("livenessProbe".to_owned(), probe(6));
        map.insert(
            "startupProbe".to_owned(),
            json!({"tcpSocket": {"port": port.name}, "periodSeconds": 5, "failureThreshold": 24}),
        );
    }
}

/// The Deployment or DaemonSet around the pod template; scheduled tasks keep it for their Jobs.
pub fn workload(cx: &mut Cx<'_, '_>, task: &Node<'_>, template: &Value) {
    let service = cx.work.service.as_ref().map(|item| item.node.clone());
    let kind = cx.kind();
    let desired = service
        .as_ref()
        .and_then(|node| node.int_at("desiredCount"))
        .map_or(1, |count| count.max(0));
    let mut spec = json!({"selector": {"matchLabels": cx.selector()}, "template": template, "revisionHistoryLimit": 10});
    let (maximum, minimum) = percentages(service.as_ref(), kind == "DaemonSet");
    if kind == "DaemonSet" {
        let missing = size::unavailable(100, minimum).clamp(1, 100);
        spec["updateStrategy"] = json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": format!("{missing}%")}});
    } else {
        let (surge, unavailable) = rolling(cx, service.as_ref(), desired, maximum, minimum);
        spec["strategy"] = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}});
        spec["progressDeadlineSeconds"] = json!(600);
    }
    let object = cx.object(
        if kind == "CronJob" { "segue.dev/template" } else { "apps/v1" },
        kind,
        &cx.work.name,
        spec,
    );
    cx.built.objects.push(object);
    if service.is_none() && !cx.work.only_scheduled {
        cx.scope.note(
            &task.get("family").unwrap_or_else(|| task.clone()),
            Reason::new(&code::NO_SERVICE).with("service", &cx.work.name),
        );
    }
    if kind == "Deployment" && scaling::bounds(cx).is_none() {
        cx.built.replicas = Some(desired);
    }
    let least = scaling::bounds(cx).map_or(desired, |(least, _)| least);
    if kind == "Deployment" && least > 1 {
        let spec = json!({
            "maxUnavailable": 1,
            "selector": {"matchLabels": cx.selector()},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        });
        let object = cx.object("policy/v1", "PodDisruptionBudget", &cx.work.name, spec);
        cx.built.objects.push(object);
    }
}

/// `maximumPercent` and `minimumHealthyPercent`, with the defaults of ECS.
fn percentages(service: Option<&Node<'_>>, daemon: bool) -> (i64, i64) {
    let get = |key: &str| {
        service
            .and_then(|node| node.at(&["deploymentConfiguration", key]))
            .and_then(|node| node.int())
    };
    (
        get("maximumPercent").unwrap_or(if daemon { 100 } else { 200 }),
        get("minimumHealthyPercent").unwrap_or(if daemon { 0 } else { 100 }),
    )
}

fn rolling(
    cx: &mut Cx<'_, '_>,
    service: Option<&Node<'_>>,
    desired: i64,
    maximum: i64,
    minimum: i64,
) -> (i64, i64) {
    let (surge, unavailable) = (size::surge(desired, maximum), size::unavailable(desired, minimum));
    if surge > 0 || unavailable > 0 {
        return (surge, unavailable);
    }
    if let Some(node) = service.and_then(|node| node.get("deploymentConfiguration"))
        && desired > 0
    {
        cx.scope.note(&node, Reason::new(&code::CANNOT_DEPLOY).with("service", &cx.work.name));
    }
    (1, 0)
}

/// The Service of the pods.
pub fn kubernetes_service(cx: &mut Cx<'_, '_>, ports: &[Port]) {
    if ports.is_empty() {
        return;
    }
    let mut list: Vec<Value> = Vec::new();
    for port in ports {
        if list
            .iter()
            .any(|present| present["port"] == port.number && present["protocol"] == port.protocol)
        {
            continue;
        }
        let mut entry = Map::new();
        put(&mut entry, "name", json!(port.name));
        put(&mut entry, "port", json!(port.number));
        put(&mut entry, "targetPort", json!(port.name));
        put(&mut entry, "protocol", json!(port.protocol));
        put(&mut entry, "appProtocol", json!(port.app_protocol));
        list.push(Value::Object(entry));
    }
    let object = cx.object(
        "v1",
        "Service",
        &cx.work.name,
        json!({"selector": cx.selector(), "ports": list, "type": "ClusterIP"}),
    );
    cx.built.objects.push(object);
}

/// Adds labels and annotations to the workload.
pub fn decorate(cx: &mut Cx<'_, '_>, labels: Map<String, Value>, annotations: Map<String, Value>) {
    let Some(object) = workload_mut(cx) else {
        return;
    };
    for (key, value) in labels {
        object["metadata"]["labels"][key] = value;
    }
    for (key, value) in annotations {
        object["metadata"]["annotations"][key] = value;
    }
}

/// The workload object made before.
pub fn workload_mut<'c>(cx: &'c mut Cx<'_, '_>) -> Option<&'c mut Value> {
    let kind = cx.kind();
    cx.built.objects.iter_mut().find(|object| object["kind"] == kind)
}

/// Rules on every member of the ECS service that is not ruled elsewhere.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let Some(service) = cx.work.service.as_ref().map(|item| item.node.clone()) else {
        return;
    };
    let workload = cx.workload("spec.replicas");
    if let Some(node) = service.get("serviceName") {
        let given = node.scalar().unwrap_or_default();
        let why = format!("the canonical name of `{given}` is `{}`", cx.work.name);
        if given == cx.work.name {
            cx.scope.exact(&node, &cx.workload("metadata.name"));
        } else {
            cx.scope.approximated(&node, &cx.workload("metadata.name"), &why);
        }
    }
    if let Some(node) = service.get("desiredCount") {
        match scaling::bounds(cx) {
            Some(_) => cx.scope.approximated(
                &node,
                &format!("HorizontalPodAutoscaler/{}", cx.work.name),
                "an autoscaler sets it, so it is left out",
            ),
            None if cx.kind() == "DaemonSet" => {
                cx.scope.ignored(&node, "a DaemonSet runs one pod a node");
            }
            None => cx.scope.exact(&node, &workload),
        }
    }
    if let Some(node) = service.get("schedulingStrategy") {
        match node.str() {
            Some("DAEMON") => {
                cx.scope.finding_kept(
                    &node,
                    Reason::new(&code::DAEMON).with("service", &cx.work.name),
                    &cx.workload("kind"),
                );
            }
            _ => cx.scope.exact(&node, &cx.workload("kind")),
        }
    }
    deployment::convert(cx, &service);
    connect::registries(cx, &service);
    deployment::deployments_of(cx, &service);
    if service.text("launchType").as_deref() == Some("EXTERNAL")
        && let Some(node) = service.get("launchType")
    {
        cx.scope.finding(&node, Reason::new(&code::EXTERNAL_LAUNCH).with("service", &cx.work.name));
    }
    for (key, why) in STATE {
        if let Some(node) = service.get(key) {
            cx.scope.ignored(&node, why);
        }
    }
}
