//! The list of shifts.

use maud::html;

use super::{bits, home};
use crate::console::Console;
use crate::console::frame::{Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::Book;

/// The page.
pub(in crate::console) fn screen<B: Book>(console: &Console<B>, visitor: &Visitor) -> Screen {
    let (m, lang) = (visitor.lang.console(), visitor.lang);
    let all = console.book.overview();
    let body = html! {
        @if all.shifts.is_empty() { p.lead { (m.shifts_none) } } @else {
            (bits::wide(m.shifts_title, &html! { table { thead { tr {
                th scope="col" { (m.col_fate) } th scope="col" { (m.col_shift) } th scope="col" { (m.col_service) }
                th scope="col" { (m.col_environment) } th.n scope="col" { (m.col_share) } th {} th scope="col" { (m.col_next) }
            } } tbody { @for shift in &all.shifts { tr {
                td { (bits::fate(shift, lang)) }
                th scope="row" { a href={ "/shifts/" (query::escaped(&shift.name)) } { (shift.name) } }
                td { (shift.service) } td { (shift.environment) }
                td.n { (shift.weights.asked) " %" } td { (home::bar(shift.weights.asked)) }
                td { @if let Some(next) = &shift.next { (bits::decision(next, lang)) } }
            } } } } }))
        }
    };
    Screen {
        here: Here::Shifts,
        title: m.shifts_title.to_owned(),
        parts: vec![Part { id: "shifts", body }],
        live: Some("/live/shifts".to_owned()),
    }
}
