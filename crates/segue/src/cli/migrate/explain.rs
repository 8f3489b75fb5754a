//! `segue migrate explain`: what became of every setting of a service.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use live::disk;
use model::Reason;
use model::code::scan as code;
use serde_json::Value;

use crate::cli::exit::{DONE, Failure};
use crate::cli::term::{Style, Term, wrap};

use super::settings;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate explain payments --plan ./config\n  segue migrate explain payments --plan ./config --env prod --all"
)]
pub(in crate::cli) struct ExplainArgs {
    /// Canonical name of the service.
    service: String,
    /// Configuration repository that `segue migrate plan` wrote.
    #[arg(long, value_name = "DIR")]
    plan: PathBuf,
    /// Only this environment.
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Settings that were ignored, too.
    #[arg(long)]
    all: bool,
    /// Rows as JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    output: String,
}

pub(super) fn run(args: &ExplainArgs, term: &mut Term) -> Result<u8, Failure> {
    let rulings = load(args, "plan/rulings.json")?;
    let findings = load(args, "plan/findings.json")?;
    let plan = load(args, "plan/plan.json")?;
    let services = plan["services"].as_array().cloned().unwrap_or_default();
    let sides = sides(args, &services)?;
    let rows: Vec<&Value> = rulings
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| belongs(row, &args.service))
        .collect();
    if args.output == "json" {
        term.line(&serde_json::to_string_pretty(&rows).unwrap_or_default());
        return Ok(DONE);
    }
    let several = sides.len() > 1;
    for side in sides {
        one_side(args, side, &rows, &findings, term);
    }
    if several {
        term.line(&term.paint(Style::Dim, "one environment alone: --env NAME"));
    }
    Ok(DONE)
}

fn load(args: &ExplainArgs, file: &str) -> Result<Value, Failure> {
    let no_plan = |cause: String| {
        Reason::new(&code::NO_PLAN).with("place", args.plan.display()).with("cause", cause)
    };
    let bytes =
        disk::read_file(&args.plan.join(file)).map_err(|e| no_plan(e.reason().sentence()))?;
    serde_json::from_slice(&bytes).map_err(|e| no_plan(format!("{file}: {e}")).into())
}

fn sides<'v>(args: &ExplainArgs, services: &'v [Value]) -> Result<Vec<&'v Value>, Failure> {
    let wanted = |side: &&Value| {
        side["name"] == args.service.as_str()
            && args.env.as_ref().is_none_or(|env| side["environment"] == env.as_str())
    };
    let sides: Vec<&Value> = services.iter().filter(wanted).collect();
    if !sides.is_empty() {
        return Ok(sides);
    }
    let mut known: Vec<&str> = services.iter().filter_map(|side| side["name"].as_str()).collect();
    known.dedup();
    let service = args
        .env
        .as_ref()
        .map_or_else(|| args.service.clone(), |env| format!("{} in {env}", args.service));
    let reason = Reason::new(&code::NO_SUCH_SERVICE)
        .with("service", service)
        .with("known", known.join(", "));
    Err(reason.with("place", args.plan.display()).into())
}

/// True if the row is about the service, alone or with others.
fn belongs(row: &Value, service: &str) -> bool {
    row["service"].as_str().is_some_and(|names| names.split("; ").any(|name| name == service))
}

fn one_side(args: &ExplainArgs, side: &Value, rows: &[&Value], findings: &Value, term: &mut Term) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (service, env) = (text(&side["name"]), text(&side["environment"]));
    let from = side["from"]["serviceArn"]
        .as_str()
        .or_else(|| side["from"]["taskDefinitionArn"].as_str())
        .or_else(|| side["from"]["file"].as_str());
    term.line(&term.paint(Style::Strong, &format!("{service} in {env}")));
    term.line(&format!("  ECS         {}", from.unwrap_or("?")));
    let to = side["to"]["overlay"].as_str().unwrap_or("nothing yet: a blocker is open");
    term.line(&format!("  Kubernetes  {to}"));
    show_findings(&service, &env, findings, term);
    let file = text(&side["from"]["file"]);
    let mut groups: BTreeMap<(usize, String), Vec<&Value>> = BTreeMap::new();
    for row in rows {
        let name = text(&row["file"]);
        // Files of the other environments are theirs to show.
        let ours = name == file || mentions_only(row, &env);
        if ours && (args.all || row["ruling"] != "ignored") {
            groups.entry((usize::from(name != file), name)).or_default().push(row);
        }
    }
    for ((_, file), rows) in groups {
        term.line("");
        term.line(&term.paint(Style::Strong, &format!("  {file}")));
        settings::show(&rows, term);
    }
    if !args.all {
        term.line(&term.paint(Style::Dim, "  (ignored settings: --all)"));
    }
    term.line("");
}

/// True if the row's finding or target names this environment.
fn mentions_only(row: &Value, env: &str) -> bool {
    let part = format!("/{env}/");
    ["finding", "target", "file"].iter().any(|key| {
        row[*key].as_str().is_some_and(|text| {
            text.contains(&part)
                || text.contains(&format!("/{env}-"))
                || text.contains(&format!("-{env}"))
        })
    })
}

fn show_findings(service: &str, env: &str, findings: &Value, term: &mut Term) {
    for finding in findings.as_array().into_iter().flatten() {
        if finding["subject"]["name"] != service || finding["environment"] != env {
            continue;
        }
        let letter = finding["severity"].as_str().unwrap_or_default();
        let style = if letter == "B" { Style::Failed } else { Style::Held };
        let message = finding["message"].as_str().unwrap_or_default();
        let code = finding["code"].as_str().unwrap_or_default();
        let message = format!("{message}  ({code})");
        for (index, line) in wrap(&message, term.width.saturating_sub(8), 0).iter().enumerate() {
            let mark = if index == 0 { term.paint(style, letter) } else { " ".to_owned() };
            term.line(&format!("  {mark}  {line}"));
        }
    }
}
