//! Who the pods are to AWS: the task role, and what the execution role did.

use model::Reason;
use model::code::convert as code;
use serde_json::json;

use crate::convert::Cx;
use crate::credential::is_placeholder;
use crate::input::node::Node;

/// The ServiceAccount with the task role; the execution role is taken apart by its owners.
pub fn service_account(cx: &mut Cx<'_, '_>, task: &Node<'_>) {
    let name = cx.work.name.clone();
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": cx.meta(&name),
        // The role comes by a projected token of its own; the API token is not needed.
        "automountServiceAccountToken": false,
    });
    let target = format!("ServiceAccount/{name} metadata.annotations[eks.amazonaws.com/role-arn]");
    match task.get("taskRoleArn").filter(|node| node.scalar().is_some_and(|text| !text.is_empty()))
    {
        Some(node) => {
            let role = node.scalar().unwrap_or_default();
            let arn = role_arn(cx, &role);
            object["metadata"]["annotations"] = json!({"eks.amazonaws.com/role-arn": arn});
            cx.scope.exact(&node, &target);
            cx.scope.note(
                &node,
                Reason::new(&code::TRUST_POLICY)
                    .with("role", role.rsplit('/').next().unwrap_or(&role))
                    .with("service", &name),
            );
            if is_placeholder(&role) {
                cx.scope.note(&node, Reason::new(&code::PLACEHOLDER).with("field", "taskRoleArn"));
            }
        }
        None if on_instances(cx, task) => {
            cx.scope.report(Reason::new(&code::INSTANCE_ROLE).with("service", &name));
        }
        None => {}
    }
    if let Some(node) = task.get("executionRoleArn") {
        let role = node.scalar().unwrap_or_default();
        let reason = Reason::new(&code::EXECUTION_ROLE)
            .with("role", role.rsplit('/').next().unwrap_or(&role));
        cx.scope.finding(&node, reason);
    }
    cx.built.objects.push(object);
}

/// A bare role name becomes an ARN where the account is known.
fn role_arn(cx: &Cx<'_, '_>, role: &str) -> String {
    match &cx.work.account {
        Some(account) if !role.contains(':') && !is_placeholder(role) => {
            format!("arn:aws:iam::{account}:role/{role}")
        }
        _ => role.to_owned(),
    }
}

/// True if the task runs on EC2 instances, whose own role it then used.
fn on_instances(cx: &Cx<'_, '_>, task: &Node<'_>) -> bool {
    let service = cx.work.service.as_ref();
    let launch = service.and_then(|item| item.node.text("launchType"));
    launch.as_deref() == Some("EC2")
        || task.strings("requiresCompatibilities").iter().any(|kind| kind == "EC2")
}
