//! Random objects of the kinds that a service has, and patches for them.

use serde_json::{Map, Value, json};

use super::{Random, text};

/// Kinds, the frequent ones several times.
pub(crate) const KINDS: &[&str] = &[
    "Deployment",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "Pod",
    "Service",
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "HorizontalPodAutoscaler",
    "ExternalSecret",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "Ingress",
    "RoleBinding",
    "ClusterRole",
    "Namespace",
    "PersistentVolumeClaim",
];

/// Names of objects; generated ones are called `config` and `secret`.
pub(crate) const NAMES: &[&str] = &["app", "web", "config", "secret", "default"];

/// Images without tag.
pub(crate) const IMAGES: &[&str] = &["nginx", "app", "registry.example.com:5000/team/api", "redis"];

const API_VERSIONS: &[(&str, &str)] = &[
    ("Deployment", "apps/v1"),
    ("StatefulSet", "apps/v1"),
    ("CronJob", "batch/v1"),
    ("HorizontalPodAutoscaler", "autoscaling/v2"),
    ("ExternalSecret", "external-secrets.io/v1"),
    ("PodDisruptionBudget", "policy/v1"),
    ("NetworkPolicy", "networking.k8s.io/v1"),
    ("Ingress", "networking.k8s.io/v1"),
    ("RoleBinding", "rbac.authorization.k8s.io/v1"),
    ("ClusterRole", "rbac.authorization.k8s.io/v1"),
];

fn api_version(kind: &str) -> &'static str {
    API_VERSIONS.iter().find(|(known, _)| *known == kind).map_or("v1", |(_, version)| version)
}

/// An object.
pub(crate) fn object(random: &mut Random, kind: &str, name: &str) -> Value {
    let mut object = json!({
        "apiVersion": api_version(kind),
        "kind": kind,
        "metadata": metadata(random, name),
    });
    match kind {
        "ConfigMap" => object["data"] = texts(random),
        "Secret" => object["stringData"] = texts(random),
        "ServiceAccount" => object["imagePullSecrets"] = json!([{ "name": "secret" }]),
        "ClusterRole" => {
            let rule = json!({ "resourceNames": ["config", "secret", "x"], "verbs": ["get"] });
            object["rules"] = json!([rule]);
        }
        "Namespace" => {}
        "RoleBinding" => {
            object["roleRef"] = json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": random.pick(NAMES) });
            object["subjects"] = json!([
                { "kind": "ServiceAccount", "name": random.pick(NAMES) },
                { "kind": "User", "name": "somebody" },
            ]);
        }
        _ => object["spec"] = spec(random, kind),
    }
    object
}

fn metadata(random: &mut Random, name: &str) -> Value {
    let mut metadata = json!({ "name": name });
    for field in ["labels", "annotations"] {
        if random.chance(35) {
            metadata[field] = json!({ "app": text::word(random), "tier": text::word(random) });
        }
    }
    metadata
}

fn texts(random: &mut Random) -> Value {
    let keys = ["one", "two", "three.txt", "FOUR", "5"];
    let map: Map<String, Value> = keys
        .into_iter()
        .filter(|_| random.chance(60))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|key| (key.to_owned(), json!(text::text(random))))
        .collect();
    Value::Object(map)
}

