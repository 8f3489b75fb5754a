//! `segue open`: the console in a browser.

use std::process::Stdio;

use clap::Args;

use super::exit::{DONE, Failure};
use super::reach::{self, Reach, shift_name};
use super::term::Term;
use crate::serve::api::Console;
use crate::serve::api::client::part;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue open\n  segue open shift/checkout-prod\n\nPrints the address; on a terminal it opens a browser there too."
)]
pub(super) struct OpenArgs {
    /// What, as shift/NAME; the whole of it if left out.
    #[arg(value_name = "REF")]
    reference: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn run(args: &OpenArgs, term: &mut Term) -> Result<u8, Failure> {
    let client = args.reach.client()?;
    let Console { mut url } = reach::wait(client.get("/v1/console"))?;
    if let Some(reference) = &args.reference {
        url = format!("{url}shifts/{}", part(shift_name(reference)?));
    }
    term.line(&url);
    if term.interactive {
        browse(&url);
    }
    Ok(DONE)
}

/// Opens a browser where the desktop has one; the address is on the terminal in any case.
fn browse(url: &str) {
    #[expect(clippy::disallowed_methods, reason = "a browser is the user's, no part of any world")]
    let mut command = std::process::Command::new("xdg-open");
    let quiet = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = quiet.spawn();
}
