//! `segue migrate scan --profile P --region R`: a snapshot of an account through its API.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use live::SystemClock;
use live::aws::{Client, Pace, Settings};
use migrate::input::snapshot::{ANSWERS, Asked, MANIFEST, Manifest, Source, Unanswered, Why};
use migrate::sweep::{Ask, Place, Sweep, first_path};
use model::Reason;
use model::code::{aws as code, cli};
use model::ports::{Aws as _, Call, Clock as _};
use serde_json::{Value, json};

use super::progress::Screen;
use super::state::{Partial, State};
use super::{ScanArgs, previous, summary, write};
use crate::cli::exit::{DONE, Failure};
use crate::cli::term::{Style, Term, count};
use crate::runtime;
use crate::serve::signals;
use crate::serve::sweep::{Listener, Progress, Stopped, run as sweep_all};

/// How far back the figures of use go: the two weeks that sizes are judged by, and a day more, as
/// the first and the last hour may be missing.
const USE_DAYS: i64 = 15;
/// A scan that goes on after this long says so.
const OLD_HOURS: i64 = 3;
/// The call that says whose credentials these are.
const WHO: &str = "sts:GetCallerIdentity";
/// The call that everything about services hangs on.
const CLUSTERS: &str = "ecs:ListClusters";

type Aws = Arc<Client<SystemClock>>;

/// One account in one region, and who asks there.
struct Target {
    aws: Aws,
    /// The profile, for people.
    named: String,
    account: String,
    who: Value,
}

impl Target {
    fn key(&self) -> String {
        format!("{} {}", self.account, self.aws.region())
    }
}

pub(super) fn run(args: &ScanArgs, term: &mut Term) -> Result<u8, Failure> {
    runtime::double()?.block_on(scan(args, term))
}

async fn scan(args: &ScanArgs, term: &mut Term) -> Result<u8, Failure> {
    let began = SystemClock.now();
    let partial = Partial::hold(&args.out)?;
    let earlier = previous(&args.out)?;
    let targets = targets(args).await?;
    let keys: Vec<String> = targets.iter().map(Target::key).collect();
    same_place(args, earlier.get(MANIFEST), &keys)?;
    let state = begin(args, &partial, &keys, began, term)?;
    let interrupt = signals::listen()?;
    let mut sweeps = Vec::new();
    let mut scan =
        Scan { partial: &partial, term, screen: None, denied: BTreeMap::new(), place: None };
    let mut globals = BTreeSet::new();
    for target in &targets {
        let place = Place {
            account: target.account.clone(),
            region: target.aws.region().to_owned(),
            prefixed: targets.len() > 1,
            global: globals.insert(target.account.clone()),
            since: back(state.begun).to_string(),
            until: state.begun.to_string(),
        };
        let mut sweep = Sweep::new(place.clone());
        let kept = partial.restore(&mut sweep)?;
        sweep.restore(&first_path(&place, WHO), Call::new(WHO, json!({})), target.who.clone());
        scan.begin(&place, kept);
        let done = tokio::select! {
            done = sweep_all(&target.aws, &mut sweep, &mut scan, &interrupt.stop) => done,
            () = interrupt.at_once.cancelled() => Err(Stopped::Interrupted),
        };
        match done {
            Ok(()) => {
                if let Err(failure) = scan.judge(&sweep) {
                    // What another place answered stays for the next run.
                    if sweeps.is_empty() {
                        partial.clear()?;
                    }
                    return Err(failure);
                }
                sweeps.push(sweep);
            }
            Err(Stopped::Interrupted) => return Err(Reason::new(&cli::INTERRUPTED).into()),
            Err(Stopped::Because(reason)) => return Err(reason.into()),
        }
    }
    let denied: Vec<Unanswered> = scan.denied.into_values().collect();
    finish(args, &sweeps, denied, &earlier)?;
    partial.clear()?;
    let calls: u64 = targets.iter().flat_map(|target| target.aws.sent().into_values()).sum();
    ending(args, calls, began, term)
}

