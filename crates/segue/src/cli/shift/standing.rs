//! `segue shift get` and `segue shift why`: how far shifts are, and what holds them.

use std::path::PathBuf;

use clap::Args;
use live::SystemClock;
use model::ports::Clock;
use serde_json::json;
use traffic::{Phase, State, preflight};

use super::{manifests, read};
use crate::cli::exit::{DONE, Failure, HELD};
use crate::cli::term::{Style, Term, fit, wrap};
use crate::rehearse::spec::Shift;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift get --config ./config\n  segue shift get --config ./config -o json"
)]
pub(in crate::cli) struct GetArgs {
    /// Only this shift.
    #[arg(value_name = "NAME")]
    shift: Option<String>,
    /// Configuration repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// Folder with the journal.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Table or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    output: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift why checkout-prod --config ./config\n\nExit code 5 where something holds the shift."
)]
pub(in crate::cli) struct WhyArgs {
    /// Name of a shift of the repository, or a file.
    #[arg(value_name = "NAME|FILE")]
    shift: String,
    /// Configuration repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// Folder with the journal.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Text or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

/// A line of the list: a shift, or the names of a bridge, which are one too.
struct Row {
    name: String,
    place: String,
    shift: Shift,
    state: Option<State>,
}

pub(super) fn get(args: &GetArgs, term: &mut Term) -> Result<u8, Failure> {
    let mut rows = Vec::new();
    for (place, shift) in read::all(&args.config)? {
        if args.shift.as_ref().is_some_and(|wanted| *wanted != shift.metadata.name) {
            continue;
        }
        for goal in shift.goals() {
            let state = read::state(args.state.as_deref(), &goal)?;
            rows.push(Row { name: goal.shift, place: place.clone(), shift: shift.clone(), state });
        }
    }
    if args.output == "json" {
        let row = |row: &Row| {
            json!({
                "name": row.name,
                "file": row.place,
                "service": row.shift.spec.service,
                "environment": row.shift.spec.environment,
                "phase": phase(row.state.as_ref()),
                "share": row.state.as_ref().map_or(0, |state| state.share.percent()),
            })
        };
        let items: Vec<_> = rows.iter().map(row).collect();
        let value =
            json!({"apiVersion": "segue.dev/v1alpha1", "kind": "ShiftList", "items": items});
        term.line(&serde_json::to_string_pretty(&value).unwrap_or_default());
        return Ok(DONE);
    }
    if let Some(name) = args.shift.as_deref().filter(|_| rows.is_empty()) {
        read::one(&args.config, name)?;
    }
    if rows.is_empty() {
        let place = args.config.join("shifts");
        term.line(&format!("No shifts: {} has no YAML file.", place.display()));
        return Ok(DONE);
    }
    let head =
        format!("{}  {}  {}  NEW SIDE", fit("NAME", 28), fit("SERVICE", 20), fit("STATE", 14));
    term.line(&term.paint(Style::Dim, &head));
    for Row { name, shift, state, .. } in &rows {
        let share =
            state.as_ref().map_or_else(|| "0 %".to_owned(), |state| state.share.to_string());
        term.line(&format!(
            "{}  {}  {}  {share}",
            fit(name, 28),
            fit(&shift.spec.service, 20),
            fit(&phase(state.as_ref()), 14)
        ));
    }
    Ok(DONE)
}

pub(super) fn why(args: &WhyArgs, term: &mut Term) -> Result<u8, Failure> {
    let shift = read::one(&args.config, &args.shift)?;
    let goal = shift.goal();
    let state = read::state(args.state.as_deref(), &goal)?;
    let mut held: Vec<(String, String)> = Vec::new();
    match state.as_ref().map(|state| &state.phase) {
        Some(Phase::RolledBack { because } | Phase::Frozen { because }) => {
            held.push((because.sentence(), because.next()));
        }
        None | Some(Phase::Planned | Phase::Preflight) => {
            if let Some(terms) = &goal.preflight {
                let now = SystemClock.now();
                let facts = manifests::facts(&args.config, &shift, now)?;
                let checks = preflight::check(&facts, terms, now);
                held.extend(checks.open().map(|one| {
                    (
                        format!("{} {}: {}", one.id, one.verdict, one.evidence.sentence()),
                        one.evidence.next(),
                    )
                }));
            }
        }
        Some(_) => {
            if let Some(intent) = state.as_ref().and_then(State::intent) {
                held.push((intent.because.sentence(), intent.because.next()));
            }
        }
    }
    let phase = phase(state.as_ref());
    if args.output == "json" {
        let items: Vec<_> =
            held.iter().map(|(what, next)| json!({"because": what, "next": next})).collect();
        let value = json!({
            "apiVersion": "segue.dev/v1alpha1", "kind": "ShiftWhy",
            "shift": goal.shift, "phase": phase, "held": items,
        });
        term.line(&serde_json::to_string_pretty(&value).unwrap_or_default());
    } else {
        let title = format!("shift/{}: {phase}; {} held", goal.shift, held.len());
        term.line(&term.paint(Style::Strong, &title));
        for (what, next) in &held {
            let (what, next) = (format!("  {what}"), format!("    next: {next}"));
            for line in wrap(&what, term.width, 4).into_iter().chain(wrap(&next, term.width, 10)) {
                term.line(&line);
            }
        }
    }
    Ok(if held.is_empty() { DONE } else { HELD })
}

/// `not started`, or the phase of the journal.
fn phase(state: Option<&State>) -> String {
    state
        .map_or_else(|| "not started".to_owned(), |state| crate::cli::rehearse::phase(&state.phase))
}
