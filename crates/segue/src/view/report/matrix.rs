//! Each service in each environment: the worst finding, the wave, what it becomes.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::Page;
use super::format::{anchor, class, count, glyph, severity_word};
use super::section::Section;
use crate::view::lang::fill;

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let names = page.services();
    let special = names.iter().filter(|name| {
        page.book.of(name).any(|(chapter, _)| !chapter.common && "BH".contains(chapter.severity))
    });
    let facts: [(&str, &dyn std::fmt::Display); 2] =
        [("n", &special.count()), ("of", &names.len())];
    let body = html! {
        p { (m.matrix_intro) }
        p.legend {
            @for letter in ['B', 'H', 'M', 'L'] {
                span { b class=(class(letter)) { (glyph(letter)) " " (letter) } " " (severity_word(letter, m)) }
            }
            span { b.ok { "✔" } " " (m.sev_none) }
        }
        (table(page))
    };
    Section { id: "services", topic: m.matrix_topic, heading: fill(m.matrix_head, &facts), body }
}

fn table(page: &Page<'_>) -> Markup {
    let m = page.m;
    let envs = page.environments();
    let waves = page.wave_numbers();
    html! {
        table.matrix {
            thead { tr {
                th scope="col" { (m.service) }
                @for env in &envs { th scope="col" { (env) } }
                @if !waves.is_empty() { th.n scope="col" { (m.wave) } }
                th scope="col" { (m.becomes) }
            } }
            tbody { @for name in page.services() {
                tr {
                    th scope="row" { a href={ "#" (anchor("s", name)) } { (name) } }
                    @for env in &envs { (cell(page, name, env)) }
                    @if !waves.is_empty() { td.n { (numbers(&waves, name, &envs)) } }
                    td.small { (becomes(page, name)) }
                }
            } }
        }
    }
}

fn cell(page: &Page<'_>, name: &str, env: &str) -> Markup {
    let there = page.plan.services.iter().any(|one| one.name == name && one.environment == env);
    if !there {
        return html! { td.none { span title=(page.m.not_there) { "–" } } };
    }
    let counts = page.book.cells.get(&(name, env)).copied().unwrap_or_default();
    let worst = ['B', 'H', 'M', 'L'].into_iter().zip(counts).find(|(_, n)| *n > 0);
    let link = anchor("s", name);
    html! {
        @match worst {
            None => td { a.ok href={ "#" (link) } { "✔" } },
            Some((letter, n)) => td class={ "c " (class(letter)) @if own(page, name, env, letter) { " own" } } {
                a href={ "#" (link) } {
                    (glyph(letter)) " " (letter) " " span.n { (n) }
                }
            }
        }
    }
}

/// True if a finding of this weight is not one that most services have.
fn own(page: &Page<'_>, name: &str, env: &str, letter: char) -> bool {
    page.book.of(name).any(|(chapter, told)| {
        !chapter.common && told.severity == letter && told.envs.contains(&env)
    })
}

/// The waves of a service, in the order of the environments.
fn numbers(waves: &BTreeMap<(&str, &str), u32>, name: &str, envs: &[&str]) -> String {
    let of =
        |env: &&str| waves.get(&(name, *env)).map_or_else(|| "–".to_owned(), ToString::to_string);
    envs.iter().map(of).collect::<Vec<_>>().join(" · ")
}

/// What a person recognises among its objects.
fn becomes(page: &Page<'_>, name: &str) -> Markup {
    const SHOWN: [&str; 8] = [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "CronJob",
        "Job",
        "Ingress",
        "HorizontalPodAutoscaler",
        "ScaledObject",
    ];
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for side in page.plan.services.iter().filter(|side| side.name == name) {
        for object in &side.to.objects {
            names.entry(&object.kind).or_default().insert(&object.name);
        }
    }
    let words: Vec<String> = SHOWN
        .iter()
        .filter_map(|kind| {
            let n = names.get(kind)?.len();
            Some(if n > 1 { format!("{n} × {kind}") } else { (*kind).to_owned() })
        })
        .collect();
    let blocked = page.plan.services.iter().any(|side| side.name == name && side.blocked);
    html! {
        @if blocked { b.b { "✖" } " " (page.m.waits_for_answer) }
        @else if words.is_empty() { (count(names.len(), page.m.one_object, page.m.many_objects)) }
        @else { (words.join(" · ").replace("HorizontalPodAutoscaler", "HPA")) }
    }
}