/// Who asks in which account and region; every profile in every region.
async fn targets(args: &ScanArgs) -> Result<Vec<Target>, Failure> {
    let some = |all: &[String]| -> Vec<Option<String>> {
        if all.is_empty() { vec![None] } else { all.iter().cloned().map(Some).collect() }
    };
    let mut targets: Vec<Target> = Vec::new();
    for profile in some(&args.profile) {
        for region in some(&args.region) {
            let settings = Settings {
                profile: profile.clone(),
                region,
                endpoint_url: args.endpoint_url.clone(),
                pace: Pace::default().times(args.pace),
                ..Settings::default()
            };
            let target = target(settings).await?;
            let same = targets.iter().find(|other| other.key() == target.key());
            if let Some(other) = same {
                return Err(Reason::new(&code::SCAN_SAME_PLACE)
                    .with("account", &target.account)
                    .with("region", target.aws.region())
                    .with("first", &other.named)
                    .with("second", &target.named)
                    .into());
            }
            targets.push(target);
        }
    }
    Ok(targets)
}

async fn target(settings: Settings) -> Result<Target, Failure> {
    let named = settings.profile.clone().unwrap_or_else(|| "default".to_owned());
    let aws = Client::new(settings, SystemClock).await.map_err(|fault| fault.because)?;
    let who = aws.call(&Call::new(WHO, json!({}))).await.map_err(|fault| fault.because)?;
    let account = who.get("Account").and_then(Value::as_str).unwrap_or_default();
    if account.is_empty() {
        return Err(Reason::new(&code::MALFORMED)
            .with("endpoint", "the endpoint of sts")
            .with("operation", WHO)
            .with("cause", "it names no account")
            .into());
    }
    Ok(Target { account: account.to_owned(), named, who, aws: Arc::new(aws) })
}

/// Refuses a folder with a snapshot of something else.
fn same_place(args: &ScanArgs, manifest: Option<&Vec<u8>>, keys: &[String]) -> Result<(), Failure> {
    let Some(bytes) = manifest else { return Ok(()) };
    // One that cannot be read is replaced: it is no snapshot any more.
    let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) else { return Ok(()) };
    let was: BTreeSet<String> = match manifest.source {
        Source::Files => BTreeSet::from(["files".to_owned()]),
        Source::Aws => manifest
            .answers
            .values()
            .filter_map(|asked| {
                Some(format!("{} {}", asked.account.as_ref()?, asked.region.as_ref()?))
            })
            .collect(),
    };
    let now: BTreeSet<String> = keys.iter().cloned().collect();
    if was.is_empty() || was == now {
        return Ok(());
    }
    let list = |of: &BTreeSet<String>| of.iter().cloned().collect::<Vec<_>>().join(", ");
    Err(other_place(args, &list(&was), &list(&now)))
}

fn other_place(args: &ScanArgs, was: &str, now: &str) -> Failure {
    Reason::new(&code::SCAN_OTHER_PLACE)
        .with("folder", args.out.display())
        .with("was", was)
        .with("now", now)
        .into()
}

/// Goes on with an interrupted scan, or begins one.
fn begin(
    args: &ScanArgs,
    partial: &Partial,
    keys: &[String],
    now: Timestamp,
    term: &mut Term,
) -> Result<State, Failure> {
    if args.fresh {
        partial.clear()?;
    }
    if let Some(state) = partial.found()? {
        if state.places != keys {
            return Err(other_place(args, &state.places.join(", "), &keys.join(", ")));
        }
        let hours = now.duration_since(state.begun).as_hours();
        if hours >= OLD_HOURS {
            let reason = Reason::new(&code::SCAN_OLD).with("hours", hours);
            let text = format!("{}; {}", reason.sentence(), reason.next());
            term.error_line(&term.paint(Style::Held, &text));
        }
        return Ok(state);
    }
    let state = State::new(now, keys.to_vec());
    partial.begin(&state)?;
    Ok(state)
}

fn back(from: Timestamp) -> Timestamp {
    from.checked_sub(SignedDuration::from_hours(USE_DAYS * 24)).unwrap_or(from)
}

/// What hears of the scan: the folder, the screen, the list of what was refused.
struct Scan<'s> {
    partial: &'s Partial,
    term: &'s mut Term,
    screen: Option<Screen>,
    denied: BTreeMap<(String, String, Why), Unanswered>,
    place: Option<Place>,
}

