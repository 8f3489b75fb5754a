//! The demo as a person runs it: real processes, real sockets, real signals.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

#[path = "crossing/demo.rs"]
mod demo;

use std::net::TcpListener;

use demo::{Demo, SHIFT, number};
use rustix::process::Signal;

/// The shares of the new side that were asked for, in order.
fn shares(demo: &Demo) -> Vec<u64> {
    demo.journal().iter().filter_map(|entry| entry["effect"]["weights"]["share"].as_u64()).collect()
}

#[test]
fn a_bad_release_goes_back_by_itself_and_the_good_one_crosses_to_where_two_have_to_agree() {
    // Held by this test or by somebody else: either way the usual port is taken.
    let _taken = TcpListener::bind("127.0.0.1:8080");
    let mut demo = Demo::start(&["-o", "json"]);
    demo.hear("60 ECS clusters → 3 clusters");
    demo.hear("0 lost; 20 checks, 0 violations");
    demo.hear("8080 is taken");
    demo.hear("starts lecture-api-local");
    let page = demo.console(&format!("/shifts/{SHIFT}"));
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("on its way"), "{page}");
    assert!(demo.console("/rehearse/lecture-api-local.json").contains("0 of 20"));

    demo.hear("a bad release comes in");
    demo.hear("the guard: back to the old side at once");
    let back = demo.hear("ledger: ").split("ledger: ").nth(1).unwrap().to_owned();
    demo.hear("starts lecture-api-local once more");
    demo.hear("stands at Hold");
    demo.hear("it serves on");
    let asked = shares(&demo);
    let before = asked.iter().position(|share| *share == 0).unwrap();
    assert_eq!(asked[..3], [1, 5, 25], "{asked:?}");
    assert_eq!(asked[before..], [0, 1, 5, 25, 50, 100], "{asked:?}");
    let reasons = demo.journal();
    let back_by = reasons.iter().find(|entry| entry["entry"] == "rolledBack").unwrap();
    assert_ne!(back_by["because"]["code"], "SG-T012", "the guard, not a person: {back_by}");

    // Both ledgers hold both accounts of the same requests, and they agree.
    let ledgers = [back, demo.hear("  ledger ").split("ledger ").nth(1).unwrap().to_owned()];
    for (page, fate) in ledgers.iter().zip(["rolledBack", "waiting"]) {
        let ledger = demo.ledger(page);
        assert_eq!(ledger["fate"], fate);
        let requests = &ledger["requests"];
        assert!(requests["prober"]["sent"].as_u64() > Some(1_000), "{requests}");
        assert_eq!((&requests["lost"], &requests["new"]["missing"]), (&0.into(), &0.into()));
    }
    let whole = demo.ledger(&ledgers[1])["requests"].clone();
    assert_eq!((&whole["notes"], &whole["old"]["others"]), (&serde_json::json!([]), &0.into()));

    // The author may not agree; somebody else may, and the old fleet goes without a loss.
    let said = demo.shift(&["approve", SHIFT, "--yes", "--by", "demo"]).unwrap_err();
    assert!(said.contains("SG-S005"), "{said}");
    demo.shift(&["approve", SHIFT, "--yes", "--by", "ada"]).unwrap();
    demo.hear("the old fleet is gone");
    demo.signal(Signal::INT);
    assert_eq!(demo.end(), Some(0), "the crossing was done before the signal came");
    assert!(demo.hear("since then").contains(", 0 lost"));

    let account = demo.account();
    assert_eq!((number(&account, "lost"), number(&account, "crossings")), (0, 1), "{account}");
    assert_eq!(number(&account, "rollBacks"), 1);
    let (old, new) = (number(&account, "answeredOld"), number(&account, "answeredNew"));
    let failed = number(&account, "failed");
    assert!(old > 0 && new > 0 && failed > 0, "{account}");
    assert_eq!(number(&account, "sent"), old + new + failed);
    assert!(!demo.release().contains("--fail-rate\""), "the good release stands in the manifest");
}

#[test]
fn without_a_bad_release_it_crosses_and_ends_and_serve_goes_on_from_there() {
    let mut demo = Demo::brisk(&["--exit", "-o", "json", "--fail-rate", "0"]);
    assert_eq!(demo.end(), Some(0));
    demo.hear("left as it is: segue-demo/config/shifts/lecture-api-local.yaml");
    let account = demo.account();
    assert_eq!((number(&account, "lost"), number(&account, "failed")), (0, 0), "{account}");
    assert_eq!((number(&account, "crossings"), number(&account, "rollBacks")), (1, 0));
    assert_eq!(shares(&demo), [1, 5, 25, 50, 100]);
    let next = demo.hear(" serve --config ");
    let words: Vec<&str> = next.trim().split(' ').skip(1).collect();
    let mut serving = demo.serve(&words);
    serving.hear("ready: ");
    demo.approve_until_done("ada");
    serving.hear("ledger: ");
    serving.end_by(Signal::TERM);
}

#[test]
fn ctrl_c_in_the_middle_leaves_nothing_behind() {
    let mut demo = Demo::start(&["-o", "json"]);
    demo.hear("a bad release comes in");
    demo.signal(Signal::INT);
    assert_eq!(demo.end(), Some(130));
    let account = demo.account();
    assert_eq!((number(&account, "lost"), number(&account, "crossings")), (0, 0), "{account}");
    assert!(!demo.release().contains("--fail-rate\""), "the good release stands in the manifest");
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let mut demo = Demo::start(&[]);
    demo.hear("new fleet is up");
    demo.signal(Signal::TERM);
    demo.hear("stopping");
    demo.signal(Signal::INT);
    assert_eq!(demo.end(), Some(130));
}

#[test]
fn what_a_killed_demo_leaves_is_ended_by_the_next_one() {
    let mut demo = Demo::start(&[]);
    demo.hear("new fleet is up");
    demo.signal(Signal::KILL);
    demo.wait();
    let left = demo.processes();
    assert!(left.len() >= 6, "fleets outlive who started them: {left:?}");
    demo.again(&[]);
    demo.hear("what an earlier demo has left is in segue-demo/earlier/");
    demo.hear("new fleet is up");
    assert!(demo.processes().is_disjoint(&left), "another demo, other processes");
    demo.signal(Signal::INT);
    assert_eq!(demo.end(), Some(130));
}

#[test]
fn a_taken_port_that_was_asked_for_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut demo = Demo::start(&["--port", &port]);
    demo.hear("error[SG-L010]: cannot listen on 127.0.0.1:");
    assert_eq!(demo.end(), Some(1));
}

#[test]
fn an_overlay_of_somebody_else_is_left_alone_and_named() {
    let mut demo = Demo::with(&[], |config| {
        let overlay = config.join("apps/lecture-api/overlays/local");
        std::fs::create_dir_all(&overlay).unwrap();
        let list = "kind: Kustomization\nresources: [mine.yaml]\n";
        std::fs::write(overlay.join("kustomization.yaml"), list).unwrap();
        let mine = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\n";
        std::fs::write(overlay.join("mine.yaml"), mine).unwrap();
    });
    demo.hear("error[SG-L040]");
    demo.hear("overlays/local was there before and makes no rule lecture-api.fleets");
    assert_eq!(demo.end(), Some(1));
}
