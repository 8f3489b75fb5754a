//! What a team asks between scan and move: what drifted, where does each service stand, and do two
//! accounts plan as one?

use serde_json::Value;

use crate::estate;
use crate::support::Case;

#[test]
fn two_scans_without_drift_say_so() {
    let case = Case::new();
    estate::small(&case, "old.snapshot", &[]);
    estate::small(&case, "new.snapshot", &[]);
    let said = case.segue("migrate diff old.snapshot new.snapshot --exit-code");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("No changes."), "{}", said.stdout);
}

#[test]
fn a_changed_user_is_drift_of_its_service_and_of_its_files() {
    let case = Case::new();
    estate::small(&case, "old.snapshot", &[]);
    estate::small(&case, "new.snapshot", &[]);
    let task = estate::task_file(&case, "new.snapshot", "dev-payments");
    case.edit(&task, "\"user\": \"1000:1000\"", "\"user\": \"4711:1000\"");
    let said = case.segue("migrate diff old.snapshot new.snapshot --exit-code");
    assert_eq!(said.code, 3, "{}{}", said.stdout, said.stderr);
    for part in ["payments", "task definition", ".user", "4711", "1 changed"] {
        assert!(said.stdout.contains(part), "no {part} in\n{}", said.stdout);
    }
    let json = case.done("migrate diff old.snapshot new.snapshot -o json");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["kind"], "SnapshotDiff");
    assert_eq!(json["things"].as_array().unwrap().len(), 1, "{json:#}");
    let files = json["files"]["payments"].as_array().unwrap();
    assert!(files.iter().all(|file| file.as_str().unwrap().starts_with("apps/payments/")));
}

#[test]
fn status_has_a_standing_for_each_service_in_each_environment() {
    let case = Case::new();
    estate::small(&case, "estate.snapshot", &[]);
    case.done("migrate plan estate.snapshot --out config");
    let json: Value = serde_json::from_str(&case.done("migrate status config -o json")).unwrap();
    let services = json["services"].as_array().unwrap();
    let planned: Value = serde_json::from_str(&case.read("config/plan/plan.json")).unwrap();
    assert_eq!(services.len(), planned["services"].as_array().unwrap().len());
    for one in services {
        let state = one["state"].as_str().unwrap();
        let known = ["blocked", "held", "open", "ready"].contains(&state);
        assert!(known && (one["wave"].is_u64() || state != "open"), "{one}");
    }
    let table = case.done("migrate status config");
    for name in estate::SERVICES {
        assert!(table.contains(name), "{table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn a_status_of_nothing_names_the_command_that_plans() {
    let case = Case::new();
    let said = case.segue("migrate status nowhere");
    assert_eq!(said.code, 1);
    assert!(said.stderr.contains("segue migrate plan"), "{}", said.stderr);
}

#[test]
fn two_scans_of_aws_plan_as_one_estate() {
    let case = Case::new();
    let only = |service: &'static str| {
        move |name: &str| {
            name.starts_with("answers/")
                && (name.contains(service) || name.contains("/DescribeClusters/"))
        }
    };
    estate::copy(&case, "one.snapshot", &only("lecture-api"));
    estate::copy(&case, "two.snapshot", &only("payments"));
    case.done("migrate plan one.snapshot two.snapshot --out config");
    for name in estate::SERVICES {
        assert!(case.has(&format!("config/apps/{name}/base/kustomization.yaml")), "{name}");
    }
    let rulings = case.read("config/plan/rulings.json");
    assert!(rulings.contains("\"file\":\"two.snapshot/answers/"), "files are told apart");
}
