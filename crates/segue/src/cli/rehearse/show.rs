//! The time line and the account of a rehearsal.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use twin::check::{Ending, Invariant};
use twin::time::clock_face;

use super::timeline::{Line, lines};
use super::{Ran, trace_hash};
use crate::cli::term::{Style, Term, count, fit, wrap};

/// Shifts of which every line is shown.
const FEW: usize = 5;
/// Columns of the name of a shift.
const WHO: usize = 24;

/// How a rehearsal is shown.
pub(super) struct How<'a> {
    /// Real time that it took.
    pub(super) took: Duration,
    /// How much faster than its own clock the time line is shown.
    pub(super) speed: Option<f64>,
    /// Every line, however many shifts there are.
    pub(super) all: bool,
    /// Where it was written.
    pub(super) saved: Option<&'a Path>,
}

/// Everything, stage after stage.
pub(super) fn show(ran: &[Ran], how: &How<'_>, term: &mut Term) {
    term.line(
        &term.paint(Style::Dim, "A rehearsal on a twin of the estate: nothing real is touched."),
    );
    for one in ran {
        stage(one, how, term);
    }
    account(ran, how, term);
}

fn stage(ran: &Ran, how: &How<'_>, term: &mut Term) {
    let rehearsal = &ran.stage.rehearsal;
    term.line("");
    let title = format!("{} (seed {})", ran.stage.title, rehearsal.script.seed);
    term.line(&term.paint(Style::Strong, &title));
    for said in &ran.stage.said {
        for line in wrap(&format!("  {said}"), term.width, 4) {
            term.line(&term.paint(Style::Dim, &line));
        }
    }
    let all = how.all || rehearsal.goals.len() <= FEW;
    let mut before = 0;
    for line in lines(ran).iter().filter(|line| all || line.matters) {
        if let Some(speed) = how.speed {
            wait(line.at.saturating_sub(before), speed);
            before = line.at;
        }
        one(line, term);
    }
    let outcome = &ran.played.outcome;
    if let Some(open) = Some(outcome.ended(None)).filter(|open| *open > 0) {
        let at = clock_face(outcome.virtual_micros);
        let are = if open == 1 { "is still on its way" } else { "are still on their way" };
        term.line(&format!("  {at}  {} {are}", count(open, "shift")));
    }
    held(ran, all, term);
}

/// What the shifts that are not across were held for last; of many, the first few.
fn held(ran: &Ran, all: bool, term: &mut Term) {
    let across = |name: &str| {
        let service = ran.played.outcome.services.get(name);
        service.is_some_and(|service| service.ended == Some(Ending::Done))
    };
    let mut held = ran.played.held.iter().filter(|(name, _)| !across(name));
    for (name, because) in held.by_ref().take(if all { usize::MAX } else { FEW }) {
        let text = format!("  ▲ {name} was held last: {}", because.sentence());
        term.paragraph(&text, 4);
        term.paragraph(&format!("    next: {}", because.next()), 10);
    }
    let more = held.count();
    if more > 0 {
        term.line(&format!("  and {} more: --all shows them", count(more, "shift")));
    }
}

fn one(line: &Line, term: &mut Term) {
    let who = if line.shift.is_empty() { "estate" } else { &line.shift };
    let head = format!("  {}  {}  ", clock_face(line.at), fit(who, WHO));
    let text = match line.because.as_str() {
        "" => line.what.clone(),
        because => format!("{}: {because}", line.what),
    };
    let style = match line.what.chars().next() {
        Some('✖') => Some(Style::Failed),
        Some('▲') => Some(Style::Held),
        _ => None,
    };
    let indent = WHO + 14;
    let lines = wrap(&text, term.width.saturating_sub(indent), 0);
    for (index, text) in lines.iter().enumerate() {
        let text = style.map_or_else(|| text.clone(), |style| term.paint(style, text));
        let before = if index == 0 { head.clone() } else { " ".repeat(indent) };
        term.line(&format!("{before}{text}"));
    }
}

/// A person watches: virtual time at a speed.
fn wait(micros: u64, speed: f64) {
    let secs = Duration::from_micros(micros).as_secs_f64() / speed;
    #[expect(clippy::disallowed_methods, reason = "a person watches, and asked for this speed")]
    std::thread::sleep(Duration::try_from_secs_f64(secs).unwrap_or_default());
}

fn account(ran: &[Ran], how: &How<'_>, term: &mut Term) {
    let outcomes = || ran.iter().map(|ran| &ran.played.outcome);
    let ended = |how| -> usize { outcomes().map(|outcome| outcome.ended(how)).sum() };
    let sent: u64 = outcomes().map(twin::report::Outcome::sent).sum();
    let lost: u64 = outcomes().map(twin::report::Outcome::lost).sum();
    let segue: u64 = outcomes().map(twin::report::Outcome::lost_by_segue).sum();
    let broken: usize = outcomes().map(|outcome| outcome.violations.len()).sum();
    term.line("");
    term.line(&format!(
        "shifts    {} done, {} rolled back, {} frozen, {} open",
        ended(Some(Ending::Done)),
        ended(Some(Ending::RolledBack)),
        ended(Some(Ending::Frozen)),
        ended(None)
    ));
    term.line(&format!("requests  {sent} sent, {lost} lost, {segue} of them by Segue"));
    let mut ways = BTreeMap::<(&str, &str), u64>::new();
    for lost in outcomes().flat_map(|outcome| outcome.services.values()).flat_map(|one| &one.lost) {
        *ways.entry((&lost.origin, &lost.why)).or_default() += lost.count;
    }
    for ((origin, why), count) in ways {
        term.line(&format!("          {count} {why} ({origin})"));
    }
    let shifts: usize = ran.iter().map(|ran| ran.stage.rehearsal.goals.len()).sum();
    let checks = format!(
        "checks    {} invariants on {} at every event: {}",
        Invariant::ALL.len(),
        count(shifts, "shift"),
        if broken == 0 {
            "✔ all held".to_owned()
        } else {
            format!("✖ {}", count(broken, "violation"))
        }
    );
    let style = if broken == 0 { Style::Strong } else { Style::Failed };
    term.line(&term.paint(style, &checks));
    let virtual_time: u64 = outcomes().map(|outcome| outcome.virtual_micros).sum();
    term.line(&format!("trace     {}", trace_hash(ran)));
    term.error_line(&format!(
        "{} of virtual time in {:.1} s",
        clock_face(virtual_time),
        how.took.as_secs_f64()
    ));
    term.line("");
    term.line("A rehearsal says nothing about:");
    for one in twin::report::NOT_MODELLED {
        term.paragraph(&format!("  - {one}"), 4);
    }
    if let Some(file) = how.saved {
        term.error_line(&format!("saved: segue rehearse {}", file.display()));
    }
}
