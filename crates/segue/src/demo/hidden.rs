//! Hidden subcommands: the demo's service, the tether, the shim, and the crossing alone.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use model::Reason;

use super::crossing::{CrossingOptions, cross};
use super::look::Look;
use super::service::{self, ServiceArgs};

/// Subcommands that people do not type; `demo` and the local world use them.
#[derive(Debug, Clone, Subcommand)]
pub enum Hidden {
    /// The service that the demo moves.
    #[command(name = "demo-service", hide = true)]
    Service(ServiceArgs),
    /// Becomes another program, and is killed when the given parent ends.
    #[command(hide = true)]
    Tether(TetherArgs),
    /// Stands beside one container while it runs; the local world starts it.
    #[command(hide = true)]
    Shim,
    /// The demo's crossing alone, of a service in a configuration repository that is there.
    #[command(name = "demo-crossing", hide = true)]
    Crossing(CrossingArgs),
}

/// What to become.
#[derive(Debug, Clone, Args)]
pub struct TetherArgs {
    /// Process whose end is the end of this one.
    #[arg(long)]
    pub parent: u32,
    /// Program and arguments.
    #[arg(last = true, required = true)]
    pub command: Vec<String>,
}

/// A crossing of one service.
#[derive(Debug, Clone, Args)]
pub struct CrossingArgs {
    /// The configuration repository.
    #[arg(long)]
    pub tree: PathBuf,
    /// The service.
    #[arg(long)]
    pub service: String,
    /// Folder for journal and logs; each run makes one of its own in it.
    #[arg(long)]
    pub state: PathBuf,
    /// Port of the balancer; a free one if left out.
    #[arg(long)]
    pub port: Option<u16>,
    /// Requests a second.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub rate: u32,
    /// Milliseconds of a tick.
    #[arg(long, default_value_t = 1_000)]
    pub tick_ms: u64,
    /// Observed ticks of each step.
    #[arg(long, default_value_t = 7)]
    pub ticks: u32,
    /// Percent of its requests that the new release fails.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub fail_rate: u8,
    /// End after the crossing.
    #[arg(long)]
    pub exit: bool,
    /// Print the account as one line of JSON.
    #[arg(long)]
    pub json: bool,
}

impl Hidden {
    /// Does it. `program` is this very program; `out` is standard output, `err` standard error.
    /// Returns the exit code.
    pub fn run(
        self,
        program: PathBuf,
        look: Look,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<u8, Reason> {
        match self {
            Self::Service(args) => service::run(args).map(|()| 0),
            Self::Tether(args) => Err(live::process::tether(args.parent, &args.command).into()),
            Self::Shim => Ok(live::process::shim().map(|()| 0)?),
            Self::Crossing(args) => crossing(args, program, look, out, err),
        }
    }
}

fn crossing(
    args: CrossingArgs,
    program: PathBuf,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Reason> {
    let json = args.json;
    let options = args.into_options(program, look);
    let account = cross(&options, if json { err } else { &mut *out })?;
    if json {
        // A reader that has gone away is no reason to fail: the crossing is done.
        let _ = writeln!(out, "{}", account.to_json());
    }
    Ok(account.exit_code())
}

impl CrossingArgs {
    fn into_options(self, program: PathBuf, look: Look) -> CrossingOptions {
        let hold = traffic::Hold {
            tick: Duration::from_millis(self.tick_ms.max(10)),
            ticks: self.ticks,
            ..traffic::Hold::default()
        };
        CrossingOptions {
            port: self.port,
            rate: self.rate,
            hold,
            fail_rate: self.fail_rate,
            exit: self.exit,
            look,
            ..CrossingOptions::new(self.tree, self.service, self.state, program)
        }
    }
}
