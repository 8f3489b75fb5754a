//! `segue migrate iam-policy`: the read-only policy that a scan needs.

use clap::Args;

use crate::cli::exit::{DONE, Failure};
use crate::cli::term::Term;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate iam-policy > segue-scan.json\n  aws iam create-policy --policy-name segue-scan --policy-document file://segue-scan.json\n\nIt names every operation that a scan calls, and none that gives the value of a secret."
)]
pub(in crate::cli) struct IamPolicyArgs {}

pub(super) fn run(term: &mut Term) -> Result<u8, Failure> {
    let policy = migrate::sweep::policy();
    term.line(&serde_json::to_string_pretty(&policy).unwrap_or_default());
    Ok(DONE)
}
