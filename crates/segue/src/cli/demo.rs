//! `segue demo`: the example estate planned, then one of its services taken across for real.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use live::disk;
use migrate::generate::{Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use migrate::tree;
use rust_embed::RustEmbed;

use super::exit::Failure;
use super::term::{Style, Term, count};
use super::{migrate as migrate_cli, settings};
use crate::demo::{CrossingOptions, cross};

/// The example estate, so that the demo runs from an empty folder.
#[derive(RustEmbed)]
#[folder = "../../examples/estate"]
#[include = "snapshot.json"]
#[include = "answers/*"]
struct Estate;

/// The service that crosses: behind a load balancer, with settings and secrets, without faults.
const SERVICE: &str = "lecture-api";

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  segue demo\n  segue demo --exit --output json")]
pub(super) struct DemoArgs {
    /// Folder for the configuration repository, journal and logs.
    #[arg(long, value_name = "DIR", default_value = "segue-demo")]
    dir: PathBuf,
    /// Port of the balancer on 127.0.0.1; 8080, or a free one, if left out.
    #[arg(long)]
    port: Option<u16>,
    /// Requests a second.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// End after the crossing instead of serving on until Ctrl-C.
    #[arg(long)]
    exit: bool,
    /// Percent of its requests that the new release fails, to see it rolled back.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_rate: u8,
    /// json: end with one line of figures on stdout, the story on stderr.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

pub(super) fn run(args: &DemoArgs, term: &mut Term) -> Result<u8, Failure> {
    let json = args.output == "json";
    let config = args.dir.join("config");
    plan(args, &config, term)?;
    let say =
        |term: &mut Term, text: &str| if json { term.error_line(text) } else { term.line(text) };
    say(
        term,
        &term.paint(
            Style::Strong,
            &format!("3 Cross: {SERVICE} moves from an old fleet to a new one on this machine"),
        ),
    );
    let options = CrossingOptions {
        port: args.port,
        rate: args.rate,
        fail_rate: args.fail_rate,
        exit: args.exit,
        look: term.look(json),
        next: next(args, &config),
        ..CrossingOptions::new(
            config,
            SERVICE.to_owned(),
            args.dir.join("state"),
            settings::program()?,
        )
    };
    let account = if json {
        cross(&options, &mut std::io::stderr())?
    } else {
        cross(&options, &mut std::io::stdout())?
    };
    if json {
        term.line(&account.to_json());
    }
    Ok(account.exit_code())
}

fn next(args: &DemoArgs, config: &Path) -> Vec<String> {
    let config = config.display();
    let mut out = vec![
        format!("segue migrate explain {SERVICE} --plan {config}"),
        format!("less {config}/plan/findings.md"),
    ];
    if args.fail_rate == 0 {
        out.push("segue demo --fail-rate 20     (a bad release, rolled back by itself)".to_owned());
    }
    out
}

/// Reads the estate and writes the plan of it, with the same code as `segue migrate plan`.
fn plan(args: &DemoArgs, config: &Path, term: &mut Term) -> Result<(), Failure> {
    let json = args.output == "json";
    let mut say = |text: String| if json { term.error_line(&text) } else { term.line(&text) };
    let files: BTreeMap<String, Vec<u8>> = Estate::iter()
        .filter_map(|path| Some((path.to_string(), Estate::get(&path)?.data.into_owned())))
        .collect();
    let snapshot = Snapshot::parse("the example estate", &files)?;
    say(format!("1 Read: the example estate, {} answers of AWS", snapshot.answers.len()));
    let settings = Settings::new(migrate_cli::REPOSITORY_UNKNOWN);
    let generated = generate(&[snapshot], &Corrections::default(), &settings);
    let present = migrate_cli::repository(config)?;
    let outcome =
        tree::plan(&config.display().to_string(), &present, &generated.files, &generated.blocked)?;
    let changes = migrate_cli::changes(&outcome.plan, &generated, &outcome);
    disk::apply(config, &changes)?;
    let blocked = generated.services.values().filter(|blocked| **blocked).count();
    say(format!(
        "2 Plan: {} → {}, {}",
        count(generated.clusters, "ECS cluster"),
        count(generated.environments.len(), "cluster"),
        count(generated.services.len(), "service"),
    ));
    say(format!(
        "        {} ruled on, none dropped; {} for an answer",
        count(generated.rows.len(), "setting"),
        if blocked == 1 {
            "1 service waits".to_owned()
        } else {
            format!("{blocked} services wait")
        },
    ));
    say(format!("        written to {}", config.display()));
    Ok(())
}
