//! Logs: containers write to stdout, an agent on the node sends it where it went before.
//!
//! Pod annotations tell the agent the log group, so that metric filters and alarms keep working.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, names};
use crate::input::node::Node;

/// Converts `logConfiguration` of a container into pod annotations.
pub fn log_configuration(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    annotations: &mut Map<String, Value>,
) {
    let Some(log) = container.get("logConfiguration") else {
        return;
    };
    let driver = log.text("logDriver").unwrap_or_default();
    match driver.as_str() {
        "awslogs" => awslogs(cx, &log, name, annotations),
        "awsfirelens" => firelens_output(cx, &log, name),
        _ => {
            let reason =
                Reason::new(&code::LOG_DRIVER).with("driver", &driver).with("container", name);
            cx.scope.finding(&log, reason);
        }
    }
    for option in log.list("secretOptions") {
        let reason =
            Reason::new(&code::LOG_SECRET).with("name", option.text("name").unwrap_or_default());
        cx.scope.finding(&option, reason);
    }
}

fn awslogs(cx: &mut Cx<'_, '_>, log: &Node<'_>, name: &str, annotations: &mut Map<String, Value>) {
    if let Some(node) = log.get("logDriver") {
        cx.scope.approximated(
            &node,
            "stdout, read by Fluent Bit on the node",
            "the agent of the node writes to the same log group",
        );
    }
    let options = log.get("options").map(|node| node.entries()).unwrap_or_default();
    for (key, node) in options {
        let value = node.scalar().unwrap_or_default();
        match key {
            "awslogs-group" | "awslogs-region" | "awslogs-stream-prefix" => {
                let field = key.trim_start_matches("awslogs-").replace("stream-prefix", "prefix");
                annotate(cx, &node, name, &field, &value, annotations);
            }
            "awslogs-create-group" => {
                cx.scope.ignored(&node, "the log group exists; the agent does not create it");
            }
            "awslogs-multiline-pattern" | "awslogs-datetime-format" => {
                annotate(cx, &node, name, "multiline", &value, annotations);
                cx.scope.finding_kept(
                    &node,
                    Reason::new(&code::LOG_MULTILINE).with("container", name),
                    &cx.workload("spec.template.metadata.annotations"),
                );
            }
            "mode" | "max-buffer-size" => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::LOG_MODE).with("container", name).with("option", key),
                );
            }
            _ => {
                cx.scope.finding(
                    &node,
                    Reason::new(&code::LOG_OPTION).with("container", name).with("option", key),
                );
            }
        }
    }
}

fn annotate(
    cx: &mut Cx<'_, '_>,
    node: &Node<'_>,
    name: &str,
    field: &str,
    value: &str,
    annotations: &mut Map<String, Value>,
) {
    if let Some(clean) = cx.credentials.redacted(value) {
        cx.scope.finding(
            node,
            Reason::new(&code::CREDENTIAL_IN)
                .with("field", format!("log option {field}: {clean}"))
                .with("container", name),
        );
        return;
    }
    let key = format!("logs.segue.dev/{}", names::dns_label(&format!("{name}-{field}"), 63));
    cx.scope.exact(node, &cx.workload(&format!("spec.template.metadata.annotations[{key}]")));
    annotations.insert(key, json!(value));
}

/// FireLens: the router goes, its output moves to the agent of the node.
fn firelens_output(cx: &mut Cx<'_, '_>, log: &Node<'_>, name: &str) {
    for (key, value) in log.get("options").map(|options| options.entries()).unwrap_or_default() {
        if value.str().is_some_and(|text| cx.credentials.guards(key, text)) {
            let field = format!("log option {key}");
            let reason = Reason::new(&code::CREDENTIAL_IN);
            cx.scope.note(&value, reason.with("field", field).with("container", name));
        }
    }
    for key in ["logDriver", "options"] {
        if let Some(node) = log.get(key) {
            cx.scope.finding(
                &node,
                Reason::new(&code::FIRELENS_OUTPUT)
                    .with("container", name)
                    .with("service", &cx.work.name),
            );
        }
    }
}

/// True for a FireLens router that does nothing but route logs: the agent of the node replaces it.
pub fn is_router(container: &Node<'_>) -> bool {
    container.get("firelensConfiguration").is_some()
}

/// Rules a dropped router as a whole.
pub fn drop_router(cx: &mut Cx<'_, '_>, container: &Node<'_>, name: &str) {
    let reason =
        Reason::new(&code::FIRELENS_ROUTER).with("container", name).with("service", &cx.work.name);
    cx.scope.finding(container, reason);
}
