//! `segue rehearse`: shifts, or the whole plan, on the twin.

mod explain;
mod faults;
mod fuzz;
mod load;
mod replay;
mod show;
mod timeline;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use live::disk;
use model::Reason;
use model::code::rehearsal as code;
use serde_json::json;
use twin::check::{Ending, Invariant};
use twin::trace::Trace;

use super::exit::{DONE, FAILED, Failure};
use super::term::Term;
use crate::rehearse::estate::{Declared, Stage};
use crate::rehearse::{Played, play};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue rehearse ./config\n  segue rehearse ./config --fault zone-loss:c@00:14:30+5m\n  segue rehearse run.yaml --explain 00:15:00\n\nFaults: NAME[:TARGET]@HH:MM:SS[+DURATION], times from the start of a stage.\n  crash, zombie, lost-replies, duplicates, throttle, stale-reads, clock-jump,\n  controller-absent, slow-propagation, silence, zone-loss:a|b|c,\n  bad-release:SHIFT, slow-release:SHIFT, out-of-memory:SHIFT, foreign-writer:SHIFT,\n  kill-copies:FLEET, slow-start:FLEET"
)]
pub(in crate::cli) struct RehearseArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// Folder that `segue migrate plan` wrote, a Shift, or a saved rehearsal.
    #[arg(value_name = "DIR|FILE")]
    what: Option<PathBuf>,
    /// Seed of everything that is drawn; a saved rehearsal has its own.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Something that goes wrong; may be given several times.
    #[arg(long, value_name = "SPEC")]
    fault: Vec<String>,
    /// Only this stage of a plan: 1 is ECS to ECS, 2 is ECS to Kubernetes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=2))]
    stage: Option<u8>,
    /// Requests a second of each copy, where nothing says how many there are.
    #[arg(long, value_name = "N", default_value_t = 20.0, value_parser = positive, allow_negative_numbers = true)]
    rps: f64,
    /// Show the time line at this speed, such as 60x; at once if not given.
    #[arg(long, value_name = "FACTOR")]
    speed: Option<String>,
    /// End each stage after this much virtual time, such as 2h.
    #[arg(long, value_name = "DURATION")]
    until: Option<String>,
    /// Print everything that is known at this moment, HH:MM:SS, in place of the time line.
    #[arg(long, value_name = "TIME")]
    explain: Option<String>,
    /// Every line of the time line; of many shifts only the first and the last are shown else.
    #[arg(long)]
    all: bool,
    /// Write the rehearsal to a file that replays.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Text, or one JSON object.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play random shifts with random faults, and keep the smallest run of each that fails.
    Fuzz(fuzz::FuzzArgs),
}

/// A stage that was played.
struct Ran {
    stage: Stage,
    played: Played,
}

pub(crate) use replay::{Replayed, replay};
pub(super) use timeline::phase;

pub(in crate::cli) fn run(args: &RehearseArgs, term: &mut Term) -> Result<u8, Failure> {
    if let Some(Command::Fuzz(args)) = &args.command {
        return fuzz::run(args, term);
    }
    let Some(what) = &args.what else {
        return Err(Reason::new(&model::code::cli::USAGE)
            .with("what", "rehearse what? Name a folder or a file")
            .into());
    };
    let until = args.until.as_deref().map(|text| length("--until", text)).transpose()?;
    let explain = args.explain.as_deref().map(|text| moment("--explain", text)).transpose()?;
    let speed = args.speed.as_deref().map(speed).transpose()?;
    let mut declared = Declared { rps_per_copy: args.rps, ..Declared::default() };
    declared.seed = args.seed.unwrap_or(declared.seed);
    declared.until_secs = until.map_or(declared.until_secs, |until| until.as_secs());
    let mut stages = load::stages(what, &declared, args.stage)?;
    for stage in &mut stages {
        if let Some(seed) = args.seed {
            stage.rehearsal.script.seed = seed;
        }
        if let Some(until) = until {
            stage.rehearsal.until_secs = until.as_secs();
        }
        for spec in &args.fault {
            let fault = faults::parse(spec, &stage.rehearsal.script)?;
            stage.rehearsal.script.faults.push(fault);
        }
    }
    if let Some(file) = &args.save {
        disk::write_file(file, load::text(&stages).as_bytes())?;
    }
    #[expect(clippy::disallowed_methods, reason = "real time is what is measured here")]
    let began = Instant::now();
    let place = what.display().to_string();
    let ran = all(stages, &place, until.is_some())?;
    let took = began.elapsed();
    let failed = ran.iter().any(|ran| !ran.played.outcome.violations.is_empty());
    match (args.output.as_str(), explain) {
        ("json", _) => term.line(&summary(&ran).to_string()),
        (_, Some(at)) => ran.iter().for_each(|ran| explain::show(ran, at, term)),
        (_, None) => {
            let how = show::How { took, speed, all: args.all, saved: args.save.as_deref() };
            show::show(&ran, &how, term);
        }
    }
    Ok(if failed { FAILED } else { DONE })
}

