//! Health: the container's own check and the target group's check become probes.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::Cx;
use crate::input::node::Node;

/// Seconds between attempts of a startup probe: short, so that a quick start is not held back.
pub const STARTUP_PERIOD_SECS: i64 = 5;
/// What ECS assumes where a health check says nothing (API reference of `HealthCheck`).
const INTERVAL_SECS: i64 = 30;
const TIMEOUT_SECS: i64 = 5;
const RETRIES: i64 = 3;

/// Adds `livenessProbe` and, where a start period is given, `startupProbe`. `startup_secs` is
/// what else asks for time to start: a grace period or a `startTimeout`.
pub fn container_check(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    startup_secs: i64,
    out: &mut Map<String, Value>,
) {
    let Some(check) = container.get("healthCheck") else {
        return;
    };
    let place = cx.pod(&format!("containers[{name}].livenessProbe"));
    let Some(command) = exec_command(cx, &check, name, &place) else {
        for leaf in cx.scope.ledger.unclaimed(&check) {
            cx.scope.ignored(&leaf, "the health check is switched off");
        }
        return;
    };
    let interval = number(cx, &check, "interval", INTERVAL_SECS, (5, 300), &place);
    let timeout = number(cx, &check, "timeout", TIMEOUT_SECS, (1, 120), &place);
    let retries = number(cx, &check, "retries", RETRIES, (1, 10), &place);
    let start = number(
        cx,
        &check,
        "startPeriod",
        0,
        (0, 300),
        &cx.pod(&format!("containers[{name}].startupProbe")),
    );
    let exec = json!({"command": command});
    let mut live = json!({"exec": exec, "periodSeconds": interval, "timeoutSeconds": timeout, "failureThreshold": retries});
    if start > 0 || startup_secs > 0 {
        let attempts =
            ceil_div(start.max(startup_secs), STARTUP_PERIOD_SECS).saturating_add(retries);
        out.insert(
            "startupProbe".to_owned(),
            json!({"exec": exec, "periodSeconds": STARTUP_PERIOD_SECS, "timeoutSeconds": timeout, "failureThreshold": attempts}),
        );
    } else {
        live["initialDelaySeconds"] = json!(interval);
    }
    out.insert("livenessProbe".to_owned(), live);
}

