//! Environments of containers, resolved.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::spec::Reader;
use super::*;

fn check(container: &Value, objects: &[Value]) -> Result<Vec<(String, Source)>, String> {
    let programs = BTreeMap::new();
    let reader = Reader { objects, programs: &programs, engine: Err("none") };
    let template = json!({ "metadata": { "labels": { "app.kubernetes.io/name": "shop" } } });
    let cx = Cx {
        reader,
        workload: "shop",
        namespace: "default",
        template: &template,
        outer: &Value::Null,
        left: Vec::new(),
    };
    let read = read(&cx, container).map_err(|error| error.to_string())?;
    Ok(read.into_iter().map(|variable| (variable.name, variable.value)).collect())
}

#[test]
fn references_expand_as_in_kubernetes() {
    let known = |name: &str| (name == "PORT").then(|| "80".to_owned());
    for (text, expected) in [
        ("--port=$(PORT)", "--port=80"),
        ("$$(PORT)", "$(PORT)"),
        ("$(NONE) $PORT $(", "$(NONE) $PORT $("),
        ("", ""),
    ] {
        assert_eq!(expand(text, &known), expected);
    }
}

#[test]
fn variables_come_from_values_config_maps_and_secrets() {
    let container = json!({
        "envFrom": [{ "configMapRef": { "name": "shop" }, "prefix": "A_" }],
        "resources": { "limits": { "cpu": "1500m", "memory": "64Mi" } },
        "env": [
            { "name": "X", "value": "1" },
            { "name": "S", "valueFrom": { "secretKeyRef": { "name": "s", "key": "k" } } },
            { "name": "B", "valueFrom": { "secretKeyRef": { "name": "s", "key": "b" } } },
            { "name": "O", "valueFrom": { "secretKeyRef":
                { "name": "none", "key": "k", "optional": true } } },
            { "name": "P", "valueFrom": { "fieldRef": { "fieldPath": "metadata.name" } } },
            { "name": "L", "valueFrom": { "fieldRef":
                { "fieldPath": "metadata.labels['app.kubernetes.io/name']" } } },
            { "name": "C", "valueFrom": { "resourceFieldRef": { "resource": "limits.cpu" } } },
            { "name": "M", "valueFrom": { "resourceFieldRef":
                { "resource": "limits.memory", "divisor": "1Mi" } } },
        ],
    });
    let objects = [
        json!({ "kind": "ConfigMap", "metadata": { "name": "shop" }, "data": { "k": "$(X)" } }),
        json!({ "kind": "Secret", "metadata": { "name": "s" },
                "stringData": { "k": "hush" }, "data": { "b": "c2hoaA==" } }),
    ];
    let verbatim = |name: &str, text: &str| (name.to_owned(), Source::Verbatim(text.to_owned()));
    assert_eq!(
        check(&container, &objects).unwrap(),
        [
            verbatim("A_k", "$(X)"),
            ("X".to_owned(), Source::Text("1".to_owned())),
            verbatim("S", "hush"),
            verbatim("B", "shhh"),
            ("P".to_owned(), Source::PodName),
            verbatim("L", "shop"),
            verbatim("C", "2"),
            verbatim("M", "64"),
        ]
    );
}

#[test]
fn what_is_missing_or_of_a_wrong_type_is_said() {
    let secret = |name: &str| {
        json!({ "env": [{ "name": "S", "valueFrom":
            { "secretKeyRef": { "name": name, "key": "k" } } }] })
    };
    let other = json!({ "kind": "Secret", "metadata": { "name": "gone", "namespace": "x" } });
    let bad = json!({ "kind": "Secret", "metadata": { "name": "bad" }, "data": { "k": "%" } });
    let objects = [other, bad];
    for (container, said) in [
        (secret("gone"), "Secret \"gone\" is not among"),
        (secret("bad"), "k of its data is no base64"),
        (json!({ "env": [{ "name": "N", "value": 1 }] }), "the value of \"N\" is no text: 1"),
        (json!({ "env": [{ "value": "1" }] }), "a variable has no name"),
    ] {
        let error = check(&container, &objects).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
