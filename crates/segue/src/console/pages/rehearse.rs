//! Rehearsals: would it work? A saved run is played again on the twin; a scrubber chooses the
//! moment, and the address holds it.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse as _, Response};
use live::disk::Folder;
use maud::{Markup, html};
use model::Reason;
use model::ports::Repo as _;
use twin::time::{Micros, SECOND, clock_face};

use super::{Shared, bits, home, missing};
use crate::cli::rehearse::{Replayed, replay};
use crate::console::Console;
use crate::console::frame::{self, Here, Part, Screen};
use crate::console::query;
use crate::console::visitor::Visitor;
use crate::serve::book::Book;
use crate::view::lang::fill;
use crate::view::report::format::number;

/// Lines of the time line that are shown.
const LINES_SHOWN: usize = 24;
/// Shifts whose shares are drawn.
const SHIFTS_SHOWN: usize = 40;
/// Runs that are kept: each was seconds of work.
const KEPT_MAX: usize = 4;

/// A run that was played, by its file and what the file looked like then.
pub(in crate::console) type Kept = (PathBuf, Option<std::time::SystemTime>, Arc<Vec<Replayed>>);

/// The files of all folders, by name.
fn files<B: Book>(console: &Console<B>) -> Vec<(String, PathBuf)> {
    let mut out = Vec::new();
    for folder in &console.settings.rehearsals {
        // A folder that cannot be read has no rehearsals to show.
        let names = Folder::new(folder).list("").unwrap_or_default();
        let fits = |name: &&String| {
            !name.contains('/') && [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end))
        };
        out.extend(names.iter().filter(fits).map(|name| (name.clone(), folder.join(name))));
    }
    out.sort();
    out
}

/// The list.
pub(in crate::console) async fn list<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let m = visitor.lang.console();
    let files = files(&console);
    let folder = console
        .settings
        .rehearsals
        .first()
        .map_or_else(String::new, |path| path.display().to_string());
    let body = html! {
        @if files.is_empty() {
            p.lead { (fill(m.rehearse_none, &[("folder", &folder)])) }
            p.command { code { "segue rehearse ./config --save " (folder) "/run.yaml" } }
        } @else { ul.rows.plain { @for (name, _) in &files { li { a.name href={ "/rehearse/" (query::escaped(name)) } { (name) } } } } }
    };
    let parts = vec![Part { id: "files", body }];
    let screen =
        Screen { here: Here::Rehearse, title: m.rehearse_title.to_owned(), parts, live: None };
    frame::page(&visitor, &screen).into_response()
}

/// One run at one moment.
pub(in crate::console) async fn one<B: Book>(
    State(console): Shared<B>,
    Extension(visitor): Extension<Visitor>,
    Path(name): Path<String>,
) -> Response {
    let Some((_, path)) = files(&console).into_iter().find(|(one, _)| *one == name) else {
        return missing(&visitor, &format!("rehearse/{name}"));
    };
    let body = match played(&console, path).await {
        Ok(stages) => {
            html! { @for (number, stage) in stages.iter().enumerate() { (draw(stage, number, &visitor)) } }
        }
        Err(reason) => {
            let cause = visitor.lang.sentence(reason.code.id, &reason.facts, &reason.sentence());
            html! { p.lead { (fill(visitor.lang.console().rehearse_failed, &[("cause", &cause.text)])) } }
        }
    };
    if query::value(&visitor.uri, "part").is_some() {
        return Html(body.into_string()).into_response();
    }
    let parts = vec![Part { id: "run", body }];
    let title = format!("{name}: {}", visitor.lang.console().rehearse_title);
    let screen = Screen { here: Here::Rehearse, title, parts, live: None };
    frame::page(&visitor, &screen).into_response()
}

/// The run of a file; one that was played before and has not changed is not played again.
async fn played<B: Book>(
    console: &Console<B>,
    path: PathBuf,
) -> Result<Arc<Vec<Replayed>>, Reason> {
    let changed = path.metadata().and_then(|data| data.modified()).ok();
    let mut kept = console.played.lock().await;
    if let Some((_, _, stages)) = kept.iter().find(|(one, at, _)| *one == path && *at == changed) {
        return Ok(Arc::clone(stages));
    }
    let file = path.clone();
    let run = tokio::task::spawn_blocking(move || replay(&file)).await;
    let stages = run.unwrap_or_else(|error| {
        let reason = Reason::new(&model::code::rehearsal::NOT_REHEARSED);
        Err(reason.with("place", path.display()).with("cause", error))
    })?;
    let stages = Arc::new(stages);
    kept.retain(|(one, _, _)| *one != path);
    kept.truncate(KEPT_MAX - 1);
    kept.insert(0, (path, changed, Arc::clone(&stages)));
    Ok(stages)
}

fn draw(stage: &Replayed, number_of: usize, visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let end = stage.end / SECOND;
    let asked = query::value(&visitor.uri, "at").and_then(|at| at.parse::<u64>().ok());
    let secs = asked.unwrap_or(end).min(end);
    // The last moment is the end itself, with what is left of its second.
    let at = if secs == end { stage.end } else { secs * SECOND };
    let facts: [(&str, &dyn std::fmt::Display); 4] = [
        ("broken", &stage.broken),
        ("checks", &stage.checks),
        ("sent", &number(stage.sent)),
        ("lost", &number(stage.lost)),
    ];
    let slider = format!("at-{number_of}");
    html! { section.twin {
        p.frame { b { (m.rehearse_twin) } " · " (bits::words(&stage.title, visitor.lang)) " · seed " (stage.seed) }
        p { @if stage.broken > 0 { b.failed { "✖" } } @else { "✔" } " " (fill(m.rehearse_checks, &facts)) }
        form.scrubber method="get" {
            label for=(slider) { (m.rehearse_moment) }
            input type="range" id=(slider) name="at" min="0" max=(end) value=(secs) data-scrub;
            output for=(slider) { (fill(m.rehearse_at, &[("time", &clock_face(at)), ("end", &clock_face(stage.end))])) }
            button type="submit" { (m.rehearse_show) }
        }
        (shares(stage, at))
        (lines(stage, at, visitor))
    } }
}

fn shares(stage: &Replayed, at: Micros) -> Markup {
    let share = |moments: &[(Micros, u8)]| {
        moments.iter().take_while(|(when, _)| *when <= at).last().map_or(0, |(_, share)| *share)
    };
    html! { ul.shares { @for (name, moments) in stage.shares.iter().take(SHIFTS_SHOWN) {
        @let share = share(moments);
        li { span.name { (name) } (home::bar(share)) span.figure { (share) " %" } }
    } } }
}

fn lines(stage: &Replayed, at: Micros, visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let before = stage.lines.iter().take_while(|line| line.at <= at).count();
    let from = before.saturating_sub(LINES_SHOWN);
    html! {
        h2 { (m.rehearse_until) }
        @if from > 0 { p.small { (fill(m.rehearse_more, &[("n", &from)])) } }
        (bits::wide(m.rehearse_until, &html! { table.history { tbody { @for line in stage.lines[from..before].iter().rev() { tr {
            td.t { (clock_face(line.at)) } td { (line.shift) }
            td { (bits::words(&line.what, visitor.lang)) } td { (bits::words(&line.because, visitor.lang)) }
        } } } } }))
    }
}
