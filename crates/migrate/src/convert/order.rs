//! `dependsOn`: which containers start before which, and what that makes of them in a pod.
//!
//! A pod starts its init containers one after the other, waiting for each; a native sidecar (an
//! init container that always restarts) is waited for until it has started, or until its startup
//! probe passes. Sidecars stop last, in reverse order, as ECS does.

use std::collections::{BTreeMap, BTreeSet};

use model::Reason;
use model::code::convert as code;

use crate::convert::{Cx, logs};
use crate::input::node::Node;

/// What a container becomes in the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An ordinary container.
    App,
    /// An init container with `restartPolicy: Always`; `healthy` if others wait for its health.
    Sidecar {
        /// A startup probe holds back what comes after it.
        healthy: bool,
    },
    /// An init container that must end, with success unless `any_exit`.
    Init {
        /// The exit code does not matter (`COMPLETE`).
        any_exit: bool,
    },
}

/// The containers in their order of start, with their roles.
#[derive(Debug, Clone)]
pub struct Order<'a> {
    /// Container and role, in order.
    pub entries: Vec<(Node<'a>, Role)>,
    /// Index in `entries` of the container that serves.
    pub main: usize,
}

impl<'a> Order<'a> {
    /// The container that serves, if there is any container.
    pub fn main(&self) -> Option<&Node<'a>> {
        self.entries.get(self.main).map(|(node, _)| node)
    }
}

/// Reads `dependsOn` of all containers of the task.
pub fn order<'a>(cx: &mut Cx<'_, 'a>, containers: &[Node<'a>]) -> Order<'a> {
    let names: Vec<String> = containers.iter().map(container_name).collect();
    let main = main_container(cx, containers);
    let mut roles = vec![Role::App; containers.len()];
    let mut before: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (index, container) in containers.iter().enumerate() {
        for edge in container.list("dependsOn") {
            let Some(target) = dependency(cx, &names, index, &edge) else {
                continue;
            };
            if target == main {
                let reason = Reason::new(&code::DEPENDS_ON_APP)
                    .with("container", &names[index])
                    .with("app", &names[main]);
                cx.scope.finding(&edge, reason);
                continue;
            }
            before.entry(index).or_default().insert(target);
            roles[target] = stronger(roles[target], wanted(&edge));
            rule_edge(cx, &edge, &names[target], roles[target]);
        }
    }
    // Whatever an init container waits for must be there before it, so it is an init container too.
    let mut sequence = Vec::new();
    let mut state = vec![0u8; containers.len()];
    for index in 0..containers.len() {
        if !visit(index, &before, &mut state, &mut sequence) {
            let reason = Reason::new(&code::DEPENDS_CYCLE).with("container", &names[index]);
            cx.scope.finding(&containers[index], reason);
            break;
        }
    }
    let mut entries: Vec<(Node<'a>, Role)> =
        sequence.iter().map(|index| (containers[*index].clone(), roles[*index])).collect();
    entries.sort_by_key(|(_, role)| *role == Role::App);
    let main_pointer = containers.get(main).map(|node| node.pointer.clone());
    let main = entries.iter().position(|(node, _)| Some(&node.pointer) == main_pointer.as_ref());
    Order { entries, main: main.unwrap_or(0) }
}

/// The container's own name, or its place if it has none.
pub fn container_name(node: &Node<'_>) -> String {
    node.text("name")
        .unwrap_or_else(|| format!("container-{}", node.pointer.rsplit('/').next().unwrap_or("0")))
}

