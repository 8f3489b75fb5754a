//! Manifests to what the machine is to run.

use std::fmt::Write as _;

use live::BalancerConfig;
use serde_json::json;

use super::*;

/// What is wanted, in a few lines.
fn said(objects: &[Value]) -> String {
    let wanted = wanted(objects);
    let mut out = String::new();
    for (group, backend) in &wanted.backends {
        let path = &wanted.groups[group].check.path;
        writeln!(out, "group {group}: {:?} port {} check {path}", backend.workloads, backend.port)
            .unwrap();
    }
    for (name, listener) in &wanted.listeners {
        writeln!(out, "listener {name} on {}", wanted.ports[name]).unwrap();
        for rule in &listener.rules {
            let when = serde_json::to_value(&rule.when).unwrap();
            let asked: Vec<String> = when
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, value)| value.as_array().is_some_and(|list| !list.is_empty()))
                .map(|(key, value)| format!("{key} {value}"))
                .collect();
            let action = serde_json::to_string(&rule.action).unwrap();
            writeln!(out, "  {}: {} -> {action}", rule.name, asked.join(" ")).unwrap();
        }
        writeln!(out, "  else {}", serde_json::to_string(&listener.default).unwrap()).unwrap();
    }
    for held in &wanted.held {
        writeln!(out, "held {}: {}", held.what, held.because.sentence()).unwrap();
    }
    let config = BalancerConfig {
        listeners: wanted.listeners,
        groups: wanted.groups,
        ..BalancerConfig::default()
    };
    config.check().unwrap();
    out
}

fn deployment(name: &str) -> Value {
    json!({
        "kind": "Deployment", "metadata": { "name": name },
        "spec": { "template": {
            "metadata": { "labels": { "app": name } },
            "spec": { "containers": [{
                "name": "app",
                "ports": [{ "name": "http", "containerPort": 8080 }, { "name": "admin", "containerPort": 9090 }],
                "readinessProbe": { "httpGet": { "path": "/ready", "port": "http" } },
            }] },
        } },
    })
}

fn service(name: &str, ports: &Value) -> Value {
    json!({ "kind": "Service", "metadata": { "name": name },
            "spec": { "selector": { "app": name }, "ports": ports } })
}

fn ingress(name: &str, annotations: &Value, paths: &Value) -> Value {
    let annotations = annotations.as_object().unwrap().iter();
    let annotations: serde_json::Map<String, Value> = annotations
        .map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (format!("alb.ingress.kubernetes.io/{key}"), Value::String(text))
        })
        .collect();
    json!({
        "kind": "Ingress", "metadata": { "name": name, "annotations": annotations },
        "spec": { "rules": [{ "host": "shop.example", "http": { "paths": paths } }] },
    })
}

fn path(path: &str, kind: &str, service: &str, port: &Value) -> Value {
    json!({ "path": path, "pathType": kind, "backend": { "service": { "name": service, "port": port } } })
}

#[test]
fn services_become_groups_with_listeners_of_their_own() {
    insta::assert_snapshot!(said(&[
        deployment("shop"),
        service("shop", &json!([{ "port": 80, "targetPort": "http" }])),
        service("lost", &json!([{ "port": 80 }])),
        deployment("two"),
        service(
            "two",
            &json!([{ "name": "a", "port": 80, "targetPort": "http" },
                               { "name": "b", "port": 81, "targetPort": 9090 },
                               { "port": 53, "protocol": "UDP" }])
        ),
        json!({ "kind": "TargetGroupBinding", "metadata": { "name": "shop" }, "spec": {
            "targetGroupName": "prod-shop", "serviceRef": { "name": "shop", "port": 80 } } }),
        json!({ "kind": "NetworkPolicy", "metadata": { "name": "shop" } }),
        json!({ "kind": "Widget", "metadata": { "name": "w" } }),
        json!({ "metadata": {} }),
    ]));
}

#[test]
fn ingresses_become_rules_in_the_order_of_the_controller() {
    let http = json!({ "name": "http" });
    let note = json!({ "name": "use-annotation" });
    let forward = json!({ "type": "forward", "forwardConfig": {
        "targetGroups": [
            { "serviceName": "shop", "servicePort": 80, "weight": 19 },
            { "targetGroupARN": "arn:aws:elasticloadbalancing:r:1:targetgroup/shop-ecs/1", "weight": 1 }],
        "targetGroupStickinessConfig": { "enabled": true, "durationSeconds": 60 } } });
    let conditions = json!([
        { "field": "http-header", "httpHeaderConfig": { "httpHeaderName": "X-New", "values": ["yes"] } },
        { "field": "http-request-method", "httpRequestMethodConfig": { "values": ["GET"] } },
        { "field": "query-string", "queryStringConfig": { "values": [{ "key": "v", "value": "2" }] } }]);
    let redirect = json!({ "type": "redirect", "redirectConfig": {
        "statusCode": "HTTP_301", "path": "/v2/#{path}" } });
    let late = ingress(
        "late",
        &json!({ "group.name": "public", "group.order": "9" }),
        &json!([
            path("/api", "Prefix", "shop", &http),
            path("/api/v1", "Prefix", "shop", &http),
            path("/one", "Exact", "shop", &http),
            path("/*", "ImplementationSpecific", "shop", &http),
        ]),
    );
    let early = ingress(
        "early",
        &json!({
            "group.name": "public", "group.order": "1", "listen-ports": [{ "HTTP": 80 }],
            "actions.split": forward, "conditions.split": conditions, "actions.moved": redirect,
            "actions.no": { "type": "fixed-response", "fixedResponseConfig": {
                "statusCode": "403", "contentType": "text/plain", "messageBody": "no" } },
            "healthcheck-path": "/alive", "healthcheck-interval-seconds": "5",
        }),
        &json!([
            path("/new", "Exact", "split", &note),
            path("/old/*", "ImplementationSpecific", "moved", &note),
            path("/no", "Exact", "no", &note),
            path("/none", "Exact", "gone", &note),
        ]),
    );
    insta::assert_snapshot!(said(&[
        deployment("shop"),
        service("shop", &json!([{ "name": "http", "port": 80, "targetPort": "http" }])),
        late,
        early,
        ingress("login", &json!({ "auth-type": "cognito" }), &json!([])),
    ]));
}

#[test]
fn the_order_of_the_objects_does_not_count() {
    let mut objects = vec![
        deployment("shop"),
        service("shop", &json!([{ "port": 80 }])),
        service("other", &json!([{ "port": 80 }])),
        json!({ "kind": "Widget", "metadata": { "name": "w" } }),
    ];
    let before = wanted(&objects);
    objects.reverse();
    assert_eq!(wanted(&objects), before);
}
