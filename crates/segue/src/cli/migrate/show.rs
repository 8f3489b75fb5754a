//! How a plan looks: the difference to a tree, then a summary that can be reviewed.

use std::collections::BTreeMap;
use std::path::Path;

use migrate::cost::{Money, Verdict};
use migrate::finding::Finding;
use migrate::generate::Generated;
use migrate::layout::service::Files;
use migrate::tree::Change;
use migrate::waivers::Judged;
use model::Plan;

use super::waivers;
use crate::cli::term::{Style, Term, count, fit, wrap};

/// Most changed files that are listed one by one.
const LISTED_MAX: usize = 60;

/// The difference between the tree and the plan, as `terraform plan` would put it.
pub(super) fn difference(
    plan: &Plan<Change>,
    wanted: &Files,
    present: &BTreeMap<String, Vec<u8>>,
    term: &mut Term,
) {
    if plan.steps.is_empty() && plan.held.is_empty() {
        term.line("No changes. The tree is as the plan would write it.");
        return;
    }
    for step in plan.steps.iter().take(LISTED_MAX) {
        let (sign, style) = match &step.action {
            Change::Create(_) => ("+", Style::Changing),
            Change::Update(_) => ("~", Style::Changing),
            Change::Delete(_) => ("-", Style::Held),
        };
        let path = step.action.path();
        let lines = line_count(path, wanted, present);
        term.line(&format!(
            "  {} {path}{}",
            term.paint(style, sign),
            term.paint(Style::Dim, &lines)
        ));
    }
    if plan.steps.len() > LISTED_MAX {
        term.line(&format!("  … and {} more files", plan.steps.len() - LISTED_MAX));
    }
    for held in &plan.held {
        term.line(&format!("  {} {}", term.paint(Style::Held, "▲ held"), held.because.sentence()));
        term.line(&format!("         next: {}", held.because.next()));
    }
    let count =
        |test: fn(&Change) -> bool| plan.steps.iter().filter(|step| test(&step.action)).count();
    term.line(&format!(
        "{} to add, {} to change, {} to remove, {} held.",
        count(|change| matches!(change, Change::Create(_))),
        count(|change| matches!(change, Change::Update(_))),
        count(|change| matches!(change, Change::Delete(_))),
        plan.held.len()
    ));
    term.line("");
}

/// `  +3 −1` lines, by the multiset of lines; enough to see how large a change is.
fn line_count(path: &str, wanted: &Files, present: &BTreeMap<String, Vec<u8>>) -> String {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    let old =
        present.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let new = wanted.get(path).map(|file| file.text.as_str()).unwrap_or_default();
    for line in new.lines() {
        *counts.entry(line).or_default() += 1;
    }
    for line in old.lines() {
        *counts.entry(line).or_default() -= 1;
    }
    let more: i64 = counts.values().filter(|count| **count > 0).sum();
    let less: i64 = -counts.values().filter(|count| **count < 0).sum::<i64>();
    format!("   +{more} −{less}")
}

