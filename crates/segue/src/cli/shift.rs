//! `segue shift`: the traffic shifts of a configuration repository.

mod act;
pub(super) mod draw;
mod estimate;
mod list;
mod manifests;
mod plan;
mod read;
mod standing;
mod verify;
mod watch;

use clap::Subcommand;
use traffic::Deed;

use super::exit::{DONE, Failure};
use super::term::Term;
use crate::rehearse::spec;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show the steps of a shift, what they can prove, and what its checks say.
    Plan(plan::PlanArgs),
    /// Start a shift of the repository.
    Start(act::ActArgs),
    /// Watch a shift while it happens.
    Watch(watch::WatchArgs),
    /// No step up until it is resumed.
    Pause(act::ActArgs),
    /// Steps up again.
    Resume(act::ActArgs),
    /// Agree that the old side is removed; not for the author of the shift.
    Approve(act::ActArgs),
    /// Let the present step go before its time.
    Promote(act::PromoteArgs),
    /// Everything back to the old side.
    Abort(act::ActArgs),
    /// Go on with a frozen shift from what its rule shows.
    Adopt(act::ActArgs),
    /// List the shifts of the running instance.
    List(list::ListArgs),
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
        Command::Start(args) => act::start(args, term),
        Command::Watch(args) => watch::run(args, term),
        Command::Pause(args) => act::say(args, Deed::Pause, term),
        Command::Resume(args) => act::say(args, Deed::Resume, term),
        Command::Approve(args) => act::say(args, Deed::Approve, term),
        Command::Promote(args) => act::promote(args, term),
        Command::Abort(args) => act::say(args, Deed::Abort, term),
        Command::Adopt(args) => act::adopt(args, term),
        Command::List(args) => list::run(args, term),
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
