//! A value at a path where none is: plausible by its name, in a place where it has a sense.

use serde_json::{Map, Value, json};

/// Lists whose first element takes the value; in any other list it gets an element of its own.
const FIRST: &[&str] = &[
    "containerDefinitions",
    "services",
    "deployments",
    "TargetGroups",
    "LoadBalancers",
    "Listeners",
    "Rules",
    "ScalableTargets",
    "ScalingPolicies",
    "ScheduledActions",
    "Targets",
    "loadBalancers",
    "AvailabilityZones",
    "logConfiguration",
    "portMappings",
    "volumeConfigurations",
];

/// What a new element needs beside the value: the end of the list's path, and the members.
const COMPANIONS: &[(&str, &str)] = &[
    ("/volumes[]", r#"{"name": "probe"}"#),
    ("/dependsOn[]", r#"{"containerName": "agent", "condition": "START"}"#),
    ("/mountPoints[]", r#"{"sourceVolume": "scratch", "containerPath": "/probe"}"#),
    ("/volumesFrom[]", r#"{"sourceContainer": "agent"}"#),
    ("/environment[]", r#"{"name": "PROBE"}"#),
    ("/extraHosts[]", r#"{"hostname": "probe.example.com", "ipAddress": "10.0.0.1"}"#),
    ("/tags[]", r#"{"key": "probe", "value": "x"}"#),
    ("/tmpfs[]", r#"{"containerPath": "/probe"}"#),
    ("/Conditions[]", r#"{"Field": "http-header"}"#),
    ("/Actions[]", r#"{"Type": "fixed-response"}"#),
    ("/DefaultActions[]", r#"{"Type": "fixed-response"}"#),
];

/// Fields that hold a list of texts.
const LISTS: &[&str] = &[
    "links",
    "ignoredExitCodes",
    "entryPoint",
    "command",
    "add",
    "drop",
    "permissions",
    "mountOptions",
    "dnsServers",
    "dnsSearchDomains",
    "dockerSecurityOptions",
    "credentialSpecs",
    "requiresCompatibilities",
    "compatibilities",
    "alarmNames",
    "lifecycleStages",
    "subnets",
    "securityGroups",
    "Subnets",
    "SecurityGroups",
    "accessTypes",
    "metricNames",
    "Values",
    "RegexValues",
    "LoadBalancerArns",
    "SourceNatIpv6Prefixes",
    "PathParameterValues",
    "Sqls",
];

/// Fields that hold a map of texts.
const MAPS: &[&str] = &[
    "options",
    "dockerLabels",
    "driverOpts",
    "labels",
    "hookDetails",
    "Tags",
    "InputPathsMap",
    "HeaderParameters",
    "QueryStringParameters",
    "AuthenticationRequestExtraParams",
];

const NUMBERS: &[&str] = &[
    "Count",
    "Seconds",
    "Port",
    "Size",
    "Limit",
    "Percent",
    "Minutes",
    "Weight",
    "Attempts",
    "Capacity",
    "Rate",
    "iops",
    "throughput",
    "base",
    "weight",
    "port",
    "Bound",
    "Adjustment",
    "Magnitude",
    "Cooldown",
    "Timeout",
    "Buffer",
    "BufferTime",
    "Threshold",
    "Order",
    "value",
    "TargetValue",
    "retries",
    "interval",
    "timeout",
    "revision",
    "failedTasks",
    "Period",
    "swappiness",
    "maxSwap",
    "size",
    "sharedMemorySize",
    "memory",
    "cpu",
    "MaxCapacityBuffer",
];

/// Times of which the longest counts.
const LONG: &[&str] = &["/startPeriod", "/startTimeout", "/stopTimeout", "GracePeriodSeconds"];

const FLAGS: &[&str] = &[
    "enable",
    "enabled",
    "rollback",
    "encrypted",
    "autoprovision",
    "readOnly",
    "isDefault",
    "IsDefault",
    "Enabled",
    "WithEvent",
    "ReturnData",
    "UseExistingClientSecret",
    "resetOnHealthyTask",
    "includeQueryParameters",
    "disableNetworking",
    "privileged",
    "enableFaultInjection",
    "configuredAtLaunch",
    "interactive",
];

/// A plausible value for the field `name`.
pub(crate) fn plausible(path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or_default();
    let value_that_is_text =
        ["tags[]/value", "Tags[]/Value", "properties[]/value", "systemControls[]/value"];
    if LISTS.contains(&name) {
        json!(["plausible"])
    } else if MAPS.contains(&name) {
        json!({"plausible": "value"})
    } else if FLAGS.contains(&name) || name.starts_with("enable") {
        json!(true)
    } else if value_that_is_text.iter().any(|end| path.ends_with(end)) {
        json!("plausible")
    } else if LONG.iter().any(|end| path.ends_with(end)) {
        json!(111)
    } else if NUMBERS.iter().any(|end| name.ends_with(end)) {
        json!(13)
    } else if name.ends_with("At") || name.ends_with("Time") || name.ends_with("Date") {
        json!("2026-02-03T04:05:06Z")
    } else if name.ends_with("Arn") || name.ends_with("ARN") {
        json!("arn:aws:probe:eu-west-1:111122223333:thing/probe")
    } else {
        json!("plausible")
    }
}

/// Puts `value` at the model path `path` and tells where that is.
pub(crate) fn insert(root: &mut Value, path: &str, value: Value) -> String {
    let mut pointer = String::new();
    let mut prefix = String::new();
    let mut at = root;
    let mut parts = path.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let key = part.trim_end_matches(['[', ']', '{', '}']);
        pointer.push('/');
        pointer.push_str(key);
        prefix.push('/');
        prefix.push_str(part);
        let map = object(at);
        if parts.peek().is_none() {
            map.insert(key.to_owned(), value);
            return first_leaf(&map[key], pointer);
        }
        at = map
            .entry(key)
            .or_insert_with(|| if part.ends_with("[]") { json!([]) } else { json!({}) });
        if part.ends_with("[]") {
            at = element(at, key, &prefix, &mut pointer);
        }
    }
    pointer
}

/// The element of a list that takes the value.
fn element<'v>(
    list: &'v mut Value,
    key: &str,
    prefix: &str,
    pointer: &mut String,
) -> &'v mut Value {
    if !list.is_array() {
        *list = json!([]);
    }
    let found = list.as_array().map_or(0, Vec::len);
    let index = if FIRST.contains(&key) && found > 0 { 0 } else { found };
    pointer.push('/');
    pointer.push_str(&index.to_string());
    if index == found {
        let beside =
            COMPANIONS.iter().find(|(end, _)| prefix.ends_with(end)).map(|(_, json)| *json);
        let new =
            beside.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| json!({}));
        if let Some(list) = list.as_array_mut() {
            list.push(new);
        }
    }
    &mut list[index]
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    #[expect(clippy::unwrap_used, reason = "it was made an object one line above")]
    value.as_object_mut().unwrap()
}

fn first_leaf(value: &Value, mut pointer: String) -> String {
    match value {
        Value::Array(list) if !list.is_empty() => pointer.push_str("/0"),
        Value::Object(map) => {
            if let Some(key) = map.keys().next() {
                pointer.push('/');
                pointer.push_str(key);
            }
        }
        _ => {}
    }
    pointer
}
