//! `segue migrate report`: the plan as one page that a team can read in a meeting.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use live::{SystemClock, disk};
use migrate::waivers::Judged;
use model::Reason;
use model::code::report as code;
use model::ports::Clock;

use super::{read, waivers};
use crate::cli::exit::{DONE, Failure};
use crate::cli::term::Term;
use crate::view::lang::Lang;
use crate::view::report::{Finding, Input, MARK, Rulings, render};

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
    let lang = match args.lang {
        Language::En => Lang::En,
        Language::Ko => Lang::Ko,
    };
    let (page, judged) = drawn(&args.dir, lang)?;
    disk::write_file(&args.out, page.as_bytes())?;
    term.line(&format!("{} ({} kB)", args.out.display(), page.len().div_ceil(1000)));
    waivers::notes(&judged, term);
    Ok(DONE)
}

/// The report of a repository as it is now.
pub(crate) fn page(dir: &Path, lang: Lang) -> Result<String, Failure> {
    drawn(dir, lang).map(|(page, _)| page)
}

fn drawn(dir: &Path, lang: Lang) -> Result<(String, Judged), Failure> {
    let plan = read::plan(dir)?;
    let findings: Vec<Finding> = read::json(dir, "plan/findings.json")?;
    let inventory = read::json(dir, "plan/inventory.json")?;
    let today = SystemClock.now().to_zoned(TimeZone::UTC).date();
    let ids = findings.iter().map(|finding| finding.id.as_str());
    let judged = waivers::read(dir)?.judge(ids, today);
    let input = Input {
        plan: &plan,
        findings,
        inventory,
        waived: &judged.waived,
        rulings: rulings(dir),
        lang,
    };
    Ok((render(&input), judged))
}

/// Refuses to replace what is no report.
fn ours(out: &Path, root: &str) -> Result<(), Failure> {
    if !out.exists() {
        return Ok(());
    }
    let refused =
        || Reason::new(&code::NOT_OUR_REPORT).with("place", out.display()).with("root", root);
    if out.is_dir() {
        return Err(refused().into());
    }
    let bytes = disk::read_file(out)?;
    let head = bytes.get(..MARK_WITHIN).unwrap_or(&bytes);
    if head.windows(MARK.len()).any(|part| part == MARK.as_bytes()) {
        Ok(())
    } else {
        Err(refused().into())
    }
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