fn spec(random: &mut Random, kind: &str) -> Value {
    match kind {
        "Deployment" | "StatefulSet" => {
            let mut spec = json!({ "template": template(random) });
            if random.chance(70) {
                spec["replicas"] = json!(random.below(5));
            }
            if random.chance(70) {
                spec["selector"] = json!({ "matchLabels": { "app": "x" } });
            }
            if kind == "StatefulSet" {
                spec["serviceName"] = json!(random.pick(NAMES));
                spec["volumeClaimTemplates"] = json!([{ "metadata": { "name": "data" } }]);
            }
            spec
        }
        "CronJob" => {
            json!({ "schedule": "*/5 * * * *", "jobTemplate": { "spec": { "template": template(random) } } })
        }
        "Pod" => pod(random),
        "Service" => json!({ "ports": ports(random, "port"), "selector": { "app": "x" } }),
        "HorizontalPodAutoscaler" => json!({
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": random.pick(NAMES) },
            "minReplicas": random.below(3), "maxReplicas": 9,
            "metrics": [{ "type": "Resource", "resource": { "name": "cpu" } }],
        }),
        "ExternalSecret" => json!({
            "target": { "name": "secret" }, "refreshInterval": "1h",
            "data": [{ "secretKey": text::word(random), "remoteRef": { "key": "a/b" } }],
        }),
        "PodDisruptionBudget" => {
            json!({ "maxUnavailable": 1, "selector": { "matchLabels": { "app": "x" } } })
        }
        "NetworkPolicy" => json!({
            "podSelector": { "matchLabels": { "app": "x" } },
            "ingress": [{ "from": [{ "podSelector": { "matchLabels": {} } }, { "ipBlock": { "cidr": "10.0.0.0/8" } }] }],
        }),
        "Ingress" => json!({
            "tls": [{ "secretName": "secret", "hosts": ["a.example.com"] }],
            "rules": [{ "http": { "paths": [{ "path": "/", "backend": { "service": { "name": random.pick(NAMES), "port": { "number": 80 } } } }] } }],
        }),
        _ => {
            json!({ "storageClassName": "gp3", "resources": { "requests": { "storage": "1Gi" } } })
        }
    }
}

fn template(random: &mut Random) -> Value {
    json!({ "metadata": { "labels": { "app": "x" } }, "spec": pod(random) })
}

fn pod(random: &mut Random) -> Value {
    let mut pod = json!({ "containers": containers(random, &["app", "side", "proxy"]) });
    let optional = [
        ("initContainers", containers(random, &["init"])),
        ("volumes", volumes(random)),
        ("serviceAccountName", json!(random.pick(NAMES))),
        ("imagePullSecrets", json!([{ "name": "secret" }, { "name": "other" }])),
        ("nodeSelector", json!({ "kubernetes.io/arch": "arm64" })),
        ("tolerations", json!([{ "key": "spot", "operator": "Exists" }])),
        ("enableServiceLinks", json!(false)),
        ("hostAliases", json!([{ "ip": "10.0.0.1", "hostnames": ["a"] }])),
        (
            "topologySpreadConstraints",
            json!([{
                "topologyKey": random.pick(&["zone", "host"]), "whenUnsatisfiable": random.pick(&["DoNotSchedule", "ScheduleAnyway"]),
                "maxSkew": random.below(3), "labelSelector": { "matchLabels": { "app": "x" } },
            }]),
        ),
    ];
    for (field, value) in optional {
        if random.chance(40) {
            pod[field] = value;
        }
    }
    pod
}

fn containers(random: &mut Random, names: &[&str]) -> Value {
    let chosen = random.some(names, 60);
    let chosen = if chosen.is_empty() { vec![&names[0]] } else { chosen };
    Value::Array(chosen.into_iter().map(|name| container(random, name)).collect())
}

fn container(random: &mut Random, name: &str) -> Value {
    let image =
        format!("{}{}", random.pick(IMAGES), random.pick(&["", ":1.0", ":latest", "@sha256:abc"]));
    let mut container = json!({ "name": name, "image": image });
    let optional = [
        ("env", env(random)),
        ("ports", ports(random, "containerPort")),
        ("args", json!([text::word(random), text::text(random)])),
        ("command", json!(["sh", "-c", text::text(random)])),
        (
            "resources",
            json!({ "limits": { "cpu": "1", "memory": "1Gi" }, "requests": { "cpu": 0.5 } }),
        ),
        (
            "volumeMounts",
            json!([{ "name": "tmp", "mountPath": random.pick(&["/tmp", "/data"]) }, { "name": "config", "mountPath": "/etc/app" }]),
        ),
        (
            "envFrom",
            json!([{ "configMapRef": { "name": "config" } }, { "secretRef": { "name": "secret" } }]),
        ),
        ("securityContext", json!({ "runAsNonRoot": true, "capabilities": { "drop": ["ALL"] } })),
    ];
    for (field, value) in optional {
        if random.chance(45) {
            container[field] = value;
        }
    }
    container
}