impl Scan<'_> {
    fn begin(&mut self, place: &Place, kept: usize) {
        let mut text = format!("Scanning {} {}", place.account, place.region);
        if kept > 0 {
            text = format!("{text}, with {} kept of an interrupted scan", count(kept, "answer"));
        }
        let text = self.term.paint(Style::Strong, &text);
        self.term.error_line(&text);
        self.screen = Some(Screen::new(self.term));
        self.place = Some(place.clone());
    }

    /// Refuses a sweep that was allowed to ask for nothing; tells of one that found no cluster.
    fn judge(&mut self, sweep: &Sweep) -> Result<(), Failure> {
        let place = sweep.place();
        let of_place =
            |one: &&Unanswered| one.account == place.account && one.region == place.region;
        let told =
            |reason: Reason| reason.with("account", &place.account).with("region", &place.region);
        let denied: Vec<&Unanswered> = self.denied.values().filter(of_place).collect();
        let known = sweep.answered().any(|(_, asked, _)| asked.operation != WHO);
        if let (Some(first), false) = (denied.first(), known) {
            return Err(told(Reason::new(&code::SCAN_NOTHING))
                .with("count", denied.len())
                .with("cause", &first.cause)
                .into());
        }
        let clusters = |(_, asked, answer): (&str, Asked, &Value)| {
            (asked.operation == CLUSTERS)
                .then(|| answer["clusterArns"].as_array().map_or(0, Vec::len))
        };
        let clusters: Vec<usize> = sweep.answered().filter_map(clusters).collect();
        if !clusters.is_empty() && clusters.iter().all(|count| *count == 0) {
            let reason = told(Reason::new(&code::SCAN_EMPTY));
            let text = format!("▲ {}; {}", reason.sentence(), reason.next());
            let text = self.term.paint(Style::Held, &text);
            self.term.error_line(&text);
        }
        Ok(())
    }
}

impl Listener for Scan<'_> {
    fn answered(&mut self, ask: &Ask, answer: &Value) -> Result<(), Reason> {
        self.partial.keep(ask, answer)
    }

    fn refused(&mut self, ask: &Ask, why: Why, because: &Reason) {
        let Some(place) = &self.place else { return };
        let key = (format!("{} {}", place.account, place.region), ask.call.operation.clone(), why);
        let cause = because.facts.get("cause").cloned().unwrap_or_else(|| because.sentence());
        let entry = self.denied.entry(key).or_insert_with(|| Unanswered {
            operation: ask.call.operation.clone(),
            account: place.account.clone(),
            region: place.region.clone(),
            calls: 0,
            why,
            cause,
        });
        entry.calls = entry.calls.saturating_add(1);
    }

    fn progress(&mut self, progress: &Progress) {
        if let Some(screen) = &mut self.screen {
            screen.show(progress, self.term);
        }
    }
}

/// Writes the snapshot, its manifest last.
fn finish(
    args: &ScanArgs,
    sweeps: &[Sweep],
    denied: Vec<Unanswered>,
    earlier: &BTreeMap<String, Vec<u8>>,
) -> Result<(), Failure> {
    let tool = migrate::layout::kustomize::TOOL.to_owned();
    let mut manifest = Manifest::new(Source::Aws, SystemClock.now().to_string(), tool);
    let mut files = BTreeMap::new();
    for sweep in sweeps {
        for (path, asked, answer) in sweep.answered() {
            let mut text = serde_json::to_vec_pretty(answer).unwrap_or_default();
            text.push(b'\n');
            files.insert(path.strip_prefix(ANSWERS).unwrap_or(path).to_owned(), text);
            manifest.answers.insert(path.to_owned(), asked);
        }
    }
    let of = |one: fn(&Place) -> &String| -> Vec<String> {
        let all: BTreeSet<&String> = sweeps.iter().map(|sweep| one(sweep.place())).collect();
        all.into_iter().cloned().collect()
    };
    manifest.accounts = of(|place| &place.account);
    manifest.regions = of(|place| &place.region);
    manifest.denied = denied;
    write(&args.out, &files, earlier, &manifest)
}

fn ending(args: &ScanArgs, calls: u64, began: Timestamp, term: &mut Term) -> Result<u8, Failure> {
    let secs = SystemClock.now().duration_since(began).as_secs();
    let manifest = super::read::snapshot(&args.out)?.manifest;
    for one in &manifest.denied {
        let known = migrate::sweep::operation(&one.operation).map_or("", |known| known.missing);
        let what = match one.why {
            Why::Denied => "not allowed",
            Why::Failed => "not answered",
        };
        let text = format!("▲ {} {what}, {}: {known}", one.operation, count(one.calls, "call"));
        let text = term.paint(Style::Held, &text);
        term.error_line(&text);
    }
    term.line(&format!(
        "{} in {secs} s, {} refused",
        count(usize::try_from(calls).unwrap_or(usize::MAX), "call"),
        count(manifest.denied.len(), "operation"),
    ));
    summary(args, term)?;
    Ok(DONE)
}
