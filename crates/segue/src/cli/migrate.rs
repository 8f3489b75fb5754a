//! `segue migrate`: scan, plan, explain, report.

mod diff;
mod explain;
mod iam_policy;
mod plan;
mod read;
mod report;
mod scan;
mod settings;
mod show;
mod status;
mod waivers;
mod yaml;

use clap::Subcommand;

pub(super) use plan::{REPOSITORY_UNKNOWN, changes};
pub(crate) use read::plan as planned;
pub(super) use read::repository;
pub(crate) use report::page as report_page;

use super::exit::Failure;
use super::term::Term;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Read an AWS account, or files that people kept, into a snapshot.
    Scan(scan::ScanArgs),
    /// Print the read-only policy that a scan of an account needs.
    IamPolicy(iam_policy::IamPolicyArgs),
    /// Turn snapshots into a configuration repository for Kubernetes.
    Plan(plan::PlanArgs),
    /// Show where each service stands: its wave, its risk, what is open.
    Status(status::StatusArgs),
    /// Show what changed between two scans.
    Diff(diff::DiffArgs),
    /// Show what became of every setting of a service, ECS beside Kubernetes.
    Explain(explain::ExplainArgs),
    /// Write the plan as one page for the team: what moves, when, what it costs, what worries us.
    Report(report::ReportArgs),
}

pub(in crate::cli) fn run(command: &Command, term: &mut Term) -> Result<u8, Failure> {
    match command {
        Command::Scan(args) => scan::run(args, term),
        Command::IamPolicy(_) => Ok(iam_policy::run(term)),
        Command::Plan(args) => plan::run(args, term),
        Command::Status(args) => status::run(args, term),
        Command::Diff(args) => diff::run(args, term),
        Command::Explain(args) => explain::run(args, term),
        Command::Report(args) => report::run(args, term),
    }
}
