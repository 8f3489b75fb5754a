//! `segue migrate scan`: a snapshot of an account, or of files that people kept.

mod account;
mod progress;
mod state;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use live::{SystemClock, disk};
use migrate::input::inventory::Inventory;
use migrate::input::section::Section;
use migrate::input::snapshot::{ANSWERS, MANIFEST, Manifest, Snapshot, Source, parse_answer};
use model::Reason;
use model::code::scan as code;
use model::ports::{ChangeSet, Clock};

use super::read;
use crate::cli::exit::{DONE, Failure};
use crate::cli::term::{Term, count};

/// Largest input file, in bytes: AWS limits a task definition to 64 KiB and an answer to a few MiB.
const FILE_BYTES_MAX: usize = 32 << 20;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue migrate scan --profile prod --region ap-northeast-2 --out prod\n  segue migrate scan --from-files ./taskdefs --out estate.snapshot\n  segue migrate plan estate.snapshot --out ./config\n\nIt only reads: segue migrate iam-policy prints what it needs. A scan that was interrupted goes on\nwhere it stopped when the same command is run again."
)]
pub(in crate::cli) struct ScanArgs {
    /// Folder with task definitions, services, load balancers, DNS, scaling and schedules as JSON.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["profile", "region", "endpoint_url", "pace", "fresh"])]
    from_files: Option<PathBuf>,
    /// Profile of ~/.aws; several give one snapshot of several accounts.
    #[arg(long, value_name = "PROFILE")]
    profile: Vec<String>,
    /// Region; several are scanned one after the other.
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,
    /// One endpoint for all services in place of those of AWS.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// How fast to ask, 0.1 to 10 times the usual: 0.5 leaves more room for others in the account.
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = pace)]
    pace: f64,
    /// Begin anew, even if an earlier scan of this name was interrupted.
    #[arg(long)]
    fresh: bool,
    /// Folder to write the snapshot to; only its owner may read it.
    #[arg(long, value_name = "SNAPSHOT")]
    out: PathBuf,
}

/// Slower than a tenth takes a quarter of an hour; faster than tenfold is throttled by AWS.
fn pace(text: &str) -> Result<f64, String> {
    let factor: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0.1..=10.0).contains(&factor) { Ok(factor) } else { Err("0.1 to 10 are possible".into()) }
}

pub(super) fn run(args: &ScanArgs, term: &mut Term) -> Result<u8, Failure> {
    read::folder(&args.out)?;
    let Some(from) = &args.from_files else { return account::run(args, term) };
    read::folder(from)?;
    let _held = state::Partial::hold(&args.out)?;
    let files = input(from, &args.out)?;
    check(from, &files)?;
    let previous = previous(&args.out)?;
    let tool = migrate::layout::kustomize::TOOL.to_owned();
    let manifest = Manifest::new(Source::Files, SystemClock.now().to_string(), tool);
    write(&args.out, &files, &previous, &manifest)?;
    summary(args, term)
}

/// The JSON files of the folder, without a snapshot that may lie in it.
fn input(dir: &Path, out: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let inside = inside(dir, out);
    let ours = |path: &str| inside.as_deref().is_some_and(|inside| path.starts_with(inside));
    let json = |path: &str| path.ends_with('/') || path.to_ascii_lowercase().ends_with(".json");
    let files =
        disk::read_tree(dir, |path| json(path) && !ours(path) && !path.starts_with(".git/"))?;
    if files.is_empty() {
        return Err(Reason::new(&code::NO_ANSWERS).with("place", dir.display()).into());
    }
    Ok(files)
}

/// The path of `out` below `dir`, if it is there, however the two are spelled.
fn inside(dir: &Path, out: &Path) -> Option<String> {
    let real = out.ancestors().find_map(|above| {
        let start = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        Some(start.canonicalize().ok()?.join(out.strip_prefix(above).ok()?))
    });
    let below = real?.strip_prefix(dir.canonicalize().ok()?).ok()?.to_owned();
    (!below.as_os_str().is_empty()).then(|| format!("{}/", below.display()))
}

