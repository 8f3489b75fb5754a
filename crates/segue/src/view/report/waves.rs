//! The waves as lanes, one an environment, and what depends on what.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use migrate::waves::{Relation, ThingKind, Wave};

use super::Page;
use super::format::{count, number};
use super::section::Section;
use crate::view::lang::fill;

/// Width of the drawing.
const WIDTH: usize = 960;
/// Where the lanes begin, right of the names of the environments.
const LEFT: usize = 70;
/// Height of a wave.
const BAR: usize = 30;
/// A bar that is narrower has no room for its number, which then stands below some of them.
const NUMBERED_MIN: usize = 22;
/// Every so many narrow bars one has its number.
const NUMBERED_EVERY: u32 = 10;
/// Rows of a table of dependencies.
const ROWS_MAX: usize = 30;
/// Names that a cell lists.
const NAMES_MAX: usize = 8;

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let order = &page.plan.order;
    let moved: usize =
        order.waves.iter().flat_map(|wave| &wave.units).map(|unit| unit.services.len()).sum();
    let waves = count(order.waves.len(), m.one_wave, m.many_waves);
    let heading = if order.waves.is_empty() {
        m.waves_head_none.to_owned()
    } else {
        fill(m.waves_head, &[("waves", &waves), ("n", &number(moved))])
    };
    let body = html! {
        p { (m.waves_intro) }
        @if !order.waves.is_empty() {
            figure { (lanes(page)) figcaption { (m.waves_caption) } }
            (table(page))
        }
        (held(page))
    };
    Section { id: "waves", topic: m.waves_topic, heading, body }
}

/// How many waves must end, one after the other, before this one starts.
fn depths(waves: &[Wave]) -> BTreeMap<u32, usize> {
    let mut out: BTreeMap<u32, usize> = BTreeMap::new();
    for wave in waves {
        let depth = wave
            .after
            .iter()
            .filter_map(|number| out.get(number))
            .max()
            .map_or(0, |deepest| deepest + 1);
        out.insert(wave.number, depth);
    }
    out
}

fn lanes(page: &Page<'_>) -> Markup {
    let m = page.m;
    let waves = &page.plan.order.waves;
    let depths = depths(waves);
    let columns = depths.values().max().map_or(1, |deepest| deepest + 1);
    let step = (WIDTH - LEFT) / columns.max(1);
    // Waves of one environment that may run side by side stand below one another.
    let mut places: Vec<(usize, usize, &Wave)> = Vec::new();
    let mut labels: Vec<(usize, &str)> = Vec::new();
    let narrow = step < NUMBERED_MIN;
    let mut y = 4;
    for env in page.environments() {
        let mut used: BTreeMap<usize, usize> = BTreeMap::new();
        let mut rows = 1;
        for wave in waves.iter().filter(|wave| wave.environment == env) {
            let depth = depths.get(&wave.number).copied().unwrap_or_default();
            let row = used.entry(depth).or_default();
            places.push((LEFT + depth * step, y + *row * (BAR + 4), wave));
            *row += 1;
            rows = rows.max(*row);
        }
        labels.push((y, env));
        y += rows * (BAR + 4) + if narrow { 28 } else { 14 };
    }
    html! {
        svg.waves viewBox={ "0 0 " (WIDTH) " " (y + 16) } role="img" aria-label=(m.waves_alt) {
            @for (top, env) in &labels {
                text.h x="0" y=(top + 20) { (env) }
                path.lane d={ "M " (LEFT) " " (top + BAR + 9) " H " (WIDTH) } {}
            }
            @for (x, top, wave) in &places {
                rect class=(heat(wave.risk)) x=(x) y=(top) width=(step.saturating_sub(4).max(3)) height=(BAR) rx="2" {
                    title { (m.wave) " " (wave.number) ": " (services(wave).join(", ")) }
                }
                @if narrow && (wave.number.is_multiple_of(NUMBERED_EVERY) || wave.number == 1) {
                    text.k x=(x) y=(top + BAR + 22) { (wave.number) }
                }
                @if !narrow { text.w x=(x + 5) y=(top + 20) { (wave.number) } }
                @if step >= 110 {
                    text.s x=(x + 28) y=(top + 20) { (count(services(wave).len(), m.one_service, m.many_services)) }
                } @else if step >= 52 {
                    text.k x=(x + 28) y=(top + 20) { "× " (services(wave).len()) }
                }
            }
            text.k x=(LEFT) y=(y + 10) { (m.waves_axis) }
        }
    }
}

