//! `segue demo`: the example estate planned, one of its shifts rehearsed, then made for real.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use live::disk::{self, Folder};
use migrate::generate::{Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use migrate::tree;
use rust_embed::RustEmbed;

use super::exit::Failure;
use super::term::{Style, Term, count};
use super::{migrate as migrate_cli, settings};
use crate::demo::manifests::{self, Written};
use crate::demo::place::{self, SERVICE, SHIFT};
use crate::demo::{self, DemoOptions, rehearsal};
use crate::view::report::format::number;

/// The example estate, so that the demo runs from an empty folder.
#[derive(RustEmbed)]
#[folder = "../../examples/estate"]
#[include = "snapshot.json"]
#[include = "answers/*"]
struct Estate;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  segue demo\n  segue demo --exit --output json")]
pub(super) struct DemoArgs {
    /// Folder for the configuration repository, and for the state: journal, ledgers, logs.
    #[arg(long, value_name = "DIR", default_value = "segue-demo")]
    dir: PathBuf,
    /// Port of the balancer on 127.0.0.1; 8080, or a free one, if left out.
    #[arg(long)]
    port: Option<u16>,
    /// Requests a second.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(20..=10_000))]
    rate: u32,
    /// End at Hold instead of serving on until Ctrl-C.
    #[arg(long)]
    exit: bool,
    /// Percent of its requests that the bad release fails; 0: no bad release.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_rate: u8,
    /// json: end with one line of figures on stdout, the story on stderr.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

pub(super) fn run(args: &DemoArgs, term: &mut Term) -> Result<u8, Failure> {
    let json = args.output == "json";
    let config = args.dir.join("config");
    plan(args, &config, term)?;
    rehearse(args, &config, term)?;
    let what =
        format!("4 Cross: {SERVICE}, {} requests a second, real processes and sockets", args.rate);
    say(args, term, &term.paint(Style::Strong, &what));
    let called = settings::called();
    let options = DemoOptions {
        next: next(&called, &config),
        config,
        state: args.dir.join("state"),
        program: settings::program()?,
        called,
        person: settings::user().unwrap_or_else(|| "somebody".to_owned()),
        port: args.port,
        rate: args.rate,
        fail_rate: args.fail_rate,
        exit: args.exit,
        look: term.look(json),
        width: term.width,
    };
    let account = if json {
        demo::run(&options, &mut std::io::stderr())?
    } else {
        demo::run(&options, &mut std::io::stdout())?
    };
    if json {
        term.line(&account.to_json());
    }
    Ok(account.exit_code())
}

/// A line of the story: on stderr where stdout is kept for the figures.
fn say(args: &DemoArgs, term: &mut Term, text: &str) {
    if args.output == "json" { term.error_line(text) } else { term.line(text) }
}

fn next(called: &str, config: &Path) -> Vec<String> {
    let config = config.display();
    vec![
        format!(
            "{called} rehearse {config}/{} --fault bad-release:{SHIFT}@00:02:00",
            place::SHIFT_FILE
        ),
        format!("{called} migrate explain {SERVICE} --plan {config}"),
        format!("{called} migrate report {config} --out migration.html"),
    ]
}

/// Writes what this machine plays, and rehearses the shift of it on the twin.
fn rehearse(args: &DemoArgs, config: &Path, term: &mut Term) -> Result<(), Failure> {
    let repo = Folder::new(config);
    let Written { files, left_alone } = manifests::write(&repo, args.rate)?;
    let rehearsed = rehearsal::rehearse(&repo)?;
    say(
        args,
        term,
        &format!("3 Rehearse: {SHIFT} on a twin, {} of its time", clock(rehearsed.seconds)),
    );
    let sign = if rehearsed.broken == 0 && rehearsed.done { "" } else { "▲ " };
    say(
        args,
        term,
        &format!(
            "        {sign}{} requests, {} lost; {} checks, {} violations; trace {}",
            number(rehearsed.sent),
            rehearsed.lost,
            rehearsed.checks,
            rehearsed.broken,
            rehearsed.trace
        ),
    );
    let places = [place::OVERLAY, place::SHIFT_FILE];
    let written = places.into_iter().filter(|one| files.iter().any(|file| file.starts_with(one)));
    let written = written.collect::<Vec<_>>().join(", ");
    if !written.is_empty() {
        say(args, term, &format!("        written: {written}"));
    }
    for kept in left_alone {
        say(args, term, &format!("        left as it is: {}/{kept}", config.display()));
    }
    Ok(())
}

/// `15:04` for so many seconds.
fn clock(seconds: u64) -> String {
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}

/// Reads the estate and writes the plan of it, with the same code as `segue migrate plan`.
fn plan(args: &DemoArgs, config: &Path, term: &mut Term) -> Result<(), Failure> {
    let mut say = |text: String| say(args, term, &text);
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
