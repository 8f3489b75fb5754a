//! `segue shift`: the traffic shifts of a configuration repository.

mod estimate;
mod manifests;
mod plan;
mod read;
mod standing;
mod verify;

use clap::Subcommand;

use super::exit::{DONE, Failure};
use super::term::Term;
use crate::rehearse::spec;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show the steps of a shift, what they can prove, and what its checks say.
    Plan(plan::PlanArgs),
    /// List the shifts of the repository and how far they are.
    Get(standing::GetArgs),
    /// Say what holds a shift.
    Why(standing::WhyArgs),
    /// Check that a ledger is what was signed at the end of a shift.
    Verify(verify::VerifyArgs),
    /// Print the public key that signs the ledgers of this machine.
    Key(verify::KeyArgs),
    /// Print the JSON Schema of kind Shift.
    Schema,
}

pub(super) fn run(command: &Command, term: &mut Term) -> Result<u8, Failure> {
    match command {
        Command::Plan(args) => plan::run(args, term),
        Command::Get(args) => standing::get(args, term),
        Command::Why(args) => standing::why(args, term),
        Command::Verify(args) => verify::run(args, term),
        Command::Key(args) => verify::key(args, term),
        Command::Schema => {
            term.line(spec::SCHEMA.trim_end());
            Ok(DONE)
        }
    }
}
