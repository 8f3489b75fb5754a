//! Findings that the team accepts: by whom, until when, why.

use std::collections::BTreeMap;

use maud::{Markup, html};
use migrate::waivers::Waiver;

use super::Page;
use super::book::{Chapter, Finding, Told};
use super::format::{mark, said};
use crate::view::lang::fill;

/// A waiver, and the environments in which it holds for what is told.
#[derive(Debug)]
pub(super) struct Accepted<'a> {
    /// Name, day and reason.
    pub(super) waiver: &'a Waiver,
    /// The environments; none for a finding of the whole estate.
    pub(super) envs: Vec<&'a str>,
}

/// The waivers of findings that are told together; those of one person, day and reason are one.
pub(super) fn accepted<'a>(
    group: &[&'a Finding],
    waived: &'a BTreeMap<String, Waiver>,
) -> Vec<Accepted<'a>> {
    let mut out: Vec<Accepted<'_>> = Vec::new();
    for finding in group {
        let Some(waiver) = waived.get(&finding.id) else { continue };
        let parts = |one: &Waiver| (one.name.clone(), one.expires, one.reason.clone());
        let env = finding.environment.as_str();
        match out.iter_mut().find(|one| parts(one.waiver) == parts(waiver)) {
            Some(one) => one.envs.push(env),
            None => out.push(Accepted { waiver, envs: vec![env] }),
        }
    }
    for one in &mut out {
        one.envs.retain(|env| !env.is_empty());
        one.envs.dedup();
    }
    out
}

/// One line for each waiver of what is told; nothing if nobody accepted it.
pub(super) fn lines(page: &Page<'_>, told: &Told<'_>) -> Markup {
    let m = page.m;
    html! {
        @for one in &told.accepted {
            @let Waiver { name, reason, expires, .. } = one.waiver;
            @let envs = one.envs.join(", ");
            @let template = if one.envs == told.envs { m.accepted } else { m.accepted_in };
            p.accepted { "⏸ " (fill(template, &[("envs", &envs), ("name", name), ("day", expires), ("reason", reason)])) }
        }
    }
}

/// Everything that is accepted, also what is told only once for all services.
pub(super) fn table(page: &Page<'_>) -> Markup {
    let m = page.m;
    let all: Vec<(&Chapter<'_>, &Told<'_>, &Accepted<'_>)> = page
        .book
        .chapters
        .iter()
        .flat_map(|chapter| chapter.told.iter().map(move |told| (chapter, told)))
        .flat_map(|(chapter, told)| told.accepted.iter().map(move |one| (chapter, told, one)))
        .collect();
    html! {
        @if !all.is_empty() {
            h3 { (m.accepted_topic) }
            p { (m.accepted_intro) }
            table.accepted {
                thead { tr {
                    th scope="col" { (m.service) } th scope="col" { (m.accepted_what) } th scope="col" { (m.accepted_by) }
                    th scope="col" { (m.accepted_until) } th scope="col" { (m.why) }
                } }
                tbody { @for (chapter, told, one) in all {
                    tr {
                        th scope="row" { @if told.service.is_empty() { (m.estate) } @else { (told.service) }
                            @if !one.envs.is_empty() { span.small { " (" (one.envs.join(", ")) ")" } } }
                        td { (mark(told.severity)) " " (said(&told.sentence)) " " a.small href={ "#" (chapter.code) } { (chapter.code) } }
                        td { (one.waiver.name) } td.n { (one.waiver.expires) } td { (one.waiver.reason) }
                    }
                } }
            }
        }
    }
}