/// How a plan ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending<'e> {
    /// It stands in this folder.
    Written(&'e Path),
    /// It was only shown, and this is what writes it.
    Shown(&'e str),
}

/// What the plan is, in one screen.
pub(super) fn summary(generated: &Generated, judged: &Judged, ending: Ending<'_>, term: &mut Term) {
    let environments: Vec<&str> = generated.environments.iter().map(String::as_str).collect();
    let from = if generated.clusters > 0 {
        count(generated.clusters, "ECS cluster")
    } else {
        "task definitions".to_owned()
    };
    let title = format!(
        "Plan: {} in {} ({from} → {})",
        count(generated.services.len(), "service"),
        environments.join(", "),
        count(environments.len(), "cluster")
    );
    term.line(&term.paint(Style::Strong, &title));
    table(generated, term);
    blockers(generated, judged, term);
    waivers::notes(judged, term);
    decisions(generated, term);
    rulings(generated, term);
    match ending {
        Ending::Written(out) => {
            let place = out.display();
            term.line(&format!("{place} has {}.", count(generated.files.len(), "generated file")));
            let first = generated.services.keys().next().map_or("SERVICE", String::as_str);
            term.line(&format!("next: segue migrate report {place} --out migration.html"));
            term.line(&format!("      segue migrate explain {first} --plan {place}"));
            let overlay = generated.files.keys().find_map(|path| {
                path.strip_suffix("/kustomization.yaml").filter(|dir| {
                    dir.contains("/overlays/")
                        && !dir.ends_with("/patches")
                        && !dir.ends_with("/generated")
                })
            });
            if let Some(overlay) = overlay {
                term.line(&format!("      kubectl kustomize {place}/{overlay}"));
            }
        }
        Ending::Shown(next) => term.line(&format!("Nothing was written. next: {next}")),
    }
}

/// One row a service: findings by weight.
fn table(generated: &Generated, term: &mut Term) {
    let mut counts: BTreeMap<&str, [usize; 4]> =
        generated.services.keys().map(|name| (name.as_str(), [0; 4])).collect();
    for finding in &generated.findings {
        if let (Some(row), Some(index)) =
            (counts.get_mut(finding.subject.name.as_str()), "BHML".find(finding.severity))
        {
            row[index] += 1;
        }
    }
    let width = counts.keys().map(|name| name.len()).max().unwrap_or(7).clamp(7, 40);
    term.line(
        &term.paint(Style::Dim, &format!("  {}     B    H    M    L", fit("SERVICE", width))),
    );
    for (name, [blockers, high, medium, low]) in counts {
        let note = if blockers > 0 { "   ✖ blocked" } else { "" };
        let style = if blockers > 0 { Style::Failed } else { Style::Dim };
        term.line(&format!(
            "  {}  {blockers:>4} {high:>4} {medium:>4} {low:>4}{}",
            fit(name, width),
            term.paint(style, note)
        ));
    }
}

fn blockers(generated: &Generated, judged: &Judged, term: &mut Term) {
    let open: Vec<&Finding> =
        generated.findings.iter().filter(|finding| finding.blocks()).collect();
    if open.is_empty() {
        return;
    }
    term.line("");
    term.line(&term.paint(
        Style::Failed,
        &format!(
            "✖ {}: nothing is generated for these until they are answered",
            count(open.len(), "blocker")
        ),
    ));
    let mut grouped: Vec<(&Finding, Vec<String>)> = Vec::new();
    for finding in open {
        let mark = judged.waived.get(&finding.id).map_or(String::new(), |waiver| {
            format!(" waived by {} until {}", waiver.name, waiver.expires)
        });
        let place = format!("{}{mark}", finding.environment);
        let same = grouped
            .iter_mut()
            .find(|(other, _)| other.subject == finding.subject && other.reason == finding.reason);
        match same {
            Some((_, places)) => places.push(place),
            None => grouped.push((finding, vec![place])),
        }
    }
    for (finding, places) in grouped {
        let head = format!(
            "  {} {} ({}): {}",
            finding.reason.code.id,
            finding.subject.name,
            places.join(", "),
            finding.reason.sentence()
        );
        for text in wrap(&head, term.width, 6).into_iter().chain(wrap(
            &format!("      next: {}", finding.reason.next()),
            term.width,
            12,
        )) {
            term.line(&text);
        }
    }
}

/// What a team decides on: the first stage, the order, the routes, the bill.
fn decisions(generated: &Generated, term: &mut Term) {
    let mut lines = Vec::new();
    let counts = &generated.plan.consolidation.counts;
    if counts.clusters_before > 0 {
        lines.push(format!(
            "First stage: {} → {}: {} move, {} held, {} touched, {} a person must do",
            count(counts.clusters_before, "ECS cluster"),
            counts.clusters_after,
            count(counts.moved, "service"),
            counts.held,
            count(counts.rules, "rule"),
            count(counts.by_person, "step")
        ));
    }
    let order = &generated.plan.order;
    if !order.waves.is_empty() {
        let mut spans: Vec<(&str, u32, u32)> = Vec::new();
        for wave in &order.waves {
            match spans.last_mut().filter(|(env, ..)| *env == wave.environment) {
                Some((.., last)) => *last = wave.number,
                None => spans.push((&wave.environment, wave.number, wave.number)),
            }
        }
        let spans = spans.iter().map(|(env, first, last)| {
            if first == last { format!("{env} {first}") } else { format!("{env} {first}–{last}") }
        });
        lines.push(format!(
            "Order: {} ({}), {} held, {}",
            count(order.waves.len(), "wave"),
            spans.collect::<Vec<_>>().join(", "),
            count(order.held.len(), "service"),
            count(order.cycles.len(), "circle")
        ));
    }
    let checked = &generated.checked;
    if checked.listeners > 0 {
        lines.push(format!(
            "Routes: {} of {} answered alike by the Ingresses, {} unexplained",
            count(checked.requests, "request"),
            count(checked.listeners, "listener"),
            count(checked.unexplained, "difference")
        ));
    }
    let cost = &generated.plan.cost;
    // Where nothing runs today, there is no bill to compare with.
    if cost.verdict != Verdict::Unknown && cost.today.total.high > Money::ZERO {
        lines.push(format!("Money: {}", cost.sentence));
    }
    if lines.is_empty() {
        return;
    }
    term.line("");
    let width = term.width;
    for line in lines.iter().flat_map(|line| wrap(line, width, 4)) {
        term.line(&line);
    }
}

fn rulings(generated: &Generated, term: &mut Term) {
    use migrate::ledger::Ruling;
    let count = |ruling: Ruling| generated.rows.iter().filter(|row| row.ruling == ruling).count();
    let by = |letter: char| {
        generated.findings.iter().filter(|finding| finding.severity == letter).count()
    };
    term.line("");
    let text = format!(
        "Settings read: {} — {} exact, {} approximated, {} findings, {} ignored with a reason.",
        generated.rows.len(),
        count(Ruling::Exact),
        count(Ruling::Approximated),
        count(Ruling::Finding),
        count(Ruling::Ignored)
    );
    for line in wrap(&text, term.width, 4) {
        term.line(&line);
    }
    term.line(&format!(
        "Findings: {} B, {} H, {} M, {} L (plan/findings.md).",
        by('B'),
        by('H'),
        by('M'),
        by('L')
    ));
}
