//! Real input: the example estate, and the files of the corpus where it is at hand.
//!
//! Every leaf of every file has one row, counted by a walker that shares nothing with the
//! generator; every object is one that the Kubernetes API knows; no planted secret comes out.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it is about")]

#[path = "fuzz/laws.rs"]
mod laws;
#[path = "rulings/typed.rs"]
mod typed;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::{Manifest, Snapshot, Source, parse_answer};
use migrate::naming::Corrections;
use serde_json::Value;

static ESTATE: LazyLock<(Snapshot, Generated)> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let mut files = BTreeMap::new();
    read(&root, "", &mut files);
    let snapshot = Snapshot::parse("examples/estate", &files).unwrap();
    let settings = Settings::new("https://git.example.com/config.git");
    let generated = generate(std::slice::from_ref(&snapshot), &Corrections::default(), &settings);
    (snapshot, generated)
});

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// The corpus that is kept beside the clone, for those who have it.
fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/taskdefs");
    let Ok(entries) = fs::read_dir(folder) else {
        println!("the corpus is not beside this clone, so its files are not tried");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn objects_are_known(snapshots: &[Snapshot]) -> Vec<String> {
    let built = typed::built(snapshots);
    built
        .iter()
        .flat_map(|one| one.objects.iter().chain(&one.later))
        .filter_map(typed::wrong)
        .collect()
}

#[test]
fn every_leaf_of_the_example_estate_has_one_row() {
    let (snapshot, generated) = &*ESTATE;
    laws::one_row_a_leaf(&snapshot.answers, generated).unwrap();
}

#[test]
fn a_row_has_what_its_ruling_promises() {
    let text = &ESTATE.1.files["plan/rulings.json"].text;
    let rows: Vec<BTreeMap<String, Value>> = serde_json::from_str(text).unwrap();
    assert_eq!(rows.len(), ESTATE.1.rows.len());
    for row in &rows {
        let keys: Vec<&str> = row.keys().map(String::as_str).collect();
        let all = ["file", "finding", "pointer", "reason", "ruling", "service", "target"];
        assert_eq!(keys, all);
        let sound = match row["ruling"].as_str().unwrap() {
            "exact" => row["target"].is_string(),
            "approximated" => row["target"].is_string() && row["reason"].is_string(),
            "finding" => row["finding"].is_string(),
            "ignored" => row["reason"].is_string(),
            _ => false,
        };
        assert!(sound, "{row:?}");
    }
}

#[test]
fn every_object_of_the_example_estate_is_known_to_kubernetes() {
    let failures = objects_are_known(std::slice::from_ref(&ESTATE.0));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn no_planted_secret_comes_out() {
    for (path, file) in &ESTATE.1.files {
        for secret in xtask::estate::planted::PLANTED_SECRETS {
            assert!(!file.text.contains(secret), "{path} has {secret}");
        }
    }
}

#[test]
fn every_file_of_the_corpus_is_read_ruled_and_made_into_known_objects() {
    let mut failures = Vec::new();
    let mut blocked = 0;
    let files = corpus();
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let value = match parse_answer(&name, &fs::read(path).unwrap()) {
            Ok(value) => value,
            Err(why) => {
                failures.push(format!("{name}: {}", why.sentence()));
                continue;
            }
        };
        let answers = BTreeMap::from([(name.clone(), value)]);
        match laws::plan(answers.clone()) {
            Ok(generated) => {
                blocked +=
                    usize::from(generated.findings.iter().any(migrate::finding::Finding::blocks));
            }
            Err(law) => failures.push(format!("{name}: {law}")),
        }
        let manifest = Manifest::new(Source::Files, String::new(), String::new());
        let wrong = objects_are_known(&[Snapshot { manifest, answers }]);
        failures.extend(wrong.into_iter().map(|why| format!("{name}: {why}")));
    }
    println!("{} files, {blocked} of them with a blocker", files.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
