//! `segue rehearse fuzz`: many small random runs.

use std::path::PathBuf;

use clap::Args;
use live::disk;

use crate::cli::exit::{DONE, FAILED, Failure};
use crate::cli::term::{Style, Term, count};
use crate::rehearse::fuzz;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue rehearse fuzz --runs 1000\n  segue rehearse fuzz --runs 100 --seed 7 --out found"
)]
pub(super) struct FuzzArgs {
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    runs: u64,
    /// The first seed; the others follow it.
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Folder for the smallest run of each failure; it replays.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Text, or one JSON object.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

pub(super) fn run(args: &FuzzArgs, term: &mut Term) -> Result<u8, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let seeds = args.seed..args.seed.saturating_add(args.runs);
    let summary = fuzz::run(seeds.clone(), threads, |_| {}).map_err(|cause| {
        let reason = model::Reason::new(&model::code::rehearsal::NOT_REHEARSED);
        Failure::from(reason.with("place", "fuzz").with("cause", cause))
    })?;
    if args.output == "json" {
        term.line(&serde_json::to_string(&summary).unwrap_or_default());
    } else {
        let ended: Vec<String> =
            summary.ended.iter().map(|(how, number)| format!("{number} {how}")).collect();
        term.line(&format!(
            "{} of seeds {}..{}: shifts {}",
            count(usize::try_from(summary.runs).unwrap_or(usize::MAX), "run"),
            seeds.start,
            seeds.end,
            ended.join(", ")
        ));
        let requests = summary.requests;
        term.line(&format!(
            "requests {} sent, {} lost, {} of them by Segue",
            requests.sent, requests.lost, requests.lost_by_segue
        ));
        for failure in &summary.failures {
            let line = format!(
                "✖ seed {} invariant {}: {}",
                failure.seed, failure.invariant, failure.sentence
            );
            term.line(&term.paint(Style::Failed, &line));
        }
    }
    if let Some(out) = &args.out {
        for failure in &summary.failures {
            let small = fuzz::shrink(&fuzz::make(failure.seed), failure.invariant);
            let text = serde_json::to_string_pretty(&small).unwrap_or_default();
            let file = out.join(format!("seed-{}.yaml", failure.seed));
            disk::write_file(&file, format!("{text}\n").as_bytes())?;
            term.error_line(&format!("kept {}", file.display()));
        }
    }
    Ok(if summary.violations.is_empty() { DONE } else { FAILED })
}
