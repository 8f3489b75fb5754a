//! `segue migrate scan`: what it writes, for whom, and that it can be repeated.

use std::os::unix::fs::PermissionsExt as _;

use crate::estate;
use crate::support::Case;

fn mode(case: &Case, path: &str) -> u32 {
    std::fs::metadata(case.path(path)).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_may_read_a_snapshot() {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    case.done("migrate scan --from-files defs --out taken.snapshot");
    for (path, _) in case.files("taken.snapshot") {
        let wanted = if path.ends_with('/') { 0o700 } else { 0o600 };
        assert_eq!(mode(&case, &format!("taken.snapshot/{path}")), wanted, "{path}");
    }
    assert_eq!(mode(&case, "taken.snapshot"), 0o700);
}

#[test]
fn a_second_scan_has_the_same_answers_and_drops_what_is_gone() {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    let first = case.done("migrate scan --from-files defs --out taken.snapshot");
    insta::assert_snapshot!("scan_output", first);
    let before = case.files("taken.snapshot/answers");
    assert_eq!(case.done("migrate scan --from-files defs --out taken.snapshot"), first);
    assert_eq!(case.files("taken.snapshot/answers"), before);
    for (path, bytes) in &before {
        assert_eq!(case.files("defs").get(path), Some(bytes), "{path} is not as it was given");
    }
    case.remove("defs/mail.json");
    case.done("migrate scan --from-files defs --out taken.snapshot");
    assert!(!case.has("taken.snapshot/answers/mail.json"));
    assert!(case.has("taken.snapshot/answers/cart.json"));
}

#[test]
fn a_scan_into_the_folder_that_is_scanned() {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    let first = case.done("migrate scan --from-files defs --out defs/taken.snapshot");
    let before = case.files("defs/taken.snapshot/answers");
    assert_eq!(case.done("migrate scan --from-files defs --out defs/taken.snapshot"), first);
    assert_eq!(case.files("defs/taken.snapshot/answers"), before);
    case.done("migrate plan defs/taken.snapshot --out config");
    // However the two folders are spelled: the snapshot never scans itself.
    case.done("migrate scan --from-files ./defs --out defs/../defs/taken.snapshot");
    assert_eq!(case.files("defs/taken.snapshot/answers"), before);
    assert_eq!(case.segue("migrate scan --from-files defs --out defs").code, 1);
    let here = "migrate scan --from-files . --out here.snapshot";
    assert_eq!(case.done(here), case.done(here));
}

#[test]
fn a_failed_scan_leaves_the_old_snapshot() {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    case.done("migrate scan --from-files defs --out taken.snapshot");
    case.write("defs/mail.json", "{");
    let mut said = String::new();
    case.fails(&mut said, "", "migrate scan --from-files defs --out taken.snapshot");
}