/// Every file must be one JSON value; all that are not are named at once.
fn check(dir: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    let mut troubles = Vec::new();
    for (path, bytes) in files {
        let place = format!("{}/{path}", dir.display());
        if bytes.len() > FILE_BYTES_MAX {
            troubles.push(
                Reason::new(&code::TOO_LARGE)
                    .with("place", place)
                    .with("size", bytes.len())
                    .with("limit", FILE_BYTES_MAX),
            );
        } else if let Err(reason) = parse_answer(&place, bytes) {
            troubles.push(reason);
        }
    }
    Failure::of_all(troubles).map_or(Ok(()), Err)
}

/// The files of a snapshot that is replaced; a folder with anything else in it is refused.
fn previous(out: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    if !out.exists() {
        return Ok(BTreeMap::new());
    }
    let files = disk::read_tree(out, |_| true)?;
    let foreign = files.keys().find(|path| *path != MANIFEST && !path.starts_with(ANSWERS));
    match foreign {
        Some(path) => Err(Reason::new(&code::NOT_OUR_TREE)
            .with("place", out.display())
            .with("path", path)
            .into()),
        None => Ok(files),
    }
}

/// Writes the answers first and the manifest last: a snapshot without it is known to be cut off.
fn write(
    out: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    previous: &BTreeMap<String, Vec<u8>>,
    manifest: &Manifest,
) -> Result<(), Failure> {
    disk::make_dir_private(out)?;
    disk::remove_file(&out.join(MANIFEST))?;
    let wanted: BTreeMap<String, &Vec<u8>> =
        files.iter().map(|(path, bytes)| (format!("{ANSWERS}{path}"), bytes)).collect();
    let stale = previous
        .keys()
        .filter(|path| path.starts_with(ANSWERS) && !wanted.contains_key(*path))
        .cloned();
    disk::apply(out, &ChangeSet { write: BTreeMap::new(), delete: stale.collect() })?;
    let mut places = Vec::new();
    for (path, bytes) in wanted {
        let place = out.join(&path);
        if let Some(folder) = place.parent() {
            disk::make_dir_private(folder)?;
        }
        disk::write_private_unforced(&place, bytes)?;
        places.push(place);
    }
    // All on the disk before the manifest says that they are there.
    disk::force_all(&places)?;
    let text = serde_json::to_vec_pretty(manifest).unwrap_or_default();
    disk::write_private(&out.join(MANIFEST), &text)?;
    Ok(())
}

fn summary(args: &ScanArgs, term: &mut Term) -> Result<u8, Failure> {
    let snapshot = [read::snapshot(&args.out)?];
    let inventory = Inventory::new(&snapshot);
    let noun = if args.from_files.is_some() { "file" } else { "answer" };
    term.line(&format!("Read {} into {}", count(inventory.files.len(), noun), args.out.display()));
    for (section, what) in NAMES {
        let count = inventory.all(*section).len();
        if count > 0 {
            term.line(&format!("  {count:>5}  {what}"));
        }
    }
    let unknown = unknown_files(&snapshot[0]);
    if unknown > 0 {
        term.line(&format!(
            "  {unknown:>5}  files with something that is not known; the plan names them"
        ));
    }
    term.line(&format!("next: segue migrate plan {} --out DIR", args.out.display()));
    Ok(DONE)
}

fn unknown_files(snapshot: &Snapshot) -> usize {
    let inventory = Inventory::new(std::slice::from_ref(snapshot));
    let files: std::collections::BTreeSet<&str> =
        inventory.all(Section::Unknown).iter().map(|item| item.node.file).collect();
    files.len()
}

const NAMES: &[(Section, &str)] = &[
    (Section::TaskDefinitions, "task definitions"),
    (Section::Services, "services"),
    (Section::Clusters, "clusters"),
    (Section::TargetGroups, "target groups"),
    (Section::LoadBalancers, "load balancers"),
    (Section::Listeners, "listeners"),
    (Section::ListenerRules, "listener rules"),
    (Section::Records, "DNS records"),
    (Section::ScalableTargets, "scalable targets"),
    (Section::ScalingPolicies, "scaling policies"),
    (Section::ScheduledActions, "scheduled scaling actions"),
    (Section::EventRules, "EventBridge rules"),
    (Section::EventTargets, "EventBridge targets"),
    (Section::Schedules, "schedules"),
];
