//! The task definition: the pod and what stands beside it.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::container::{self, Context, PodParts};
use crate::convert::order::{self, Order, Role};
use crate::convert::placement::Placement;
use crate::convert::security::Level;
use crate::convert::{
    Cx, identity, logs, names, network, placement, put, resources, service, volumes,
};
use crate::input::node::Node;

/// Members of a described task definition that are state or identity, not configuration.
const STATE: &[(&str, &str)] = &[
    ("taskDefinitionArn", "kept as the source in the header of the generated files"),
    ("revision", "the revision is in the ARN that the generated files name"),
    ("status", "state of the revision"),
    ("requiresAttributes", "ECS derives it from the other fields"),
    ("compatibilities", "ECS derives it from the other fields"),
    ("registeredAt", "history of the revision"),
    ("registeredBy", "history of the revision"),
    ("deregisteredAt", "history of the revision"),
    ("deleteRequestedAt", "history of the revision"),
];

/// Converts the task definition into the pod template and its workload, and adds them.
pub fn convert(cx: &mut Cx<'_, '_>) {
    let task = cx.work.task.node.clone();
    if let Some(family) = task.get("family") {
        let given = family.scalar().unwrap_or_default();
        let why = format!("the canonical name of `{given}` is `{}`", cx.work.name);
        let target = cx.workload("metadata.name");
        if given == cx.work.name {
            cx.scope.exact(&family, &target);
        } else {
            cx.scope.approximated(&family, &target, &why);
        }
    }
    identity::service_account(cx, &task);
    let all = task.list("containerDefinitions");
    if all.is_empty() {
        cx.scope.report(Reason::new(&code::NO_CONTAINERS).with("service", &cx.work.name));
    }
    rename_clashes(cx, &all);
    let (template, level, parts) = pod(cx, &task, &all);
    namespace(cx, level);
    let ports: Vec<_> = parts.ports.iter().flat_map(|(_, list)| list.clone()).collect();
    service::workload(cx, &task, &template);
    if !cx.work.only_scheduled {
        service::kubernetes_service(cx, &ports);
    }
    network::policy(cx, network_mode(&task), &ports);
    for (key, why) in STATE {
        if let Some(node) = task.get(key) {
            cx.scope.ignored(&node, why);
        }
    }
    tags(cx, &task);
}

fn network_mode(task: &Node<'_>) -> network::Mode {
    match task.text("networkMode").as_deref() {
        Some("none") => network::Mode::None,
        _ => network::Mode::Awsvpc,
    }
}

/// Two containers whose names become one cannot be in one pod.
fn rename_clashes(cx: &mut Cx<'_, '_>, all: &[Node<'_>]) {
    let mut seen = std::collections::BTreeMap::new();
    for node in all {
        let raw = order::container_name(node);
        if let Some(other) = seen.insert(container::name(node), raw.clone()) {
            let reason =
                Reason::new(&code::CONTAINERS_COLLAPSE).with("one", other).with("other", raw);
            cx.scope.finding(node, reason);
        }
    }
}

fn pod<'a>(cx: &mut Cx<'_, 'a>, task: &Node<'a>, all: &[Node<'a>]) -> (Value, Level, PodParts) {
    let mut spec = Map::new();
    let mut level = Level::Restricted;
    let mode = network::mode(cx, task, &mut spec, &mut level);
    let containers = without_routers(cx, all);
    let order = order::order(cx, &containers);
    let task_size = resources::task_size(cx, task);
    let shares = resources::share(cx, &order, task_size);
    let volumes = volumes::volumes(cx, task);
    let mut parts = PodParts {
        annotations: Map::new(),
        pull_secrets: std::collections::BTreeSet::new(),
        level: level.max(volumes.level.unwrap_or(Level::Restricted)),
        volumes,
        ports: Vec::new(),
        stop_secs: 0,
        share_processes: false,
        sysctls: Vec::new(),
        port_names: std::collections::BTreeSet::new(),
    };
    let mut ordinary = Vec::new();
    let mut init = Vec::new();
    for (index, resources) in shares.into_iter().enumerate() {
        let bridge = mode == network::Mode::Bridge;
        let context = Context { order: &order, index, resources, bridge };
        let converted = container::container(cx, context, &mut parts);
        match order.entries[index].1 {
            Role::App => ordinary.push((index == order.main, converted)),
            Role::Sidecar { .. } | Role::Init { .. } => init.push(converted),
        }
    }
    // The serving container stands first: it is what `kubectl logs` and people look at.
    ordinary.sort_by_key(|(is_main, _)| !is_main);
    let mut ordinary: Vec<Value> = ordinary.into_iter().map(|(_, value)| value).collect();
    if let Some(main) = ordinary.first_mut() {
        service::serve(cx, &order, &parts, main);
    }
    network::names_and_hosts(cx, &containers, &mut spec);
    if mode != network::Mode::None {
        network::port_clashes(cx, &parts.ports);
    }
    let mut place = Placement::default();
    placement::platform(cx, task, &mut spec, &mut place);
    placement::constraints(cx, task, &mut place);
    if let Some(service) = cx.work.service.clone() {
        placement::constraints(cx, &service.node, &mut place);
        placement::strategies(cx, &service.node);
    }
    shared(cx, task, &mut spec, &mut parts);
    proxy(cx, task);
    ephemeral(cx, task, &mut ordinary);
    finish_spec(cx, &mut spec, &parts, &place, &order);
    if place.windows {
        strip_linux(&mut spec, ordinary.iter_mut().chain(&mut init));
    }
    put(&mut spec, "initContainers", json!(init));
    put(&mut spec, "containers", json!(ordinary));
    let mut metadata = Map::new();
    put(&mut metadata, "labels", cx.labels());
    put(&mut metadata, "annotations", Value::Object(std::mem::take(&mut parts.annotations)));
    let level = parts.level;
    (json!({"metadata": metadata, "spec": spec}), level, parts)
}

/// FireLens routers are replaced by the node's agent, unless they are all there is.
fn without_routers<'a>(cx: &mut Cx<'_, 'a>, all: &[Node<'a>]) -> Vec<Node<'a>> {
    let (routers, rest): (Vec<_>, Vec<_>) = all.iter().cloned().partition(logs::is_router);
    if rest.is_empty() {
        for router in &routers {
            if let Some(node) = router.get("firelensConfiguration") {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::FIRELENS_ROUTER)
                        .with("container", container::name(router))
                        .with("service", &cx.work.name),
                );
            }
        }
        return routers;
    }
    for router in &routers {
        logs::drop_router(cx, router, &container::name(router));
    }
    rest
}