/// The class of a risk of 0 to 100: three shades that differ in greys too.
pub(super) fn heat(risk: u8) -> &'static str {
    match risk {
        0..=33 => "r1",
        34..=66 => "r2",
        _ => "r3",
    }
}

fn services(wave: &Wave) -> Vec<&str> {
    wave.units.iter().flat_map(|unit| unit.services.iter().map(String::as_str)).collect()
}

fn table(page: &Page<'_>) -> Markup {
    let m = page.m;
    html! {
        table.wavelist {
            thead { tr {
                th.n scope="col" { (m.wave) } th scope="col" { (m.environment) } th scope="col" { (m.waves_services) }
                th.n scope="col" { (m.risk) } th scope="col" { (m.waves_after) }
            } }
            tbody { @for wave in &page.plan.order.waves {
                tr {
                    th.n scope="row" { (wave.number) }
                    td { (wave.environment) }
                    td { (services(wave).join(", ")) }
                    td.n { (wave.risk) }
                    td { @if wave.after.is_empty() { (m.waves_at_once) } @else {
                        (fill(m.waves_after_n, &[("n", &wave.after.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]))
                    } }
                }
            } }
        }
    }
}

fn held(page: &Page<'_>) -> Markup {
    let m = page.m;
    let order = &page.plan.order;
    html! {
        @if !order.held.is_empty() {
            h3 { (m.waves_held) }
            table { thead { tr { th scope="col" { (m.service) } th scope="col" { (m.environment) } th scope="col" { (m.why) } } }
                tbody { @for held in &order.held {
                    tr {
                        th scope="row" { (held.service) } td { (held.environment) }
                        td { (page.reason(&held.because)) span.next { (page.next(&held.because)) } }
                    }
                } }
            }
        }
        @if !order.kept.is_empty() {
            h3 { (m.waves_kept) }
            p { (m.waves_kept_intro) }
            ul.plain { @for kept in order.kept.iter().take(ROWS_MAX) {
                li { b { (kept.service) } " (" (kept.environment) "): " (page.reason(&kept.because)) }
            } }
            @if order.kept.len() > ROWS_MAX { p.small { (count(order.kept.len() - ROWS_MAX, m.one_more, m.many_more)) } }
        }
    }
}

pub(super) fn dependencies(page: &Page<'_>) -> Section {
    let m = page.m;
    let order = &page.plan.order;
    let ids: BTreeMap<&str, _> =
        order.things.iter().map(|thing| (thing.id.as_str(), thing)).collect();
    let mut calls: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut shared: BTreeMap<(&str, ThingKind, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut foreign = Vec::new();
    for edge in &order.edges {
        let (Some(from), Some(to)) = (ids.get(edge.from.as_str()), ids.get(edge.to.as_str()))
        else {
            continue;
        };
        let env = from.environment.as_deref().unwrap_or_default();
        if edge.relation == Relation::Calls && to.kind == ThingKind::Service && from.name != to.name
        {
            calls.entry((&to.name, &from.name)).or_default().insert(env);
        }
        if edge.relation == Relation::Uses && from.kind == ThingKind::Service {
            shared.entry((&to.id, to.kind, &to.name)).or_default().insert(&from.name);
        }
        if let Some(other) = &edge.foreign {
            foreign.push((from, to, other, edge));
        }
    }
    let mut callees: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (callee, caller) in calls.keys() {
        callees.entry(callee).or_default().push(caller);
    }
    let mut callees: Vec<(&str, Vec<&str>)> = callees.into_iter().collect();
    callees.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
    let mut shared: Vec<_> = shared.into_iter().filter(|(_, users)| users.len() > 1).collect();
    shared.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let heading = match callees.first() {
        Some((name, callers)) => fill(
            m.deps_head,
            &[("name", name), ("n", &callers.len()), ("calls", &number(calls.len()))],
        ),
        None => m.deps_head_none.to_owned(),
    };
    let body = html! {
        p { (m.deps_intro) }
        @if !callees.is_empty() {
            table.deps { thead { tr { th scope="col" { (m.deps_callee) } th.n scope="col" { (m.deps_callers) } th scope="col" { (m.deps_who) } } }
                tbody { @for (callee, callers) in callees.iter().take(ROWS_MAX) {
                    tr { th scope="row" { (callee) } td.n { (callers.len()) } td { (list(callers, page)) } }
                } }
            }
        }
        @if !shared.is_empty() {
            h3 { (m.deps_shared) }
            table.deps { thead { tr { th scope="col" { (m.deps_what) } th scope="col" { (m.deps_kind) } th scope="col" { (m.deps_who) } } }
                tbody { @for ((_, kind, name), users) in shared.iter().take(ROWS_MAX) {
                    tr { th scope="row" { code { (name) } } td { (kind_word(*kind, page)) } td { (list(&users.iter().copied().collect::<Vec<_>>(), page)) } }
                } }
            }
        }
        @if !foreign.is_empty() {
            h3 { (m.deps_foreign) }
            p { (m.deps_foreign_intro) }
            ul.plain { @for (from, to, other, edge) in foreign.iter().take(ROWS_MAX) {
                li {
                    b class="h" { "▲ " } b { (from.name) } " (" (from.environment.as_deref().unwrap_or_default()) ") → "
                    (kind_word(to.kind, page)) " " b { (to.name) } " (" (other) ")"
                    @if let Some(evidence) = edge.evidence.first() { " " code.ev { (evidence.words) } }
                }
            } }
        }
        @if !order.cycles.is_empty() {
            h3 { (m.deps_cycles) }
            ul.plain { @for cycle in &order.cycles {
                li { (cycle.environment) ": " b { (cycle.services.join(" ⇄ ")) }
                    @if !cycle.cut.is_empty() { ". " (m.deps_cut) " "
                        (cycle.cut.iter().map(|call| format!("{} → {}", call.caller, call.callee)).collect::<Vec<_>>().join(", ")) }
                }
            } }
        }
    };
    Section { id: "dependencies", topic: m.deps_topic, heading, body }
}

fn list(names: &[&str], page: &Page<'_>) -> String {
    let mut out = names.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMES_MAX {
        out.push(' ');
        out.push_str(&count(names.len() - NAMES_MAX, page.m.one_more, page.m.many_more));
    }
    out
}

fn kind_word(kind: ThingKind, page: &Page<'_>) -> &'static str {
    let m = page.m;
    match kind {
        ThingKind::Service => m.kind_service,
        ThingKind::Database => m.kind_database,
        ThingKind::Cache => m.kind_cache,
        ThingKind::Queue => m.kind_queue,
        ThingKind::Topic => m.kind_topic,
        ThingKind::Stream => m.kind_stream,
        ThingKind::Bucket => m.kind_bucket,
        ThingKind::Table => m.kind_table,
        ThingKind::Search => m.kind_search,
        ThingKind::FileSystem => m.kind_file_system,
        ThingKind::Secret => m.kind_secret,
        ThingKind::Schedule => m.kind_schedule,
        ThingKind::Function => m.kind_function,
        ThingKind::Host => m.kind_host,
        ThingKind::SecurityGroup => m.kind_group,
        ThingKind::Outside => m.kind_outside,
    }
}
