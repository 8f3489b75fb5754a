//! `segue serve` with its state in a real PostgreSQL: killed, it goes on where it was; and a second
//! instance hears who has the role.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at what it did not expect, and touches the world"
)]
#![expect(dead_code, reason = "the world of the tests can do more than is asked here")]

#[path = "serve/clients.rs"]
mod clients;
#[path = "support/fleets.rs"]
mod fleets;
#[path = "serve/world.rs"]
mod world;

use std::process::{Command, Stdio};

use segue::serve::book::Fate;
use world::{SHIFT, Serving, World};
use xtask::postgres::{PASSWORD, Server};

/// The command line of an instance of `world` with this database.
fn serve(world: &World, url: &str) -> Command {
    let file = world.config().join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let mut command = world.serve_command();
    command.args(["--database", url, "--database-password-file"]).arg(file);
    command
}

#[test]
fn state_in_postgres_survives_a_kill_and_has_one_master() {
    let server = Server::start().unwrap();
    let url = server.database("segue").unwrap();
    let world = World::new(0);
    let mut serving = Serving::start(serve(&world, &url));
    let clients = world.clients(&serving);
    world.done(&["shift", "start", SHIFT, "--yes"]);
    world.until("at 10 %", |shift| shift.weights.stated == Some(10));

    let other = World::new(0);
    let refused = serve(&other, &url).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("SG-D006") && !said.contains(PASSWORD), "{said}");

    clients.down.store(true, std::sync::atomic::Ordering::SeqCst);
    serving.kill();
    assert!(!world.state().join("segue.db").exists(), "nothing is kept beside it");
    serving = Serving::start(serve(&world, &url));
    world.fit();
    clients.down.store(false, std::sync::atomic::Ordering::SeqCst);
    let shift = world.ended(Fate::Done);
    assert_eq!(shift.weights.stated, Some(100));
    clients.stop().check();
    assert_eq!(serving.stop(), Some(0));
}
