//! `segue shift list`: the shifts of the running instance.

use clap::Args;

use super::draw;
use crate::cli::exit::{DONE, Failure};
use crate::cli::reach::{self, Reach};
use crate::cli::term::{Style, Term, fit};
use crate::serve::book::{Overview, ShiftStatus};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  segue shift list\n  segue shift list -o json")]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    reach: Reach,
    /// Table, JSON, or names alone.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["table", "json", "name"], default_value = "table")]
    output: String,
}

pub(super) fn run(args: &ListArgs, term: &mut Term) -> Result<u8, Failure> {
    let client = args.reach.client()?;
    let overview: Overview = reach::wait(client.get("/v1/overview"))?;
    match args.output.as_str() {
        "json" => {
            reach::json("ShiftList", &serde_json::json!({ "items": overview.shifts }), term);
        }
        "name" => overview.shifts.iter().for_each(|shift| term.line(&reach::reference(shift))),
        _ if overview.shifts.is_empty() => {
            term.line(&format!("No shifts: {} has no file under shifts/.", overview.repository));
        }
        _ => table(&overview.shifts, term),
    }
    Ok(DONE)
}

fn table(shifts: &[ShiftStatus], term: &mut Term) {
    let head = format!(
        "{}  {}  {}  NEW SIDE  NEXT",
        fit("NAME", 28),
        fit("SERVICE", 20),
        fit("STATE", 20)
    );
    term.line(&term.paint(Style::Dim, &head));
    for shift in shifts {
        let (glyph, word) = draw::fate(shift.fate);
        let state = term.paint(draw::style(shift.fate), &fit(&format!("{glyph} {word}"), 20));
        let next = shift.next.as_ref().map_or("", |next| next.what.as_str());
        term.line(&format!(
            "{}  {}  {state}  {:>6} %  {next}",
            fit(&shift.name, 28),
            fit(&shift.service, 20),
            shift.weights.stated.unwrap_or(shift.weights.asked)
        ));
    }
}