fn finish_spec(
    cx: &Cx<'_, '_>,
    spec: &mut Map<String, Value>,
    parts: &PodParts,
    place: &Placement,
    order: &Order<'_>,
) {
    put(spec, "serviceAccountName", json!(cx.work.name));
    spec.insert("automountServiceAccountToken".to_owned(), json!(false));
    // Without this a Service called `app` puts APP_PORT=tcp://… into every pod of the namespace.
    spec.insert("enableServiceLinks".to_owned(), json!(false));
    let sleep = service::pre_stop_secs(cx);
    put(spec, "terminationGracePeriodSeconds", json!(sleep.saturating_add(parts.stop_secs)));
    put(spec, "volumes", json!(parts.volumes.list));
    let secrets: Vec<Value> = parts.pull_secrets.iter().map(|name| json!({"name": name})).collect();
    put(spec, "imagePullSecrets", json!(secrets));
    put(spec, "nodeSelector", Value::Object(place.selector.clone()));
    if !cx.work.only_scheduled && cx.kind() != "DaemonSet" {
        put(spec, "affinity", place.affinity(&cx.selector()));
        put(spec, "topologySpreadConstraints", spread(&cx.selector()));
    } else if !place.expressions.is_empty() {
        let terms = json!([{"matchExpressions": place.expressions}]);
        put(
            spec,
            "affinity",
            json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}),
        );
    }
    let mut security = Map::new();
    let root = order.entries.iter().any(|(node, _)| {
        crate::convert::security::is_root_image(&node.text("image").unwrap_or_default())
    });
    if parts.level == Level::Restricted && !root {
        put(&mut security, "runAsNonRoot", json!(true));
    }
    put(&mut security, "seccompProfile", json!({"type": "RuntimeDefault"}));
    put(&mut security, "sysctls", json!(parts.sysctls));
    put(spec, "securityContext", Value::Object(security));
}

fn spread(selector: &Value) -> Value {
    json!([{
        "labelSelector": {"matchLabels": selector},
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
    }])
}

/// `pidMode`, `ipcMode`.
fn shared(
    cx: &mut Cx<'_, '_>,
    task: &Node<'_>,
    spec: &mut Map<String, Value>,
    parts: &mut PodParts,
) {
    if parts.share_processes {
        put(spec, "shareProcessNamespace", json!(true));
    }
    if let Some(node) = task.get("pidMode") {
        if node.str() == Some("host") {
            spec.remove("shareProcessNamespace");
            put(spec, "hostPID", json!(true));
            parts.level = Level::Privileged;
            cx.scope.finding_kept(
                &node,
                Reason::new(&code::HOST_NAMESPACE).with("field", "pidMode"),
                &cx.pod("hostPID"),
            );
        } else if node.str() == Some("task") {
            put(spec, "shareProcessNamespace", json!(true));
            cx.scope.exact(&node, &cx.pod("shareProcessNamespace"));
        } else {
            let reason = Reason::new(&code::BAD_VALUE).with("field", "pidMode");
            cx.scope.finding(&node, reason.with("container", "the task"));
        }
    }
    if let Some(node) = task.get("ipcMode") {
        match node.str() {
            Some("host") => {
                put(spec, "hostIPC", json!(true));
                parts.level = Level::Privileged;
                cx.scope.finding_kept(
                    &node,
                    Reason::new(&code::HOST_NAMESPACE).with("field", "ipcMode"),
                    &cx.pod("hostIPC"),
                );
            }
            Some("none") => {
                cx.scope.finding(&node, Reason::new(&code::IPC_NONE));
            }
            Some("task") => {
                cx.scope.ignored(&node, "containers of a pod share IPC in any case");
            }
            _ => {
                let reason = Reason::new(&code::BAD_VALUE).with("field", "ipcMode");
                cx.scope.finding(&node, reason.with("container", "the task"));
            }
        }
    }
}

