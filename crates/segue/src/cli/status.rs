//! `segue status`: what runs, what changes, what waits for a person.

use clap::Args;

use super::exit::{DONE, Failure};
use super::reach::{self, Reach};
use super::shift::draw;
use super::term::{Style, Term, count, fit};
use crate::serve::book::{Fate, Overview, ShiftStatus};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  segue status\n  segue status -o json")]
pub(super) struct StatusArgs {
    #[command(flatten)]
    reach: Reach,
    /// Text or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

pub(super) fn run(args: &StatusArgs, term: &mut Term) -> Result<u8, Failure> {
    let client = args.reach.client()?;
    let overview: Overview = reach::wait(client.get("/v1/overview"))?;
    if args.output == "json" {
        reach::json("Status", &overview, term);
        return Ok(DONE);
    }
    let up = overview.at.duration_since(overview.since).as_secs();
    term.line(&format!(
        "{}   {} · {} · {}   up {}",
        overview.world,
        overview.repository,
        count(overview.shifts.len(), "shift"),
        count(overview.workloads.len(), "workload"),
        draw::length(up)
    ));
    for shift in &overview.shifts {
        line(shift, term);
    }
    for workload in overview.workloads.iter().filter(|one| one.ready < one.wanted) {
        let text = format!(
            "  ▲ {}  {}/{} ready",
            fit(&workload.name, 28),
            workload.ready,
            workload.wanted
        );
        term.line(&term.paint(Style::Held, &text));
    }
    for held in &overview.held {
        let text = format!("  ▲ {}  {}", fit(&held.what, 28), held.because.sentence());
        term.paragraph(&text, 6);
    }
    let waits = |shift: &&ShiftStatus| matches!(shift.fate, Fate::Waiting | Fate::Frozen);
    let waiting: Vec<&ShiftStatus> = overview.shifts.iter().filter(waits).collect();
    if !waiting.is_empty() {
        term.line(&term.paint(Style::Held, &format!("waiting for a person: {}", waiting.len())));
        for shift in waiting {
            term.line(&format!("  segue why {}", reach::reference(shift)));
        }
    }
    Ok(DONE)
}

fn line(shift: &ShiftStatus, term: &mut Term) {
    let (glyph, word) = draw::fate(shift.fate);
    let next = shift.next.as_ref().map_or_else(String::new, |next| {
        let at =
            next.at.map_or_else(String::new, |at| format!(" at {} UTC", at.strftime("%H:%M:%S")));
        format!("; next: {}{at}", next.what)
    });
    let share = shift.weights.stated.unwrap_or(shift.weights.asked);
    let text = format!("  {glyph} {}  {word}, new side {share} %{next}", fit(&shift.name, 28));
    term.line(&term.paint(draw::style(shift.fate), &text));
}
