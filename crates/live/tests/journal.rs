//! The journal on a real disk.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use live::{JournalFile, LiveError};
use model::ports::{Epoch, Journal as _, Record};
use serde_json::json;

fn record(subject: &str, number: u64) -> Record {
    Record {
        at: Timestamp::UNIX_EPOCH,
        subject: subject.to_owned(),
        epoch: Epoch(1),
        body: json!({ "number": number }),
    }
}

async fn numbers(journal: &JournalFile, subject: &str) -> Vec<u64> {
    let records = journal.read(subject).await.unwrap();
    records.iter().map(|record| record.body["number"].as_u64().unwrap()).collect()
}

fn open(path: &Path) -> (JournalFile, Option<String>) {
    let (journal, cut) = JournalFile::open(path).unwrap();
    (journal, cut.map(|reason| reason.sentence()))
}

#[tokio::test]
async fn records_survive_and_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    {
        let (journal, cut) = open(&path);
        assert_eq!(cut, None);
        for number in 0..3 {
            journal.append(&record("shift/shop", number)).await.unwrap();
        }
        journal.append(&record("shift/cart", 9)).await.unwrap();
    }
    let (journal, cut) = open(&path);
    assert_eq!((numbers(&journal, "shift/shop").await, cut), (vec![0, 1, 2], None));
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_line_cut_short_is_taken_off_and_reported_at_every_length() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    {
        let (journal, _) = open(&path);
        journal.append(&record("shift/shop", 0)).await.unwrap();
        journal.append(&record("shift/shop", 1)).await.unwrap();
    }
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in first + 1..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let (journal, cut) = open(&path);
        assert!(cut.unwrap().contains(&format!("last {} bytes", length - first)));
        journal.append(&record("shift/shop", 2)).await.unwrap();
        assert_eq!(numbers(&journal, "shift/shop").await, [0, 2]);
        drop(journal);
        assert_eq!(numbers(&open(&path).0, "shift/shop").await, [0, 2], "mended for good");
    }
}

#[tokio::test]
async fn a_broken_line_further_up_is_an_error_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    open(&path).0.append(&record("shift/shop", 0)).await.unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{whole}nonsense\n{whole}")).unwrap();
    let error = JournalFile::open(&path).unwrap_err();
    assert!(matches!(error, LiveError::Journal { line: 2, .. }), "{error}");
}

#[tokio::test]
async fn one_process_holds_it_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let held = open(&path).0;
    assert!(matches!(JournalFile::open(&path).unwrap_err(), LiveError::Taken { .. }));
    drop(held);
    open(&path);
}
