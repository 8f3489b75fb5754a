//! The pages: each is a function from the book to its parts, one file a page.

mod bits;
mod home;
mod log;
mod migrate;
mod rehearse;
mod shift;
mod shifts;
mod why;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::html;
use model::Reason;
use model::code::console as code;

use super::frame::{Here, Part, Screen};
use super::visitor::Visitor;
use super::{Console, frame};
use crate::serve::book::Book;

pub(super) use home::screen as home_screen;
pub(super) use log::screen as log_screen;
pub(super) use shift::screen as shift_screen;
pub(super) use shifts::screen as shifts_screen;

pub(super) use log::page as log;
pub(super) use migrate::{page as migrate, report};
pub(super) use rehearse::{Kept, list as rehearsals, one as rehearsal};
pub(super) use why::page as why;

type Shared<B> = State<Arc<Console<B>>>;

/// What needs me?
pub(super) async fn home<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    frame::page(&visitor, &home_screen(&console, &visitor)).into_response()
}

/// The list of shifts.
pub(super) async fn shifts<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    frame::page(&visitor, &shifts_screen(&console, &visitor)).into_response()
}

/// May we go on?
pub(super) async fn shift<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
) -> Response {
    match shift_screen(&console, &visitor, &name) {
        Some(screen) => frame::page(&visitor, &screen).into_response(),
        None => missing(&visitor, &format!("shifts/{name}")),
    }
}

/// No page of this address.
pub(super) async fn nothing<B: Book>(
    State(_console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    missing(&visitor, visitor.uri.path().trim_start_matches('/'))
}

/// Nothing is called so.
pub(super) fn missing(visitor: &Visitor, what: &str) -> Response {
    trouble(visitor, &Reason::new(&code::NO_PAGE).with("what", what), StatusCode::NOT_FOUND)
}

/// What did not work, why, and what to do: the words of the command line.
pub(super) fn trouble(visitor: &Visitor, reason: &Reason, status: StatusCode) -> Response {
    let m = visitor.lang.console();
    let body = html! {
        p.trouble { b.failed { "✖ " (reason.code.id) } " " (bits::reason(reason, visitor.lang)) "." }
        p { (m.trouble_next) ": " (bits::next(reason, visitor.lang)) "." }
        p { a href="/" { (m.nav_home) } }
    };
    let parts = vec![Part { id: "trouble", body }];
    let screen =
        Screen { here: Here::Nowhere, title: m.trouble_title.to_owned(), parts, live: None };
    (status, frame::page(visitor, &screen)).into_response()
}
