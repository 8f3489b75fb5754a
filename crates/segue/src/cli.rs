//! The command line: one file a command, one place for errors and exit codes.

mod balance;
mod demo;
mod doctor;
pub(crate) mod exit;
mod help;
pub(crate) mod migrate;
mod open;
mod reach;
pub(crate) mod rehearse;
mod serve;
mod settings;
mod shift;
mod status;
mod term;
mod usage;
mod why;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::demo::Hidden;
use exit::Failure;
use term::Term;

/// Take services from ECS to Kubernetes without dropping a request, and run delivery there.
#[derive(Debug, Parser)]
#[command(
    name = "segue",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  segue demo\n  segue migrate plan examples/estate --out ./config\n\nExit codes: segue help exit-codes"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to colour: auto, always, never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: term::ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read an ECS estate and plan its move to Kubernetes.
    #[command(subcommand, arg_required_else_help = true)]
    Migrate(migrate::Command),
    /// Check credentials, clock and permissions for a scan.
    Doctor(doctor::DoctorArgs),
    /// Plan the example estate, then take one service across on this machine with real requests.
    Demo(demo::DemoArgs),
    /// Play shifts, or the whole plan, on a twin of the estate in virtual time.
    #[command(arg_required_else_help = true, args_conflicts_with_subcommands = true)]
    Rehearse(rehearse::RehearseArgs),
    /// Keep the shifts of a repository going on this machine: engine, balancer, console.
    Serve(serve::ServeArgs),
    /// What runs, what changes, what waits for a person.
    Status(status::StatusArgs),
    /// Why it is so, and why not otherwise.
    Why(why::WhyArgs),
    /// Print the address of the console, and open it in a browser.
    Open(open::OpenArgs),
    /// Plan, start, watch and steer the traffic shifts of a configuration repository.
    #[command(subcommand, arg_required_else_help = true)]
    Shift(shift::Command),
    /// Run a balancer by itself: rules, weighted target groups, health checks.
    #[command(arg_required_else_help = true, args_conflicts_with_subcommands = true)]
    Balance(balance::BalanceArgs),
    #[command(flatten)]
    Hidden(Hidden),
    /// Explain a command, a code such as SG-M063, or exit-codes.
    Help(help::HelpArgs),
    /// Print the version.
    Version,
}

/// Runs the program and returns its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(usage::print(&error)),
    };
    let mut term = Term::new(cli.color);
    match run(cli.command, &mut term) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.print(&mut term);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(command: Command, term: &mut Term) -> Result<u8, Failure> {
    match command {
        Command::Migrate(command) => migrate::run(&command, term),
        Command::Doctor(args) => doctor::run(&args, term),
        Command::Demo(args) => demo::run(&args, term),
        Command::Rehearse(args) => rehearse::run(&args, term),
        Command::Serve(args) => serve::run(&args, term),
        Command::Status(args) => status::run(&args, term),
        Command::Why(args) => why::run(&args, term),
        Command::Open(args) => open::run(&args, term),
        Command::Shift(command) => shift::run(&command, term),
        Command::Balance(args) => balance::run(&args, term),
        Command::Hidden(hidden) => Ok(hidden.run()?),
        Command::Help(args) => help::run(&args, term),
        Command::Version => {
            term.line(&format!("segue {}", env!("CARGO_PKG_VERSION")));
            Ok(exit::DONE)
        }
    }
}

/// The command line as clap sees it, for help pages and the reference.
pub fn definition() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
