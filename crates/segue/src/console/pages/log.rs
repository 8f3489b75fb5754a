//! Who did what? Each act with who, what and why; filters stand in the address.

use std::collections::BTreeSet;

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use model::Reason;

use super::{Shared, bits, trouble};
use crate::console::Console;
use crate::console::frame::{self, Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::{Act, Book};
use crate::view::proof;

/// Acts that are shown.
const ACTS_MAX: usize = 500;

/// The page, or its data with `?format=json`.
pub(in crate::console) async fn page<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    if query::value(&visitor.uri, "format").as_deref() == Some("json") {
        return match acts(&console, &visitor).await {
            Ok((shown, _)) => Json(shown).into_response(),
            Err(reason) => trouble(&visitor, &reason, StatusCode::INTERNAL_SERVER_ERROR),
        };
    }
    match screen(&console, &visitor).await {
        Ok(screen) => frame::page(&visitor, &screen).into_response(),
        Err(reason) => trouble(&visitor, &reason, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The acts that the address asks for, and all.
async fn acts<B: Book>(
    console: &Console<B>,
    visitor: &Visitor,
) -> Result<(Vec<Act>, Vec<Act>), Reason> {
    let all = console.book.activity(ACTS_MAX).await?;
    let wanted = |name: &str| query::value(&visitor.uri, name).filter(|value| !value.is_empty());
    let (by, about) = (wanted("by"), wanted("about"));
    let fits = |act: &&Act| {
        by.as_ref().is_none_or(|by| *by == act.by)
            && about.as_ref().is_none_or(|about| *about == act.subject)
    };
    Ok((all.iter().filter(fits).cloned().collect(), all))
}

/// The page's parts.
pub(in crate::console) async fn screen<B: Book>(
    console: &Console<B>,
    visitor: &Visitor,
) -> Result<Screen, Reason> {
    let m = visitor.lang.console();
    let (shown, all) = acts(console, visitor).await?;
    let parts = vec![
        Part { id: "filter", body: filter(visitor, &all) },
        Part { id: "acts", body: table(visitor, &shown) },
    ];
    let live = match visitor.uri.query() {
        Some(query) => format!("/live/log?{query}"),
        None => "/live/log".to_owned(),
    };
    Ok(Screen { here: Here::Log, title: m.log_title.to_owned(), parts, live: Some(live) })
}

fn filter(visitor: &Visitor, all: &[Act]) -> Markup {
    let (m, words) = (visitor.lang.console(), visitor.lang.live());
    let choice = |name: &str, label: &str, values: BTreeSet<&str>| {
        let chosen = query::value(&visitor.uri, name).unwrap_or_default();
        html! { label { (label) " " select name=(name) {
            option value="" { (m.log_all) }
            @for value in values { option value=(value) selected[chosen == value] { (value) } }
        } } }
    };
    let by = all.iter().map(|act| act.by.as_str()).collect();
    let about = all.iter().map(|act| act.subject.as_str()).collect();
    html! { form.filter method="get" action="/log" aria-label=(m.log_filter) {
        (choice("by", words.col_who, by)) (choice("about", m.log_about, about))
        button type="submit" { (m.log_apply) }
        " " a href=(query::with(&visitor.uri, "format", "json").replacen("/live/log", "/log", 1)) { (m.log_export) }
    } }
}

fn table(visitor: &Visitor, acts: &[Act]) -> Markup {
    let (m, words, lang) = (visitor.lang.console(), visitor.lang.live(), visitor.lang);
    html! {
        @if acts.is_empty() { p.lead { (m.log_none) } } @else { (bits::wide(m.log_title, &html! { table.history { thead { tr {
            th scope="col" { (words.time) " (UTC)" } th scope="col" { (words.col_who) } th scope="col" { (m.log_about) }
            th scope="col" { (words.col_what) } th scope="col" { (words.col_why) }
        } } tbody { @for act in acts { tr {
            td.t { time datetime=(act.at) { (proof::day_time(act.at)) } } td { (act.by) }
            td { a href={ "/why/" (act.subject) } { (act.subject) } }
            td { (bits::words(&act.what, lang)) }
            td { @if let Some(because) = &act.because { (bits::reason(because, lang)) } }
        } } } } })) }
    }
}
