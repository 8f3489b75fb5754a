//! The calls of the first stage held against AWS's own models: botocore checks the input of every
//! call and every look-up, as it does before an SDK sends one.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test starts a real program and stops at what it did not expect"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use migrate::consolidate::Consolidation;
use migrate::generate::generate;
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use migrate::settings::Settings;
use serde_json::{Value, json};
use xtask::peers::{Peer, require};

/// The plan of the example estate.
fn plan() -> Consolidation {
    let files = xtask::estate::generate(xtask::estate::SEED).unwrap();
    let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let snapshot = Snapshot::parse("estate", &files).unwrap();
    let settings = Settings::new("https://git.example.com/config.git");
    generate(&[snapshot], &Corrections::default(), &settings).plan.consolidation
}

/// Every call that a step makes, and every one that a look-up makes.
fn calls(plan: &Consolidation) -> Vec<Value> {
    let made = plan.steps.iter().flat_map(|step| &step.calls);
    let made = made.map(|call| json!({"operation": call.operation, "input": call.input}));
    let asked = plan.lookups.iter();
    let asked = asked.map(|one| json!({"operation": one.operation, "input": one.request}));
    made.chain(asked).collect()
}

/// The Python that carries botocore: the one that moto is installed for.
fn python() -> PathBuf {
    let program = require(Peer::Moto).unwrap();
    let python = program.parent().unwrap().join("venv/bin/python");
    assert!(python.exists(), "{} is not there", python.display());
    python
}

/// The faults of each call.
fn faults(calls: &[Value]) -> Vec<Vec<String>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consolidate/validate.py");
    let mut child = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!(calls).to_string().as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success());
    let faults: Vec<Vec<String>> = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(faults.len(), calls.len());
    faults
}

#[test]
fn botocore_takes_every_input_of_the_first_stage() {
    let calls = calls(&plan());
    assert!(calls.len() > 1000, "{} calls", calls.len());
    let wrong: Vec<String> = calls
        .iter()
        .zip(faults(&calls))
        .filter(|(_, faults)| !faults.is_empty())
        .map(|(call, faults)| format!("{call}\n  {}", faults.join("\n  ")))
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), calls.len(), wrong.join("\n"));
    println!("{} inputs, no fault", calls.len());
}

#[test]
fn botocore_refuses_what_is_planted() {
    let planted = [
        json!({"operation": "ecs:CreateCluster", "input": {"clusterNames": "x"}}),
        json!({"operation": "ecs:CreateService", "input": {"desiredCount": 1}}),
        json!({"operation": "elasticloadbalancing:ModifyRule", "input": {"RuleArn": 5}}),
        json!({"operation": "elasticloadbalancing:ModifyRule", "input": {}}),
        json!({"operation": "events:PutTargets", "input": {"Rule": "", "Targets": []}}),
        json!({"operation": "ecs:MakeCluster", "input": {}}),
        json!({"operation": "ecs:CreateCluster", "input": {"clusterName": "right"}}),
    ];
    let found: Vec<bool> = faults(&planted).iter().map(|faults| !faults.is_empty()).collect();
    assert_eq!(found, [true, true, true, true, true, true, false]);
}
