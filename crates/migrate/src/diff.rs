//! What changed between two scans of one estate, told by the settings that a plan rests on.
//!
//! State moves all the time: events, counts, health. A setting that no rule uses is no drift, so
//! the rulings decide: only leaves that are kept, approximated or a finding are compared.

mod path;
mod subject;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::credential::Credentials;
use crate::generate::{Generated, Settings, generate};
use crate::input::inventory::Inventory;
use crate::input::snapshot::Snapshot;
use crate::ledger::{Row, Ruling};
use crate::naming::Corrections;
use subject::Kind;
pub use subject::Subject;

/// The drift between two scans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Things that came, went or changed, in order of service, kind and name.
    pub things: Vec<Thing>,
    /// Kinds of which the newer scan read nothing at all: nobody can say whether they went.
    pub unread: Vec<String>,
    /// Files of the repository that another plan would add, change or remove, by service; the
    /// empty service has those of the estate. Files under `plan/` are left out.
    pub files: BTreeMap<String, BTreeSet<String>>,
}

/// A thing of the estate that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    /// The service that it belongs to; several joined by `; `, none for the whole estate.
    pub service: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub subject: Subject,
    /// What became of it.
    pub change: Change,
}

/// What became of a thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Settings of it differ.
    Changed(Vec<Setting>),
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Its path in the thing; elements of lists are called by their names.
    pub path: String,
    /// What it was; none if it was not there. Credentials are redacted.
    pub old: Option<String>,
    /// What it is; none if it is not there any more.
    pub new: Option<String>,
    /// Where it goes in Kubernetes, `Kind/name path`.
    pub target: Option<String>,
}

/// A setting of one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Leaf {
    value: String,
    shown: String,
    target: Option<String>,
}

/// The settings of one scan by thing and path, and whom each thing belongs to.
struct Scan {
    things: BTreeMap<Subject, BTreeMap<String, Leaf>>,
    owners: BTreeMap<Subject, String>,
    generated: Generated,
}

/// Compares two scans. Both are planned with the same `corrections` and `settings`, so that only
/// the estate makes a difference.
pub fn compare(
    old: &[Snapshot],
    new: &[Snapshot],
    corrections: &Corrections,
    settings: &Settings,
) -> Diff {
    let old = scan(old, corrections, settings);
    let new = scan(new, corrections, settings);
    let kinds = |scan: &Scan| -> BTreeSet<Kind> { scan.things.keys().map(|s| s.kind).collect() };
    let unread: BTreeSet<Kind> = kinds(&old).difference(&kinds(&new)).copied().collect();
    let subjects: BTreeSet<&Subject> = old.things.keys().chain(new.things.keys()).collect();
    let mut things: Vec<Thing> = subjects
        .into_iter()
        .filter(|subject| !unread.contains(&subject.kind))
        .filter_map(|subject| {
            let change = change(old.things.get(subject), new.things.get(subject))?;
            let owner = new.owners.get(subject).or_else(|| old.owners.get(subject)).cloned();
            Some(Thing { service: owner, subject: subject.clone(), change })
        })
        .collect();
    things
        .sort_by(|one, other| (&one.service, &one.subject).cmp(&(&other.service, &other.subject)));
    Diff {
        things,
        unread: unread.iter().map(|kind| kind.plural().to_owned()).collect(),
        files: files(&old.generated, &new.generated),
    }
}

fn scan(snapshots: &[Snapshot], corrections: &Corrections, settings: &Settings) -> Scan {
    let generated = generate(snapshots, corrections, settings);
    let inventory = Inventory::new(snapshots);
    let credentials = Credentials::of(&inventory.files);
    let rows: BTreeMap<(&str, &str), &Row> =
        generated.rows.iter().map(|row| ((row.file.as_str(), row.pointer.as_str()), row)).collect();
    let mut things: BTreeMap<Subject, BTreeMap<String, Leaf>> = BTreeMap::new();
    let mut owners: BTreeMap<Subject, BTreeSet<String>> = BTreeMap::new();
    for (kind, item) in subject::items(&inventory) {
        let subject = subject::of(kind, item);
        let mut leaves = BTreeMap::new();
        path::leaves(&item.node, &mut |path, node| {
            let Some(row) = rows.get(&(node.file, node.pointer.as_str())) else { return };
            if row.ruling == Ruling::Ignored {
                return;
            }
            if let Some(service) = &row.service {
                let services = service.split("; ").map(str::to_owned);
                owners.entry(subject.clone()).or_default().extend(services);
            }
            let value = node.scalar().unwrap_or_else(|| node.value.to_string());
            let name = path::name_of(path);
            let secret = credentials.guards(name, &value);
            let shown = if secret { "[redacted]".to_owned() } else { value.clone() };
            leaves.insert(path.to_owned(), Leaf { value, shown, target: row.target.clone() });
        });
        // Of a task definition only the revision in use has settings that count.
        if !leaves.is_empty() {
            things.entry(subject).or_default().extend(leaves);
        }
    }
    let owners = owners
        .into_iter()
        .map(|(subject, names)| (subject, names.into_iter().collect::<Vec<_>>().join("; ")))
        .collect();
    Scan { things, owners, generated }
}

fn change(
    old: Option<&BTreeMap<String, Leaf>>,
    new: Option<&BTreeMap<String, Leaf>>,
) -> Option<Change> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(_)) => return Some(Change::Added),
        (Some(_), None) => return Some(Change::Removed),
        (None, None) => return None,
    };
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let settings: Vec<Setting> = paths
        .into_iter()
        .filter_map(|path| {
            let (before, after) = (old.get(path), new.get(path));
            let same = before.map(|leaf| &leaf.value) == after.map(|leaf| &leaf.value);
            (!same).then(|| Setting {
                path: path.clone(),
                old: before.map(|leaf| leaf.shown.clone()),
                new: after.map(|leaf| leaf.shown.clone()),
                target: after.or(before).and_then(|leaf| leaf.target.clone()),
            })
        })
        .collect();
    (!settings.is_empty()).then_some(Change::Changed(settings))
}

/// Files that differ, by service.
fn files(old: &Generated, new: &Generated) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let paths: BTreeSet<&String> = old.files.keys().chain(new.files.keys()).collect();
    for path in paths.into_iter().filter(|path| !path.starts_with("plan/")) {
        let text = |generated: &Generated| generated.files.get(path).map(|file| file.text.clone());
        if text(old) != text(new) {
            let service = path.strip_prefix("apps/").and_then(|rest| rest.split('/').next());
            out.entry(service.unwrap_or_default().to_owned()).or_default().insert(path.clone());
        }
    }
    out
}
