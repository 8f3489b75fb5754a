//! A set of objects that fit together, and each fault planted into it.

use serde_json::{Value, json};

use super::{Fault, verify};

/// A service with everything that refers to something.
fn fitting() -> Value {
    let labels = json!({"app.kubernetes.io/name": "shop"});
    let job_labels = json!({"app.kubernetes.io/name": "shop-nightly"});
    let object = |api: &str, kind: &str, name: &str, spec: Value| {
        let metadata = json!({"name": name, "namespace": "shop"});
        json!({"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec})
    };
    let pod = json!({
        "serviceAccountName": "shop",
        "imagePullSecrets": [{"name": "shop-registry"}],
        "containers": [{
            "name": "shop",
            "ports": [{"name": "http", "containerPort": 8080}, {"name": "admin", "containerPort": 9000}],
            "readinessProbe": {"httpGet": {"path": "/", "port": "http"}},
            "livenessProbe": {"tcpSocket": {"port": 8080}},
            "env": [
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": "shop-secrets", "key": "A"}}},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "B"}}},
            ],
            "envFrom": [{"configMapRef": {"name": "shop"}}],
        }],
        "volumes": [{"name": "files", "persistentVolumeClaim": {"claimName": "files"}}],
    });
    let backend = json!({"service": {"name": "shop", "port": {"number": 80}}});
    json!({
        "account": {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "shop", "namespace": "shop"}},
        "config": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop", "namespace": "shop"}, "data": {"B": "1"}},
        "deployment": object("apps/v1", "Deployment", "shop", json!({
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        })),
        "cron": object("batch/v1", "CronJob", "shop-nightly", json!({"jobTemplate": {"spec": {"template": {
            "metadata": {"labels": job_labels}, "spec": {"containers": [{"name": "job"}]},
        }}}})),
        "service": object("v1", "Service", "shop", json!({
            "selector": labels,
            "ports": [{"name": "http", "port": 80, "targetPort": "http"}, {"name": "admin", "port": 9000}],
        })),
        "binding": object("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "shop", json!({"serviceRef": {"name": "shop", "port": 80}})),
        "ingress": object("networking.k8s.io/v1", "Ingress", "shop", json!({"defaultBackend": backend})),
        "budget": object("policy/v1", "PodDisruptionBudget", "shop", json!({"selector": {"matchLabels": labels}})),
        "policy": object("networking.k8s.io/v1", "NetworkPolicy", "shop", json!({"podSelector": {"matchLabels": labels}})),
        "scaler": object("autoscaling/v2", "HorizontalPodAutoscaler", "shop", json!({"scaleTargetRef": {"kind": "Deployment", "name": "shop"}})),
        "keda": object("keda.sh/v1alpha1", "ScaledObject", "shop", json!({
            "scaleTargetRef": {"name": "shop"}, "triggers": [{"authenticationRef": {"name": "shop"}}],
        })),
        "login": object("keda.sh/v1alpha1", "TriggerAuthentication", "shop", json!({})),
        "store": object("external-secrets.io/v1", "SecretStore", "aws", json!({
            "provider": {"aws": {"auth": {"jwt": {"serviceAccountRef": {"name": "shop"}}}}},
        })),
        "secrets": object("external-secrets.io/v1", "ExternalSecret", "shop-secrets", json!({
            "secretStoreRef": {"name": "aws"}, "data": [{"secretKey": "A"}],
        })),
        "registry": object("external-secrets.io/v1", "ExternalSecret", "any", json!({
            "secretStoreRef": {"name": "aws"}, "target": {"name": "shop-registry"},
        })),
        "claim": object("v1", "PersistentVolumeClaim", "files", json!({"volumeName": "shop-files"})),
        "volume": {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "shop-files"}},
    })
}

/// Puts `value` at `pointer` of the fitting set and demands exactly these faults of `object`.
fn check(pointer: &str, value: Value, object: &str, faults: &[Fault]) {
    let mut set = fitting();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match set.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.insert(key.to_owned(), value)),
        Value::Array(list) => list.push(value),
        other => panic!("{pointer}: {other}"),
    }
    let objects: Vec<Value> = set.as_object().unwrap().values().cloned().collect();
    let found = verify(&objects);
    let found: Vec<(&str, Fault)> =
        found.iter().map(|p| (p.object.as_str(), p.fault.clone())).collect();
    let wanted: Vec<(&str, Fault)> = faults.iter().map(|f| (object, f.clone())).collect();
    assert_eq!(found, wanted, "{pointer}");
}

