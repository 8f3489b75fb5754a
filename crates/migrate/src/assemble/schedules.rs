//! Which schedules start which task definition.

use crate::convert::names::dns_label;
use crate::input::inventory::{Inventory, Item};
use crate::input::node::Node;
use crate::input::section::Section;

/// A schedule's target that starts a task.
#[derive(Debug, Clone)]
pub(super) struct Target<'a> {
    /// ARN, or `family:revision`.
    pub(super) task_definition: String,
    /// The rule or schedule, if it was read.
    pub(super) rule: Option<Item<'a>>,
    /// The target itself.
    pub(super) node: Node<'a>,
    /// True for EventBridge Scheduler.
    pub(super) scheduler: bool,
    /// The schedule's own name.
    pub(super) name: String,
}

/// Every target with ECS parameters.
pub(super) fn targets<'a>(inventory: &Inventory<'a>) -> Vec<Target<'a>> {
    let mut out = Vec::new();
    let rules = inventory.all(Section::EventRules);
    for target in inventory.all(Section::EventTargets) {
        let Some(task_definition) = task_of(&target.node) else { continue };
        let asked = target.asked_for("Rule").map(str::to_owned);
        let beside = target
            .beside
            .as_ref()
            .and_then(|node| node.get("Rule"))
            .and_then(|node| node.scalar().or_else(|| node.text("Name")));
        let wanted = asked.or(beside);
        // One rule alone in what was read can only be the one.
        let rule = match &wanted {
            Some(name) => rules.iter().find(|rule| rule.node.text("Name").as_deref() == Some(name)),
            None => about(target, rules).or_else(|| rules.first().filter(|_| rules.len() == 1)),
        };
        let name = wanted
            .or_else(|| rule.and_then(|rule| rule.node.text("Name")))
            .or_else(|| target.node.text("Id"));
        out.push(Target {
            task_definition,
            rule: rule.cloned(),
            node: target.node.clone(),
            scheduler: false,
            name: name.unwrap_or_default(),
        });
    }
    for schedule in inventory.all(Section::Schedules) {
        let Some(node) = schedule.node.get("Target") else { continue };
        let Some(task_definition) = task_of(&node) else { continue };
        let name = schedule.node.text("Name").unwrap_or_default();
        out.push(Target {
            task_definition,
            rule: Some(schedule.clone()),
            node,
            scheduler: true,
            name,
        });
    }
    out
}

/// The rule that the file of a list of targets is called after; the longest name, if several fit.
fn about<'r, 'a>(target: &Item<'a>, rules: &'r [Item<'a>]) -> Option<&'r Item<'a>> {
    let named =
        |rule: &&Item<'a>| rule.node.text("Name").is_some_and(|name| target.file_is_about(&name));
    rules
        .iter()
        .filter(named)
        .max_by_key(|rule| rule.node.text("Name").map_or(0, |name| name.len()))
}

fn task_of(target: &Node<'_>) -> Option<String> {
    target.get("EcsParameters")?.text("TaskDefinitionArn")
}

/// The schedule's name without the words of the environment and of the service.
pub(super) fn label(name: &str, service: &str, env: &str, words: &[String]) -> String {
    let own: Vec<&str> = service.split('-').collect();
    let whole = dns_label(name, 120);
    let kept: Vec<&str> = whole
        .split('-')
        .filter(|part| *part != env && !words.iter().any(|word| word == part))
        .collect();
    // Only a run of the service's whole name goes, not single words that it shares.
    let mut kept = kept;
    if let Some(at) = kept.windows(own.len().max(1)).position(|window| window == own.as_slice()) {
        kept.drain(at..at + own.len());
    }
    let label = kept.join("-");
    if label.is_empty() { "run".to_owned() } else { dns_label(&label, 40) }
}
