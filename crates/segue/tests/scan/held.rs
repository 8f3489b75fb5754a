//! Two scans into one folder at one time.

use xtask::fakeaws::Settings;

use crate::support::{Case, OUT};

#[test]
fn the_second_is_refused_until_the_first_has_ended() {
    // The first hears nothing after a while, and waits.
    let case = Case::new();
    let fake = case.fake(Settings { stall_at: Some(30), ..Settings::default() });
    let mut first = case.start(&fake);
    fake.wait_for(31).unwrap();
    let (calls, kept) = (fake.calls(), case.kept());
    let said = case.assert_failed(&case.scan(&fake).output().unwrap(), "SG-A039", 5);
    assert!(said.contains(&format!("process {}", first.0.id())), "{said}");
    let output = case.scan(&fake).arg("--fresh").output().unwrap();
    case.assert_failed(&output, "SG-A039", 5);
    assert!(case.kept() >= kept, "nothing of the first is taken away");
    std::fs::create_dir(case.path("defs")).unwrap();
    std::fs::write(case.path("defs/a.json"), "{}").unwrap();
    let line = format!("migrate scan --from-files defs --out {OUT}");
    let output = case.segue(&line, &[]).output().unwrap();
    case.assert_failed(&output, "SG-A039", 5);
    assert!(fake.calls() <= calls + 32, "the others asked nothing");

    // A kill leaves the lock file, and nobody who holds it.
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    assert!(case.has(&format!("{OUT}.partial/scan.lock")));
    fake.set(Settings { expire_at: Some(fake.calls() + 1), ..Settings::default() });
    let said = case.assert_failed(&case.scan(&fake).output().unwrap(), "SG-A002", 4);
    assert!(said.contains("answers kept of an interrupted scan"), "{said}");
}
