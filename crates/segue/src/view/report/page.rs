//! The page as a whole: head, contents, sections in order.

use std::collections::{BTreeMap, BTreeSet};

use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::Reason;

use super::book::Book;
use super::section::{self, Section};
use super::{Input, MARK, Page};
use super::{appendix, duties, map, matrix, money, names, route, verdict, waves, words, worries};
use crate::view::lang::fill;

/// The look of all pages that are read away from Segue.
pub(crate) const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("open.js");

/// The report as HTML. Equal input gives equal bytes.
pub(crate) fn render(input: &Input<'_>) -> String {
    let names: BTreeSet<&str> = input.plan.services.iter().map(|one| one.name.as_str()).collect();
    let page = Page {
        plan: input.plan,
        book: Book::new(&input.findings, input.waived, names.len(), input.lang),
        inventory: &input.inventory,
        rulings: input.rulings,
        lang: input.lang,
        m: input.lang.messages(),
    };
    document(&page).into_string()
}

fn document(page: &Page<'_>) -> Markup {
    let m = page.m;
    let sections = sections(page);
    html! {
        (DOCTYPE)
        html lang=(page.lang.tag()) {
            head {
                meta charset="utf-8";
                (PreEscaped(MARK))
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (m.report) ": " (verdict::title(page)) }
                style { (PreEscaped(STYLE)) (PreEscaped(&running_heads(page))) }
            }
            body {
                (defs())
                main {
                    (verdict::draw(page))
                    (contents(page, &sections))
                    @for (index, one) in sections.iter().enumerate() { (section::draw(&(index + 1).to_string(), one)) }
                }
                footer { p { (fill(m.made_by, &[("tool", &page.plan.tool), ("source", &verdict::source(page))])) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn sections(page: &Page<'_>) -> Vec<Section> {
    let mut out = vec![map::section(page), matrix::section(page)];
    out.extend(route::stage(page));
    out.push(waves::section(page));
    if !page.plan.order.edges.is_empty() {
        out.push(waves::dependencies(page));
    }
    out.extend(route::section(page));
    if verdict::has_money(page) {
        out.push(money::section(page));
    }
    out.extend([
        worries::section(page),
        worries::unconverted(page),
        duties::section(page),
        words::section(page),
        names::section(page),
        appendix::codes(page),
        appendix::services_of(page),
    ]);
    out
}

fn contents(page: &Page<'_>, sections: &[Section]) -> Markup {
    html! {
        nav aria-label=(page.m.contents) {
            ol { @for one in sections { li { a href={ "#" (one.id) } { (one.topic) } " " span { (one.heading) } } } }
        }
    }
}

/// The tip of an arrow, shared by all drawings.
fn defs() -> Markup {
    html! {
        svg.defs aria-hidden="true" width="0" height="0" {
            defs { marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" {
                path.tip d="M 0 0 L 8 4 L 0 8 z" {}
            } }
        }
    }
}

/// What stands on top and at the foot of each printed page; only our own words, so nothing of the
/// estate gets into the style.
fn running_heads(page: &Page<'_>) -> String {
    let quoted = |text: &str| text.replace(['"', '\\', '<'], "");
    format!(
        "@page{{@top-left{{content:\"{}\"}}@bottom-right{{content:counter(page) \" / \" counter(pages)}}}}",
        quoted(page.m.report)
    )
}

impl<'a> Page<'a> {
    /// Environments in the order in which people go through them.
    pub(super) fn environments(&self) -> Vec<&'a str> {
        let mut out: Vec<&str> = self.plan.environments.iter().map(String::as_str).collect();
        let rank = |env: &str| {
            let first = self.plan.order.waves.iter().position(|wave| wave.environment == env);
            let known = ["dev", "test", "qa", "stag", "pre", "uat"]
                .iter()
                .position(|word| env.starts_with(word));
            let last = env.starts_with("prod") || env.starts_with("live");
            (last, known.unwrap_or(3), first.unwrap_or(usize::MAX))
        };
        out.sort_by_key(|env| (rank(env), *env));
        out
    }

    /// Canonical names in order.
    pub(super) fn services(&self) -> Vec<&'a str> {
        let names: BTreeSet<&str> =
            self.plan.services.iter().map(|one| one.name.as_str()).collect();
        names.into_iter().collect()
    }

    /// Clusters of ECS that the services run in.
    pub(super) fn clusters(&self) -> usize {
        let arns: BTreeSet<&str> =
            self.plan.services.iter().filter_map(|one| one.from.cluster_arn.as_deref()).collect();
        arns.len()
    }

    /// The wave of each service and environment.
    pub(super) fn wave_numbers(&self) -> BTreeMap<(&'a str, &'a str), u32> {
        let mut out = BTreeMap::new();
        for wave in &self.plan.order.waves {
            for name in wave.units.iter().flat_map(|unit| &unit.services) {
                out.insert((name.as_str(), wave.environment.as_str()), wave.number);
            }
        }
        out
    }

    /// The sentence of a reason in the language of the page.
    pub(super) fn reason(&self, reason: &Reason) -> Markup {
        super::format::said(&self.lang.sentence(reason.code.id, &reason.facts, &reason.sentence()))
    }

    /// The next step of a reason in the language of the page.
    pub(super) fn next(&self, reason: &Reason) -> Markup {
        super::format::said(&self.lang.next(reason.code.id, &reason.facts, &reason.next()))
    }
}
