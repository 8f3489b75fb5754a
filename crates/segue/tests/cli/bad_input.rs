//! Input that cannot be read: each case says code, place and next command, and writes nothing.

use std::os::unix::fs::PermissionsExt as _;

use crate::estate;
use crate::support::Case;

#[test]
fn folders_and_files_that_scan_cannot_read() {
    let case = Case::new();
    let mut said = String::new();
    let scan = |folder: &str| format!("migrate scan --from-files {folder} --out out.snapshot");
    case.fails(&mut said, "a folder that is not there", &scan("nowhere"));
    std::fs::create_dir(case.path("empty")).unwrap();
    case.fails(&mut said, "an empty folder", &scan("empty"));
    case.write("notes/readme.txt", "no JSON here");
    case.fails(&mut said, "a folder without JSON", &scan("notes"));
    case.fails(&mut said, "a file in place of a folder", &scan("notes/readme.txt"));
    case.write("cut/shop.json", "{\"family\": \"shop\",\n  \"containerDefinitions\": [");
    case.fails(&mut said, "JSON that is cut off", &scan("cut"));
    case.write("wrong/a.json", "{\"family\": \"a\"\n \"cpu\": 1}");
    case.write("wrong/b.json", "");
    case.write("wrong/sub/c.json", "{,}");
    case.fails(&mut said, "three files that are no JSON: all are named", &scan("wrong"));
    case.write("latin/shop.json", b"{\"family\": \"caf\xe9\"}");
    case.fails(&mut said, "a file that is not UTF-8", &scan("latin"));
    case.write("deep/shop.json", format!("{}{}", "[".repeat(5000), "]".repeat(5000)));
    case.fails(&mut said, "lists inside lists without end", &scan("deep"));
    insta::assert_snapshot!("scan", said);
}

#[test]
fn a_file_that_nobody_may_read() {
    let case = Case::new();
    case.write("locked/shop.json", "{\"family\": \"shop\"}");
    let place = case.path("locked/shop.json");
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&place).is_ok() {
        eprintln!("not tried: this user may read every file; run the test as another than root");
        return;
    }
    let mut said = String::new();
    case.fails(&mut said, "", "migrate scan --from-files locked --out out.snapshot");
    assert!(said.contains("locked/shop.json"), "{said}");
}

#[test]
fn a_file_that_is_too_large() {
    let case = Case::new();
    case.write("large/shop.json", format!("\"{}\"", "x".repeat(33 << 20)));
    let mut said = String::new();
    case.fails(&mut said, "33 MB", "migrate scan --from-files large --out out.snapshot");
    insta::assert_snapshot!("too_large", said);
}

#[test]
fn places_that_scan_must_not_write_to() {
    let case = Case::new();
    estate::kept_files(&case, "defs");
    case.write("taken/photos.txt", "mine");
    case.write("file", "mine");
    let mut said = String::new();
    let scan = |out: &str| format!("migrate scan --from-files defs --out {out}");
    case.fails(&mut said, "somebody else's folder", &scan("taken"));
    case.fails(&mut said, "a file", &scan("file"));
    insta::assert_snapshot!("scan_out", said);
}

#[test]
fn snapshots_that_plan_cannot_read() {
    let case = Case::new();
    let mut said = String::new();
    let plan = |folder: &str| format!("migrate plan {folder} --out config");
    case.fails(&mut said, "a snapshot that is not there", &plan("nowhere"));
    case.write("cut/answers/shop.json", "{\"family\": \"shop\"}");
    case.fails(&mut said, "a scan that was cut off: no manifest", &plan("cut"));
    case.write("bad/snapshot.json", "{\"kind\": \"Snapshot\",");
    case.fails(&mut said, "a manifest that is cut off", &plan("bad"));
    case.write("other/snapshot.json", "{\"kind\": \"Deployment\"}");
    case.fails(&mut said, "a manifest of something else", &plan("other"));
    case.write("half/snapshot.json", "{\"kind\": \"Snapshot\", \"formatVersion\": 1}");
    case.fails(&mut said, "a manifest without its members", &plan("half"));
    estate::kept_files(&case, "defs");
    case.done("migrate scan --from-files defs --out newer");
    case.edit("newer/snapshot.json", "\"formatVersion\": 1", "\"formatVersion\": 7");
    case.fails(&mut said, "a snapshot of a newer version", &plan("newer"));
    case.edit("newer/snapshot.json", "\"formatVersion\": 7", "\"formatVersion\": 1");
    case.write("newer/answers/shop.json", "{\"family\": ");
    case.fails(&mut said, "an answer that is cut off", &plan("newer"));
    case.write("newer/answers/shop.json", b"\xff\xfe{\0}\0");
    case.fails(&mut said, "an answer in UTF-16", &plan("newer"));
    case.done("migrate scan --from-files defs --out one");
    case.done("migrate scan --from-files defs --out two");
    case.fails(&mut said, "two snapshots with the same names", &plan("one two"));
    case.fails(&mut said, "one snapshot named twice", &plan("one one"));
    std::fs::remove_dir_all(case.path("one/answers")).unwrap();
    case.fails(&mut said, "a manifest without answers", &plan("one"));
    insta::assert_snapshot!("snapshots", said);
}

#[test]
fn words_that_the_command_line_does_not_know() {
    let case = Case::new();
    let mut said = String::new();
    case.fails(&mut said, "an unknown command", "migrat");
    case.fails(&mut said, "an unknown verb", "migrate pln");
    case.fails(&mut said, "an unknown flag", "migrate plan x --outt y");
    case.fails(&mut said, "a flag without its value", "migrate plan x --out");
    case.fails(&mut said, "nothing to plan", "migrate plan");
    case.fails(&mut said, "a flag without its partner", "migrate plan x --exit-code");
    case.fails(&mut said, "an unknown colour", "version --color sometimes");
    case.fails(&mut said, "no help for it", "help migrate fly");
    case.fails(&mut said, "no such code", "help SG-X999");
    insta::assert_snapshot!("usage", said);
}
