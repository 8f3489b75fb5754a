//! `segue shift plan`.

use std::path::PathBuf;

use clap::Args;
use live::SystemClock;
use model::ports::Clock;
use serde_json::json;
use traffic::Goal;
use traffic::goal::Finish;
use traffic::preflight;
use traffic::preflight::verdict::{Checked, Preflight, Verdict};

use super::{estimate, manifests, read};
use crate::cli::exit::{DONE, Failure, HELD};
use crate::cli::rehearse::positive;
use crate::cli::term::{Style, Term, wrap};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift plan checkout-prod --config ./config\n  segue shift plan shifts/checkout-prod.yaml --rps 40\n\nExit code 5 with --strict where a check holds the start."
)]
pub(in crate::cli) struct PlanArgs {
    /// Name of a shift of the repository, or a file.
    #[arg(value_name = "NAME|FILE")]
    shift: String,
    /// Configuration repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// Requests a second, in place of spec.expectedRps.
    #[arg(long, value_name = "N", value_parser = positive, allow_negative_numbers = true)]
    rps: Option<f64>,
    /// End with 5 where a check failed or is unproven.
    #[arg(long)]
    strict: bool,
    /// Text or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

pub(super) fn run(args: &PlanArgs, term: &mut Term) -> Result<u8, Failure> {
    let shift = read::one(&args.config, &args.shift)?;
    let goal = shift.goal();
    let rps = args.rps.or(shift.spec.expected_rps).filter(|rps| *rps > 0.0);
    let power = rps.map(|rps| estimate::of(&goal, rps));
    // Offline only the manifests are known: no fact is taken from what the file itself claims.
    let now = SystemClock.now();
    let facts = manifests::facts(&args.config, &shift, now)?;
    let checks = goal.preflight.as_ref().map(|terms| preflight::check(&facts, terms, now));
    let held = checks.as_ref().is_some_and(|checks| checks.holds().is_some());
    if args.output == "json" {
        let value = json!({
            "apiVersion": "segue.dev/v1alpha1",
            "kind": "ShiftPlan",
            "shift": shift.metadata.name,
            "goal": goal,
            "names": shift.names_goal(),
            "rps": rps,
            "power": power,
            "preflight": checks,
        });
        term.line(&serde_json::to_string_pretty(&value).unwrap_or_default());
    } else {
        head(&goal, term);
        if let Some(names) = shift.names_goal() {
            term.line("");
            head(&names, term);
        }
        if let (Some(rps), Some(power)) = (rps, &power) {
            term.line("");
            term.line(
                &term.paint(
                    Style::Strong,
                    "What the guard can tell (estimate, 1 bad request in 1000)",
                ),
            );
            for step in power {
                let text = format!("  {}", estimate::sentence(step, &goal, rps));
                term.paragraph(&text, 4);
            }
        } else {
            term.line("");
            term.line("No estimate of the evidence: say --rps N, or spec.expectedRps.");
        }
        if let Some(checks) = &checks {
            verdicts(checks, term);
        }
    }
    Ok(if args.strict && held { HELD } else { DONE })
}

fn head(goal: &Goal, term: &mut Term) {
    let title = format!("shift/{}: {} → {} by {}", goal.shift, goal.old, goal.new, goal.rule);
    term.paragraph(&title, 4);
    let tick = goal.hold.tick.as_secs();
    let mut lines = Vec::new();
    for first in goal.after.iter().chain(&goal.requires) {
        lines.push(format!("begins when {first} is across"));
    }
    if goal.preflight.is_some() {
        lines.push("preflight: every check below has passed or is waived".to_owned());
    }
    if let Some(copies) = &goal.copies {
        lines.push(format!(
            "provision: {} copies of {}, and {} of {} stay until the end",
            copies.new_need, copies.new, copies.old_need, copies.old
        ));
    }
    lines.push(format!(
        "warm: {} healthy targets on the new side",
        goal.new_need(model::ports::Weight::ALL)
    ));
    let steps: Vec<String> = goal.steps.iter().map(|step| step.to_string()).collect();
    lines.push(format!(
        "steps {}: each is read back, given {} s to reach everybody, and held for {} ticks of {tick} s with {} requests on the new side",
        steps.join(" → "),
        goal.dial.settle.as_secs(),
        goal.hold.ticks,
        goal.hold.requests_min
    ));
    lines.push(format!(
        "gates: at most {} bad requests in 1000, {} healthy targets, and a silent guard; else everything goes back",
        goal.floor_per_mille, goal.targets_min
    ));
    lines.extend(estimate::terms(goal));
    for job in &goal.jobs {
        lines.push(format!("hand-over: {} stops before {} starts", job.old, job.new));
    }
    lines.push(match goal.finish {
        Finish::Keep => "done: the old side stays".to_owned(),
        Finish::Remove { quiet } => format!(
            "drain: {} s without a request on the old side, then a person other than {} agrees that it goes",
            quiet.as_secs(),
            goal.author
        ),
    });
    for (number, line) in lines.iter().enumerate() {
        row(&format!("{:>4}. ", number + 1), line, term);
    }
}

fn verdicts(checks: &Preflight, term: &mut Term) {
    let of = |wanted: &Verdict| checks.checks.iter().filter(|one| one.verdict == *wanted).count();
    let waived = checks.checks.iter().filter(|one| matches!(one.verdict, Verdict::Waived { .. }));
    let title = format!(
        "Preflight, offline: {} passed, {} failed, {} unproven, {} waived",
        of(&Verdict::Passed),
        of(&Verdict::Failed),
        of(&Verdict::Unproven),
        waived.count()
    );
    term.line("");
    term.line(&term.paint(Style::Strong, &title));
    let meaningless = |one: &&Checked| matches!(one.verdict, Verdict::NotApplicable { .. });
    let mut others = Vec::new();
    for one in &checks.checks {
        if meaningless(&one) {
            others.push(one.id.to_string());
        } else {
            let head = format!("  {:<4} {:<9} ", one.id, one.verdict);
            row(&head, &one.evidence.sentence(), term);
        }
    }
    if !others.is_empty() {
        row("  do not apply   ", &others.join(", "), term);
    }
    for note in &checks.notes {
        let text = format!("  note: {}", note.sentence());
        term.paragraph(&text, 4);
    }
}

/// A text beside its head, wrapped below itself.
fn row(head: &str, text: &str, term: &mut Term) {
    let indent = head.chars().count();
    for (index, line) in wrap(text, term.width.saturating_sub(indent), 0).iter().enumerate() {
        let before = if index == 0 { head.to_owned() } else { " ".repeat(indent) };
        term.line(&format!("{before}{line}"));
    }
}
