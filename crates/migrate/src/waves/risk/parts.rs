//! The parts of a risk: what gives points, how many, and the words and places for it.

use std::collections::{BTreeMap, BTreeSet};

use model::code::{convert, evidence, migrate as names_code, waves};

use super::usage::Usage;
use super::{Part, PartKind, Place};
use crate::convert::Workload;
use crate::finding::Finding;
use crate::generate::Converted;
use crate::input::node::Node;
use crate::waves::edges::{Graph, service_id};
use crate::waves::graph::{Edge, Relation, ThingKind};

/// Most places of a part.
const PLACES_MAX: usize = 3;

/// What one service is judged by.
pub(super) struct Seen<'s, 'a> {
    pub(super) one: &'s Converted<'a>,
    pub(super) graph: &'s Graph,
    pub(super) usage: &'s Usage,
}

/// Every part, with its points before the share of the environment.
pub(super) fn of(seen: &Seen<'_, '_>) -> Vec<Part> {
    let mut out = Vec::new();
    findings(seen, &mut out);
    callers(seen, &mut out);
    traffic(seen, &mut out);
    state(seen, &mut out);
    tasks(seen, &mut out);
    owners(seen, &mut out);
    siblings(seen, &mut out);
    out
}

fn part(kind: PartKind, points: usize, sentence: String, places: Vec<Place>) -> Part {
    let points = u8::try_from(points.min(100)).unwrap_or(100);
    Part { kind, points, sentence, places: places.into_iter().take(PLACES_MAX).collect() }
}

fn place(node: &Node<'_>) -> Place {
    Place { file: node.file.to_owned(), pointer: node.pointer.clone() }
}

/// Findings that have a part of their own and are not counted twice.
fn is_counted_elsewhere(finding: &Finding) -> bool {
    let own = [
        &names_code::WORD_FOREIGN,
        &convert::DRIFT,
        &evidence::CODE_DEPLOY,
        &evidence::GROUP_FOREIGN,
        &evidence::TASK_ROLE_FOREIGN,
        &waves::FOREIGN_USE,
        &waves::CALL_CIRCLE,
        &waves::GROUP_SHARED,
        &waves::ECS_SIDE_STAYS,
    ];
    own.iter().any(|code| code.id == finding.reason.code.id)
}

/// By kind, not by number: ten secrets without a name are one thing to learn, not ten.
fn findings(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    for (severity, kind, each, most, word) in [
        ('B', PartKind::Blockers, 20, 40, "blockers"),
        ('H', PartKind::HighFindings, 3, 24, "findings of severity H"),
        ('M', PartKind::MediumFindings, 1, 8, "findings of severity M"),
    ] {
        let of = seen
            .one
            .scope
            .findings
            .iter()
            .filter(|finding| finding.severity == severity && !is_counted_elsewhere(finding));
        let mut kinds: BTreeMap<&str, Option<Place>> = BTreeMap::new();
        for finding in of {
            kinds.entry(finding.reason.code.id).or_insert_with(|| finding.place.clone());
        }
        if kinds.is_empty() {
            continue;
        }
        let list: Vec<&str> = kinds.keys().copied().collect();
        let number = count(kinds.len(), "kind");
        let verb = if kinds.len() == 1 { "is" } else { "are" };
        let sentence = format!("{number} of {word} {verb} open: {}", list.join(", "));
        let points = kinds.len().saturating_mul(each).min(most);
        out.push(part(kind, points, sentence, kinds.into_values().flatten().collect()));
    }
}

fn edges<'s>(seen: &Seen<'s, '_>, from: bool) -> impl Iterator<Item = &'s Edge> {
    let id = service_id(&seen.one.work.name, &seen.one.work.env);
    let ours = move |edge: &&Edge| if from { edge.from == id } else { edge.to == id };
    seen.graph.edges.values().filter(ours)
}

fn places_of(edges: &[&Edge]) -> Vec<Place> {
    edges.iter().filter_map(|edge| edge.evidence.first()).map(|one| one.place.clone()).collect()
}