/// The argv of the check; `None` if there is none (`NONE`, or nothing at all).
fn exec_command(
    cx: &mut Cx<'_, '_>,
    check: &Node<'_>,
    name: &str,
    place: &str,
) -> Option<Vec<String>> {
    let node = check.get("command")?;
    let words: Vec<String> = match node.str() {
        // A plain string is what CMD-SHELL would take.
        Some(text) => vec!["CMD-SHELL".to_owned(), text.to_owned()],
        None => check.strings("command"),
    };
    if words.iter().any(|word| cx.credentials.contains(word)) {
        let reason =
            Reason::new(&code::CREDENTIAL_IN).with("field", "healthCheck").with("container", name);
        cx.scope.finding(&node, reason);
        propose_http(cx, &node, name, &words.join(" "));
        return None;
    }
    let shell = |script: &str| vec!["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()];
    match words.split_first() {
        None => None,
        Some((first, _)) if first == "NONE" => {
            cx.scope.ignored(&node, "the health check is switched off");
            None
        }
        Some((first, rest)) if first == "CMD" && !rest.is_empty() => {
            cx.scope.exact(&node, place);
            Some(rest.to_vec())
        }
        Some((first, rest)) if first == "CMD-SHELL" && !rest.is_empty() => {
            let script = rest.join(" ");
            cx.scope.approximated(
                &node,
                place,
                "CMD-SHELL runs `/bin/sh -c` in the container, so the image needs a shell",
            );
            propose_http(cx, &node, name, &script);
            Some(shell(&script))
        }
        Some((first, [])) if first == "CMD" || first == "CMD-SHELL" => {
            let reason = Reason::new(&code::BAD_VALUE)
                .with("field", "healthCheck.command")
                .with("container", name);
            cx.scope.finding(&node, reason);
            None
        }
        Some(_) => {
            let reason = Reason::new(&code::HEALTH_COMMAND_PREFIX).with("container", name);
            cx.scope.finding_kept(&node, reason, place);
            Some(if words.len() == 1 { shell(&words[0]) } else { words.clone() })
        }
    }
}

fn propose_http(cx: &mut Cx<'_, '_>, node: &Node<'_>, name: &str, script: &str) {
    let local = script.contains("localhost") || script.contains("127.0.0.1");
    if local && (script.contains("curl") || script.contains("wget")) {
        cx.scope.note(node, Reason::new(&code::HTTP_CHECK_PROPOSED).with("container", name));
    }
}

fn number(
    cx: &mut Cx<'_, '_>,
    check: &Node<'_>,
    key: &str,
    default: i64,
    range: (i64, i64),
    place: &str,
) -> i64 {
    let Some(node) = check.get(key) else {
        return default;
    };
    match node.int() {
        Some(value) if (range.0..=range.1).contains(&value) => {
            cx.scope.exact(&node, place);
            value
        }
        Some(value) => {
            let why = format!("ECS takes {} to {}", range.0, range.1);
            cx.scope.approximated(&node, place, &why);
            value.clamp(range.0, range.1)
        }
        None => {
            let field = format!("healthCheck.{key}");
            cx.scope.finding(
                &node,
                Reason::new(&code::BAD_VALUE).with("field", field).with("container", "the task"),
            );
            default
        }
    }
}

/// Division that rounds up, for positive numbers.
pub fn ceil_div(number: i64, by: i64) -> i64 {
    number.max(0).saturating_add(by.max(1) - 1) / by.max(1)
}

/// Probes out of a target group's health check: readiness as the load balancer asks, and a laxer
/// liveness where the container has none, because ECS kills what fails this check.
pub fn target_check(
    cx: &mut Cx<'_, '_>,
    group: &Node<'_>,
    container: &str,
    port: &str,
    grace: i64,
    out: &mut Map<String, Value>,
) {
    let place = cx.pod(&format!("containers[{container}].readinessProbe"));
    let protocol = group.text("HealthCheckProtocol").unwrap_or_else(|| "HTTP".to_owned());
    let enabled = group.get("HealthCheckEnabled").and_then(|n| n.boolean()).unwrap_or(true);
    if !enabled {
        return;
    }
    let seconds = |key: &str, default: i64| group.int_at(key).unwrap_or(default);
    let interval = seconds("HealthCheckIntervalSeconds", 30);
    let handler = handler(cx, group, port, &protocol);
    for key in [
        "HealthCheckProtocol",
        "HealthCheckPath",
        "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds",
        "HealthyThresholdCount",
        "UnhealthyThresholdCount",
        "HealthCheckPort",
        "HealthCheckEnabled",
    ] {
        if let Some(node) = group.get(key) {
            cx.scope.exact(&node, &place);
        }
    }
    let timeout = seconds("HealthCheckTimeoutSeconds", 5);
    let probe = |failures: i64, successes: i64, period: i64| {
        let mut probe = handler.clone();
        probe["periodSeconds"] = json!(period);
        probe["timeoutSeconds"] = json!(timeout);
        probe["failureThreshold"] = json!(failures);
        if successes > 1 {
            probe["successThreshold"] = json!(successes);
        }
        probe
    };
    let unhealthy = seconds("UnhealthyThresholdCount", 2);
    out.insert(
        "readinessProbe".to_owned(),
        probe(unhealthy, seconds("HealthyThresholdCount", 5), interval),
    );
    if !out.contains_key("livenessProbe") {
        out.insert("livenessProbe".to_owned(), probe(unhealthy.saturating_mul(3), 1, interval));
    }
    if !out.contains_key("startupProbe") {
        let attempts = ceil_div(grace, STARTUP_PERIOD_SECS).max(12);
        out.insert("startupProbe".to_owned(), probe(attempts, 1, STARTUP_PERIOD_SECS));
    }
}

fn handler(cx: &mut Cx<'_, '_>, group: &Node<'_>, port: &str, protocol: &str) -> Value {
    let path = group.text("HealthCheckPath").unwrap_or_else(|| "/".to_owned());
    let matcher = group.at(&["Matcher", "HttpCode"]).or_else(|| group.at(&["Matcher", "GrpcCode"]));
    let http = protocol.eq_ignore_ascii_case("http") || protocol.eq_ignore_ascii_case("https");
    let kubelet_takes =
        matcher.as_ref().and_then(Node::scalar).is_none_or(|codes| all_in(&codes, 200, 399));
    let place = cx.pod("containers[].readinessProbe");
    if let Some(node) = &matcher {
        let codes = node.scalar().unwrap_or_default();
        if kubelet_takes && http {
            cx.scope.approximated(node, &place, "the kubelet takes every code from 200 to 399 and follows redirects; the new target group keeps the matcher");
        } else {
            let reason = Reason::new(&code::MATCHER_OUTSIDE).with("codes", codes);
            cx.scope.finding_kept(node, reason, &place);
        }
    }
    if http && kubelet_takes {
        json!({"httpGet": {"path": path, "port": port, "scheme": protocol.to_ascii_uppercase()}})
    } else {
        json!({"tcpSocket": {"port": port}})
    }
}

/// True if a matcher such as `200,202` or `200-399` lies within `low..=high`.
fn all_in(codes: &str, low: i64, high: i64) -> bool {
    codes.split(',').all(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        match (from.trim().parse::<i64>(), to.trim().parse::<i64>()) {
            (Ok(from), Ok(to)) => low <= from && to <= high,
            _ => false,
        }
    })
}
