//! `segue rehearse` and `segue shift` as people run them.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at what it did not expect, and touches the world"
)]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A Shift with every field; it lies beside the parser.
const SHIFT: &str = include_str!("../src/rehearse/spec/example.yaml");

/// A configuration repository with one shift.
fn repository() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("shifts")).unwrap();
    std::fs::write(dir.path().join("shifts/checkout.yaml"), SHIFT).unwrap();
    dir
}

/// Exit code, stdout and stderr of `segue LINE` in `dir`.
fn segue(dir: &Path, line: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.args(line.split_whitespace()).current_dir(dir).env_clear().env("COLUMNS", "100");
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn json(dir: &Path, line: &str) -> Value {
    let (code, stdout, stderr) = segue(dir, line);
    assert_eq!(code, 0, "{stdout}{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn a_shift_crosses_and_a_saved_run_replays() {
    let dir = repository();
    let line = "rehearse shifts/checkout.yaml --seed 3 -o json --save run.yaml";
    let first = json(dir.path(), line);
    assert_eq!(first["ended"]["done"], 2, "the weights and the names: {first}");
    assert_eq!(first["requests"]["lost"], 0, "{first}");
    assert!(first["requests"]["sent"].as_u64().unwrap() > 10_000, "{first}");
    assert_eq!(json(dir.path(), "rehearse run.yaml -o json"), first);
    let other = json(dir.path(), "rehearse shifts/checkout.yaml --seed 4 -o json");
    assert_ne!(other["traceHash"], first["traceHash"]);
}

#[test]
fn a_fault_sends_it_back_and_the_moment_can_be_explained() {
    let dir = repository();
    let run = "rehearse shifts/checkout.yaml --fault bad-release:checkout-prod@00:06:00";
    let (code, stdout, _) = segue(dir.path(), run);
    assert_eq!(code, 0, "{stdout}");
    for words in ["fault: BadRelease", "▲ rolled back", "0 of them by Segue", "✔ all held"] {
        assert!(stdout.to_lowercase().contains(&words.to_lowercase()), "{words}: {stdout}");
    }
    let (_, stdout, _) = segue(dir.path(), &format!("{run} --explain 00:04:00"));
    for words in ["checkout-prod: stepping", "asked 1 % · seen 1 %", "next "] {
        assert!(stdout.contains(words), "{words}: {stdout}");
    }
}

#[test]
fn the_checks_are_asked_in_the_twin_and_one_that_fails_holds_the_start() {
    let dir = repository();
    let (code, stdout, _) = segue(dir.path(), "rehearse shifts/checkout.yaml --until 10m");
    assert_eq!(code, 0, "{stdout}");
    for words in ["taken as given: Z13 ", "drills on the new side", "new side 1 %"] {
        assert!(stdout.contains(words), "{words}: {stdout}");
    }
    let long = SHIFT.replace("longestRequest: 30s", "longestRequest: 20m");
    std::fs::write(dir.path().join("long.yaml"), long).unwrap();
    let (code, stdout, _) = segue(dir.path(), "rehearse long.yaml --until 10m");
    assert_eq!(code, 0, "{stdout}");
    for words in ["2 shifts are still on their way", "checkout-prod was held last: ", "next: "] {
        assert!(stdout.contains(words), "{words}: {stdout}");
    }
    assert!(!stdout.contains("new side 1 %"), "{stdout}");
}

#[test]
fn what_cannot_be_asked_is_said_with_what_can() {
    let dir = repository();
    for (args, code, words) in [
        ("--fault crush@00:01:00", 2, "there are crash, zombie"),
        ("--fault bad-release:shop@00:01:00", 2, "there are checkout-prod"),
        ("--until soon", 2, "no length"),
        ("--explain 5", 2, "no moment"),
        ("--rps 0", 2, "above 0, at most 100000"),
        ("--rps -3", 2, "above 0, at most 100000"),
    ] {
        let line = format!("rehearse shifts/checkout.yaml {args}");
        let (ended, stdout, stderr) = segue(dir.path(), &line);
        assert_eq!((ended, stdout.as_str()), (code, ""), "{stderr}");
        assert!(stderr.contains(words), "{line}: {stderr}");
    }
    std::fs::write(dir.path().join("bad.yaml"), SHIFT.replace("author:", "autor:")).unwrap();
    let (code, _, stderr) = segue(dir.path(), "shift plan bad.yaml");
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("bad.yaml:8") && stderr.contains("autor"), "{stderr}");
}

#[test]
fn a_shift_is_planned_listed_and_held() {
    let dir = repository();
    let (code, stdout, _) = segue(dir.path(), "shift plan checkout-prod");
    assert_eq!(code, 0, "{stdout}");
    for words in [
        "five-fold error rate",
        "sends a sound shift back in at most 1.7 of 100",
        "clear of 3 times as bad takes",
        "Z1",
        "unproven",
        "waived",
        "1 % → 5 %",
        "shift/checkout-prod-names: checkout-pods → checkout-pods-front",
    ] {
        assert!(stdout.contains(words), "{words}: {stdout}");
    }
    assert_eq!(segue(dir.path(), "shift plan checkout-prod --strict").0, 5);
    let list = json(dir.path(), "shift get -o json");
    assert_eq!(list["items"][0]["phase"], "not started", "{list}");
    assert_eq!(list["items"][1]["name"], "checkout-prod-names", "{list}");
    let (code, stdout, _) = segue(dir.path(), "shift why checkout-prod");
    assert_eq!(code, 5, "{stdout}");
    let (code, _, stderr) = segue(dir.path(), "shift plan nothing");
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("there are checkout-prod"), "{stderr}");
}

#[test]
fn the_published_schema_is_the_one_that_is_printed() {
    let dir = repository();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/shift.schema.json");
    assert_eq!(segue(dir.path(), "shift schema").1, std::fs::read_to_string(page).unwrap());
}

#[test]
fn a_fuzzed_run_is_counted() {
    let dir = repository();
    let summary = json(dir.path(), "rehearse fuzz --runs 3 --seed 1 -o json");
    assert_eq!(summary["runs"], 3, "{summary}");
    assert_eq!(summary["requests"]["lostBySegue"], 0, "{summary}");
}

#[test]
fn the_plan_of_the_example_is_rehearsed_in_two_stages() {
    let dir = repository();
    let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let (code, _, stderr) =
        segue(dir.path(), &format!("migrate plan {} --out c", estate.display()));
    assert_eq!(code, 0, "{stderr}");
    let summary = json(dir.path(), "rehearse c --until 2m -o json");
    assert_eq!(summary["runs"], 2, "{summary}");
    assert_eq!(summary["ended"]["open"], 60 + 57, "{summary}");
    assert_eq!(summary["requests"]["lost"], 0, "{summary}");
}
