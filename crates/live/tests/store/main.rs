//! The store in a file of SQLite: the contract, and what can happen to a file.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod contract;
mod file;

use live::Database;

fn database(folder: &tempfile::TempDir) -> Database {
    Database::File(folder.path().join("segue.db"))
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_its_word() {
    let folder = tempfile::tempdir().unwrap();
    contract::keeps_its_word(&database(&folder)).await;
}

#[tokio::test]
async fn a_store_of_the_first_version_is_brought_up_to_this_one() {
    let folder = tempfile::tempdir().unwrap();
    contract::migrates(&database(&folder)).await;
}