/// What nothing in Kubernetes stands for, or what ended.
fn proxy(cx: &mut Cx<'_, '_>, task: &Node<'_>) {
    if let Some(node) = task.get("proxyConfiguration") {
        cx.scope.finding(&node, Reason::new(&code::APP_MESH).with("service", &cx.work.name));
    }
    for node in task.list("inferenceAccelerators") {
        cx.scope
            .finding(&node, Reason::new(&code::ELASTIC_INFERENCE).with("service", &cx.work.name));
    }
    if let Some(node) = task.get("enableFaultInjection") {
        cx.scope.finding(&node, Reason::new(&code::FAULT_INJECTION));
    }
    if let Some(node) = task.get("trustedExecutionConfiguration") {
        let mode = node.text("isolationMode").unwrap_or_default();
        let reason =
            Reason::new(&code::TRUSTED_EXECUTION).with("mode", mode).with("service", &cx.work.name);
        cx.scope.finding(&node, reason);
    }
}

/// `ephemeralStorage`: scratch space of the node, for the container that serves.
fn ephemeral(cx: &mut Cx<'_, '_>, task: &Node<'_>, ordinary: &mut [Value]) {
    let Some(node) = task.at(&["ephemeralStorage", "sizeInGiB"]) else {
        return;
    };
    let Some(gib) = node.int().filter(|gib| (1..=200).contains(gib)) else {
        cx.scope.finding(
            &node,
            Reason::new(&code::BAD_VALUE)
                .with("field", "ephemeralStorage")
                .with("container", "the task"),
        );
        return;
    };
    if let Some(main) = ordinary.first_mut() {
        main["resources"]["requests"]["ephemeral-storage"] = json!("1Gi");
        main["resources"]["limits"]["ephemeral-storage"] = json!(format!("{gib}Gi"));
    }
    let place = cx.pod("containers[0].resources.limits[ephemeral-storage]");
    cx.scope.finding_kept(&node, Reason::new(&code::EPHEMERAL_STORAGE).with("gib", gib), &place);
}

/// A Windows pod may not carry Linux-only settings.
fn strip_linux<'v>(spec: &mut Map<String, Value>, containers: impl Iterator<Item = &'v mut Value>) {
    spec.remove("securityContext");
    spec.remove("shareProcessNamespace");
    for container in containers {
        if let Some(map) = container.as_object_mut() {
            map.remove("securityContext");
        }
    }
}

/// The namespace, labelled with how strict it may be and with the readiness gate of the load
/// balancer controller.
fn namespace(cx: &mut Cx<'_, '_>, level: Level) {
    let mut labels = cx.labels();
    labels["pod-security.kubernetes.io/enforce"] = json!(level.label());
    labels["pod-security.kubernetes.io/warn"] = json!("restricted");
    if !cx.work.target_groups.is_empty() {
        labels["elbv2.k8s.aws/pod-readiness-gate-inject"] = json!("enabled");
    }
    let name = cx.work.name.clone();
    cx.built.objects.push(json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": labels},
    }));
}

/// Tags of the task definition and of the service: labels where they are valid, never selectors.
fn tags(cx: &mut Cx<'_, '_>, task: &Node<'_>) {
    let mut list = task.list("tags");
    if let Some(beside) = &cx.work.task.beside {
        list.extend(beside.list("tags"));
    }
    if let Some(service) = &cx.work.service {
        list.extend(service.node.list("tags"));
    }
    let mut labels = Map::new();
    let mut annotations = Map::new();
    for tag in list {
        let (key, value) =
            (tag.text("key").unwrap_or_default(), tag.text("value").unwrap_or_default());
        if cx.credentials.guards(&key, &value) {
            cx.scope.finding(
                &tag,
                Reason::new(&code::CREDENTIAL_IN)
                    .with("field", "tags")
                    .with("container", "the task"),
            );
            continue;
        }
        let clean: String = key
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '-' })
            .take(63)
            .collect();
        let clean = clean.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
        if clean.is_empty() {
            cx.scope.finding(
                &tag,
                Reason::new(&code::BAD_VALUE).with("field", "tags").with("container", "the task"),
            );
            continue;
        }
        let as_label = names::is_label_value(&value);
        let place = cx.workload(&format!(
            "metadata.{}[tags.segue.dev/{clean}]",
            if as_label { "labels" } else { "annotations" }
        ));
        cx.scope.approximated(
            &tag,
            &place,
            "a tag becomes a label where it is a valid one, else an annotation",
        );
        let map = if as_label { &mut labels } else { &mut annotations };
        map.insert(format!("tags.segue.dev/{clean}"), json!(value));
    }
    service::decorate(cx, labels, annotations);
}
