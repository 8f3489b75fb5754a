//! `segue migrate plan`: from snapshots to the configuration repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::tz::TimeZone;
use live::{SystemClock, disk};
use migrate::cost::Prices;
use migrate::finding::Finding;
use migrate::generate::{Generated, generate};
use migrate::naming::Corrections;
use migrate::settings::{Estate, PATH as ESTATE, Settings};
use migrate::tree::{self, Change, GENERATED, Outcome};
use migrate::waivers::{Judged, PATH as WAIVERS, Waivers};
use model::code::scan as code;
use model::ports::{ChangeSet, Clock};
use model::{Plan, Reason};

use super::show::Ending;
use super::{read, show, waivers, yaml};
use crate::cli::exit::{DIFFERENCE, DONE, Failure};
use crate::cli::term::Term;

/// What Argo CD reads until somebody names the repository in segue.yaml.
pub(in crate::cli) const REPOSITORY_UNKNOWN: &str = "https://git.example.com/platform/config.git";

/// The team's own price list in the repository.
const PRICES: &str = "prices.yaml";

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(
    after_help = "Examples:\n  segue migrate plan examples/estate\n  segue migrate plan dev.snapshot prod.snapshot --out ./config\n\nA tree that exists is compared first: stale files of an earlier plan go, hand edits stay."
)]
pub(in crate::cli) struct PlanArgs {
    /// Snapshots, as `segue migrate scan` writes them.
    #[arg(required = true, value_name = "SNAPSHOT")]
    snapshots: Vec<PathBuf>,
    /// Configuration repository to write; without it the plan is only shown.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Corrections of names; by default naming.yaml of the repository.
    #[arg(long, value_name = "FILE")]
    naming: Option<PathBuf>,
    /// Price list in place of the one that Segue carries; by default prices.yaml of the repository.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// End with exit code 5 if blockers are open.
    #[arg(long)]
    strict: bool,
    /// Show what would change and write nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// With --dry-run: end with exit code 3 if anything would change.
    #[arg(long, requires = "dry_run")]
    exit_code: bool,
    /// Do not ask before an existing tree is changed.
    #[arg(long, short = 'y')]
    yes: bool,
}

pub(super) fn run(args: &PlanArgs, term: &mut Term) -> Result<u8, Failure> {
    let snapshots = read::snapshots(&args.snapshots)?;
    let present = args.out.as_deref().map_or_else(|| Ok(BTreeMap::new()), read::repository)?;
    let place = args.out.as_deref().unwrap_or_else(|| Path::new("DIR")).display().to_string();
    let corrections = corrections(args, &place, &present)?;
    let settings = settings(args, &place, &present)?;
    let today = SystemClock.now().to_zoned(TimeZone::UTC).date();
    let waivers = match present.get(WAIVERS) {
        Some(bytes) => waivers::parse(&format!("{place}/{WAIVERS}"), bytes)?,
        None => Waivers::default(),
    };
    let generated = generate(&snapshots, &corrections, &settings);
    let outcome = tree::plan(&place, &present, &generated.files, &generated.blocked)?;
    let known = present.contains_key(GENERATED);
    if known {
        show::difference(&outcome.plan, &generated.files, &present, term);
    }
    let (code, ending) = settle(args, &generated, &outcome, known, term)?;
    let ids = generated.findings.iter().map(|finding| finding.id.as_str());
    let judged = waivers.judge(ids, today);
    show::summary(&generated, &judged, ending, term);
    strict(args, &generated.findings, &judged, &place)?;
    Ok(code)
}

/// Writes what the plan says, unless this is only a look.
fn settle<'a>(
    args: &'a PlanArgs,
    generated: &Generated,
    outcome: &Outcome,
    known: bool,
    term: &mut Term,
) -> Result<(u8, Ending<'a>), Failure> {
    let plan = &outcome.plan;
    let Some(out) = &args.out else {
        return Ok((DONE, Ending::Shown("the same command with --out DIR")));
    };
    if args.dry_run {
        let differs = args.exit_code && !plan.steps.is_empty();
        let code = if differs { DIFFERENCE } else { DONE };
        return Ok((code, Ending::Shown("the same command without --dry-run")));
    }
    if known
        && !plan.steps.is_empty()
        && term.interactive
        && !args.yes
        && !term.confirm("Write these changes?")
    {
        return Ok((DONE, Ending::Shown("the same command with --yes")));
    }
    disk::apply(out, &changes(plan, generated, outcome))?;
    Ok((DONE, Ending::Written(out)))
}

/// The change set of a plan, with the checksums to keep.
pub(in crate::cli) fn changes(
    plan: &Plan<Change>,
    generated: &Generated,
    outcome: &Outcome,
) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for step in &plan.steps {
        match &step.action {
            Change::Create(path) | Change::Update(path) => {
                let text =
                    generated.files.get(path).map(|file| file.text.clone()).unwrap_or_default();
                changes.write.insert(path.clone(), text.into_bytes());
            }
            Change::Delete(path) => {
                changes.delete.insert(path.clone());
            }
        }
    }
    changes.write.insert(GENERATED.to_owned(), outcome.generated.clone().into_bytes());
    changes
}

fn corrections(
    args: &PlanArgs,
    root: &str,
    present: &BTreeMap<String, Vec<u8>>,
) -> Result<Corrections, Failure> {
    let (place, bytes) = match &args.naming {
        Some(path) => (path.display().to_string(), Some(disk::read_file(path)?)),
        None => (format!("{root}/naming.yaml"), present.get("naming.yaml").cloned()),
    };
    let Some(bytes) = bytes else { return Ok(Corrections::default()) };
    let text = yaml::text(&place, &bytes)?;
    Corrections::parse(text).map_err(|error| error.reason.with("place", place).into())
}

/// The team's own price list, if it has one.
fn prices(
    args: &PlanArgs,
    root: &str,
    present: &BTreeMap<String, Vec<u8>>,
) -> Result<Option<Prices>, Failure> {
    let (place, bytes) = match &args.prices {
        Some(path) => (path.display().to_string(), Some(disk::read_file(path)?)),
        None => (format!("{root}/{PRICES}"), present.get(PRICES).cloned()),
    };
    let Some(bytes) = bytes else { return Ok(None) };
    Ok(Some(Prices::parse(&place, yaml::text(&place, &bytes)?)?))
}

/// What the team decided in segue.yaml, and its prices.
fn settings(
    args: &PlanArgs,
    root: &str,
    present: &BTreeMap<String, Vec<u8>>,
) -> Result<Settings, Failure> {
    let estate = match present.get(ESTATE) {
        Some(bytes) => {
            let place = format!("{root}/{ESTATE}");
            Estate::parse(&place, yaml::text(&place, bytes)?)?
        }
        None => Estate::default(),
    };
    Ok(Settings {
        prices: prices(args, root, present)?,
        organization: estate.organization,
        waves: estate.waves,
        ..Settings::new(estate.repository.as_deref().unwrap_or(REPOSITORY_UNKNOWN))
    })
}

fn strict(
    args: &PlanArgs,
    findings: &[Finding],
    judged: &Judged,
    place: &str,
) -> Result<(), Failure> {
    let open: Vec<&str> = findings
        .iter()
        .filter(|f| f.blocks() && !judged.waived.contains_key(&f.id))
        .map(|f| f.id.as_str())
        .collect();
    if !args.strict || open.is_empty() {
        return Ok(());
    }
    let reason = Reason::new(&code::BLOCKED)
        .with("count", open.len())
        .with("list", open.join(", "))
        .with("place", place);
    Err(reason.into())
}
