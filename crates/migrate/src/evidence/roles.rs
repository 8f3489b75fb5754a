//! The roles of a service: what they allow beyond their environment, and whom they trust.

use std::collections::BTreeSet;

use model::Reason;
use model::code::Code;
use model::code::evidence as code;

use super::{Around, things};
use crate::input::node::Node;
use crate::scope::Scope;

/// Actions by which a program starts tasks.
const STARTS_TASKS: &[&str] = &["ecs:runtask", "ecs:starttask", "ecs:*"];
/// Keys of conditions that name the caller of ECS.
const BOUND_TO_CALLER: &[&str] = &["aws:sourcearn"];

/// The role that the program itself has.
pub(super) fn task_role(around: &Around<'_, '_>, scope: &mut Scope) {
    let Some(role) = role(around, "taskRoleArn") else { return };
    foreign(around, &role, &code::TASK_ROLE_FOREIGN, scope);
    starts_tasks(around, &role, scope);
    trust(around, &role, scope);
}

/// The role that pulled images and read secrets. Services share it, so what it allows is told of
/// the service that it speaks of.
pub(super) fn execution_role(around: &Around<'_, '_>, scope: &mut Scope) {
    if let Some(role) = role(around, "executionRoleArn") {
        foreign(around, &role, &code::EXECUTION_ROLE_FOREIGN, scope);
    }
}

fn role<'a>(around: &Around<'_, 'a>, key: &str) -> Option<Node<'a>> {
    let arn = around.work.task.node.text(key)?;
    let roles = things(around.inventory, "RoleDetailList");
    roles.into_iter().find(|role| role.text("Arn").as_deref() == Some(arn.as_str()))
}

/// The strings of every policy of the role.
fn policies<'a>(role: &Node<'a>) -> Vec<Node<'a>> {
    let lists = ["RolePolicyList", "AttachedManagedPolicies"];
    lists.iter().filter_map(|key| role.get(key)).flat_map(|list| list.leaves()).collect()
}

fn foreign(around: &Around<'_, '_>, role: &Node<'_>, code: &'static Code, scope: &mut Scope) {
    let shared = code.id == code::EXECUTION_ROLE_FOREIGN.id;
    let mut seen = BTreeSet::new();
    for leaf in policies(role) {
        let Some(text) = leaf.str() else { continue };
        let Some(env) = around.foreign(text) else { continue };
        let ours = !shared || text.contains(around.work.name.as_str());
        if !ours || !seen.insert((env.clone(), thing(text))) {
            continue;
        }
        let reason = Reason::new(code)
            .with("role", role.text("RoleName").unwrap_or_default())
            .with("service", &around.work.name)
            .with("env", &around.work.env)
            .with("foreign", env)
            .with("what", text);
        scope.note(&leaf, reason);
    }
}

/// A bucket and what is in it are one thing.
fn thing(text: &str) -> String {
    text.trim_end_matches(['*', '/']).to_owned()
}

fn starts_tasks(around: &Around<'_, '_>, role: &Node<'_>, scope: &mut Scope) {
    let starts = |leaf: &Node<'_>| {
        let in_action = leaf.pointer.contains("/Action");
        let action = leaf.str().unwrap_or_default().to_ascii_lowercase();
        in_action && STARTS_TASKS.contains(&action.as_str())
    };
    if let Some(leaf) = policies(role).into_iter().find(starts) {
        let reason = Reason::new(&code::RUNS_TASKS)
            .with("service", &around.work.name)
            .with("role", role.text("RoleName").unwrap_or_default())
            .with("action", leaf.str().unwrap_or_default());
        scope.note(&leaf, reason);
    }
}

fn trust(around: &Around<'_, '_>, role: &Node<'_>, scope: &mut Scope) {
    let Some(document) = role.get("AssumeRolePolicyDocument") else { return };
    let statements = document.list("Statement");
    let conditions = statements.iter().filter_map(|statement| statement.get("Condition"));
    let keys =
        conditions.flat_map(|all| all.entries()).flat_map(|(_, operator)| operator.entries());
    let bound = |key: &str| BOUND_TO_CALLER.contains(&key.to_ascii_lowercase().as_str());
    for (condition, node) in keys.filter(|(key, _)| bound(key)) {
        let reason = Reason::new(&code::TRUST_CONDITION)
            .with("role", role.text("RoleName").unwrap_or_default())
            .with("service", &around.work.name)
            .with("condition", condition);
        scope.note(&node, reason);
    }
}
