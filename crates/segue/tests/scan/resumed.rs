//! Scans that end too early and go on: what was answered is not asked again, and what comes of it
//! is what a scan in one go gives.

use std::process::Stdio;

use xtask::fakeaws::{FakeAws, Settings};

use crate::support::{Case, OUT, assert_same_objects, done};

/// Where the scans are cut off: a little less than half of the whole.
const HALF: usize = 100;
/// Calls that may have been answered and not kept when a scan is cut off: what is under way
/// (`IN_FLIGHT_MAX` of the sweep) and the one that asks who is calling.
const LOST: usize = 32 + 1;

/// Calls that were answered twice, but for the one that says who asks.
fn repeated(fake: &FakeAws) -> Vec<String> {
    let mut all = fake.repeated();
    all.retain(|call| !call.starts_with("sts:GetCallerIdentity"));
    all
}

#[test]
fn a_scan_that_was_killed_goes_on_where_it_was() {
    let case = Case::new();
    let fake = case.fake(Settings::default());
    let mut killed = case.start(&fake);
    fake.wait_for(HALF).unwrap();
    killed.0.kill().unwrap();
    killed.0.wait().unwrap();
    let (kept, before) = (case.kept(), fake.calls());
    assert!(!case.has(OUT), "a snapshot that is not whole must not look like one");
    assert!(kept + LOST >= HALF, "{kept} of {HALF} answers were kept");

    let (stdout, stderr) = done(&mut case.scan(&fake));
    assert!(stderr.contains(&format!("with {kept} answers kept")), "{stderr}");
    // What was under way when the kill came was answered and not kept: 32 calls at most.
    let again = repeated(&fake);
    assert!(again.len() <= 32, "{} calls were made again: {again:#?}", again.len());
    let whole = fake.calls() - again.len() - 1;
    assert_eq!(fake.calls() - before, whole - kept, "{stdout}");
    assert!(stdout.contains(&format!("Read {whole} answers")), "{whole}: {stdout}");
    assert!(!case.has(&format!("{OUT}.partial")));

    std::thread::scope(|scope| {
        let scanned = scope.spawn(|| case.plan(&case.path(OUT), "scanned"));
        let files = case.plan(&case.estate(), "files");
        assert_same_objects(&scanned.join().unwrap(), &files);
    });
}

#[test]
fn a_login_that_ends_half_way_is_told_and_a_new_one_goes_on() {
    let case = Case::new();
    let fake = case.fake(Settings { expire_at: Some(HALF), ..Settings::default() });
    let said = case.assert_failed(&case.scan(&fake).output().unwrap(), "SG-A002", 4);
    assert!(said.contains("it goes on where it stopped"), "{said}");
    let kept = case.kept();
    assert!(kept + LOST >= HALF, "{kept} of {HALF} answers were kept");
    // The old keys are still no good, and change nothing.
    case.assert_failed(&case.scan(&fake).output().unwrap(), "SG-A002", 4);
    assert_eq!(case.kept(), kept);

    let mut fresh = case.scan(&fake);
    let (stdout, stderr) = done(fresh.env("AWS_ACCESS_KEY_ID", "ASIAFAKE000000000002"));
    assert!(stderr.contains(&format!("with {kept} answers kept")), "{stderr}");
    assert!(stdout.contains("6  services") && stdout.contains("0 operations refused"), "{stdout}");
    assert_eq!(repeated(&fake), Vec::<String>::new());
}

#[test]
fn ctrl_c_keeps_what_is_under_way_and_fresh_forgets_it() {
    let case = Case::new();
    let fake = case.fake(Settings::default());
    let mut command = case.scan(&fake);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    fake.wait_for(50).unwrap();
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    case.assert_failed(&output, "SG-C002", 130);
    assert_eq!(case.kept() + 1, fake.calls(), "an answer that came is kept");

    // Nothing may be asked any more, so what is kept now was kept before.
    fake.set(Settings { deny: vec!["*".into()], ..Settings::default() });
    let output = case.scan(&fake).arg("--fresh").output().unwrap();
    case.assert_failed(&output, "SG-A040", 4);
    assert_eq!(case.kept(), 0);
}
