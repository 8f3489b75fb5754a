//! The sections of a ledger's page.

use std::fmt::Display;

use jiff::Timestamp;
use maud::{Markup, html};
use model::ports::Counts;

use super::{Page, gate, moment, standing, time};
use crate::serve::proof::requests::{Answers, ProberAccount, Reconciled};
use crate::serve::proof::steps::StepTaken;
use crate::view::crossing::{self, Crossing};
use crate::view::lang::fill;
use crate::view::report::format::number;
use crate::view::report::section::Section;

/// All sections in their order.
pub(super) fn all(page: &Page<'_>) -> Vec<Section> {
    let drawn = (!page.ledger.series.is_empty()).then(|| crossing(page));
    let rest = [requests(page), steps(page), gates(page), people(page), seal(page)];
    drawn.into_iter().chain(rest).collect()
}

fn crossing(page: &Page<'_>) -> Section {
    let (m, ledger) = (page.m, page.ledger);
    let share = ledger.series.last().map_or(0, |sample| sample.asked);
    let drawing = Crossing {
        series: &ledger.series,
        share,
        old: &ledger.old,
        new: &ledger.new,
        lang: page.lang,
    };
    let body = html! {
        figure { (crossing::draw(&drawing)) }
        details { summary { (m.as_table) } (crossing::table(&ledger.series, page.lang)) }
    };
    Section { id: "crossing", topic: m.crossing_topic, heading: m.crossing_head.to_owned(), body }
}

fn requests(page: &Page<'_>) -> Section {
    let (m, requests) = (page.m, &page.ledger.requests);
    let agree = requests.whole() && requests.prober.is_some();
    let heading = if agree { m.requests_head_whole } else { m.requests_head_not };
    let prober = requests.prober.as_ref();
    let body = html! {
        p { (m.requests_intro) }
        @if let Some(prober) = prober { p { (sent(page, prober)) } }
        div.wide tabindex="0" role="region" aria-label=(heading) { table.figures { thead { tr {
            th scope="col" { (m.col_side) } th.n scope="col" { (m.col_balancer) } th.n scope="col" { (m.col_prober) }
            th.n scope="col" { (m.col_others) } th.n scope="col" { (m.col_missing) } th.n scope="col" { (m.col_refused) }
            th.n scope="col" { (m.col_half) } th.n scope="col" { (m.col_most) }
        } } tbody {
            (side(m.side_old, &requests.old, prober.map(|prober| &prober.old)))
            (side(m.side_new, &requests.new, prober.map(|prober| &prober.new)))
        } } }
        @for note in &requests.notes { p.note { "▲ " (page.reason(note)) "." } }
        @if let Some(prober) = prober.filter(|prober| !prober.lost_first.is_empty()) {
            h3 { (m.lost_head) }
            table { thead { tr { th scope="col" { (m.col_id) } th scope="col" { (m.col_cause) } } }
                tbody { @for lost in &prober.lost_first { tr { td { code { (lost.id) } } td { (lost.cause) } } } } }
        }
    };
    Section { id: "requests", topic: m.requests_topic, heading: heading.to_owned(), body }
}

fn sent(page: &Page<'_>, prober: &ProberAccount) -> String {
    let facts: [(&str, &dyn Display); 5] = [
        ("sent", &number(prober.sent)),
        ("old", &number(prober.old.answered)),
        ("new", &number(prober.new.answered)),
        ("failed", &number(prober.old.failed + prober.new.failed)),
        ("lost", &number(prober.lost)),
    ];
    fill(page.m.requests_sent, &facts)
}

fn side(name: &str, side: &Reconciled, answers: Option<&Answers>) -> Markup {
    let took = |micros: Option<u64>| {
        micros.map_or_else(
            || "–".to_owned(),
            |micros| format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        )
    };
    html! { tr {
        th scope="row" { (name) }
        @for figure in [side.balancer, side.prober, side.others, side.missing, side.refused] { td.n { (number(figure)) } }
        td.n { (took(answers.map(|one| one.p50_micros))) } td.n { (took(answers.map(|one| one.p99_micros))) }
    } }
}

