//! `--strict`: open blockers end with 5, until each is waived, and only for as long.

use std::fmt::Write as _;

use crate::estate;
use crate::support::{Case, differing};

const PLAN: &str = "migrate plan taken --out config --strict";

fn waive(case: &Case, ids: &[String], expires: &str) {
    let mut text = "waivers:\n".to_owned();
    for id in ids {
        let waiver = format!("finding: {id}, name: mina, reason: known, expires: {expires}");
        let _ = writeln!(text, "- {{{waiver}}}");
    }
    case.write("config/plan/waivers.yaml", text);
}

#[test]
fn blockers_hold_until_they_are_waived() {
    let case = Case::new();
    // A blocker that asks for a decision: only such a one can be waived.
    let device = r#""image": "a:1", "linuxParameters": {"devices": [{"hostPath": "/dev/video0"}]}"#;
    for name in ["shop", "cart"] {
        estate::task(&case, "defs", name, device);
    }
    case.done("migrate scan --from-files defs --out taken");
    let open = case.segue(PLAN);
    assert_eq!(open.code, 5, "{}", open.stderr);
    assert!(
        open.stderr.contains("error[SG-M071]") && open.stderr.contains("next:"),
        "{}",
        open.stderr
    );
    assert!(case.has("config/plan/findings.json"), "the plan is written all the same");
    let findings: serde_json::Value =
        serde_json::from_str(&case.read("config/plan/findings.json")).unwrap();
    let blockers = findings.as_array().unwrap().iter().filter(|f| f["severity"] == "B");
    let ids: Vec<String> = blockers.map(|f| f["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.len() > 1, "{ids:?}");
    assert_eq!(case.segue("migrate plan taken --out config").code, 0);
    waive(&case, &ids, "2020-01-31");
    assert_eq!(case.segue(PLAN).code, 5, "a waiver that has expired waives nothing");
    waive(&case, &ids[1..], "2999-12-31");
    let rest = case.segue(PLAN);
    assert_eq!(rest.code, 5);
    assert!(rest.stderr.contains("1 blocker") && rest.stderr.contains(&ids[0]), "{}", rest.stderr);
    waive(&case, &ids, "2999-12-31");
    let waived = case.segue(PLAN);
    assert_eq!(waived.code, 0, "{}{}", waived.stdout, waived.stderr);
    assert!(waived.stdout.contains("waived"), "{}", waived.stdout);
}

#[test]
fn a_service_that_gets_blocked_keeps_what_was_written() {
    let case = Case::new();
    let plan = || {
        case.done("migrate scan --from-files defs --out taken");
        case.done("migrate plan taken --out config")
    };
    estate::kept_files(&case, "defs");
    plan();
    let before = case.files("config/apps/cart");
    let mount =
        r#""image": "a:1", "mountPoints": [{"sourceVolume": "gone", "containerPath": "/d"}]"#;
    let cart = case.read("defs/cart.json");
    estate::task(&case, "defs", "cart", mount);
    let said = plan();
    assert!(said.contains("is not generated while its service is blocked"), "{said}");
    assert_eq!(differing(&before, &case.files("config/apps/cart")), [""; 0]);
    assert!(plan().contains("is not generated while"), "it stays held");
    case.write("defs/cart.json", cart);
    assert!(plan().contains(" 0 to remove, 0 held."));
    assert_eq!(differing(&before, &case.files("config/apps/cart")), [""; 0]);
}
