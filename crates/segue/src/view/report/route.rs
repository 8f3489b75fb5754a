//! The first stage in figures, and the way of one request with its weights.

use maud::{Markup, html};
use migrate::consolidate::{Manner, Move, Rule};

use super::Page;
use super::format::{arn_name, count, number};
use super::section::Section;
use crate::view::lang::fill;

/// Width of the drawing.
const WIDTH: usize = 960;
/// Held services that are listed.
const HELD_MAX: usize = 20;

/// The first stage: ECS to ECS.
pub(super) fn stage(page: &Page<'_>) -> Option<Section> {
    let m = page.m;
    let stage = &page.plan.consolidation;
    let counts = &stage.counts;
    if stage.clusters.is_empty() {
        return None;
    }
    let of = |manner: Manner| stage.moves.iter().filter(|one| one.manner == manner).count();
    let rows = [
        (Manner::Weights, m.manner_weights, m.manner_weights_means),
        (Manner::Overlap, m.manner_overlap, m.manner_overlap_means),
        (Manner::HandOver, m.manner_hand_over, m.manner_hand_over_means),
        (Manner::Schedules, m.manner_schedules, m.manner_schedules_means),
    ];
    let heading = fill(
        m.stage_head,
        &[
            ("from", &number(counts.clusters_before)),
            ("to", &number(counts.clusters_after)),
            ("moved", &number(counts.moved)),
        ],
    );
    let body = html! {
        p { (m.stage_intro) }
        table.figures { thead { tr { th scope="col" { (m.stage_manner) } th.n scope="col" { (m.workloads) } th scope="col" { (m.stage_means) } } }
            tbody { @for (manner, name, means) in rows {
                tr { th scope="row" { (name) } td.n { (number(of(manner))) } td { (means) } }
            } }
        }
        p { (fill(m.stage_figures, &[("made", &number(counts.groups_made)), ("rules", &number(counts.rules)), ("schedules", &number(counts.schedules)), ("person", &number(counts.by_person)), ("steps", &number(stage.steps.len()))])) }
        @if !stage.held.is_empty() {
            h3 { (m.stage_held) }
            ul.plain { @for held in stage.held.iter().take(HELD_MAX) {
                li { (page.reason(&held.because)) span.next { (page.next(&held.because)) } }
            } }
            @if stage.held.len() > HELD_MAX { p.small { (count(stage.held.len() - HELD_MAX, m.one_more, m.many_more)) } }
        }
    };
    Some(Section { id: "stage", topic: m.stage_topic, heading, body })
}

/// The way of one request.
pub(super) fn section(page: &Page<'_>) -> Option<Section> {
    let m = page.m;
    let example = example(page)?;
    let (one, rule) = example;
    let weights: Vec<u8> = rule.weights.keys().copied().collect();
    let heading = fill(m.route_head, &[("service", &one.service), ("env", &one.environment)]);
    let body = html! {
        p { (m.route_intro) }
        figure { (drawing(page, one, rule)) figcaption { (m.route_caption) } }
        table.figures { thead { tr { th scope="col" { (m.route_step) } @for percent in &weights { th.n scope="col" { (percent) " %" } } } }
            tbody { @for group in groups(rule) {
                tr { th scope="row" { code { (group_name(&group)) } }
                    @for percent in &weights { td.n { (rule.weights.get(percent).and_then(|all| all.get(&group)).copied().unwrap_or_default()) } }
                }
            } }
        }
        p { (m.route_back) }
    };
    Some(Section { id: "route", topic: m.route_topic, heading, body })
}

