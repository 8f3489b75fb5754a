//! `segue balance`: the balancer by itself.

mod admin;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::Reason;

use super::exit::{DONE, Failure, INTERRUPTED};
use super::term::{Style, Term, count};
use crate::serve::balance::{self, End, Options, Told};

#[derive(Debug, Args)]
#[command(
    override_usage = "segue balance --config <FILE> [--check] [--admin <SOCKET> [--take-over]]\n       segue balance get --admin <SOCKET>\n       segue balance schema",
    after_help = "Examples:\n  segue balance --config edge.yaml --check\n  segue balance --config edge.yaml --admin /run/edge.sock\n  segue balance --config edge.yaml --admin /run/edge.sock --take-over\n\nA change of the file is taken over within some seconds, or at once on SIGHUP;\nno connection is touched. SIGTERM and Ctrl-C let requests under way finish; a\nsecond one ends it at once."
)]
pub(super) struct BalanceArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// File of kind Balancer.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only look whether the file can be used.
    #[arg(long)]
    check: bool,
    /// Unix socket over which it can be asked and told.
    #[arg(long, value_name = "SOCKET")]
    admin: Option<PathBuf>,
    /// Take over from the balancer that answers at the admin socket, without losing a request.
    #[arg(long, requires = "admin")]
    take_over: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show rules, weights, health and counts of a balancer that runs.
    Get(admin::GetArgs),
    /// Give a rule other weights.
    Weights(admin::WeightsArgs),
    /// Print the JSON Schema of kind Balancer.
    Schema,
}

pub(super) fn run(args: &BalanceArgs, term: &mut Term) -> Result<u8, Failure> {
    match &args.command {
        Some(Command::Get(args)) => return admin::get(args, term),
        Some(Command::Weights(args)) => return admin::weights(args, term),
        Some(Command::Schema) => {
            term.line(balance::SCHEMA.trim_end());
            return Ok(DONE);
        }
        None => {}
    }
    let Some(file) = &args.config else {
        let what = "balance what? Name a file with --config";
        return Err(Reason::new(&model::code::cli::USAGE).with("what", what).into());
    };
    if args.check {
        let document = balance::read(file)?;
        let config = document.config();
        let rules: usize = config.listeners.values().map(|one| one.rules.len() + 1).sum();
        term.line(&format!(
            "{} can be used: {}, {}, {}",
            document.name(),
            count(config.listeners.len(), "listener"),
            count(rules, "rule"),
            count(config.groups.len(), "target group"),
        ));
        return Ok(DONE);
    }
    let (admin, take_over) = (args.admin.clone(), args.take_over);
    let options = Options { file: file.clone(), admin, take_over };
    let end = balance::run(&options, &mut |told| tell(told, term))?;
    Ok(match end {
        End::Drained => DONE,
        End::AtOnce => INTERRUPTED,
    })
}

fn tell(told: Told, term: &mut Term) {
    match told {
        Told::Ready(addresses) => term.line(&format!("ready: {}", list(&addresses))),
        Told::Changed(addresses) => term.line(&format!("changed: {}", list(&addresses))),
        Told::TakenOver => term.line("taken over: the clients that are here may finish"),
        Told::Stopping => term.line("stopping: requests under way may finish"),
        Told::Kept(because) => {
            let head = term.paint(Style::Held, &format!("held[{}]", because.code.id));
            term.error_line(&format!("{head}: {}", because.sentence()));
            term.error_line(&format!("  next: {}", because.next()));
        }
    }
}

/// `web http://127.0.0.1:8080, admin http://127.0.0.1:9000`
fn list(urls: &BTreeMap<String, String>) -> String {
    let one = |(name, url): (&String, &String)| format!("{name} {url}");
    urls.iter().map(one).collect::<Vec<_>>().join(", ")
}