fn callers(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    let calls: Vec<&Edge> =
        edges(seen, false).filter(|edge| edge.relation == Relation::Calls).collect();
    if !calls.is_empty() {
        let name = |edge: &&Edge| {
            let thing = seen.graph.things.get(&edge.from);
            thing.map(|thing| thing.name.clone()).unwrap_or_default()
        };
        let names: BTreeSet<String> = calls.iter().map(name).collect();
        let list: Vec<&str> = names.iter().map(String::as_str).collect();
        let verb = if list.len() == 1 { "calls" } else { "call" };
        let number = count(list.len(), "service");
        let sentence = format!("{number} {verb} it: {}", list.join(", "));
        let points = calls.len().saturating_mul(4).min(16);
        out.push(part(PartKind::Callers, points, sentence, places_of(&calls)));
    }
    let foreign: Vec<&Edge> = edges(seen, true)
        .filter(|edge| edge.foreign.is_some() && edge.relation != Relation::May)
        .collect();
    if !foreign.is_empty() {
        let list: Vec<&str> = foreign.iter().map(|edge| edge.to.as_str()).collect();
        let sentence = format!("it reaches into another environment: {}", list.join(", "));
        let points = foreign.len().saturating_mul(6).min(12);
        out.push(part(PartKind::ForeignEdge, points, sentence, places_of(&foreign)));
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Requests where somebody measured them; else whether users can reach it.
fn traffic(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    let work = &seen.one.work;
    let arns = work.target_groups.iter().filter_map(|used| used.entry.text("targetGroupArn"));
    let rates: Vec<u64> = arns.filter_map(|arn| seen.usage.requests_an_hour(&arn)).collect();
    let Some(first) = work.rules.first() else { return };
    let places = vec![place(&first.rule.node)];
    if !rates.is_empty() {
        let an_hour = rates.iter().fold(0_u64, |sum, one| sum.saturating_add(*one));
        let points = match an_hour {
            0 => return,
            1..3_600 => 3,
            3_600..36_000 => 6,
            36_000..360_000 => 9,
            _ => 12,
        };
        let sentence = format!("it answers about {an_hour} requests an hour");
        return out.push(part(PartKind::Traffic, points, sentence, places));
    }
    let public = work
        .rules
        .iter()
        .filter_map(|used| used.balancer.as_ref())
        .any(|balancer| balancer.node.text("Scheme").as_deref() == Some("internet-facing"));
    if public {
        let sentence = "users reach it from the internet; nobody measured how many".to_owned();
        out.push(part(PartKind::Traffic, 6, sentence, places));
    }
}

/// What is kept between requests.
fn state(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    let work = &seen.one.work;
    let volumes = work.task.node.list("volumes");
    let files: Vec<&Node<'_>> =
        volumes.iter().filter(|one| one.get("efsVolumeConfiguration").is_some()).collect();
    if !files.is_empty() {
        let written = files.iter().any(|volume| is_written(work, volume));
        let how = if written { "writes" } else { "reads" };
        let sentence = format!("it {how} files on EFS, which both sides have open at once");
        let points = if written { 8 } else { 4 };
        let places = files.iter().map(|node| place(node)).collect();
        out.push(part(PartKind::Files, points, sentence, places));
    }
    if let Some(node) = sticky(work) {
        let sentence = "sessions stick to a task; they break when the task is on the other side";
        out.push(part(PartKind::Sessions, 8, sentence.to_owned(), vec![place(&node)]));
    }
    let queues: Vec<&Edge> = edges(seen, true).filter(|edge| takes(seen, edge)).collect();
    if !queues.is_empty() && work.target_groups.is_empty() {
        let sentence = "it takes messages; while both sides run, both take them".to_owned();
        out.push(part(PartKind::Consumer, 6, sentence, places_of(&queues)));
    }
    if !work.schedules.is_empty() {
        let number = count(work.schedules.len(), "schedule");
        let verb = if work.schedules.len() == 1 { "starts" } else { "start" };
        let sentence = format!("{number} {verb} it; none may run on both sides");
        let points = work.schedules.len().saturating_mul(3).min(9);
        let places = work.schedules.iter().map(|used| place(&used.target)).collect();
        out.push(part(PartKind::Schedules, points, sentence, places));
    }
}

fn takes(seen: &Seen<'_, '_>, edge: &Edge) -> bool {
    let kind = seen.graph.things.get(&edge.to).map(|thing| thing.kind);
    edge.relation == Relation::Uses && matches!(kind, Some(ThingKind::Queue | ThingKind::Stream))
}

fn is_written(work: &Workload<'_>, volume: &Node<'_>) -> bool {
    let name = volume.text("name");
    let containers = work.task.node.list("containerDefinitions");
    let mounts = containers.iter().flat_map(|container| container.list("mountPoints"));
    let mut ours = mounts.filter(|mount| name.is_some() && mount.text("sourceVolume") == name);
    ours.any(|mount| !mount.flag("readOnly"))
}

fn sticky<'a>(work: &Workload<'a>) -> Option<Node<'a>> {
    let attributes = work.target_groups.iter().filter_map(|used| used.attributes.as_ref());
    let mut entries = attributes.flat_map(|item| item.node.items());
    entries.find(|entry| {
        entry.text("Key").as_deref() == Some("stickiness.enabled") && entry.flag("Value")
    })
}

