//! `segue migrate status`: where each service stands.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use jiff::tz::TimeZone;
use live::SystemClock;
use migrate::plan::{MigrationPlan, Service};
use migrate::waivers::Judged;
use model::ports::Clock;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{read, waivers};
use crate::cli::exit::{DONE, Failure};
use crate::cli::term::{Style, Term, count, fit, wrap};

/// Most obstacles that are listed with their next step.
const LISTED_MAX: usize = 5;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate status ./config\n  segue migrate status ./config -o json | jq '.services[] | select(.state == \"blocked\")'"
)]
pub(in crate::cli) struct StatusArgs {
    /// Configuration repository that `segue migrate plan` wrote.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Table or JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    output: String,
}

/// How far a service is in one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// A blocker is open: nothing is generated.
    Blocked,
    /// Generated, and in no wave.
    Held,
    /// In a wave, with findings that change behaviour and that nobody has waived.
    Open,
    /// In a wave, and nothing that changes behaviour is open.
    Ready,
}

/// What status needs of a finding.
#[derive(Debug, Deserialize)]
struct Found {
    id: String,
}

/// One service in one environment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Standing<'p> {
    service: &'p str,
    environment: &'p str,
    state: State,
    wave: Option<u32>,
    risk: Option<u8>,
    /// Open findings of severity B and H that nobody has waived.
    open: Vec<&'p str>,
}

pub(super) fn run(args: &StatusArgs, term: &mut Term) -> Result<u8, Failure> {
    let plan = read::plan(&args.dir)?;
    let findings: Vec<Found> = read::json(&args.dir, "plan/findings.json")?;
    let today = SystemClock.now().to_zoned(TimeZone::UTC).date();
    let judged =
        waivers::read(&args.dir)?.judge(findings.iter().map(|found| found.id.as_str()), today);
    let standings: Vec<Standing<'_>> =
        plan.services.iter().map(|service| standing(&plan, service, &judged)).collect();
    if args.output == "json" {
        let value = json!({
            "apiVersion": "segue.dev/v1alpha1",
            "kind": "MigrationStatus",
            "sources": plan.sources,
            "services": standings,
            "waived": judged.waived,
        });
        term.line(&serde_json::to_string_pretty(&value).unwrap_or_default());
        return Ok(DONE);
    }
    show(&plan, &standings, term);
    waiting(&plan, &judged, term);
    waivers::notes(&judged, term);
    next(args, &plan, term);
    Ok(DONE)
}

fn standing<'p>(plan: &'p MigrationPlan, service: &'p Service, judged: &Judged) -> Standing<'p> {
    let is =
        |name: &str, environment: &str| name == service.name && environment == service.environment;
    let wave = plan.order.waves.iter().find(|wave| {
        wave.environment == service.environment
            && wave.units.iter().any(|unit| unit.services.contains(&service.name))
    });
    let open: Vec<&str> = plan
        .order
        .obstacles
        .iter()
        .filter(|obstacles| is(&obstacles.service, &obstacles.environment))
        .flat_map(|obstacles| &obstacles.open)
        .map(|obstacle| obstacle.finding.as_str())
        .filter(|id| !judged.waived.contains_key(*id))
        .collect();
    let state = match wave {
        _ if service.blocked => State::Blocked,
        None => State::Held,
        Some(_) if open.is_empty() => State::Ready,
        Some(_) => State::Open,
    };
    let risk = plan.order.risks.iter().find(|risk| is(&risk.service, &risk.environment));
    Standing {
        service: &service.name,
        environment: &service.environment,
        state,
        wave: wave.map(|wave| wave.number),
        risk: risk.map(|risk| risk.score),
        open,
    }
}

