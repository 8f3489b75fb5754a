//! The console in a browser, and the ledger in other people's hands: openssl.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start programs and wait for them"
)]

#[path = "console/story.rs"]
mod story;

use std::path::Path;
use std::process::{Command, Output};

use segue::serve::proof::key::Key;
use segue::serve::proof::publish::publish;
use segue::serve::proof::{account, seal};
use story::site::Site;
use xtask::peers::{CHROMIUM, Peer, require};

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Lets a browser play `scene` at `place`; stops with what it says if it fails.
fn play(scene: &str, place: &str) {
    let modules = require(Peer::Browser).unwrap().join("node_modules");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers_console/browser.cjs");
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
    std::fs::create_dir_all(&shots).unwrap();
    let output = Command::new("node")
        .arg(script)
        .args([scene, place, CHROMIUM])
        .arg(shots)
        .env("NODE_PATH", modules)
        .output()
        .unwrap();
    assert!(output.status.success(), "{scene}: {}", said(&output));
}

fn address(site: &Site) -> String {
    format!("http://{}", site.address)
}

#[test]
fn the_page_follows_a_shift_to_its_end() {
    let site = Site::local();
    std::thread::scope(|scope| {
        let playing = scope.spawn(|| play("follow", &address(&site)));
        // When the browser has promoted to the end, the second person agrees.
        while site.story.said().len() < 3 && !playing.is_finished() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        site.story.change(|shift| *shift = story::ended());
        playing.join().unwrap();
    });
    let said: Vec<String> = site.story.said().into_iter().map(|(_, what)| what).collect();
    assert_eq!(said, ["promote", "promote", "promote"]);
}

#[test]
fn a_shift_is_aborted_by_keys_alone() {
    let site = Site::local();
    play("abort", &address(&site));
    assert_eq!(site.story.said(), [("ada".to_owned(), "abort".to_owned())]);
}

#[test]
fn the_console_is_read_and_used_without_script() {
    let site = Site::local();
    play("plain", &address(&site));
    let said: Vec<String> = site.story.said().into_iter().map(|(_, what)| what).collect();
    assert_eq!(said, ["pause", "resume"]);
}

#[test]
fn nothing_on_the_pages_bars_anybody() {
    play("barriers", &address(&Site::local()));
}

#[test]
fn a_rehearsal_is_scrubbed_and_the_report_is_let_through() {
    play("plan", &address(&Site::planned()));
}

#[test]
fn the_page_of_a_ledger_bars_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::open_or_make(dir.path()).unwrap();
    let ledger = account(&story::sources(&story::ended(), &story::records(), &key.public()));
    let published = publish(dir.path(), &ledger, &key).unwrap();
    for page in [&published.page, &published.page_ko] {
        play("ledger", &format!("file://{}", page.display()));
    }
}

#[test]
fn openssl_agrees_with_the_signature() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::open_or_make(dir.path()).unwrap();
    let ledger = account(&story::sources(&story::ended(), &story::records(), &key.public()));
    let text = seal::json(&ledger, &key);
    // As docs/reference/ledger.md says: without the first 10 bytes and the last 250.
    let account = &text[10..text.len() - 250];
    assert!(account.starts_with('{') && account.ends_with('}'));
    let digits = text.split("\"value\":\"").nth(1).unwrap().split('"').next().unwrap();
    let bytes = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    let signature: Vec<u8> = (0..digits.len()).step_by(2).map(bytes).collect();
    let place = |name: &str| dir.path().join(name);
    std::fs::write(place("account"), account).unwrap();
    std::fs::write(place("signature"), signature).unwrap();
    std::fs::write(place("pub"), key.public().pem().unwrap()).unwrap();
    let named = |name: &str| place(name).display().to_string();
    let (public, signature, account) = (named("pub"), named("signature"), named("account"));
    let args = [
        "pkeyutl", "-verify", "-pubin", "-inkey", &public, "-rawin", "-in", &account, "-sigfile",
        &signature,
    ];
    let output = Command::new("openssl").args(args).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let read = Command::new("openssl").args(["pkey", "-noout", "-in"]).arg(place("key")).output();
    assert!(read.unwrap().status.success(), "openssl cannot read the private key");
    assert!(Path::new(&public).is_file());
}
