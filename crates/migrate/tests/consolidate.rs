//! The plan of the first stage: laws that hold for the example estate and for any small one.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it is about")]

#[path = "consolidate/estates.rs"]
mod estates;
#[path = "consolidate/laws.rs"]
mod laws;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use migrate::consolidate::{Action, Consolidation, Manner};
use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use proptest::prelude::*;

static ESTATE: LazyLock<(Snapshot, Generated)> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let mut files = BTreeMap::new();
    read(&root, "", &mut files);
    let snapshot = Snapshot::parse("examples/estate", &files).unwrap();
    let generated = planned(&snapshot);
    (snapshot, generated)
});

fn planned(snapshot: &Snapshot) -> Generated {
    let settings = Settings::new("https://git.example.com/config.git");
    generate(std::slice::from_ref(snapshot), &Corrections::default(), &settings)
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn estate() -> &'static Consolidation {
    &ESTATE.1.plan.consolidation
}

#[test]
fn sixty_clusters_become_three() {
    let plan = estate();
    assert_eq!(plan.organisation.name.as_deref(), Some("haedal"));
    let names: Vec<&str> = plan.clusters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["haedal-dev", "haedal-prod", "haedal-stag"]);
    let counts = &plan.counts;
    assert_eq!((counts.clusters_before, counts.clusters_after), (60, 3));
    assert_eq!((counts.services, counts.moved, counts.held), (60, 60, 0), "{:?}", plan.held);
    assert_eq!(counts.schedules, 20);
}

#[test]
fn the_example_estate_keeps_every_law() {
    laws::check(&ESTATE.0, estate());
}

#[test]
fn the_canary_of_the_gateway_keeps_its_share_at_every_step() {
    let gateway = estate().moves.iter().find(|one| one.key() == "gateway@prod").unwrap();
    let shared = gateway.rules.iter().find(|rule| rule.weights[&0].len() == 3).unwrap();
    let canary: BTreeSet<i64> = shared
        .weights
        .values()
        .map(|weights| *weights.iter().find(|(arn, _)| arn.contains("canary")).unwrap().1)
        .collect();
    assert_eq!(canary, BTreeSet::from([50]));
    assert_eq!(shared.weights[&5].values().sum::<i64>(), 1000);
}

#[test]
fn who_deploys_by_two_target_groups_goes_on_to_do_so() {
    let calls = |key: &str, operation: &str| {
        let steps = estate().steps.iter().filter(move |step| step.of == key);
        let calls = steps.flat_map(|step| &step.calls);
        calls
            .filter(|call| call.operation == operation)
            .map(|call| call.input.to_string())
            .collect::<String>()
    };
    let codedeploy = calls("payments@prod", "codedeploy:UpdateDeploymentGroup");
    assert!(codedeploy.contains("prod-payments-ecs-2") && codedeploy.contains("haedal-prod"));
    let made = calls("product-catalog@prod", "ecs:CreateService");
    assert!(made.contains("ROLLING") && !made.contains("alternateTargetGroupArn"), "{made}");
    let last = calls("product-catalog@prod", "ecs:UpdateService");
    assert!(last.contains("BLUE_GREEN") && last.contains("alternateTargetGroupArn"), "{last}");
}

#[test]
fn a_caller_by_name_waits_for_those_that_it_calls_and_they_wait_for_it() {
    let step = |key: &str, action: Action| {
        estate().steps.iter().find(|step| step.of == key && step.action == action).unwrap()
    };
    let server_up = &step("product-catalog@prod", Action::ScaleUp).id;
    assert!(step("gateway@prod", Action::ScaleUp).after.contains(server_up));
    let crossed = &step("gateway@prod", Action::Hold).id;
    assert!(step("product-catalog@prod", Action::ScaleDown).after.contains(crossed));
}

#[test]
fn what_never_ran_twice_does_not_now() {
    let moved = estate().moves.iter().filter(|one| one.manner == Manner::HandOver);
    let keys: Vec<String> = moved.map(migrate::consolidate::Move::key).collect();
    assert!(keys.contains(&"video-transcoder@prod".to_owned()), "{keys:?}");
    for key in keys {
        let at = |action| {
            let found = |step: &migrate::consolidate::Step| step.of == key && step.action == action;
            estate().steps.iter().position(found).unwrap()
        };
        assert!(at(Action::ScaleDown) < at(Action::ScaleUp), "{key}");
    }
}

#[test]
fn a_password_in_a_schedule_is_asked_for_and_not_written() {
    let steps = estate().steps.iter();
    let call = steps
        .flat_map(|step| &step.calls)
        .find(|call| call.input["Rule"] == "prod-report-daily")
        .unwrap();
    let input = call.input["Targets"][0]["Input"].as_str().unwrap();
    assert!(estate().lookups.iter().any(|lookup| lookup.placeholder == input), "{input}");
}

#[test]
fn the_plan_reads_back_as_it_was_written() {
    let text = serde_json::to_string(estate()).unwrap();
    assert_eq!(&serde_json::from_str::<Consolidation>(&text).unwrap(), estate());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_small_estate_keeps_every_law(services in estates::services()) {
        let snapshot = estates::snapshot(&services);
        let generated = planned(&snapshot);
        laws::check(&snapshot, &generated.plan.consolidation);
    }
}
