//! A shift: may we go on? The crossing in the middle, what can be done above it, what must hold
//! beside it, and below it the two sides, the steps, the reasons and what happened.

mod gates;
mod sides;

use jiff::Timestamp;
use maud::{Markup, html};

use super::bits;
use crate::console::Console;
use crate::console::deeds;
use crate::console::frame::{Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::{Book, Fate, ShiftStatus, Standing, StepStatus};
use crate::view::crossing::{self, Crossing};
use crate::view::lang::{Lang, Words, fill};
use crate::view::proof;

/// Lines of the history that are shown at first.
const HISTORY_SHOWN: usize = 12;

/// What the parts are drawn from.
struct View<'a> {
    shift: &'a ShiftStatus,
    now: Timestamp,
    lang: Lang,
    m: &'static Words,
}

/// The page; `None` if there is no such shift.
pub(in crate::console) fn screen<B: Book>(
    console: &Console<B>,
    visitor: &Visitor,
    name: &str,
) -> Option<Screen> {
    let shift = console.book.shift(name)?;
    let now = console.book.overview().at;
    let view = View { shift: &shift, now, lang: visitor.lang, m: visitor.lang.console() };
    let mut parts = Vec::new();
    if let Some(said) = deeds::said(visitor) {
        parts.push(Part { id: "said", body: html! { p.said role="status" { "✔ " (said) } } });
    }
    parts.extend([
        Part { id: "head", body: head(&view) },
        Part { id: "deeds", body: deeds::buttons(&shift, visitor) },
        Part { id: "crossing", body: crossing(&view) },
        Part { id: "gates", body: gates::draw(&view) },
        Part { id: "steps", body: steps(&view) },
        Part { id: "weights", body: sides::weights(&view) },
        Part { id: "banks", body: sides::banks(&view) },
        Part { id: "why", body: why(&view) },
        Part { id: "history", body: history(&view) },
    ]);
    Some(Screen {
        here: Here::Shifts,
        title: fill(view.m.shift_title, &[("name", &shift.name)]),
        parts,
        live: Some(format!("/live/shifts/{}", query::escaped(name))),
    })
}

fn head(view: &View<'_>) -> Markup {
    let (shift, m) = (view.shift, view.m);
    let place = shift.steps.iter().position(|step| step.standing == Standing::Now);
    html! { p.state {
        (bits::fate(shift, view.lang)) " "
        span.big { (shift.weights.asked) " %" }
        @if let Some(place) = place { " " span { (fill(m.shift_step, &[("n", &(place + 1)), ("of", &shift.steps.len())])) } }
        @if let Some(since) = shift.since { " " span.small { (fill(m.shift_since, &[("length", &bits::length(bits::between(since, view.now), view.lang))])) } }
        " " span.small { (shift.service) " · " (shift.environment) " · " (shift.author) }
    } }
}

fn crossing(view: &View<'_>) -> Markup {
    let (shift, words) = (view.shift, view.lang.live());
    let drawing = Crossing {
        series: &shift.series,
        share: shift.weights.asked,
        old: &shift.old.group,
        new: &shift.new.group,
        lang: view.lang,
    };
    html! {
        (bits::heading(words.share_title))
        figure { (crossing::draw(&drawing)) }
        @if !shift.series.is_empty() {
            details.astable id="share-table" { summary { (words.as_table) } (crossing::table(&shift.series, view.lang)) }
        }
    }
}

fn steps(view: &View<'_>) -> Markup {
    let (shift, m) = (view.shift, view.m);
    html! {
        (bits::heading(m.steps_title))
        ol.steps { @for step in &shift.steps { (one_step(view, step)) } }
        @if !matches!(shift.fate, Fate::Done | Fate::RolledBack | Fate::Planned) {
            p.fails { (fill(m.if_fails, &[("old", &shift.old.group), ("seconds", &shift.roll_back.as_secs().max(1))])) }
        }
    }
}

fn one_step(view: &View<'_>, step: &StepStatus) -> Markup {
    let m = view.m;
    let (sign, class, word) = proof::standing(step.standing, view.lang.live());
    let ((tick, ticks), (seen, wanted)) = (step.ticks, step.requests);
    html! { li.(class) {
        b class=(class) { span aria-hidden="true" { (sign) } " " (step.share) " %" }
        span.hidden { " " (word) }
        @if ticks > 0 { small { (fill(m.step_ticks, &[("tick", &tick), ("ticks", &ticks)])) } }
        @if wanted > 0 { small { (fill(m.step_requests, &[("seen", &seen), ("wanted", &wanted)])) } }
    } }
}

fn why(view: &View<'_>) -> Markup {
    let (shift, m) = (view.shift, view.m);
    let reference = query::escaped(&shift.name);
    html! {
        (bits::heading(&fill(m.why_title, &[("share", &shift.weights.asked)])))
        @if let Some(because) = &shift.because { p { (bits::full(because, view.lang)) } }
        @if !shift.held.is_empty() {
            h3 { (m.why_held) }
            ul.reasons { @for held in &shift.held { li { b.held { "▲ " } (bits::full(held, view.lang)) } } }
        }
        p.command {
            code { "segue shift why " (shift.name) }
            button.plain.copy type="button" hidden data-copy={ "segue shift why " (shift.name) } { (m.copy) }
            " " a href={ "/why/shift/" (reference) } { (m.why_more) }
        }
    }
}

fn history(view: &View<'_>) -> Markup {
    let (shift, m) = (view.shift, view.m);
    let live = view.lang.live();
    let rows = |from: usize, to: usize| {
        let moments = shift.history.iter().rev().skip(from).take(to - from);
        html! { @for moment in moments { tr {
            td.t { time datetime=(moment.at) { (proof::time(moment.at)) } }
            td { (moment.by) } td { (proof::moment(moment, view.lang)) }
            td { @if let Some(because) = &moment.because { (bits::reason(because, view.lang)) } }
        } } }
    };
    let head = html! { thead { tr { th scope="col" { (live.time) } th scope="col" { (live.col_who) } th scope="col" { (live.col_what) } th scope="col" { (live.col_why) } } } };
    html! {
        (bits::heading(m.history_title))
        @if shift.history.is_empty() { p { (m.history_none) } } @else {
            (bits::wide(m.history_title, &html! { table.history { (head) tbody { (rows(0, HISTORY_SHOWN)) } } }))
            @if shift.history.len() > HISTORY_SHOWN { details id="older" {
                summary { (fill(m.rehearse_more, &[("n", &(shift.history.len() - HISTORY_SHOWN))])) }
                (bits::wide(m.history_title, &html! { table.history { (head) tbody { (rows(HISTORY_SHOWN, shift.history.len())) } } }))
            } }
        }
    }
}
