//! Scans that cannot begin, or may ask for nothing: code, next command, exit code, and nothing
//! written.

use std::net::TcpListener;
use std::process::Command;

use xtask::fakeaws::Settings;

use crate::support::{Case, OUT, REGION};

type Environment = [(&'static str, String)];

/// A scan of `region` at `url`.
fn scan(case: &Case, region: &str, url: &str, environment: &Environment) -> Command {
    let line = format!("migrate scan --region {region} --endpoint-url {url} --out {OUT}");
    case.segue(&line, environment)
}

/// It is refused with `code`, and nothing is left of it.
fn refused(case: &Case, mut scan: Command, code: &str, exit: i32) {
    case.assert_failed(&scan.output().unwrap(), code, exit);
    assert!(!case.has(&format!("{OUT}.partial")), "something was left behind");
}

#[test]
fn a_region_that_the_endpoint_does_not_serve() {
    let case = Case::new();
    let fake = case.fake(Settings::default());
    refused(&case, scan(&case, "us-west-2", &fake.url(), &fake.environment()), "SG-A004", 4);
}

#[test]
fn a_region_that_is_none() {
    let case = Case::new();
    let fake = case.fake(Settings::default());
    refused(&case, scan(&case, "eu/west", &fake.url(), &fake.environment()), "SG-A016", 1);
    assert_eq!(fake.calls(), 0);
}

#[test]
fn nobody_is_logged_in() {
    let case = Case::new();
    let fake = case.fake(Settings::default());
    let mut environment = fake.environment();
    environment.retain(|(name, _)| !name.ends_with("KEY_ID") && !name.ends_with("ACCESS_KEY"));
    refused(&case, scan(&case, REGION, &fake.url(), &environment), "SG-A001", 4);
    assert_eq!(fake.calls(), 0);
}

#[test]
fn the_login_had_expired_before() {
    let case = Case::new();
    let fake = case.fake(Settings { expire_at: Some(1), ..Settings::default() });
    // The first call is answered, and makes the key one that was seen before.
    let first = Case::new();
    first.assert_failed(&first.scan(&fake).output().unwrap(), "SG-A002", 4);
    refused(&case, scan(&case, REGION, &fake.url(), &fake.environment()), "SG-A002", 4);
}

#[test]
fn nothing_listens_at_the_endpoint() {
    let case = Case::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let environment = xtask::fakeaws::environment(xtask::fakeaws::ACCESS_KEY_ID);
    refused(
        &case,
        scan(&case, REGION, &format!("http://127.0.0.1:{port}"), &environment),
        "SG-A007",
        1,
    );
}

#[test]
fn nothing_may_be_asked() {
    let case = Case::new();
    let fake = case.fake(Settings { deny: vec!["*".into()], ..Settings::default() });
    refused(&case, scan(&case, REGION, &fake.url(), &fake.environment()), "SG-A040", 4);
    // Each operation was tried once, and no list was asked page by page.
    assert!(fake.calls() < 60, "{}", fake.calls());
}

#[test]
fn an_endpoint_that_dies_half_way() {
    let case = Case::new();
    let fake = case.fake(Settings {
        hang_up: std::iter::once(60..usize::MAX).collect(),
        ..Settings::default()
    });
    let said = case.assert_failed(&case.scan(&fake).output().unwrap(), "SG-A038", 1);
    assert!(said.contains("SG-A038") && said.contains("answers kept"), "{said}");
    let kept = case.kept();
    assert!(kept >= 50, "{kept} answers kept");
}
