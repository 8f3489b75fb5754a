//! The store in a real PostgreSQL: the same contract, and what can happen to a server.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "store/contract.rs"]
mod contract;

use live::{Database, Store};
use model::ports::Journal as _;
use xtask::postgres::{PASSWORD, Server};

fn database(server: &Server, name: &str) -> Database {
    Database::of_url(&server.database(name).unwrap(), Some(PASSWORD)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_its_word() {
    let server = Server::start().unwrap();
    contract::keeps_its_word(&database(&server, "contract")).await;
    contract::migrates(&database(&server, "first version")).await;
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back_has_all_that_was_said_to_be_stored() {
    let mut server = Server::start().unwrap();
    let database = database(&server, "segue");
    let store = Store::open(&database).await.unwrap();
    store.append(&contract::record("shift/shop", 1, 0)).await.unwrap();
    server.crash();
    let fault = store.append(&contract::record("shift/shop", 1, 1)).await.unwrap_err();
    assert!(matches!(fault.retry, model::ports::Retry::After(_)), "{fault:?}");
    server.serve().unwrap();
    store.append(&contract::record("shift/shop", 1, 2)).await.unwrap();
    let numbers: Vec<_> = store.read("shift/shop").await.unwrap();
    assert_eq!(numbers, [0, 2].map(|number| contract::record("shift/shop", 1, number)));
}

#[tokio::test]
async fn a_wrong_password_is_refused_without_showing_it() {
    let server = Server::start().unwrap();
    let url = server.database("segue").unwrap();
    let wrong = Database::of_url(&url, Some("not the password")).unwrap();
    let said = Store::open(&wrong).await.unwrap_err().reason().sentence();
    assert!(said.contains("authentication failed") && !said.contains("not the password"), "{said}");
}
