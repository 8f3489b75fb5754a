//! `segue migrate iam-policy`: the read-only policy that a scan needs.

use clap::Args;

use crate::cli::exit::DONE;
use crate::cli::term::Term;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate iam-policy > segue-scan.json\n  aws iam create-policy --policy-name segue-scan --policy-document file://segue-scan.json\n\nIt names every operation that a scan calls, and none that gives the value of a secret."
)]
pub(in crate::cli) struct IamPolicyArgs {}

pub(super) fn run(term: &mut Term) -> u8 {
    let policy = migrate::sweep::policy();
    term.line(&serde_json::to_string_pretty(&policy).unwrap_or_default());
    DONE
}