/// Every stage on a thread of its own: they do not touch each other.
fn all(stages: Vec<Stage>, place: &str, cut: bool) -> Result<Vec<Ran>, Failure> {
    let played: Vec<Result<Played, String>> = std::thread::scope(|scope| {
        let run = |stage: &'_ Stage| stage.rehearsal.clone();
        let threads: Vec<_> =
            stages.iter().map(run).map(|rehearsal| scope.spawn(move || play(&rehearsal))).collect();
        let gone = |_| Err("the rehearsal ended in the middle".to_owned());
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(gone)).collect()
    });
    let mut out = Vec::new();
    for (stage, played) in stages.into_iter().zip(played) {
        let mut played = played.map_err(|cause| {
            Failure::from(
                Reason::new(&code::NOT_REHEARSED).with("place", place).with("cause", cause),
            )
        })?;
        if cut {
            forgive(&mut played);
        }
        out.push(Ran { stage, played });
    }
    Ok(out)
}

/// A run that was cut short by `--until` owes nobody that its shifts have ended.
fn forgive(played: &mut Played) {
    let open: Vec<&String> = played
        .outcome
        .services
        .iter()
        .filter(|(_, service)| service.ended.is_none())
        .map(|(name, _)| name)
        .collect();
    played
        .outcome
        .violations
        .retain(|one| one.invariant != Invariant::Ends || !open.contains(&&one.service));
}

/// What all stages came to, as one object.
fn summary(ran: &[Ran]) -> serde_json::Value {
    let ended = |how| -> usize { ran.iter().map(|ran| ran.played.outcome.ended(how)).sum() };
    let sum = |of: fn(&Played) -> u64| -> u64 { ran.iter().map(|ran| of(&ran.played)).sum() };
    let violations: Vec<_> = ran.iter().flat_map(|ran| &ran.played.outcome.violations).collect();
    json!({
        "apiVersion": "segue.dev/v1alpha1",
        "kind": "RehearsalSummary",
        "runs": ran.len(),
        "ended": {
            "done": ended(Some(Ending::Done)),
            "rolledBack": ended(Some(Ending::RolledBack)),
            "frozen": ended(Some(Ending::Frozen)),
            "open": ended(None),
        },
        "requests": {
            "sent": sum(|played| played.outcome.sent()),
            "lost": sum(|played| played.outcome.lost()),
            "lostBySegue": sum(|played| played.outcome.lost_by_segue()),
        },
        "violations": violations,
        "traceHash": trace_hash(ran),
    })
}

/// One run has its own hash; several are chained in their order.
fn trace_hash(ran: &[Ran]) -> String {
    if let [one] = ran {
        return one.played.outcome.trace_hash.clone();
    }
    let mut trace = Trace::default();
    for one in ran {
        trace.note(one.played.outcome.virtual_micros, &one.played.outcome.trace_hash);
    }
    trace.digest()
}

/// `HH:MM:SS` since the start, in microseconds.
fn moment(flag: &str, text: &str) -> Result<u64, Reason> {
    let parts: Option<Vec<u64>> = text.split(':').map(|part| part.parse().ok()).collect();
    match parts.as_deref() {
        Some([hours, minutes, seconds]) if *minutes < 60 && *seconds < 60 && *hours < 9_000 => {
            Ok((hours * 3_600 + minutes * 60 + seconds) * twin::time::SECOND)
        }
        _ => Err(bad_time(flag, text, "this is no moment as HH:MM:SS")),
    }
}

/// `90s`, `5m`, `2h`.
fn length(flag: &str, text: &str) -> Result<Duration, Reason> {
    let wrong = || bad_time(flag, text, "this is no length as 90s, 5m or 2h");
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let secs = number.checked_mul(unit).filter(|secs| (1..=90 * 86_400).contains(secs));
    secs.map(Duration::from_secs).ok_or_else(wrong)
}

/// Requests a second: more than none, and no more than a twin can count.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    let rps = text.parse::<f64>().ok().filter(|rps| *rps > 0.0 && *rps <= 100_000.0);
    rps.ok_or_else(|| "requests a second are above 0, at most 100000".to_owned())
}

/// `60x`.
fn speed(text: &str) -> Result<f64, Reason> {
    let number = text.trim_end_matches('x').parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| bad_time("--speed", text, "this is no factor such as 60x"))
}

fn bad_time(flag: &str, text: &str, cause: &str) -> Reason {
    Reason::new(&code::BAD_TIME).with("flag", flag).with("text", text).with("cause", cause)
}
