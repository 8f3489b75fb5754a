//! Everything that was found: by code, then by service.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::Page;
use super::accepted;
use super::book::{Chapter, Told};
use super::format::{anchor, count, mark, place, said, severity_word};
use super::section::Section;
use crate::view::lang::fill;

/// Lines that a code or service has at most; the rest is in plan/findings.md.
const LINES_MAX: usize = 30;
/// Above so many services, findings M and L of a service are links only and places stay in
/// plan/findings.json, so that the page stays small enough to be sent by mail.
const BRIEF_ABOVE: usize = 60;

/// By code.
pub(super) fn codes(page: &Page<'_>) -> Section {
    let m = page.m;
    let body = html! {
        p { (m.codes_intro) }
        @for letter in ['B', 'H', 'M', 'L'] {
            @if page.book.severity(letter).next().is_some() {
                h3 { (mark(letter)) " " (severity_word(letter, m)) }
                @for chapter in page.book.severity(letter) { (code(page, chapter)) }
            }
        }
    };
    let heading = fill(m.codes_head, &[("n", &page.book.chapters.len())]);
    Section { id: "findings", topic: m.appendix_topic, heading, body }
}

fn code(page: &Page<'_>, chapter: &Chapter<'_>) -> Markup {
    let m = page.m;
    html! {
        div.code id=(chapter.code) {
            p.head { code { (chapter.code) } " " (said(&chapter.sentence)) }
            p { span.fix { (m.fix) } " " (said(&chapter.next)) }
            p.small { (count(chapter.count, m.one_finding, m.many_findings)) " · " (services(page, chapter)) }
            @if chapter.services.is_empty() { (lines(page, &chapter.told.iter().collect::<Vec<_>>())) }
        }
    }
}

/// Which services have it, in the shorter way.
fn services(page: &Page<'_>, chapter: &Chapter<'_>) -> Markup {
    let m = page.m;
    let all = page.services();
    let hit = &chapter.services;
    if hit.is_empty() {
        return html! { (m.estate) };
    }
    if hit.len() == all.len() {
        return html! { (m.all_services) };
    }
    let others: Vec<&str> = all.iter().copied().filter(|name| !hit.contains(name)).collect();
    if others.len() * 2 < hit.len() {
        return html! { (m.all_but) " " (others.join(", ")) };
    }
    let mut envs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for told in &chapter.told {
        envs.entry(told.service).or_default().extend(told.envs.iter().copied());
    }
    html! { @for (index, (name, envs)) in envs.into_iter().enumerate() {
        @if index > 0 { ", " }
        (name) @if envs.len() < page.plan.environments.len() && !envs.is_empty() { " (" (envs.into_iter().collect::<Vec<_>>().join(", ")) ")" }
    } }
}

fn lines(page: &Page<'_>, told: &[&Told<'_>]) -> Markup {
    html! {
        ul { @for one in told.iter().take(LINES_MAX) { li { (said(&one.sentence)) } } }
        @if told.len() > LINES_MAX { p.small { (count(told.len() - LINES_MAX, page.m.one_more_file, page.m.many_more_file)) } }
    }
}

/// By service.
pub(super) fn services_of(page: &Page<'_>) -> Section {
    let m = page.m;
    let body = html! {
        p { (m.by_service_intro) }
        @for name in page.services() { (service(page, name)) }
    };
    Section {
        id: "by-service",
        topic: m.by_service_topic,
        heading: m.by_service_head.to_owned(),
        body,
    }
}

fn service(page: &Page<'_>, name: &str) -> Markup {
    let m = page.m;
    let brief = page.services().len() > BRIEF_ABOVE;
    let own = |letters: &str| -> Vec<&Told<'_>> {
        page.book
            .of(name)
            .filter(|(chapter, told)| !chapter.common && letters.contains(told.severity))
            .map(|(_, told)| told)
            .collect()
    };
    let (weighty, light) = (own("BH"), own("ML"));
    let common: Vec<&str> = {
        let mut codes: Vec<&str> = page
            .book
            .of(name)
            .filter(|(chapter, _)| chapter.common)
            .map(|(chapter, _)| chapter.code)
            .collect();
        codes.dedup();
        codes
    };
    html! {
        details.service {
            summary { b { (name) } " " span.small { (counts(page, name)) } }
            div id=(anchor("s", name)) {
                @if weighty.is_empty() && light.is_empty() { p { (m.nothing_special) } }
                @for told in &weighty { (full(page, told)) }
                @if !light.is_empty() {
                    @if brief { p.small { (links(&light.iter().map(|told| told.code).collect::<Vec<_>>())) } }
                    @else { @for told in &light { (full(page, told)) } }
                }
                @if !common.is_empty() { p.small { (m.as_most) " " (links(&common)) } }
            }
        }
    }
}

/// Findings of the worst two severities, for the closed line.
fn counts(page: &Page<'_>, name: &str) -> Markup {
    let mut sums = [0_usize; 4];
    for env in &page.plan.environments {
        if let Some(cell) = page.book.cells.get(&(name, env.as_str())) {
            for (sum, n) in sums.iter_mut().zip(cell) {
                *sum += n;
            }
        }
    }
    html! { @for (letter, n) in ['B', 'H', 'M', 'L'].into_iter().zip(sums) {
        @if n > 0 { (mark(letter)) " " (n) " " }
    } }
}

fn full(page: &Page<'_>, told: &Told<'_>) -> Markup {
    let everywhere = told.envs.len() == page.plan.environments.len();
    html! {
        div.finding {
            p { (mark(told.severity)) " " (said(&told.sentence))
                @if !everywhere && !told.envs.is_empty() { span.small { " (" (told.envs.join(", ")) ")" } }
                " " a.small href={ "#" (told.code) } { (told.code) } }
            (accepted::lines(page, told))
            @if "BH".contains(told.severity) {
                p.then { span.fix { (page.m.fix) } " " (said(&told.next)) }
                @if let Some(at) = told.place.filter(|_| page.services().len() <= BRIEF_ABOVE) { p.then { code.ev { (place(at)) } } }
            }
        }
    }
}

fn links(codes: &[&str]) -> Markup {
    let mut codes = codes.to_vec();
    codes.dedup();
    html! { @for (index, code) in codes.iter().enumerate() { @if index > 0 { " " } a href={ "#" (code) } { (code) } } }
}