/// One row a service, one column an environment.
fn show(plan: &MigrationPlan, standings: &[Standing<'_>], term: &mut Term) {
    let names: BTreeSet<&str> = standings.iter().map(|one| one.service).collect();
    let scan = plan.sources.iter().map(|source| source.taken_at.as_str()).max().unwrap_or_default();
    let of = if scan.is_empty() { String::new() } else { format!(", from a scan of {scan}") };
    let title = format!(
        "{} in {}{of}",
        count(names.len(), "service"),
        count(plan.environments.len(), "environment")
    );
    term.line(&term.paint(Style::Strong, &title));
    let width = names.iter().map(|name| name.len()).max().unwrap_or(7).clamp(7, 32);
    let environments = in_order(plan);
    let mut head = format!("  {}", fit("SERVICE", width));
    for env in &environments {
        head.push_str("  ");
        head.push_str(&fit(env, 18));
    }
    term.line(&term.paint(Style::Dim, head.trim_end()));
    let cells: BTreeMap<(&str, &str), &Standing<'_>> =
        standings.iter().map(|one| ((one.service, one.environment), one)).collect();
    for name in names {
        let mut row = format!("  {}", fit(name, width));
        for env in &environments {
            row.push_str("  ");
            match cells.get(&(name, *env)) {
                Some(one) => row.push_str(&cell(one, term)),
                None => row.push_str(&fit("-", 18)),
            }
        }
        term.line(row.trim_end());
    }
    let by = |state: State| standings.iter().filter(|one| one.state == state).count();
    term.line("");
    term.line(&format!(
        "{} ready, {} with open findings, {} held, {} blocked, in {}.",
        by(State::Ready),
        by(State::Open),
        by(State::Held),
        by(State::Blocked),
        count(plan.order.waves.len(), "wave")
    ));
}

/// Environments in the order in which they move.
fn in_order(plan: &MigrationPlan) -> Vec<&str> {
    let first = |env: &str| {
        let of_env = plan.order.waves.iter().filter(|wave| wave.environment == env);
        of_env.map(|wave| wave.number).min().unwrap_or(u32::MAX)
    };
    let mut environments: Vec<&str> = plan.environments.iter().map(String::as_str).collect();
    environments.sort_by_key(|env| first(env));
    environments
}

fn cell(one: &Standing<'_>, term: &Term) -> String {
    let wave = one.wave.map(|number| format!("wave {number}")).unwrap_or_default();
    let open = one.open.len();
    let (style, text) = match one.state {
        State::Blocked => (Style::Failed, "✖ blocked".to_owned()),
        State::Held => (Style::Held, "▲ held".to_owned()),
        State::Open => (Style::Dim, format!("○ {wave} · {open} H")),
        State::Ready => (Style::Strong, format!("✔ {wave}")),
    };
    term.paint(style, &fit(&text, 18))
}

/// What waits for a person: blockers first.
fn waiting(plan: &MigrationPlan, judged: &Judged, term: &mut Term) {
    let mut grouped: Vec<(&str, &str, &str, Vec<&str>)> = Vec::new();
    for obstacles in &plan.order.obstacles {
        for one in &obstacles.open {
            if one.severity != 'B' || judged.waived.contains_key(&one.finding) {
                continue;
            }
            let same = grouped.iter_mut().find(|(service, sentence, ..)| {
                *service == obstacles.service && *sentence == one.sentence
            });
            match same {
                Some((.., envs)) => envs.push(&obstacles.environment),
                None => grouped.push((
                    &obstacles.service,
                    &one.sentence,
                    &one.next,
                    vec![&obstacles.environment],
                )),
            }
        }
    }
    if grouped.is_empty() {
        return;
    }
    term.line("");
    term.line(&term.paint(Style::Strong, &format!("waiting for a person: {}", grouped.len())));
    for (service, sentence, next, envs) in grouped.iter().take(LISTED_MAX) {
        let head = format!("  {service} ({}): {sentence}", envs.join(", "));
        let next = format!("      next: {next}");
        for line in wrap(&head, term.width, 6).into_iter().chain(wrap(&next, term.width, 12)) {
            term.line(&line);
        }
    }
    if grouped.len() > LISTED_MAX {
        term.line(&format!("  … and {} more in plan/findings.md", grouped.len() - LISTED_MAX));
    }
}

fn next(args: &StatusArgs, plan: &MigrationPlan, term: &mut Term) {
    let dir = args.dir.display();
    let Some(wave) = plan.order.waves.first() else { return };
    let services: Vec<&str> =
        wave.units.iter().flat_map(|unit| &unit.services).map(String::as_str).collect();
    let text = format!("Wave {} in {}: {}", wave.number, wave.environment, services.join(", "));
    term.line("");
    for line in wrap(&text, term.width, 4) {
        term.line(&line);
    }
    let first = services.first().copied().unwrap_or("SERVICE");
    term.line(&format!(
        "next: segue migrate explain {first} --plan {dir} --env {}",
        wave.environment
    ));
}
