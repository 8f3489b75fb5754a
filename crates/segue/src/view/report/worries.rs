//! What worries us, and what could not be converted.

use std::collections::BTreeMap;

use maud::{Markup, html};
use migrate::waves::{PartKind, Risk};

use super::Page;
use super::accepted;
use super::book::{Chapter, Told};
use super::format::{count, mark, number, said, severity_word};
use super::section::Section;
use super::waves::heat;
use crate::view::lang::fill;

/// Services by risk that are listed.
const RISKS_MAX: usize = 8;
/// Findings of single services that are listed.
const WORRIES_MAX: usize = 14;

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let rare: Vec<&Chapter<'_>> =
        page.book.severity('H').filter(|one| !one.common && !one.services.is_empty()).collect();
    let mut risks: Vec<&Risk> = page.plan.order.risks.iter().collect();
    risks.sort_by(|a, b| {
        b.score
            .cmp(&a.score)
            .then_with(|| (&a.service, &a.environment).cmp(&(&b.service, &b.environment)))
    });
    let heading = match risks.first() {
        Some(top) => fill(
            m.worries_head,
            &[("service", &top.service), ("env", &top.environment), ("score", &top.score)],
        ),
        None => fill(m.worries_head_none, &[("n", &number(rare.len()))]),
    };
    let body = html! {
        p { (m.worries_intro) }
        @if !risks.is_empty() { (table(page, &risks)) }
        @if !rare.is_empty() {
            h3 { (m.worries_rare) }
            p { (m.worries_rare_intro) }
            dl.worries { @for chapter in rare.iter().take(WORRIES_MAX) { (worry(page, chapter)) } }
            @if rare.len() > WORRIES_MAX { p.small { (count(rare.len() - WORRIES_MAX, m.one_more, m.many_more)) " → " a href="#findings" { (m.appendix_topic) } } }
        }
    };
    Section { id: "worries", topic: m.worries_topic, heading, body }
}

fn table(page: &Page<'_>, risks: &[&Risk]) -> Markup {
    let m = page.m;
    html! {
        table.risks { thead { tr { th scope="col" { (m.service) } th scope="col" { (m.environment) } th.n scope="col" { (m.risk) } th scope="col" { (m.worries_from) } } }
            tbody { @for risk in risks.iter().take(RISKS_MAX) {
                tr {
                    th scope="row" { (risk.service) } td { (risk.environment) }
                    td.n { (risk.score) " "
                        svg.score viewBox="0 0 60 10" aria-hidden="true" { rect class=(heat(risk.score)) width=(usize::from(risk.score.min(100)) * 60 / 100) height="10" {} }
                    }
                    td.small { @for (index, (kind, points)) in parts(risk).into_iter().enumerate() {
                        @if index > 0 { " · " } (part(kind, page)) " " (points)
                    } }
                }
            } }
        }
    }
}

/// The parts of a risk by kind, the weightiest first.
fn parts(risk: &Risk) -> Vec<(PartKind, u32)> {
    let mut sums: BTreeMap<PartKind, u32> = BTreeMap::new();
    for part in &risk.parts {
        *sums.entry(part.kind).or_default() += u32::from(part.points);
    }
    let mut out: Vec<(PartKind, u32)> = sums.into_iter().collect();
    out.sort_by_key(|(kind, points)| (u32::MAX - points, *kind));
    out
}

fn part(kind: PartKind, page: &Page<'_>) -> &'static str {
    let m = page.m;
    match kind {
        PartKind::Blockers => m.part_blockers,
        PartKind::HighFindings => m.part_high,
        PartKind::MediumFindings => m.part_medium,
        PartKind::Callers => m.part_callers,
        PartKind::Traffic => m.part_traffic,
        PartKind::Files => m.part_files,
        PartKind::Sessions => m.part_sessions,
        PartKind::SingleTask => m.part_single,
        PartKind::Consumer => m.part_consumer,
        PartKind::Schedules => m.part_schedules,
        PartKind::ForeignOwner => m.part_owner,
        PartKind::NoHealthCheck => m.part_health,
        PartKind::Drift => m.part_drift,
        PartKind::ForeignEdge => m.part_foreign,
        PartKind::Deployment => m.part_deployment,
    }
}

fn worry(page: &Page<'_>, chapter: &Chapter<'_>) -> Markup {
    let first = chapter.told.first();
    html! {
        dt { (mark(chapter.severity)) " " @match first { Some(told) => (said(&told.sentence)), None => (said(&chapter.sentence)) }
            @if chapter.told.len() > 1 { span.small { " " (count(chapter.told.len() - 1, page.m.one_like, page.m.many_like)) } }
        }
        dd { (page.m.fix) " " @match first { Some(told) => (said(&told.next)), None => (said(&chapter.next)) }
            " " a.small href={ "#" (chapter.code) } { (chapter.code) }
            @if let Some(told) = first { (accepted::lines(page, told)) } }
    }
}

/// What could not be converted.
pub(super) fn unconverted(page: &Page<'_>) -> Section {
    let m = page.m;
    let blockers: Vec<&Told<'_>> = page.book.severity('B').flat_map(|one| &one.told).collect();
    let heading = match blockers.len() {
        0 => m.lost_head_none.to_owned(),
        1 => m.lost_head_one.to_owned(),
        n => fill(m.lost_head, &[("n", &n)]),
    };
    let body = html! {
        @if let Some(rulings) = page.rulings {
            @let all = rulings.exact + rulings.approximated + rulings.findings + rulings.ignored;
            p { (fill(m.lost_settings, &[
                ("all", &number(all)), ("exact", &number(rulings.exact)), ("approximated", &number(rulings.approximated)),
                ("findings", &number(rulings.findings)), ("ignored", &number(rulings.ignored)),
            ])) }
        }
        @for told in &blockers {
            div.blocker {
                p { (mark('B')) " " b { (told.service) } " (" (told.envs.join(", ")) ") " a.small href={ "#" (told.code) } { (told.code) }
                    }
                (accepted::lines(page, told))
                p { (said(&told.sentence)) }
                p { (m.answer_needed) " " (said(&told.next)) }
            }
        }
        table.figures { thead { tr { th scope="col" { (m.lost_kind) } th.n scope="col" { (m.lost_findings) } th.n scope="col" { (m.lost_codes) } th scope="col" { (m.lost_means) } } }
            tbody { @for (letter, n) in ['B', 'H', 'M', 'L'].into_iter().zip(page.book.totals) {
                tr {
                    th scope="row" { (mark(letter)) } td.n { (number(n)) }
                    td.n { (page.book.severity(letter).count()) } td { (severity_word(letter, m)) }
                }
            } }
        }
        (accepted::table(page))
        p { (m.lost_images) }
    };
    Section { id: "unconverted", topic: m.lost_topic, heading, body }
}