fn text(words: &str) -> String {
    words.to_owned()
}

#[test]
fn what_fits_has_no_problem() {
    check("/account/kind", json!("ServiceAccount"), "", &[]);
}

#[test]
fn names_twice_or_too_long_are_found() {
    let twin = fitting()["login"].clone();
    check("/twin", twin, "TriggerAuthentication/shop", &[Fault::Twice]);
    let long = "n".repeat(53);
    check("/cron/metadata/name", json!(long), &format!("CronJob/{long}"), &[Fault::NameTooLong]);
}

#[test]
fn ports_that_meet_or_are_missing_are_found() {
    let twice = |port: &str| Fault::PortTwice(text(port));
    let gone = |port: &str| Fault::PortMissing(text(port));
    let again = json!({"name": "http", "port": 9000});
    check("/service/spec/ports/-", again, "Service/shop", &[twice("9000"), twice("http")]);
    let nameless = json!({"port": 8080});
    check("/service/spec/ports/-", nameless, "Service/shop", &[Fault::PortUnnamed(text("8080"))]);
    let far = json!([{"name": "http", "port": 80, "targetPort": "web"}]);
    check("/service/spec/ports", far, "Service/shop", &[gone("web")]);
    let sidecar = json!({"name": "b", "ports": [{"name": "http", "containerPort": 1}]});
    let containers = "/deployment/spec/template/spec/containers";
    check(&format!("{containers}/-"), sidecar, "Deployment/shop", &[twice("http")]);
    for probe in ["readinessProbe", "startupProbe"] {
        let knocks = json!({"httpGet": {"port": 81}});
        check(&format!("{containers}/0/{probe}"), knocks, "Deployment/shop", &[gone("81")]);
    }
    let port = "TargetGroupBinding/shop";
    check("/binding/spec/serviceRef/port", json!(81), port, &[gone("81")]);
    let number = "/ingress/spec/defaultBackend/service/port/number";
    check(number, json!(81), "Ingress/shop", &[gone("81")]);
    let action =
        json!({"forwardConfig": {"targetGroups": [{"serviceName": "x", "servicePort": "1"}]}});
    let note = json!({"alb.ingress.kubernetes.io/actions.a": action.to_string()});
    let missing = Fault::Missing(text("Service/x"));
    check("/ingress/metadata/annotations", note, "Ingress/shop", &[missing]);
}

#[test]
fn selectors_that_miss_or_take_too_much_are_found() {
    let other = json!({"app.kubernetes.io/name": "other"});
    check(
        "/budget/spec/selector/matchLabels",
        other.clone(),
        "PodDisruptionBudget/shop",
        &[Fault::SelectsNothing],
    );
    check(
        "/policy/spec/podSelector/matchLabels",
        other.clone(),
        "NetworkPolicy/shop",
        &[Fault::SelectsNothing],
    );
    check("/service/spec/selector", other.clone(), "Service/shop", &[Fault::SelectsNothing]);
    check(
        "/deployment/spec/selector/matchLabels",
        other,
        "Deployment/shop",
        &[Fault::SelectsNothing],
    );
    let mut changing = fitting()["deployment"].clone();
    for place in ["/spec/selector/matchLabels", "/spec/template/metadata/labels"] {
        changing.pointer_mut(place).unwrap()["segue.dev/environment"] = json!("dev");
    }
    let label = Fault::SelectorChanges(text("segue.dev/environment"));
    check("/deployment", changing, "Deployment/shop", &[label]);
}

#[test]
fn pods_that_are_not_meant_are_found() {
    let mut set = fitting();
    let labels = set["deployment"]["spec"]["template"]["metadata"]["labels"].clone();
    set["cron"]["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"] = labels;
    let mut twin = set["deployment"].clone();
    twin["metadata"]["name"] = json!("twin");
    set["twin"] = twin;
    let objects: Vec<Value> = set.as_object().unwrap().values().cloned().collect();
    let found: Vec<String> = verify(&objects).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "Deployment/shop selects the pods of Deployment/twin",
            "Deployment/shop selects the pods of CronJob/shop-nightly, which do not serve",
            "Deployment/twin selects the pods of Deployment/shop",
            "Deployment/twin selects the pods of CronJob/shop-nightly, which do not serve",
            "PodDisruptionBudget/shop selects the pods of CronJob/shop-nightly, which do not serve",
            "Service/shop selects the pods of CronJob/shop-nightly, which do not serve",
        ]
    );
}