/// How the tasks stand: alone, or unwatched.
fn tasks(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    let work = &seen.one.work;
    let containers = work.task.node.list("containerDefinitions");
    let checked = containers.iter().any(|container| container.get("healthCheck").is_some());
    if !checked && work.target_groups.is_empty() && !work.only_scheduled {
        let sentence = "nothing checks whether it is healthy, so nothing says that the move failed";
        out.push(part(
            PartKind::NoHealthCheck,
            8,
            sentence.to_owned(),
            vec![place(&work.task.node)],
        ));
    }
    let Some(service) = &work.service else { return };
    if let Some(desired) = service.node.get("desiredCount").filter(|node| node.int() == Some(1)) {
        let sentence = "it runs one task only, so nothing stands in while that one is replaced";
        out.push(part(PartKind::SingleTask, 5, sentence.to_owned(), vec![place(&desired)]));
    }
    match seen.usage.age(&service.node) {
        Some(days @ 0..7) => {
            let sentence = format!("it was deployed {}: it changes while it moves", ago(days));
            out.push(part(PartKind::Deployment, 3, sentence, vec![place(&service.node)]));
        }
        Some(days @ 180..) => {
            let sentence = format!(
                "nobody deployed it for {days} days: it is not known whether it still starts"
            );
            out.push(part(PartKind::Deployment, 5, sentence, vec![place(&service.node)]));
        }
        Some(_) | None => {}
    }
}

fn ago(days: i64) -> String {
    match days {
        0 => "on the day of the newest deployment of the estate".to_owned(),
        1 => "a day before the newest deployment of the estate".to_owned(),
        days => format!("{days} days before the newest deployment of the estate"),
    }
}

/// Who else moves its traffic.
fn owners(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    let found = seen
        .one
        .scope
        .findings
        .iter()
        .find(|finding| finding.reason.code.id == evidence::CODE_DEPLOY.id);
    let controller = seen.one.work.service.as_ref();
    let controller = controller.and_then(|item| item.node.get("deploymentController"));
    let kind = controller.as_ref().and_then(|node| node.text("type")).unwrap_or_default();
    let foreign = ["CODE_DEPLOY", "EXTERNAL"].contains(&kind.as_str());
    if found.is_some() || foreign {
        let who = if kind == "EXTERNAL" { "an external controller" } else { "CodeDeploy" };
        let sentence = format!("{who} deploys it and may move its traffic as well");
        let places = controller.filter(|_| foreign).map(|node| place(&node));
        let places = places.into_iter().chain(found.and_then(|one| one.place.clone()));
        out.push(part(PartKind::ForeignOwner, 10, sentence, places.collect()));
    }
}

/// What the rehearsals in other environments do not show.
fn siblings(seen: &Seen<'_, '_>, out: &mut Vec<Part>) {
    let findings = seen.one.scope.findings.iter();
    let number = findings.filter(|one| one.reason.code.id == convert::DRIFT.id).count();
    if number > 0 {
        let what = if number == 1 { "one point".to_owned() } else { format!("{number} points") };
        let sentence = format!("it differs in {what} from its other environments");
        out.push(part(PartKind::Drift, number.saturating_mul(2).min(6), sentence, Vec::new()));
    }
}
