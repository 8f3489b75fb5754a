//! CPU and memory of the task, shared out over its containers.
//!
//! A Fargate size is a hard cap that all containers share. Explicit container values are kept; the
//! container that serves gets what is left.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, logs, order, size};
use crate::input::node::Node;

/// The size of the task: CPU units (1024 to a vCPU) and MiB, where given.
#[derive(Debug, Clone, Copy, Default)]
pub struct TaskSize {
    /// CPU units.
    pub cpu: Option<i64>,
    /// Memory in MiB.
    pub memory: Option<i64>,
}

/// Least CPU asked for where nothing is said, in units: enough to be scheduled and to start.
const CPU_UNITS_MIN: i64 = 52;
/// Memory asked for where nothing is said at all, in MiB.
const MEMORY_MIB_DEFAULT: i64 = 256;

/// Reads `cpu` and `memory` of the task.
pub fn task_size(cx: &mut Cx<'_, '_>, task: &Node<'_>) -> TaskSize {
    let place = cx.pod("containers[].resources.limits");
    // Zero is no statement: such a container has its share of the task.
    let states = |node: &Node<'_>| {
        node.get("memory").and_then(|node| size::memory_mib(&node)).is_some_and(|mib| mib > 0)
    };
    let containers = task.list("containerDefinitions");
    let stated = containers.iter().filter(|node| !logs::is_router(node)).all(states);
    let mut read = |key: &str, parse: fn(&Node<'_>) -> Option<i64>| {
        let node = task.get(key)?;
        let value = parse(&node).filter(|value| *value > 0);
        if value.is_some() && stated && key == "memory" {
            cx.scope.ignored(&node, "every container states how much memory it may have");
        } else if value.is_some() {
            cx.scope.approximated(
                &node,
                &place,
                "the task's size is the cap of its containers together",
            );
        } else {
            let reason =
                Reason::new(&code::BAD_VALUE).with("field", key).with("container", "the task");
            cx.scope.finding(&node, reason);
        }
        value
    };
    TaskSize { cpu: read("cpu", size::cpu_units), memory: read("memory", size::memory_mib) }
}

/// The requests and limits of every container of the task, in their order.
pub fn share(
    cx: &mut Cx<'_, '_>,
    order: &order::Order<'_>,
    task: TaskSize,
) -> Vec<Map<String, Value>> {
    let cpus: Vec<Option<i64>> =
        order.entries.iter().map(|(node, _)| amount(cx, node, "cpu", size::cpu_units)).collect();
    let memories: Vec<Option<i64>> = order
        .entries
        .iter()
        .map(|(node, _)| amount(cx, node, "memory", size::memory_mib))
        .collect();
    let reservations: Vec<Option<i64>> = order
        .entries
        .iter()
        .map(|(node, _)| amount(cx, node, "memoryReservation", size::memory_mib))
        .collect();
    let silent = cpus
        .iter()
        .zip(&memories)
        .filter(|(cpu, memory)| cpu.is_none() && memory.is_none())
        .count();
    if silent > 1 && (task.cpu.is_some() || task.memory.is_some()) {
        cx.scope.report(
            Reason::new(&code::SPLIT_IS_A_GUESS)
                .with("count", silent)
                .with("service", &cx.work.name),
        );
    }
    let claimed: Vec<Option<i64>> = memories
        .iter()
        .zip(&reservations)
        .map(|(memory, reservation)| reservation.or(*memory))
        .collect();
    let cpu_requests = fill(&cpus, order.main, task.cpu);
    let memory_requests = fill(&claimed, order.main, task.memory);
    (0..order.entries.len())
        .map(|index| {
            let name = order::container_name(&order.entries[index].0);
            let memory = Memory {
                limit: memories[index],
                reservation: reservations[index],
                share: memory_requests[index],
            };
            resources(cx, &name, cpu_requests[index], memory, task)
        })
        .collect()
}

/// Explicit amounts stay; of what is left each silent container gets a tenth of the task and the
/// serving one the rest.
fn fill(stated: &[Option<i64>], main: usize, total: Option<i64>) -> Vec<Option<i64>> {
    let Some(total) = total else {
        return stated.to_vec();
    };
    let claimed = stated.iter().flatten().fold(0_i64, |sum, part| sum.saturating_add(*part));
    let mut left = total.saturating_sub(claimed);
    let mut out = stated.to_vec();
    for (index, slot) in out.iter_mut().enumerate() {
        if slot.is_none() && index != main {
            let part = (total / 10).clamp(1, left.max(1));
            *slot = Some(part);
            left = left.saturating_sub(part);
        }
    }
    if let Some(slot) = out.get_mut(main).filter(|slot| slot.is_none()) {
        *slot = Some(left.max(total / 10).max(1));
    }
    out
}

#[derive(Clone, Copy)]
struct Memory {
    limit: Option<i64>,
    reservation: Option<i64>,
    share: Option<i64>,
}

fn resources(
    cx: &mut Cx<'_, '_>,
    name: &str,
    cpu: Option<i64>,
    memory: Memory,
    task: TaskSize,
) -> Map<String, Value> {
    let mut requests = Map::new();
    let mut limits = Map::new();
    requests.insert("cpu".to_owned(), json!(size::cpu_quantity(cpu.unwrap_or(CPU_UNITS_MIN))));
    if let Some(total) = task.cpu {
        limits.insert("cpu".to_owned(), json!(size::cpu_quantity(total)));
    }
    let cap =
        memory.limit.or(if memory.reservation.is_some() { task.memory } else { memory.share });
    let request = memory.reservation.or(memory.limit).or(memory.share);
    let request = match (request, cap) {
        (Some(request), Some(cap)) => request.min(cap),
        (Some(request), None) => request,
        (None, _) => {
            cx.scope.report(
                Reason::new(&code::NO_MEMORY)
                    .with("container", name)
                    .with("assumed", MEMORY_MIB_DEFAULT),
            );
            MEMORY_MIB_DEFAULT
        }
    };
    requests.insert("memory".to_owned(), json!(size::memory_quantity(request)));
    match cap {
        Some(cap) => {
            limits.insert("memory".to_owned(), json!(size::memory_quantity(cap)));
        }
        None if memory.reservation.is_some() => {
            cx.scope.report(Reason::new(&code::NO_MEMORY_LIMIT).with("container", name));
        }
        None => {}
    }
    let mut out = Map::new();
    crate::convert::put(&mut out, "limits", Value::Object(limits));
    out.insert("requests".to_owned(), Value::Object(requests));
    out
}

/// A container's own amount; zero means a share of the task, as absent does.
fn amount(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    key: &str,
    parse: fn(&Node<'_>) -> Option<i64>,
) -> Option<i64> {
    let node = container.get(key)?;
    let name = order::container_name(container);
    let place = cx.pod(&format!("containers[{name}].resources"));
    match parse(&node) {
        Some(0) => {
            cx.scope.ignored(&node, "zero means a share of the task's size, as if it were absent");
            None
        }
        Some(value) if value > 0 => {
            match key {
                "cpu" => cx.scope.approximated(&node, &place, "a share and not a cap: a request, and no limit from it; rounded up to millicores"),
                _ => cx.scope.exact(&node, &place),
            }
            Some(value)
        }
        _ => {
            cx.scope.finding(
                &node,
                Reason::new(&code::BAD_VALUE).with("field", key).with("container", name),
            );
            None
        }
    }
}
