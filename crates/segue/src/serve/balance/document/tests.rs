//! The file of a balancer: its schema, its errors with their places.

use serde_json::Value;

use super::*;

const FULL: &str = include_str!("../example.yaml");

fn said(text: &str) -> String {
    Document::parse("edge.yaml", text.as_bytes()).unwrap_err().sentence()
}

#[test]
fn the_example_is_read() {
    let document = Document::parse("edge.yaml", FULL.as_bytes()).unwrap();
    assert_eq!(document.name(), "edge");
    let config = document.config();
    config.check().unwrap();
    let rules = &config.listeners["web"].rules;
    assert_eq!(
        rules.iter().map(|rule| &rule.name).collect::<Vec<_>>(),
        ["api", "testers", "old-shop"]
    );
    assert_eq!(config.groups["api-old"].targets.len(), 2);
    assert_eq!(config.groups["api-old"].check.interval, Duration::from_secs(5));
    assert_eq!(config.groups["api-new"].check, HealthCheck::default());
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (from, to, words) in [
        (
            "kind: Balancer",
            "kind: Shift",
            "edge.yaml:2:7 cannot be used: kind is Balancer, not Shift",
        ),
        ("segue.dev/v1alpha1", "v1", "edge.yaml:1:13 cannot be used: apiVersion"),
        ("paths:", "path:", "edge.yaml:13:"),
        ("api-new: 10}", "api-new: 20}", "must sum to 100"),
        ("api-new: 10}", "api-newer: 10}", "there is no target group api-newer"),
        ("127.0.0.1:8080", "localhost:8080", "edge.yaml:8:"),
        (
            "- name: testers",
            "- name: api",
            "edge.yaml:19:17 cannot be used: another listener or rule is called api",
        ),
        ("name: web", "name: Web", "edge.yaml:7:13 cannot be used: a name has"),
        ("methods: [GET]", "methods: [get]", "capital letters"),
        ("10.0.0.0/8", "10.0.0.1/8", "bits set"),
        ("status: 301", "status: 308", "301 or 302"),
        ("durationSeconds: 3600", "durationSeconds: 0", "1 to 604800"),
        ("host: shop.example", "host: \"#{host}\"", "in a circle"),
        ("status: 404", "status: 302", "2xx, 4xx or 5xx"),
        ("interval: 5s", "interval: soon", "edge.yaml:52:19"),
        ("timeout: 2s", "timeout: 0s", "at least 1s"),
        ("127.0.0.1:9002", "127.0.0.1:9001", "named twice"),
        (
            "- name: api-new\n      targets",
            "- name: api-old\n      targets",
            "another target group",
        ),
        ("  name: edge\n", "  name: edge\n  name: edge\n", "edge.yaml:5:"),
    ] {
        assert!(FULL.contains(from), "{from}");
        let said = said(&FULL.replacen(from, to, 1));
        assert!(said.contains(words), "{to}: {said}");
    }
    assert!(said("apiVersion: segue.dev/v1alpha1\n").contains("missing field"));
}

#[test]
fn the_schema_knows_exactly_the_fields_of_the_parser() {
    let value = Document::parse("example", FULL.as_bytes()).unwrap();
    let value = serde_json::to_value(&value).unwrap();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut used = BTreeSet::new();
    fields("", &value, &schema, &schema, &mut used);
    // Every property of the schema occurs in the example, so none is only in the schema.
    let mut known = BTreeSet::new();
    properties("", &schema, &schema, &mut known);
    assert_eq!(used, known);
}

/// Follows a reference; what is below it is named from there.
fn followed<'a>(path: &str, schema: &'a Value, root: &'a Value) -> (String, &'a Value) {
    let Some(name) = schema["$ref"].as_str() else { return (path.to_owned(), schema) };
    (name.to_owned(), root.pointer(name.trim_start_matches('#')).unwrap())
}

/// Every field of `value` is in the schema; notes which.
fn fields(path: &str, value: &Value, schema: &Value, root: &Value, used: &mut BTreeSet<String>) {
    let (path, schema) = followed(path, schema, root);
    match value {
        Value::Object(members) if schema.get("properties").is_some() => {
            assert_eq!(schema["additionalProperties"], false, "{path}");
            for (name, value) in members {
                let path = format!("{path}.{name}");
                let schema = &schema["properties"][name];
                assert!(schema.is_object(), "{path} is not in the schema");
                used.insert(path.clone());
                fields(&path, value, schema, root, used);
            }
        }
        Value::Array(items) => {
            for item in items {
                fields(&path, item, &schema["items"], root, used);
            }
        }
        _ => {}
    }
}

/// Every field that the schema names.
fn properties(path: &str, schema: &Value, root: &Value, known: &mut BTreeSet<String>) {
    let (path, schema) = followed(path, schema, root);
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        known.insert(path.clone());
        properties(&path, inner, root, known);
    }
    if schema.get("items").is_some() {
        properties(&path, &schema["items"], root, known);
    }
}