/// The move that shows most: behind weights, in the environment that comes last, with few rules.
fn example<'p>(page: &Page<'p>) -> Option<(&'p Move, &'p Rule)> {
    let envs = page.environments();
    let place = |one: &Move| envs.iter().position(|env| *env == one.environment);
    let moves = page.plan.consolidation.moves.iter();
    let best = moves
        .filter(|one| {
            one.manner == Manner::Weights && one.rules.iter().any(|rule| rule.weights.len() > 1)
        })
        .max_by_key(|one| {
            (place(one), usize::MAX - one.rules.len(), std::cmp::Reverse(&one.service))
        })?;
    let rule =
        best.rules.iter().filter(|rule| rule.weights.len() > 1).min_by_key(|rule| rule.default)?;
    Some((best, rule))
}

fn groups(rule: &Rule) -> Vec<String> {
    let mut out: Vec<String> = rule.weights.values().flat_map(|all| all.keys().cloned()).collect();
    // The old ones have ARNs, the new ones placeholders; arn sorts after `${`.
    out.sort_by_key(|key| (key.starts_with("${"), key.clone()));
    out.dedup();
    out
}

fn group_name(key: &str) -> &str {
    let placeholder = key.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    placeholder.map_or_else(|| arn_name(key), |path| path.rsplit('/').next().unwrap_or(path))
}

fn drawing(page: &Page<'_>, one: &Move, rule: &Rule) -> Markup {
    let m = page.m;
    let priority = rule.priority.clone().unwrap_or_else(|| m.route_default.to_owned());
    let port = rule.port.map_or_else(String::new, |port| format!(":{port}"));
    let old = one.groups.iter().find(|group| !group.alternate);
    let new_name = old.map_or("", |group| group.name.as_str());
    let old_name = old.map_or("", |group| arn_name(&group.old));
    let steps: Vec<u8> = rule.weights.keys().copied().collect();
    html! {
        svg.route viewBox={ "0 0 " (WIDTH) " 236" } role="img" aria-label=(m.route_alt) {
            (node(0, 92, m.route_client, ""))
            (arrow("M 150 118 H 176"))
            (node(180, 92, &rule.balancer, &format!("ALB {port}")))
            (arrow("M 330 118 H 356"))
            (node(360, 92, &fill(m.route_rule, &[("n", &priority)]), m.route_rule_means))
            (arrow("M 510 108 C 545 108 545 46 576 46"))
            (arrow("M 510 128 C 545 128 545 190 576 190"))
            (node(580, 20, old_name, m.route_old_group))
            (node(580, 164, new_name, m.route_new_group))
            (arrow("M 730 46 H 756")) (arrow("M 730 190 H 756"))
            (node(760, 20, &one.from.service, &one.from.cluster))
            (node(760, 164, &one.to.service, &one.to.cluster))
            (ladder(&steps))
        }
    }
}

/// Both shares at each step, between the two target groups.
fn ladder(steps: &[u8]) -> Markup {
    let width = 332 / steps.len().max(1);
    html! {
        @for (index, percent) in steps.iter().enumerate() {
            @let x = 580 + index * width;
            @let new = usize::from(*percent) * 36 / 100;
            rect.share x=(x) y="92" width=(width.saturating_sub(3)) height=(36 - new) {}
            rect.share.new x=(x) y=(92 + 36 - new) width=(width.saturating_sub(3)) height=(new) {}
            text.k x=(x) y="143" { (percent) " %" }
        }
    }
}

fn node(x: usize, y: usize, name: &str, below: &str) -> Markup {
    // An SVG cannot cut text, so a long name is cut here and whole in its title.
    let cut = |text: &str, max: usize| {
        let short: String = text.chars().take(max).collect();
        if text.chars().count() > max { format!("{short}…") } else { short }
    };
    html! {
        g {
            title { (name) " " (below) }
            rect.node x=(x) y=(y) width="150" height="52" rx="2" {}
            text.s x=(x + 9) y=(y + 22) { (cut(name, 19)) }
            text.k x=(x + 9) y=(y + 40) { (cut(below, 22)) }
        }
    }
}

fn arrow(d: &str) -> Markup {
    html! { path.flow d=(d) marker-end="url(#tip)" {} }
}
