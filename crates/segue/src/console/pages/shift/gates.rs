//! What must hold, beside the crossing: each gate with what was measured, its limit, its trend.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::bits;
use super::View;
use crate::serve::book::{Gate, Sample};
use crate::view::lang::fill;
use crate::view::proof;

/// Samples of a trend.
const TREND_MAX: usize = 60;

/// The next decision and the gates.
pub(super) fn draw(view: &View<'_>) -> Markup {
    let (shift, m, words) = (view.shift, view.m, view.lang.live());
    html! {
        (bits::heading(m.next_title))
        @match &shift.next {
            Some(next) => p.decision {
                strong { (bits::decision(next, view.lang)) }
                @if let Some(at) = next.at { span.next { (fill(m.next_at, &[("time", &proof::time(at))])) } }
            },
            None => p { (m.next_none) },
        }
        (bits::heading(words.gates_title))
        @if shift.gates.is_empty() { p { (m.gates_none) } } @else {
            (bits::wide(words.gates_title, &html! { table.gates { thead { tr {
                th scope="col" { (words.col_gate) } th.n scope="col" { (words.col_measured) } th.n scope="col" { (words.col_limit) } th scope="col" { (m.trend) }
            } } tbody { @for gate in &shift.gates { (row(view, gate)) } } } }))
        }
    }
}

fn row(view: &View<'_>, gate: &Gate) -> Markup {
    let words = view.lang.live();
    let (sign, class, word) = proof::standing(gate.standing, words);
    html! { tr {
        th scope="row" { span.one { b class=(class) title=(word) { span aria-hidden="true" { (sign) } span.hidden { (word) } } " " (proof::gate(&gate.name, words)) }
            @if let (Some(evidence), Some(bound)) = (gate.evidence, gate.bound) { small { "E " (format!("{evidence:.1}")) " / " (format!("{bound:.0}")) } } }
        td.n { (bits::words(&gate.measured, view.lang)) } td.n { (bits::words(&gate.limit, view.lang)) }
        td { (trend(view, gate)) }
    } }
}

/// How a gate's measure went lately, where the series knows it.
fn trend(view: &View<'_>, gate: &Gate) -> Markup {
    let of: fn(&Sample) -> Option<f64> = match gate.name.as_str() {
        "errors" => |sample| Some(sample.errors.1),
        "latency" => |sample| sample.p95.1,
        "requests" => |sample| Some(sample.rps.1),
        _ => return html! {},
    };
    let series = &view.shift.series;
    let from = series.len().saturating_sub(TREND_MAX);
    let values: Vec<f64> = series[from..].iter().filter_map(of).collect();
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return html! {} };
    let facts: [(&str, &dyn std::fmt::Display); 3] = [
        ("gate", &proof::gate(&gate.name, view.lang.live())),
        ("from", &bits::share(*first)),
        ("to", &bits::share(*last)),
    ];
    let alt = fill(view.m.trend_of, &facts);
    html! { svg.trend viewBox="0 0 100 20" role="img" aria-label=(alt) preserveAspectRatio="none" { path d=(line(&values)) {} } }
}

/// The values as a line from the left to the right; what never changes lies at the bottom.
#[expect(clippy::cast_precision_loss, reason = "at most sixty values")]
fn line(values: &[f64]) -> String {
    let (low, high) = values
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    // A rate of errors starts at nothing; a latency that moves by a hundredth has not moved.
    let low = if low < high * 0.5 { 0.0 } else { low * 0.9 };
    let span = (high * 1.05 - low).max(0.01);
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        let x = index as f64 * 100.0 / (values.len().max(2) - 1) as f64;
        let y = 19.0 - (value - low) / span * 18.0;
        let _ = write!(out, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    out
}
