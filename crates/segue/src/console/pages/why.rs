//! Why is it so? Everything with a reason: a shift, a thing that was held, a code.

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use super::{Shared, bits, missing};
use crate::console::frame::{self, Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::{Book, Overview, ShiftStatus, Standing};
use crate::view::proof;

/// Moments that are evidence.
const MOMENTS_MAX: usize = 8;

/// The page of `shift/NAME`, of a held thing, or of a code.
pub(in crate::console) async fn page<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
    Path(of): Path<String>,
) -> Response {
    let all = console.book.overview();
    let body = if let Some(code) = model::code::find(&of) {
        let reason = model::Reason::new(code);
        Some(html! {
            p.lead { (bits::reason(&reason, visitor.lang)) "." }
            h2 { (visitor.lang.console().why_code) }
            p lang="en" { (code.help) }
            h2 { (visitor.lang.console().why_changes) }
            p { (bits::next(&reason, visitor.lang)) "." }
        })
    } else if let Some(shift) = of.strip_prefix("shift/").and_then(|name| console.book.shift(name))
    {
        Some(of_shift(&shift, &visitor))
    } else {
        of_held(&all, &of, &visitor)
    };
    let Some(body) = body else { return missing(&visitor, &format!("why/{of}")) };
    let parts =
        vec![Part { id: "reasons", body }, Part { id: "others", body: others(&all, &visitor) }];
    let title = format!("{}: {}", of, visitor.lang.console().why_page);
    frame::page(&visitor, &Screen { here: Here::Nowhere, title, parts, live: None }).into_response()
}

fn of_shift(shift: &ShiftStatus, visitor: &Visitor) -> Markup {
    let (m, lang, words) = (visitor.lang.console(), visitor.lang, visitor.lang.live());
    let against = shift
        .gates
        .iter()
        .filter(|gate| matches!(gate.standing, Standing::Holds | Standing::Failed));
    let moments = shift.history.iter().rev().filter(|one| one.because.is_some()).take(MOMENTS_MAX);
    html! {
        p.state { (bits::fate(shift, lang)) " " span.big { (shift.weights.asked) " %" } " "
            a href={ "/shifts/" (query::escaped(&shift.name)) } { (shift.name) } }
        @if let Some(because) = &shift.because { p.lead { (bits::full(because, lang)) } }
        h2 { (m.why_held) }
        @if shift.held.is_empty() { p { (m.why_nothing) } } @else {
            ul.reasons { @for held in &shift.held { li { b.held { "▲ " } (bits::full(held, lang)) } } }
        }
        h2 { (m.why_evidence) }
        ul.reasons {
            @for gate in against { @let (sign, class, _) = proof::standing(gate.standing, words);
                li { b class=(class) { (sign) " " } (proof::gate(&gate.name, words)) ": " (bits::words(&gate.measured, lang)) " (" (bits::words(&gate.limit, lang)) ")" } }
            @for moment in moments { @if let Some(because) = &moment.because {
                li { time datetime=(moment.at) { (proof::time(moment.at)) } " " (moment.by) ": " (bits::reason(because, lang)) }
            } }
        }
    }
}

fn of_held(all: &Overview, of: &str, visitor: &Visitor) -> Option<Markup> {
    let held: Vec<_> = all.held.iter().filter(|one| one.what == of).collect();
    let body = html! { ul.reasons { @for one in &held { li { b.held { "▲ " } (bits::full(&one.because, visitor.lang)) } } } };
    (!held.is_empty()).then_some(body)
}

/// What else has a reason.
fn others(all: &Overview, visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    html! {
        h2 { (m.why_refs) }
        ul.reasons {
            @for shift in &all.shifts { li { a href={ "/why/shift/" (query::escaped(&shift.name)) } { "shift/" (shift.name) } } }
            @for one in &all.held { li { a href={ "/why/" (one.what) } { (one.what) } } }
        }
    }
}
