//! `segue migrate diff`: what changed between two scans.

use std::path::PathBuf;

use clap::Args;
use migrate::diff::{Change, Diff, Setting, Thing, compare};
use migrate::generate::Settings;
use migrate::naming::Corrections;
use serde_json::json;

use super::plan::REPOSITORY_UNKNOWN;
use super::{read, yaml};
use crate::cli::exit::{DIFFERENCE, DONE, Failure};
use crate::cli::term::{Style, Term, count, wrap};

/// Most changed settings of one thing that are listed.
const SETTINGS_MAX: usize = 20;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate diff monday.snapshot today.snapshot\n  segue migrate diff old.snapshot new.snapshot --plan ./config --exit-code\n\nState (counts, health, events) is no difference; only settings that a plan rests on are compared."
)]
pub(in crate::cli) struct DiffArgs {
    /// The older snapshot.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The newer snapshot.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Configuration repository whose naming.yaml corrects the names in both.
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
    /// End with exit code 3 if there is a difference.
    #[arg(long)]
    exit_code: bool,
    /// Table or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    output: String,
}

pub(super) fn run(args: &DiffArgs, term: &mut Term) -> Result<u8, Failure> {
    let old = [read::snapshot(&args.old)?];
    let new = [read::snapshot(&args.new)?];
    let settings = Settings::new(REPOSITORY_UNKNOWN);
    let diff = compare(&old, &new, &corrections(args)?, &settings);
    if args.output == "json" {
        let value = json!({
            "apiVersion": "segue.dev/v1alpha1",
            "kind": "SnapshotDiff",
            "old": {"place": args.old.display().to_string(), "takenAt": old[0].manifest.taken_at},
            "new": {"place": args.new.display().to_string(), "takenAt": new[0].manifest.taken_at},
            "things": diff.things,
            "unread": diff.unread,
            "files": diff.files,
        });
        term.line(&serde_json::to_string_pretty(&value).unwrap_or_default());
    } else {
        let times = (old[0].manifest.taken_at.as_str(), new[0].manifest.taken_at.as_str());
        show(args, &diff, times, term);
    }
    let differs = !diff.things.is_empty();
    Ok(if differs && args.exit_code { DIFFERENCE } else { DONE })
}

fn corrections(args: &DiffArgs) -> Result<Corrections, Failure> {
    let Some(dir) = &args.plan else { return Ok(Corrections::default()) };
    let present = read::repository(dir)?;
    let Some(bytes) = present.get("naming.yaml") else { return Ok(Corrections::default()) };
    let place = dir.join("naming.yaml").display().to_string();
    let text = yaml::text(&place, bytes)?;
    Corrections::parse(text).map_err(|error| error.reason.with("place", place).into())
}

fn show(args: &DiffArgs, diff: &Diff, times: (&str, &str), term: &mut Term) {
    for kind in &diff.unread {
        let text = format!(
            "▲ {} read no {kind} at all: nobody can say whether they went or were not allowed to be read",
            args.new.display()
        );
        for line in wrap(&text, term.width, 2) {
            term.line(&term.paint(Style::Held, &line));
        }
    }
    if diff.things.is_empty() {
        term.line("No changes. Both scans would give the same plan.");
        return;
    }
    let span = match times {
        ("", _) | (_, "") => String::new(),
        (old, new) => format!(" from {old} to {new}"),
    };
    term.line(&term.paint(Style::Strong, &format!("Drift{span}")));
    let mut service = None;
    for thing in &diff.things {
        if service != Some(&thing.service) {
            service = Some(&thing.service);
            let name = thing.service.as_deref().unwrap_or("the estate, no single service");
            term.line("");
            term.line(&term.paint(Style::Strong, name));
        }
        show_thing(thing, term);
    }
    ending(args, diff, term);
}

fn show_thing(thing: &Thing, term: &mut Term) {
    let (sign, style) = match &thing.change {
        Change::Added => ("+", Style::Changing),
        Change::Removed => ("-", Style::Held),
        Change::Changed(_) => ("~", Style::Changing),
    };
    let sign = term.paint(style, sign);
    term.line(&format!("  {sign} {} {}", thing.subject.kind.word(), thing.subject.name));
    let Change::Changed(settings) = &thing.change else { return };
    for setting in settings.iter().take(SETTINGS_MAX) {
        for line in wrap(&words(setting), term.width, 8) {
            term.line(&line);
        }
    }
    if settings.len() > SETTINGS_MAX {
        term.line(&format!("      … and {} more settings", settings.len() - SETTINGS_MAX));
    }
}

/// `      cpu: 256 → 512   Deployment/web spec…`.
fn words(setting: &Setting) -> String {
    let path = &setting.path;
    let change = match (&setting.old, &setting.new) {
        (Some(old), Some(new)) if old == new => format!("{path}: {new}, another value than before"),
        (Some(old), Some(new)) => format!("{path}: {old} → {new}"),
        (None, Some(new)) => format!("+ {path}: {new}"),
        (Some(old), None) => format!("- {path}: was {old}"),
        (None, None) => path.clone(),
    };
    let target = setting.target.as_deref().map(|t| format!("   ({t})")).unwrap_or_default();
    format!("      {change}{target}")
}

fn ending(args: &DiffArgs, diff: &Diff, term: &mut Term) {
    let by =
        |test: fn(&Change) -> bool| diff.things.iter().filter(|thing| test(&thing.change)).count();
    term.line("");
    term.line(&format!(
        "{} came, {} changed, {} went.",
        by(|change| matches!(change, Change::Added)),
        by(|change| matches!(change, Change::Changed(_))),
        by(|change| matches!(change, Change::Removed))
    ));
    if diff.files.is_empty() {
        term.line("The manifests stay as they are.");
        return;
    }
    let names: Vec<&str> =
        diff.files.keys().filter(|n| !n.is_empty()).map(String::as_str).collect();
    let total: usize = diff.files.values().map(std::collections::BTreeSet::len).sum();
    let text = format!(
        "Another plan would touch {} of {}: {}",
        count(total, "file"),
        count(names.len(), "service"),
        names.join(", ")
    );
    for line in wrap(&text, term.width, 2) {
        term.line(&line);
    }
    let place = args.plan.as_ref().map_or("DIR".to_owned(), |dir| dir.display().to_string());
    let new = args.new.display();
    term.line(&format!("next: segue migrate plan {new} --out {place} --dry-run"));
}
