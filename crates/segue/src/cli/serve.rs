//! `segue serve`: the shifts of a repository, kept going on this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use live::{Database, disk};
use model::Reason;

use super::exit::{DONE, Failure, INTERRUPTED};
use super::settings;
use super::term::{Style, Term, count};
use crate::serve::instance::{self, Options, Told};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue serve --config ./config\n  segue serve --config ./config --database postgres://segue@db.internal/segue\n\nIt goes on where it was after any end, kill -9 among them: what was started, how\nfar it came and what was measured is in the database. The fleets go\non meanwhile and are taken over. SIGTERM and Ctrl-C end it in order; the shifts\nstay where they are. A second one ends it at once."
)]
pub(super) struct ServeArgs {
    /// Configuration repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,
    /// State folder [default: ~/.local/state/segue].
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// PostgreSQL in place of the file segue.db in the state folder.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// File with the password of the database.
    #[arg(long, value_name = "FILE", requires = "database")]
    database_password_file: Option<PathBuf>,
    /// Overlay that is played of a service that has no overlay "local".
    #[arg(long, value_name = "NAME", default_value = "dev")]
    environment: String,
    /// Where the balancer runs: beside this program, which it outlives, or inside of it.
    #[arg(long, value_name = "WHERE", value_parser = ["beside", "inside"], default_value = "beside")]
    balancer: String,
    /// End fleets and balancer too when it is told to end.
    #[arg(long)]
    stop_fleets: bool,
    /// Address of console and metrics; port 0 takes a free one. Where others reach it, the console
    /// asks for the token that is in console-token in the state folder.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// Name by which the console may be asked for, besides addresses and localhost; may be repeated.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
}

pub(super) fn run(args: &ServeArgs, term: &mut Term) -> Result<u8, Failure> {
    let state = args.state.clone().map_or_else(settings::state, Ok)?;
    let options = Options {
        config: args.config.clone(),
        environment: args.environment.clone(),
        beside: args.balancer == "beside",
        stop_fleets: args.stop_fleets,
        state: state.clone(),
        database: database(args)?,
        listen: vec![args.listen],
        ports: BTreeMap::new(),
        hosts: args.hosts.clone(),
        person: settings::user().unwrap_or_else(|| "somebody".to_owned()),
        program: settings::program()?,
    };
    let goes_on = match (args.stop_fleets, args.balancer == "beside") {
        (true, _) => None,
        (false, true) => Some("fleets and balancer go on; --stop-fleets would end them too"),
        (false, false) => Some("the fleets go on; --stop-fleets would end them too"),
    };
    let in_order = instance::run(options, &mut |told| tell(told, (&state, goes_on), term))?;
    Ok(if in_order { DONE } else { INTERRUPTED })
}

fn database(args: &ServeArgs) -> Result<Option<Database>, Failure> {
    let Some(url) = &args.database else { return Ok(None) };
    let password = match &args.database_password_file {
        None => None,
        Some(file) => Some(String::from_utf8_lossy(&disk::read_file(file)?).into_owned()),
    };
    // An editor ends a file with a line end, which is no part of a password.
    let password = password.as_deref().map(|text| text.trim_end_matches(['\n', '\r']));
    let database = Database::of_url(url, password).map_err(Reason::from)?;
    Ok(Some(database))
}

fn tell(told: Told, (state, goes_on): (&Path, Option<&str>), term: &mut Term) {
    match told {
        Told::Ready { console, listeners, shifts } => {
            for (listener, address) in listeners {
                term.line(&format!("serving {listener} at http://{address}"));
            }
            if shifts > 0 {
                term.line(&format!("{} on the way", count(shifts, "shift")));
            }
            term.line(&format!("ready: http://{console}/ (state: {})", state.display()));
        }
        Told::Ledger(page) => term.line(&format!("ledger: {}", page.display())),
        Told::Kept(because) => {
            let head = term.paint(Style::Held, &format!("held[{}]", because.code.id));
            term.error_line(&format!("{head}: {}", because.sentence()));
            term.error_line(&format!("  next: {}", because.next()));
        }
        Told::Stopping => {
            term.line("stopping: shifts stay where they are, and go on with the next start");
            if let Some(goes_on) = goes_on {
                term.line(goes_on);
            }
        }
    }
}
