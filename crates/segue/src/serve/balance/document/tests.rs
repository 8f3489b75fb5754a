//! The file of a balancer: its schema, its errors with their places.

use std::time::Duration;

use live::HealthCheck;
use live::balancer::{Limits, LogTo};
use serde_json::Value;

use super::*;

const FULL: &str = include_str!("../example.yaml");

fn said(text: &str) -> String {
    Document::parse("edge.yaml", text.as_bytes()).unwrap_err().sentence()
}

#[test]
fn what_is_made_is_read_as_it_was_meant() {
    let example = Document::parse("edge.yaml", FULL.as_bytes()).unwrap();
    let mut config =
        BalancerConfig { limits: Limits::default(), access_log: None, ..example.config() };
    config.listeners.values_mut().for_each(|listener| listener.tls = None);
    for group in config.groups.values_mut() {
        let usual = GroupConfig::default();
        (group.passive, group.slow_start, group.drain) =
            (usual.passive, usual.slow_start, usual.drain);
    }
    let shop = GroupConfig { check: HealthCheck::default(), ..GroupConfig::default() };
    config.groups.insert("team/shop:80".to_owned(), shop);
    let text = made::made("local", &config, &example.addresses());
    let again = Document::parse("made.yaml", text.as_bytes()).unwrap();
    assert_eq!(again.config(), config, "{text}");
    assert_eq!(again.addresses(), example.addresses());
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
    let (old, new) = (&config.groups["api-old"], &config.groups["api-new"]);
    assert_eq!(new.check, HealthCheck::default());
    assert_eq!((new.protocol, old.protocol), (Protocol::Http2, Protocol::Http1));
    assert_eq!((old.passive.failures, old.passive.eject.as_secs()), (5, 10));
    assert_eq!((old.slow_start.as_secs(), old.drain.as_secs()), (30, 300));
    assert_eq!((new.slow_start.as_secs(), new.drain.as_secs()), (0, 30));
    let Limits { clients, requests, streams, target_requests, .. } = config.limits;
    assert_eq!((clients, requests, streams, target_requests), (1_000, 10_000, 128, 500));
    assert_eq!(config.limits.head, Duration::from_secs(10));
}

#[test]
fn paths_are_meant_from_the_folder_of_the_file() {
    let config = Document::parse("etc/edge.yaml", FULL.as_bytes()).unwrap().config();
    let files = &config.listeners["web-tls"].tls.as_ref().unwrap().certificates[0];
    assert_eq!(files.certificate.to_str(), Some("etc/edge.pem"));
    assert_eq!(files.key.to_str(), Some("/etc/ssl/private/edge.key"));
    assert_eq!(config.access_log.unwrap().to, LogTo::File("etc/access.log".into()));
    let document = Document::parse("edge.yaml", FULL.as_bytes()).unwrap();
    assert_eq!((document.scheme("web"), document.scheme("web-tls")), ("http", "https"));
    let said = document.with_certificates().unwrap_err().sentence();
    assert!(said.contains("edge.pem"), "{said}");
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
        ("interval: 5s", "interval: soon", "edge.yaml:74:19"),
        ("timeout: 2s", "timeout: 0s", "at least 1s"),
        ("clients: 1000", "clients: 0", "every limit is at least 1"),
        ("slowStart: 30s", "slowStart: 16m", "900 s"),
        ("protocolVersion: HTTP2", "protocolVersion: HTTP3", "HTTP3"),
        ("forwarded: append", "forwarded: forget", "forget"),
        ("key: /etc", "secret: /etc", "secret"),
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
