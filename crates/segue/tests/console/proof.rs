//! The proof ledger: what is in it, that a changed byte is seen, and what `segue shift verify` says.
use std::path::PathBuf;
use std::process::{Command, Output};

use model::ports::Record;
use segue::serve::proof::key::Key;
use segue::serve::proof::publish::{Published, publish};
use segue::serve::proof::{Ledger, account, verify};

use super::story;

fn segue(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_segue")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A journal as a file.
fn lines(records: &[Record]) -> String {
    records.iter().map(|record| serde_json::to_string(record).unwrap() + "\n").collect()
}

/// A crossing that ended, its ledger in a state folder.
fn written() -> (tempfile::TempDir, Key, Ledger, Published) {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::open_or_make(dir.path()).unwrap();
    let ledger = account(&story::sources(&story::ended(), &story::records(), &key.public()));
    let published = publish(dir.path(), &ledger, &key).unwrap();
    (dir, key, ledger, published)
}

#[test]
fn the_account_says_what_was_sent_counted_and_lost() {
    let (_dir, _key, ledger, _) = written();
    let requests = &ledger.requests;
    let prober = requests.prober.as_ref().unwrap();
    assert_eq!(prober.sent, prober.old.answered + prober.new.answered + prober.new.failed);
    assert!(requests.whole() && requests.lost == 0 && requests.notes.is_empty(), "{requests:?}");
    // The records of the story: up to 25, back to 0, then 100.
    let ways: Vec<(u8, u8)> = ledger.steps.iter().map(|step| (step.from, step.to)).collect();
    assert_eq!(ways, [(0, 25), (25, 0), (0, 100)]);
    let first = &ledger.steps[0];
    assert!(first.landed.unwrap() > first.asked && first.converged.is_some());
    assert_eq!((first.ticks, first.new.ended(), first.new.bad()), (2, 60, 6));
    assert_eq!(ledger.journal.records, story::records().len());
    assert_eq!(ledger.approved, ["grace"]);
}

#[test]
fn equal_sources_give_equal_bytes_and_nothing_secret_is_in_them() {
    let (dir, key, _, published) = written();
    let (first, page) =
        (std::fs::read(&published.json).unwrap(), std::fs::read(&published.page).unwrap());
    let again = account(&story::sources(&story::ended(), &story::records(), &key.public()));
    let published = publish(dir.path(), &again, &key).unwrap();
    assert_eq!(std::fs::read(&published.json).unwrap(), first);
    assert_eq!(std::fs::read(&published.page).unwrap(), page);
    let private = std::fs::read_to_string(dir.path().join("key")).unwrap();
    let secret = private.lines().nth(1).unwrap();
    for bytes in [&first, &page] {
        assert!(!String::from_utf8_lossy(bytes).contains(secret));
    }
}

#[test]
fn any_flipped_byte_is_refused() {
    let (_dir, key, _, published) = written();
    for path in [&published.json, &published.page, &published.page_ko] {
        let bytes = std::fs::read(path).unwrap();
        assert!(verify("ledger", &bytes, Some(&key.public())).is_ok());
        // Every byte of the signature's part, and of the rest every so many: 30,000 checks of a
        // signature take too long.
        let tail = bytes.len() - 300;
        let places = (0..bytes.len()).filter(|at| *at >= tail || at % 331 == 0);
        for at in places {
            for bit in [0x01, 0x20] {
                let mut spoiled = bytes.clone();
                spoiled[at] ^= bit;
                let result = verify("ledger", &spoiled, None);
                assert!(result.is_err(), "{}: byte {at} ^ {bit:#x}", path.display());
            }
        }
        for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(verify("ledger", &bytes[..end], None).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn the_program_says_what_it_verified_and_what_not() {
    let (dir, key, _, published) = written();
    let json = published.json.to_str().unwrap();
    let output = segue(&["shift", "verify", json]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("was not checked: give the one you know with --key"));
    let public = segue(&["shift", "key", "--state", dir.path().to_str().unwrap()]);
    let file = dir.path().join("pub");
    std::fs::write(&file, &public.stdout).unwrap();
    let journal = dir.path().join("journal.jsonl");
    std::fs::write(&journal, lines(&story::records())).unwrap();
    for page in [&published.page, &published.page_ko, &published.json] {
        let args = ["shift", "verify", page.to_str().unwrap(), "--key", file.to_str().unwrap()];
        let output = segue(&[&args[..], &["--journal", journal.to_str().unwrap()]].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("it is the key that you gave"));
        assert!(said(&output).contains("the journal that you gave has these records"));
    }
    let output = segue(&["shift", "verify", json, "--key", &key.public().hex(), "-o", "json"]);
    let verdict: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&verdict["keyChecked"], &verdict["lost"]), (&true.into(), &0.into()));
}

#[test]
fn each_trouble_has_its_code() {
    let (dir, key, ledger, published) = written();
    let text = std::fs::read_to_string(&published.json).unwrap();
    let newer = Ledger { format_version: 99, ..ledger.clone() };
    let newer = segue::serve::proof::seal::json(&newer, &key);
    let other = Key::of(&[9; 32]).public().hex();
    let mut short = story::records();
    short.remove(3);
    let cases: [(&str, &str, &[&str], i32); 7] = [
        ("SG-P001", "{\"kind\":\"List\"}", &[], 1),
        ("SG-P002", &text[..text.len() - 40], &[], 1),
        ("SG-P003", &newer, &[], 1),
        ("SG-P004", &text.replace("\"lost\": 0", "\"lost\": 1"), &[], 1),
        ("SG-P005", &text, &["--key", &other], 1),
        ("SG-P006", &text, &["--key", "nonsense"], 2),
        ("SG-P009", &text, &["--journal", "JOURNAL"], 1),
    ];
    let file = dir.path().join("case.json");
    let journal = dir.path().join("short.jsonl");
    std::fs::write(&journal, lines(&short)).unwrap();
    for (code, content, more, exit) in cases {
        std::fs::write(&file, content).unwrap();
        let more: Vec<&str> = more
            .iter()
            .map(|arg| if *arg == "JOURNAL" { journal.to_str().unwrap() } else { arg })
            .collect();
        let output = segue(&[&["shift", "verify", file.to_str().unwrap()], &more[..]].concat());
        assert_eq!(output.status.code(), Some(exit), "{code}: {}", said(&output));
        assert!(said(&output).contains(code), "{code}: {}", said(&output));
    }
}

#[test]
fn a_page_tells_it_in_both_languages_and_needs_no_network() {
    let (_dir, _key, _, published) = written();
    let cases: [(&PathBuf, &str, &str); 2] = [
        (&published.page, "en", "checkout has crossed: 1,000 requests sent, none lost"),
        (&published.page_ko, "ko", "checkout 전환 완료: 요청 1,000건, 유실 0건"),
    ];
    for (path, lang, title) in cases {
        let page = std::fs::read_to_string(path).unwrap();
        assert!(
            page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(title),
            "{lang}"
        );
        assert!(page.len() < 150_000, "{} bytes", page.len());
        for reach in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(reach), "{lang}: {reach}");
        }
        assert_eq!(page.matches("<script").count(), 1, "{lang}");
    }
}
