//! The migration: where are we? The waves of the plan, with the shifts that carry them out.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};
use migrate::plan::MigrationPlan;
use model::Reason;
use sha2::{Digest as _, Sha256};

use super::{Shared, bits, home, missing, trouble};
use crate::cli::exit::Failure;
use crate::cli::migrate::{planned, report_page};
use crate::console::frame::{self, Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::{Book, Fate, ShiftStatus};
use crate::view::lang::fill;

/// The page.
pub(in crate::console) async fn page<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let m = visitor.lang.console();
    let root = console.settings.repository.clone();
    let plan = tokio::task::spawn_blocking(move || {
        root.map(|root| planned(&root).map_err(Failure::into_reason))
    });
    let shifts = console.book.overview().shifts;
    let body = match plan.await.ok().flatten() {
        Some(Ok(plan)) => waves(&plan, &shifts, &visitor),
        Some(Err(reason)) => none(&reason, &visitor),
        None => html! { p.lead { (fill(m.migrate_none, &[("cause", &"–")])) } },
    };
    let parts = vec![Part { id: "waves", body }];
    let screen =
        Screen { here: Here::Migrate, title: m.migrate_title.to_owned(), parts, live: None };
    frame::page(&visitor, &screen).into_response()
}

fn none(reason: &Reason, visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let (before, after) = m.migrate_none.split_once("{cause}").unwrap_or((m.migrate_none, ""));
    html! { p.lead { (before) (bits::reason(reason, visitor.lang)) (after) } p.small { (bits::next(reason, visitor.lang)) } }
}

fn waves(plan: &MigrationPlan, shifts: &[ShiftStatus], visitor: &Visitor) -> Markup {
    let (m, lang) = (visitor.lang.console(), visitor.lang);
    let of: BTreeMap<(&str, &str), &ShiftStatus> = shifts
        .iter()
        .map(|shift| ((shift.service.as_str(), shift.environment.as_str()), shift))
        .collect();
    let across = shifts.iter().filter(|shift| shift.fate == Fate::Done).count();
    let moving = shifts
        .iter()
        .filter(|shift| !matches!(shift.fate, Fate::Done | Fate::Planned | Fate::RolledBack))
        .count();
    let facts: [(&str, &dyn std::fmt::Display); 5] = [
        ("services", &plan.services.len()),
        ("environments", &plan.environments.len()),
        ("waves", &plan.order.waves.len()),
        ("across", &across),
        ("moving", &moving),
    ];
    html! {
        p.lead { (fill(m.migrate_lead, &facts)) }
        p { a href={ "/migrate/report?lang=" (lang.tag()) } { (m.migrate_report) } }
        (bits::wide(m.migrate_title, &html! { table.plan { thead { tr {
            th.n scope="col" { (m.migrate_wave) } th scope="col" { (m.col_environment) } th scope="col" { (m.col_service) }
            th scope="col" { (m.col_fate) } th.n scope="col" { (m.col_share) } th {}
        } } tbody { @for wave in &plan.order.waves { @for name in wave.units.iter().flat_map(|unit| &unit.services) {
            @let shift = of.get(&(name.as_str(), wave.environment.as_str()));
            tr { td.n { (wave.number) } td { (wave.environment) }
                th scope="row" { @match shift { Some(shift) => a href={ "/shifts/" (query::escaped(&shift.name)) } { (name) }, None => (name) } }
                @match shift {
                    Some(shift) => { td { (bits::fate(shift, lang)) } td.n { (shift.weights.asked) " %" } td { (home::bar(shift.weights.asked)) } }
                    None => { td { b.ahead { "○ " (lang.live().fate_planned) } } td.n { "–" } td {} }
                }
            }
        } } } } }))
    }
}

/// The report of the plan, drawn from what lies in the repository now.
pub(in crate::console) async fn report<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let Some(root) = console.settings.repository.clone() else {
        return missing(&visitor, "migrate/report");
    };
    let lang = visitor.lang;
    let page =
        tokio::task::spawn_blocking(move || report_page(&root, lang).map_err(Failure::into_reason));
    match page.await {
        Ok(Ok(page)) => {
            let policy = policy(&page);
            (
                [
                    (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
                    (header::CONTENT_SECURITY_POLICY, policy),
                ],
                page,
            )
                .into_response()
        }
        Ok(Err(reason)) => trouble(&visitor, &reason, StatusCode::NOT_FOUND),
        Err(_) => missing(&visitor, "migrate/report"),
    }
}

/// The report is one file with its style and script in it: they are let through by their digests.
fn policy(page: &str) -> String {
    let digests = |open: &str, close: &str| -> String {
        let parts = page.split(open).skip(1).filter_map(|part| part.split_once(close));
        let digest = |(text, _): (&str, &str)| STANDARD.encode(Sha256::digest(text));
        parts.map(digest).fold(String::new(), |all, one| format!("{all} 'sha256-{one}'"))
    };
    format!(
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src{}; script-src{}",
        digests("<style>", "</style>"),
        digests("<script>", "</script>"),
    )
}