fn env(random: &mut Random) -> Value {
    let mut env = Vec::new();
    for name in random.some(&["A", "B", "C", "D", "E"], 50) {
        env.push(match random.below(4) {
            0 => json!({ "name": name, "valueFrom": { "configMapKeyRef": { "name": "config", "key": "k" } } }),
            1 => json!({ "name": name, "valueFrom": { "secretKeyRef": { "name": "secret", "key": "k" } } }),
            _ => json!({ "name": name, "value": text::text(random) }),
        });
    }
    Value::Array(env)
}

fn ports(random: &mut Random, key: &str) -> Value {
    let mut ports = Vec::new();
    for port in random.some(&[80, 443, 8080, 53], 50) {
        let mut entry = json!({ key: port });
        if random.chance(50) {
            entry["protocol"] = json!(random.pick(&["TCP", "UDP"]));
        }
        if random.chance(50) {
            entry["name"] = json!(format!("p{port}"));
        }
        ports.push(entry);
    }
    Value::Array(ports)
}

fn volumes(random: &mut Random) -> Value {
    let all = [
        json!({ "name": "tmp", "emptyDir": {} }),
        json!({ "name": "config", "configMap": { "name": "config" } }),
        json!({ "name": "secret", "secret": { "secretName": "secret" } }),
        json!({ "name": "claim", "persistentVolumeClaim": { "claimName": "app" } }),
        json!({ "name": "all", "projected": { "sources": [{ "configMap": { "name": "config" } }, { "secret": { "name": "secret" } }] } }),
    ];
    json!(random.some(&all, 50))
}

/// A merge patch: a part of another object of the kind, with nulls and directives in it.
pub(crate) fn patch(random: &mut Random, kind: &str, name: &str) -> Value {
    let mut patch = object(random, kind, name);
    for field in ["spec", "data", "stringData", "rules"] {
        if let Some(value) = patch.get_mut(field) {
            thin_out(random, value);
        }
    }
    patch
}

/// Takes fields out, or says that they should go.
fn thin_out(random: &mut Random, value: &mut Value) {
    match value {
        Value::Object(map) => {
            let keep = |key: &str| {
                matches!(
                    key,
                    "name"
                        | "mountPath"
                        | "containerPort"
                        | "port"
                        | "ip"
                        | "topologyKey"
                        | "whenUnsatisfiable"
                )
            };
            map.retain(|key, _| keep(key) || random.chance(65));
            for (key, value) in map.iter_mut() {
                if !keep(key) && random.chance(6) {
                    *value = Value::Null;
                } else {
                    thin_out(random, value);
                }
            }
            if random.chance(4) {
                map.insert(
                    "$patch".to_owned(),
                    json!(random.pick(&["delete", "replace", "merge"])),
                );
            }
        }
        Value::Array(items) => {
            for item in items.iter_mut() {
                thin_out(random, item);
            }
            if random.chance(3) && items.iter().all(Value::is_object) {
                items.push(json!({ "$patch": "replace" }));
            }
        }
        _ => {}
    }
}

/// A JSON patch that fits most objects of the kind.
pub(crate) fn operations(random: &mut Random, kind: &str) -> Value {
    let mut operations = vec![
        json!({ "op": "add", "path": "/metadata/labels", "value": { "patched": text::word(random), "b": "c" } }),
        json!({ "op": "add", "path": "/metadata/labels/a~1b", "value": text::text(random) }),
        json!({ "op": "add", "path": "/extra", "value": [1, 1.5, "1", null, { "a": true }, text::text(random)] }),
        json!({ "op": "copy", "from": "/extra", "path": "/copied" }),
        json!({ "op": "remove", "path": "/extra/0" }),
        json!({ "op": "test", "path": "/kind", "value": kind }),
    ];
    if kind == "Deployment" {
        operations.push(json!({ "op": "add", "path": "/spec/template/spec/containers/-", "value": container(random, "added") }));
        operations.push(json!({ "op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "redis:7" }));
        operations.push(json!({ "op": "add", "path": "/spec/replicas", "value": 3 }));
    }
    let kept: Vec<Value> = operations
        .into_iter()
        .filter(|operation| operation["op"] != "test" || random.chance(50))
        .collect();
    Value::Array(kept)
}
