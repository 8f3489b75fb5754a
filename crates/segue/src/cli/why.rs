//! `segue why REF`: why it is so, and why not otherwise.

use clap::Args;
use model::Reason;
use model::code::serve as code;
use serde_json::json;

use super::exit::{DONE, Failure, HELD};
use super::reach::{self, Reach, path};
use super::shift::draw;
use super::term::{Style, Term, wrap};
use crate::serve::book::{Overview, ShiftStatus};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue why shift/checkout-prod\n  segue why deployment/shop\n\nExit code 5 where something holds it."
)]
pub(super) struct WhyArgs {
    /// What, as kind/name; a bare name is that of a shift.
    #[arg(value_name = "REF")]
    reference: String,
    #[command(flatten)]
    reach: Reach,
    /// Text or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

/// What is to be said.
struct Answer {
    title: String,
    because: Option<Reason>,
    held: Vec<Reason>,
    next: Option<String>,
}

pub(super) fn run(args: &WhyArgs, term: &mut Term) -> Result<u8, Failure> {
    let client = args.reach.client()?;
    let reference = args.reference.as_str();
    let answer = match reference.split_once('/') {
        None | Some(("shift", _)) => {
            let name = reference.strip_prefix("shift/").unwrap_or(reference);
            of_shift(&reach::wait(client.get::<ShiftStatus>(&path(name, "")))?)
        }
        Some(_) => {
            let overview: Overview = reach::wait(client.get("/v1/overview"))?;
            of_other(reference, overview)?
        }
    };
    let held = !answer.held.is_empty();
    if args.output == "json" {
        let value = json!({
            "what": answer.title, "because": answer.because, "held": answer.held,
            "next": answer.next,
        });
        reach::json("Why", &value, term);
    } else {
        show(&answer, term);
    }
    Ok(if held { HELD } else { DONE })
}

fn of_shift(shift: &ShiftStatus) -> Answer {
    let (_, word) = draw::fate(shift.fate);
    let share = shift.weights.stated.unwrap_or(shift.weights.asked);
    Answer {
        title: format!("{}: {word}, {share} % on the new side", reach::reference(shift)),
        because: shift.because.clone(),
        held: shift.held.clone(),
        next: shift.next.as_ref().map(|next| next.what.clone()),
    }
}

fn of_other(reference: &str, overview: Overview) -> Result<Answer, Failure> {
    let held: Vec<Reason> = overview
        .held
        .into_iter()
        .filter(|one| one.what == reference)
        .map(|one| one.because)
        .collect();
    if let Some(one) = overview.workloads.iter().find(|one| one.name == reference) {
        let restarts = one.restarts;
        let title = format!("{reference}: {}/{} ready, {restarts} restarts", one.ready, one.wanted);
        return Ok(Answer { title, because: None, held, next: None });
    }
    if held.is_empty() {
        let names: Vec<String> = overview.workloads.into_iter().map(|one| one.name).collect();
        let known = if names.is_empty() {
            "there is nothing beside the shifts".to_owned()
        } else {
            format!("there are {}", names.join(", "))
        };
        return Err(Reason::new(&code::NO_REF).with("what", reference).with("known", known).into());
    }
    Ok(Answer { title: format!("{reference}: not played"), because: None, held, next: None })
}

fn show(answer: &Answer, term: &mut Term) {
    term.line(&term.paint(Style::Strong, &answer.title));
    let mut say = |text: &str, indent: usize| {
        for line in wrap(text, term.width, indent) {
            term.line(&line);
        }
    };
    if let Some(because) = &answer.because {
        say(&format!("  because  {}", because.sentence()), 11);
    }
    for because in &answer.held {
        say(&format!("  held by  {} {}", because.code.id, because.sentence()), 11);
        say(&format!("    next: {}", because.next()), 10);
    }
    if let Some(next) = &answer.next {
        say(&format!("  next     {next}"), 11);
    }
}
