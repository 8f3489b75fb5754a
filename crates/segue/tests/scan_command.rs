//! `segue migrate scan` as a person runs it, where it cannot begin: code, next command, exit code,
//! and nothing written.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start the program and look at its files"
)]

use std::net::TcpListener;
use std::process::{Command, Output};

use xtask::fakeaws::{FakeAws, SECRET_ACCESS_KEY, Settings};

fn fake(settings: Settings) -> FakeAws {
    FakeAws::start(&xtask::estate::folder::committed(), settings).unwrap()
}

struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn scan(&self, url: &str, region: &str, environment: &[(&str, String)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(["migrate", "scan", "--region", region, "--endpoint-url", url]);
        command.args(["--out", "estate.snapshot"]).current_dir(self.dir.path());
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.env("HOME", self.dir.path()).output().unwrap()
    }

    /// The scan failed with `code`, named a next command, and left no snapshot behind.
    fn assert_failed(&self, output: &Output, code: &str, exit: i32) {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.contains(code) && said.contains("next:"), "{said}");
        assert!(!said.contains(SECRET_ACCESS_KEY), "{said}");
        assert_eq!(output.stdout, b"");
        assert!(!self.dir.path().join("estate.snapshot").exists(), "{said}");
    }
}

#[test]
fn a_region_that_the_endpoint_does_not_serve() {
    let (fake, case) = (fake(Settings::default()), Case::new());
    let output = case.scan(&fake.url(), "us-west-2", &fake.environment());
    case.assert_failed(&output, "SG-A004", 4);
}

#[test]
fn nobody_is_logged_in() {
    let (fake, case) = (fake(Settings::default()), Case::new());
    let mut environment = fake.environment();
    environment.retain(|(name, _)| !name.ends_with("KEY_ID") && !name.ends_with("ACCESS_KEY"));
    let output = case.scan(&fake.url(), "ap-northeast-2", &environment);
    case.assert_failed(&output, "SG-A001", 4);
    assert_eq!(fake.calls(), 0);
}

#[test]
fn the_login_has_expired() {
    let fake = fake(Settings { expire_at: Some(1), ..Settings::default() });
    // The first call is answered, and makes the key one that was seen before.
    let (first, case) = (Case::new(), Case::new());
    let output = first.scan(&fake.url(), "ap-northeast-2", &fake.environment());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("SG-A002"), "{said}");
    assert!(!first.dir.path().join("estate.snapshot").exists(), "{said}");
    let output = case.scan(&fake.url(), "ap-northeast-2", &fake.environment());
    case.assert_failed(&output, "SG-A002", 4);
}

#[test]
fn nothing_listens_at_the_endpoint() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let case = Case::new();
    let environment = xtask::fakeaws::environment(xtask::fakeaws::ACCESS_KEY_ID);
    let output = case.scan(&format!("http://127.0.0.1:{port}"), "ap-northeast-2", &environment);
    case.assert_failed(&output, "SG-A007", 1);
}
