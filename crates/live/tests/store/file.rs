//! What can happen to a file of SQLite.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use live::{Database, Store};
use model::code::store as code;
use model::ports::{Journal as _, Retry};

use super::contract::record;
use super::database;

#[tokio::test]
async fn the_files_are_private() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&database(&folder)).await.unwrap();
    store.append(&record("shift/shop", 1, 0)).await.unwrap();
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        names.push(entry.file_name());
    }
    assert!(names.len() >= 2, "the log beside the database is meant too: {names:?}");
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("segue.db");
    let text = b"{\"at\":\"2026-11-01T00:00:00Z\"}\n".repeat(100);
    fs::write(&path, &text).unwrap();
    for opened in [Store::open(&database(&folder)).await, Store::read_only(&path).await] {
        let because = opened.unwrap_err().reason();
        assert_eq!(because.code.id, code::STORE_BROKEN.id, "{because}");
    }
    assert_eq!(fs::read(&path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made beside it");
}

#[tokio::test]
async fn a_broken_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("segue.db");
    let store = Store::open(&database(&folder)).await.unwrap();
    for number in 0..200 {
        store.append(&record("shift/shop", 1, number)).await.unwrap();
    }
    store.close().await;
    let mut bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 16_384, "the rows are in the file itself: {}", bytes.len());
    bytes[5_000..12_000].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    let because = Store::open(&database(&folder)).await.unwrap_err().reason();
    assert_eq!(because.code.id, code::STORE_BROKEN.id, "{because}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn a_store_without_room_refuses_the_record_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&database(&folder)).await.unwrap();
    store.append(&record("shift/shop", 1, 0)).await.unwrap();
    let mut big = record("shift/shop", 1, 1);
    big.body["long"] = "x".repeat(1 << 20).into();
    store.pages_max(64).await;
    let fault = store.append(&big).await.unwrap_err();
    assert_eq!(fault.because.code.id, code::STORE_FULL.id, "{fault}");
    assert!(matches!(fault.retry, Retry::After(_)), "{fault:?}");
    assert_eq!(store.read("shift/shop").await.unwrap().len(), 1, "nothing of it is there");
    store.pages_max(1 << 20).await;
    store.append(&big).await.unwrap();
    assert_eq!(store.read("shift/shop").await.unwrap()[1], big);
}

#[tokio::test]
async fn it_can_be_read_while_another_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("segue.db");
    let store = Store::open(&database(&folder)).await.unwrap();
    store.append(&record("shift/shop", 1, 0)).await.unwrap();
    let reader = Store::read_only(&path).await.unwrap();
    store.append(&record("shift/shop", 1, 1)).await.unwrap();
    assert_eq!(reader.read("shift/shop").await.unwrap().len(), 2);
    assert!(reader.append(&record("shift/shop", 1, 2)).await.is_err());
}

#[test]
fn an_address_with_a_password_is_refused_and_nothing_shows_one() {
    for (url, words) in [
        ("postgres://ada:geheim@db/segue", "holds a password"),
        ("postgres://db/segue?password=geheim", "holds a password"),
        ("mysql://db/segue", "does not begin with postgres://"),
        ("postgres://db:geheim/segue", "not an address"),
    ] {
        let said = Database::of_url(url, None).unwrap_err().to_string();
        assert!(said.contains(words) && !said.contains("geheim"), "{url}: {said}");
    }
    let database = Database::of_url("postgres://ada@db/segue", Some("geheim")).unwrap();
    assert_eq!(format!("{database:?}"), "postgres://ada@db:5432/segue");
}
