//! Today and then: every cluster of ECS as a box, beside the one cluster of each environment.
//!
//! The same service stands at the same place on both sides, so that only the boxes differ.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::format::{arn_name, count, number};
use super::section::Section;
use crate::view::lang::fill;

/// Width of the drawing.
const WIDTH: usize = 960;
/// Width of one side.
const SIDE: usize = 430;
/// Distance of the dots.
const CELL: usize = 21;
/// Dots in a row.
const PER_ROW: usize = 20;
/// Names are shown on dots up to this many workloads; more would only make the file large.
const NAMED_MAX: usize = 150;

/// One dot: a service in an environment.
struct Dot<'a> {
    name: &'a str,
    cluster: Option<&'a str>,
    blocked: bool,
}

pub(super) fn section(page: &Page<'_>) -> Section {
    let m = page.m;
    let clusters = page.clusters();
    let envs = page.plan.environments.len();
    let facts: [(&str, &dyn std::fmt::Display); 2] = [("from", &number(clusters)), ("to", &envs)];
    let heading = if clusters == 0 {
        fill(m.map_head_files, &[("to", &envs)])
    } else if clusters == envs {
        fill(m.map_head_same, &[("n", &envs)])
    } else {
        fill(m.map_head, &facts)
    };
    let body = html! {
        p { (m.map_intro) }
        figure { (drawing(page)) figcaption { (m.map_caption) } }
        (table(page))
    };
    Section { id: "map", topic: m.map_topic, heading, body }
}

fn dots<'a>(page: &Page<'a>) -> Vec<(&'a str, Vec<Dot<'a>>)> {
    let mut out = Vec::new();
    for env in page.environments() {
        let mut dots: Vec<Dot<'_>> = page
            .plan
            .services
            .iter()
            .filter(|service| service.environment == env)
            .map(|service| Dot {
                name: &service.name,
                cluster: service.from.cluster_arn.as_deref(),
                blocked: service.blocked,
            })
            .collect();
        // Services of one cluster stand together; else the order is that of names.
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for dot in &dots {
            if let Some(cluster) = dot.cluster {
                first.entry(cluster).or_insert(dot.name);
            }
        }
        dots.sort_by_key(|dot| {
            (dot.cluster.and_then(|c| first.get(c)).copied().unwrap_or(dot.name), dot.name)
        });
        out.push((env, dots));
    }
    out
}

fn drawing(page: &Page<'_>) -> Markup {
    let m = page.m;
    let all = dots(page);
    let named = page.plan.services.len() <= NAMED_MAX;
    let mut y = 40;
    let mut blocks = Vec::new();
    for (env, dots) in &all {
        let rows = dots.len().div_ceil(PER_ROW).max(1);
        let height = rows * CELL + 14;
        blocks.push((y, height, *env, dots));
        y += height + 34;
    }
    let right = WIDTH - SIDE;
    html! {
        svg.map viewBox={ "0 0 " (WIDTH) " " (y) } role="img" aria-label=(m.map_alt) {
            text.h x="0" y="14" { (m.map_today) }
            text.h x=(right) y="14" { (m.map_then) }
            @for (top, height, env, dots) in &blocks {
                text.k x="0" y=(top + 6) { (env) " · " (clusters_of(dots, page)) }
                text.k x=(right) y=(top + 6) { (env) " · " (count(dots.len(), m.one_namespace, m.many_namespaces)) }
                (today(dots, top + 14, named))
                path.flow d={ "M " (SIDE + 12) " " (top + 14 + height / 2) " H " (right - 14) } {}
                path.head d={ "M " (right - 20) " " (top + 9 + height / 2) " l 7 5 l -7 5" } {}
                rect.new x=(right) y=(top + 14) width=(SIDE) height=(height) rx="4" {}
                (then(dots, right, top + 14, named))
            }
        }
    }
}

fn clusters_of(dots: &[Dot<'_>], page: &Page<'_>) -> String {
    let mut clusters: Vec<&str> = dots.iter().filter_map(|dot| dot.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    if clusters.is_empty() {
        return count(dots.len(), page.m.one_task_definition, page.m.many_task_definitions);
    }
    count(clusters.len(), page.m.one_cluster, page.m.many_clusters)
}

fn at(index: usize) -> (usize, usize) {
    (5 + (index % PER_ROW) * CELL, 7 + (index / PER_ROW) * CELL)
}

fn today(dots: &[Dot<'_>], top: usize, named: bool) -> Markup {
    // A box for each run of dots of one cluster, broken where the row ends.
    let mut boxes: Vec<(usize, usize, Option<&str>)> = Vec::new();
    for (index, dot) in dots.iter().enumerate() {
        match boxes.last_mut() {
            Some((start, len, cluster))
                if dot.cluster.is_some()
                    && *cluster == dot.cluster
                    && *start / PER_ROW == index / PER_ROW =>
            {
                *len += 1;
            }
            _ => boxes.push((index, 1, dot.cluster)),
        }
    }
    html! {
        @for (start, len, cluster) in boxes {
            @let (x, y) = at(start);
            @if let Some(cluster) = cluster {
                rect.old x=(x) y=(top + y) width=(len * CELL - 4) height=(CELL - 4) {
                    @if named { title { (arn_name(cluster)) } }
                }
            }
            @for offset in 0..len {
                circle.dot cx=(x + offset * CELL + 8) cy=(top + y + 8) r="4" {}
            }
        }
    }
}

fn then(dots: &[Dot<'_>], left: usize, top: usize, named: bool) -> Markup {
    html! {
        @for (index, dot) in dots.iter().enumerate() {
            @let (x, y) = at(index);
            @if dot.blocked {
                path.held d={ "M " (left + x + 4) " " (top + y + 4) " l 8 8 m -8 0 l 8 -8" } {
                    @if named { title { (dot.name) } }
                }
            } @else {
                circle.moved cx=(left + x + 8) cy=(top + y + 8) r="4" {
                    @if named { title { (dot.name) } }
                }
            }
        }
    }
}

fn table(page: &Page<'_>) -> Markup {
    let m = page.m;
    html! {
        table.figures {
            thead { tr {
                th scope="col" { (m.environment) }
                th.n scope="col" { (m.map_clusters_today) }
                th.n scope="col" { (m.map_clusters_then) }
                th.n scope="col" { (m.map_namespaces) }
                th.n scope="col" { (m.map_waiting) }
            } }
            tbody { @for (env, dots) in dots(page) {
                tr {
                    th scope="row" { (env) }
                    td.n { (clusters_of(&dots, page)) }
                    td.n { "1" }
                    td.n { (number(dots.len())) }
                    td.n { (number(dots.iter().filter(|dot| dot.blocked).count())) }
                }
            } }
        }
    }
}
