//! checkov over everything that is generated for the example estate: at most one failed check a
//! workload, every failure and every skipped check explained, and none skipped that would hold.
//!
//! The figures are printed: `cargo test -p segue --test peers_checkov -- --nocapture`.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "runs a real program on files that it writes, and stops at what it did not expect"
)]

#[expect(dead_code, reason = "the tests of the manifests use the rest of it")]
#[path = "support/repository.rs"]
mod repository;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::thread;

use gitops::Rendered;
use repository::Repository;
use serde_json::Value;
use xtask::peers::{Peer, require};

/// Checks that fail in the open, and why.
const EXPLAINED: [(&str, &str); 1] = [(
    "CKV_K8S_35",
    "ECS `secrets` are environment variables; programs read them there until somebody changes them",
)];
/// Failed checks that one object may have.
const FAILED_MAX: usize = 1;
const SKIP: &str = "checkov.io/skip";

/// A check of one object: file, object, check.
type Checked = (String, String, String);

/// What checkov says about a folder.
struct Verdict {
    passed: Vec<Checked>,
    failed: BTreeSet<Checked>,
    skipped: BTreeSet<Checked>,
}

#[test]
fn checkov_finds_one_explained_fault_at_most_and_nothing_is_skipped_without_need() {
    let repository = Repository::of_example();
    let (verdict, bare) = thread::scope(|scope| {
        let bare = scope.spawn(|| checkov(&repository, without_skips));
        (checkov(&repository, |_| {}), bare.join().unwrap())
    });
    explained(&verdict);
    needed(&repository, &bare);
    print(&verdict);
}

fn explained(verdict: &Verdict) {
    let mut failures: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (file, object, check) in &verdict.failed {
        failures.entry((file, object)).or_default().push(check);
    }
    for (object, checks) in failures {
        assert!(checks.len() <= FAILED_MAX, "{object:?}: {checks:?}");
        for check in checks {
            let known = EXPLAINED.iter().any(|(id, _)| *id == check);
            assert!(known, "{object:?}: {check} is not explained");
        }
    }
}

/// Every check that a manifest skips fails when the manifest does not say so.
fn needed(repository: &Repository, bare: &Verdict) {
    assert!(bare.skipped.is_empty(), "{:?}", bare.skipped);
    let mut skips = BTreeSet::new();
    for (folder, rendered) in repository.rendered() {
        skips.extend(rendered.objects.iter().flat_map(|object| named(folder, object)));
    }
    assert!(!skips.is_empty());
    let needless: Vec<_> = skips.difference(&bare.failed).collect();
    assert!(needless.is_empty(), "these checks would hold: {needless:?}");
}

fn without_skips(object: &mut Value) {
    if let Some(annotations) = object["metadata"]["annotations"].as_object_mut() {
        annotations.retain(|key, _| !key.starts_with(SKIP));
    }
}

/// The checks that the manifest itself names, each with a reason.
fn named(folder: &str, object: &Value) -> Vec<Checked> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found = Vec::new();
    for (key, value) in object["metadata"]["annotations"].as_object().into_iter().flatten() {
        if key.starts_with(SKIP) {
            let (check, why) = value.as_str().unwrap().split_once('=').unwrap();
            assert!(why.split_whitespace().count() > 4, "{folder}: {key} says too little: {why}");
            let metadata = &object["metadata"];
            let [namespace, name] = ["namespace", "name"].map(|field| text(&metadata[field]));
            let title = format!("{}.{namespace}.{name}", text(&object["kind"]));
            found.push((file_name(folder), title, check.to_owned()));
        }
    }
    found
}

/// Runs checkov over the repository after `edit` has changed each object.
fn checkov(repository: &Repository, edit: impl Fn(&mut Value)) -> Verdict {
    let program = require(Peer::Checkov).unwrap();
    // checkov passes over folders whose names begin with a dot.
    let rendered = tempfile::Builder::new().prefix("segue-checkov-").tempdir().unwrap();
    for (folder, known) in repository.rendered() {
        let mut objects = known.objects.clone();
        objects.iter_mut().for_each(&edit);
        let text = Rendered { objects }.to_yaml();
        fs::write(rendered.path().join(file_name(folder)), text).unwrap();
    }
    let mut command = Command::new(program);
    command.args(["--framework", "kubernetes", "--compact", "--skip-download", "-o", "json"]);
    // Its own caches and settings stay out of the user's.
    command.env("HOME", rendered.path()).arg("-d").arg(rendered.path());
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("checkov: {error}\n{}", String::from_utf8_lossy(&output.stderr))
    });
    assert_eq!(report["summary"]["parsing_errors"], 0, "{report}");
    let results = |kind: &str| {
        let checks = report["results"][kind].as_array().unwrap();
        checks.iter().map(checked).collect::<Vec<_>>()
    };
    Verdict {
        passed: results("passed_checks"),
        failed: results("failed_checks").into_iter().collect(),
        skipped: results("skipped_checks").into_iter().collect(),
    }
}

fn checked(check: &Value) -> Checked {
    let text = |field: &str| check[field].as_str().unwrap().to_owned();
    (text("file_path").trim_start_matches('/').to_owned(), text("resource"), text("check_id"))
}

fn file_name(folder: &str) -> String {
    format!("{}.yaml", folder.replace('/', "_"))
}

fn print(verdict: &Verdict) {
    let mut kinds: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let Verdict { passed, failed, skipped } = verdict;
    let lists =
        [passed.iter().collect::<Vec<_>>(), failed.iter().collect(), skipped.iter().collect()];
    for (place, list) in lists.iter().enumerate() {
        for (_, object, _) in list {
            kinds.entry(object.split('.').next().unwrap_or_default()).or_default()[place] += 1;
        }
    }
    for (kind, [passed, failed, skipped]) in kinds {
        println!("{kind}: {passed} passed, {failed} failed, {skipped} skipped");
    }
}
