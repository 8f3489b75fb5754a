//! `segue migrate report`: the plan as one page that a team can read in a meeting.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use live::{SystemClock, disk};
use migrate::plan::{FORMAT_VERSION, MigrationPlan, PATH};
use model::code::{report as code, scan};
use model::ports::Clock;
use model::{Reason, code::Code};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{read, waivers};
use crate::cli::exit::{DONE, Failure};
use crate::cli::term::Term;
use crate::view::lang::Lang;
use crate::view::report::{Input, MARK, Rulings, render};

/// Bytes at the start of a file in which the mark of a report stands.
const MARK_WITHIN: usize = 512;

/// Languages of the report.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    /// English.
    En,
    /// Korean.
    Ko,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate report ./config --out migration.html\n  segue migrate report ./config --out migration.ko.html --lang ko\n\nThe page is one file, needs no network, and prints on A4."
)]
pub(in crate::cli) struct ReportArgs {
    /// Configuration repository that `segue migrate plan` wrote.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The page to write; an earlier report there is replaced.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Language of the page.
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: Language,
}

pub(super) fn run(args: &ReportArgs, term: &mut Term) -> Result<u8, Failure> {
    let root = args.dir.display().to_string();
    ours(&args.out, &root)?;
    let plan = plan(&args.dir, &root)?;
    let findings = json(&args.dir, "plan/findings.json", &root)?;
    let inventory = json(&args.dir, "plan/inventory.json", &root)?;
    let waivers = disk::read_file(&args.dir.join(waivers::FILE)).unwrap_or_default();
    let present = BTreeMap::from([(waivers::FILE.to_owned(), waivers)]);
    let today = SystemClock.now().to_zoned(TimeZone::UTC).date();
    let waived = waivers::waived(&root, &present, today)?;
    let page = render(&Input {
        plan: &plan,
        findings,
        inventory,
        waived,
        rulings: rulings(&args.dir),
        lang: match args.lang {
            Language::En => Lang::En,
            Language::Ko => Lang::Ko,
        },
    });
    disk::write_file(&args.out, page.as_bytes())?;
    term.line(&format!("{} ({} kB)", args.out.display(), page.len().div_ceil(1000)));
    Ok(DONE)
}

/// Refuses to replace what is no report.
fn ours(out: &Path, root: &str) -> Result<(), Failure> {
    if !out.exists() {
        return Ok(());
    }
    let refused = || Reason::new(&code::NOT_OUR_REPORT).with("place", out.display()).with("root", root);
    if out.is_dir() {
        return Err(refused().into());
    }
    let bytes = disk::read_file(out)?;
    let head = bytes.get(..MARK_WITHIN).unwrap_or(&bytes);
    if head.windows(MARK.len()).any(|part| part == MARK.as_bytes()) { Ok(()) } else { Err(refused().into()) }
}

/// The plan, whose version is looked at before the rest.
fn plan(dir: &Path, root: &str) -> Result<MigrationPlan, Failure> {
    read::folder(dir)?;
    let place = dir.join(PATH);
    if !place.exists() {
        let reason = Reason::new(&scan::NO_PLAN).with("place", root);
        return Err(reason.with("cause", format!("{PATH} is not there")).into());
    }
    let value: Value = json(dir, PATH, root)?;
    let version = value["formatVersion"].as_u64().unwrap_or_default();
    let wrong = |code: &'static Code| {
        Reason::new(code)
            .with("place", place.display())
            .with("version", version)
            .with("known", FORMAT_VERSION)
            .with("root", root)
    };
    if version > u64::from(FORMAT_VERSION) {
        return Err(wrong(&code::NEWER_PLAN).into());
    }
    if version < u64::from(FORMAT_VERSION) {
        return Err(wrong(&code::OLD_PLAN).into());
    }
    serde_json::from_value(value).map_err(|error| bad(&place, root, &error).into())
}

fn json<T: DeserializeOwned>(dir: &Path, file: &str, root: &str) -> Result<T, Failure> {
    let place = dir.join(file);
    let bytes = disk::read_file(&place)?;
    serde_json::from_slice(&bytes).map_err(|error| bad(&place, root, &error).into())
}

fn bad(place: &Path, root: &str, cause: &serde_json::Error) -> Reason {
    Reason::new(&code::BAD_PLAN_FILE)
        .with("place", place.display())
        .with("cause", cause)
        .with("root", root)
}

/// How many settings have which ruling; nothing if the file is too large or not there, since the
/// report stands without it.
///
/// The file has one ruling a line and 15 MB for 60 clusters, so it is counted, not parsed.
fn rulings(dir: &Path) -> Option<Rulings> {
    let bytes = disk::read_file(&dir.join("plan/rulings.json")).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let mut out = Rulings::default();
    for line in text.lines() {
        let Some((_, rest)) = line.split_once("\"ruling\":\"") else { continue };
        match rest.split('"').next() {
            Some("exact") => out.exact += 1,
            Some("approximated") => out.approximated += 1,
            Some("finding") => out.findings += 1,
            _ => out.ignored += 1,
        }
    }
    Some(out)
}