/// The container that serves: behind the load balancer, else an essential one with ports, and
/// rather one that no other waits for; else the first essential one, else the first.
fn main_container(cx: &Cx<'_, '_>, containers: &[Node<'_>]) -> usize {
    let balanced = cx.work.target_groups.iter().find_map(|used| used.entry.text("containerName"));
    let awaited: Vec<String> = containers
        .iter()
        .flat_map(|node| node.list("dependsOn"))
        .filter_map(|edge| edge.text("containerName"))
        .collect();
    let essential =
        |node: &Node<'_>| node.get("essential").and_then(|n| n.boolean()).unwrap_or(true);
    let serves = |node: &Node<'_>| essential(node) && !logs::is_router(node);
    let has_ports = |node: &Node<'_>| serves(node) && !node.list("portMappings").is_empty();
    let free = |node: &Node<'_>| !awaited.contains(&container_name(node));
    let find = |test: &dyn Fn(&Node<'_>) -> bool| containers.iter().position(test);
    find(&|node| balanced.as_deref().is_some_and(|name| container_name(node) == name))
        .or_else(|| find(&|node| has_ports(node) && free(node)))
        .or_else(|| find(&|node| has_ports(node)))
        .or_else(|| find(&|node| serves(node) && free(node)))
        .or_else(|| find(&|node| serves(node)))
        .unwrap_or(0)
}

fn dependency(
    cx: &mut Cx<'_, '_>,
    names: &[String],
    index: usize,
    edge: &Node<'_>,
) -> Option<usize> {
    let wanted = edge.text("containerName").unwrap_or_default();
    let all = cx.work.task.node.list("containerDefinitions");
    if all.iter().any(|node| container_name(node) == wanted && logs::is_router(node))
        && !names.contains(&wanted)
    {
        cx.scope.ignored(edge, "it waits for the log router, which the agent of the node replaces");
        return None;
    }
    let found = names.iter().position(|name| *name == wanted);
    if found.is_none() || found == Some(index) {
        let reason = Reason::new(&code::DEPENDS_ON_NOTHING)
            .with("container", &names[index])
            .with("target", wanted);
        cx.scope.finding(edge, reason);
        return None;
    }
    found
}

fn wanted(edge: &Node<'_>) -> Role {
    match edge.text("condition").as_deref() {
        Some("HEALTHY") => Role::Sidecar { healthy: true },
        Some("SUCCESS") => Role::Init { any_exit: false },
        Some("COMPLETE") => Role::Init { any_exit: true },
        _ => Role::Sidecar { healthy: false },
    }
}

/// Two dependents may want different things of one container: the stricter one wins.
fn stronger(one: Role, other: Role) -> Role {
    let rank = |role: Role| match role {
        Role::App => 0,
        Role::Sidecar { healthy: false } => 1,
        Role::Sidecar { healthy: true } => 2,
        Role::Init { any_exit: true } => 3,
        Role::Init { any_exit: false } => 4,
    };
    if rank(other) > rank(one) { other } else { one }
}

fn rule_edge(cx: &mut Cx<'_, '_>, edge: &Node<'_>, target: &str, role: Role) {
    let place = cx.pod(&format!("initContainers[{target}]"));
    match role {
        Role::App => {}
        Role::Sidecar { .. } => cx.scope.approximated(
            edge,
            &place,
            "it becomes a native sidecar that starts before and stops after the containers that wait for it",
        ),
        Role::Init { any_exit: false } => cx.scope.approximated(
            edge,
            &place,
            "it becomes an init container, which must end with success before the next one starts",
        ),
        Role::Init { any_exit: true } => {
            let reason = Reason::new(&code::COMPLETE_NEEDS_SHELL).with("container", target);
            cx.scope.finding_kept(edge, reason, &place);
        }
    }
}

/// Depth-first topological order; false on a cycle.
fn visit(
    index: usize,
    before: &BTreeMap<usize, BTreeSet<usize>>,
    state: &mut [u8],
    sequence: &mut Vec<usize>,
) -> bool {
    match state[index] {
        1 => return false,
        2 => return true,
        _ => {}
    }
    state[index] = 1;
    let fine = before
        .get(&index)
        .is_none_or(|targets| targets.iter().all(|target| visit(*target, before, state, sequence)));
    state[index] = 2;
    sequence.push(index);
    fine
}