#[test]
fn references_to_nothing_are_found() {
    let spec = "/deployment/spec/template/spec";
    let env = format!("{spec}/containers/0/env/0/valueFrom/secretKeyRef");
    let from = format!("{spec}/containers/0/envFrom/0/configMapRef/name");
    let claim = format!("{spec}/volumes/0/persistentVolumeClaim/claimName");
    let scaled = "/scaler/spec/scaleTargetRef/name";
    let trigger = "/keda/spec/triggers/0/authenticationRef/name";
    let account = "/store/spec/provider/aws/auth/jwt/serviceAccountRef/name";
    for (pointer, object, missing) in [
        (format!("{env}/name"), "Deployment/shop", "Secret/x"),
        (from, "Deployment/shop", "ConfigMap/x"),
        (claim, "Deployment/shop", "PersistentVolumeClaim/x"),
        (format!("{spec}/serviceAccountName"), "Deployment/shop", "ServiceAccount/x"),
        (format!("{spec}/imagePullSecrets/0/name"), "Deployment/shop", "Secret/x"),
        (text(scaled), "HorizontalPodAutoscaler/shop", "Deployment/x"),
        (text("/keda/spec/scaleTargetRef/name"), "ScaledObject/shop", "Deployment/x"),
        (text(trigger), "ScaledObject/shop", "TriggerAuthentication/x"),
        (text("/secrets/spec/secretStoreRef/name"), "ExternalSecret/shop-secrets", "SecretStore/x"),
        (text(account), "SecretStore/aws", "ServiceAccount/x"),
        (text("/claim/spec/volumeName"), "PersistentVolumeClaim/files", "PersistentVolume/x"),
        (text("/binding/spec/serviceRef/name"), "TargetGroupBinding/shop", "Service/x"),
    ] {
        check(&pointer, json!("x"), object, &[Fault::Missing(text(missing))]);
    }
    let key = Fault::MissingKey(text("Secret/shop-secrets x"));
    check(&format!("{env}/key"), json!("x"), "Deployment/shop", &[key]);
    let key = Fault::MissingKey(text("ConfigMap/shop B"));
    check("/config/data", json!({}), "Deployment/shop", &[key]);
}

#[test]
fn what_stands_twice_in_a_pod_is_found() {
    let spec = "/deployment/spec/template/spec";
    let twice = |what: &str| vec![Fault::NamedTwice(text(what))];
    let again = json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]);
    let env = format!("{spec}/containers/0/env");
    check(&env, again, "Deployment/shop", &twice("variable A"));
    let container = json!({"name": "shop"});
    check(&format!("{spec}/containers/-"), container, "Deployment/shop", &twice("container shop"));
    let volume = json!({"name": "files", "emptyDir": {}});
    check(&format!("{spec}/volumes/-"), volume, "Deployment/shop", &twice("volume files"));
    let mounts =
        json!([{"name": "files", "mountPath": "/a"}, {"name": "files", "mountPath": "/a"}]);
    let place = format!("{spec}/containers/0/volumeMounts");
    check(&place, mounts, "Deployment/shop", &twice("mount at /a"));
    let missing = vec![Fault::Missing(text("the volume gone"))];
    let mount = json!([{"name": "gone", "mountPath": "/a"}]);
    check(&place, mount, "Deployment/shop", &missing);
}

#[test]
fn replicas_that_an_autoscaler_counts_are_found() {
    let mut set = fitting();
    set["deployment"]["spec"]["replicas"] = json!(2);
    let objects: Vec<Value> = set.as_object().unwrap().values().cloned().collect();
    let found: Vec<String> = verify(&objects).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "Deployment/shop sets replicas, which HorizontalPodAutoscaler/shop counts",
            "Deployment/shop sets replicas, which ScaledObject/shop counts",
        ]
    );
}