fn steps(page: &Page<'_>) -> Section {
    let m = page.m;
    let body = html! { div.wide tabindex="0" role="region" aria-label=(m.steps_head) { table { thead { tr {
        th.n scope="col" { (m.col_step) } th scope="col" { (m.col_asked) } th.n scope="col" { (m.col_landed) }
        th.n scope="col" { (m.col_converged) } th.n scope="col" { (m.col_ticks) }
        th.n scope="col" { (m.col_counted) } th.n scope="col" { (m.col_bad) } th scope="col" { (m.col_why) }
    } } tbody { @for step in &page.ledger.steps { (step_row(page, step)) } } } } };
    Section { id: "steps", topic: m.steps_topic, heading: m.steps_head.to_owned(), body }
}

fn step_row(page: &Page<'_>, step: &StepTaken) -> Markup {
    let two =
        |of: fn(&Counts) -> u64| format!("{}, {}", number(of(&step.old)), number(of(&step.new)));
    html! { tr {
        td.n { (step.from) " → " (step.to) " %" }
        td.t { (time(step.asked)) }
        td.n { (after(step.asked, step.landed)) } td.n { (after(step.asked, step.converged)) }
        td.n { (step.ticks) }
        td.n { (two(Counts::ended)) } td.n { (two(Counts::bad)) }
        td { (page.reason(&step.because)) @if !step.evidence.is_empty() && !step.because.facts.values().any(|fact| *fact == step.evidence) { span.next { (step.evidence) } } }
    } }
}

/// `1.2 s`, or a dash if it never came.
fn after(from: Timestamp, to: Option<Timestamp>) -> String {
    let Some(to) = to else { return "–".to_owned() };
    let millis = to.as_millisecond().saturating_sub(from.as_millisecond()).max(0);
    format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
}

fn gates(page: &Page<'_>) -> Section {
    let m = page.m;
    let body = html! { div.wide tabindex="0" role="region" aria-label=(m.gates_head) { table { thead { tr {
        th scope="col" { (m.col_gate) } th scope="col" { (m.col_measured) } th scope="col" { (m.col_limit) } th.n scope="col" { (m.col_evidence) }
    } } tbody { @for one in &page.ledger.gates {
        @let (sign, class, word) = standing(one.standing, m);
        tr { th scope="row" { b class=(class) { (sign) " " (word) } " " (gate(&one.name, m)) }
            td { (one.measured) } td { (one.limit) }
            td.n { @if let (Some(evidence), Some(bound)) = (one.evidence, one.bound) { (format!("{evidence:.1} / {bound:.0}")) } @else { "–" } } }
    } } } } };
    Section { id: "gates", topic: m.gates_topic, heading: m.gates_head.to_owned(), body }
}

fn people(page: &Page<'_>) -> Section {
    let m = page.m;
    let body = html! { div.wide tabindex="0" role="region" aria-label=(m.people_head) { table { thead { tr {
        th scope="col" { (m.time) } th scope="col" { (m.col_who) } th scope="col" { (m.col_what) } th scope="col" { (m.col_why) }
    } } tbody { @for one in &page.ledger.history { tr {
        td.t { (time(one.at)) } td { (one.by) } td { (moment(one, page.lang)) }
        td { @if let Some(because) = &one.because { (page.reason(because)) } }
    } } } } } };
    Section { id: "people", topic: m.people_topic, heading: m.people_head.to_owned(), body }
}

fn seal(page: &Page<'_>) -> Section {
    let (m, ledger) = (page.m, page.ledger);
    let body = html! {
        p { (m.seal_intro) }
        p.hash { (m.seal_key) br; code { (ledger.key) } }
        p.hash { (m.seal_journal) ": " (fill(m.seal_journal_said, &[("n", &number(ledger.journal.records))])) br; code { (ledger.journal.sha256) } }
        p { code { "segue shift verify FILE --key KEY" } }
    };
    Section { id: "seal", topic: m.seal_topic, heading: m.seal_head.to_owned(), body }
}
