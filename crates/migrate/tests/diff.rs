//! Drift between two scans: what counts, what does not, and what is never shown.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::collections::BTreeMap;

use migrate::diff::{Change, Diff, Thing, compare};
use migrate::generate::Settings;
use migrate::input::snapshot::{Manifest, Snapshot, Source};
use migrate::naming::Corrections;
use serde_json::{Value, json};

fn estate() -> BTreeMap<String, Value> {
    let mut estate: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("fixtures/paths/web.json")).unwrap();
    estate.remove("#asked");
    estate
}

/// What `edit` makes of the estate, compared with the estate.
fn drift(edit: impl Fn(&mut BTreeMap<String, Value>)) -> Diff {
    let snapshot = |answers| {
        let manifest = Manifest::new(Source::Files, String::new(), String::new());
        [Snapshot { manifest, answers }]
    };
    let mut changed = estate();
    edit(&mut changed);
    let settings = Settings::new("https://git.example.com/config.git");
    compare(&snapshot(estate()), &snapshot(changed), &Corrections::default(), &settings)
}

/// Edits the only member called `key` of the answer whose name has `answer` in it.
fn within<'v>(
    answers: &'v mut BTreeMap<String, Value>,
    answer: &str,
    pointer: &str,
) -> &'v mut Value {
    let found = answers.iter_mut().find(|(name, _)| name.contains(answer)).unwrap();
    found.1.pointer_mut(pointer).unwrap()
}

fn of_kind<'d>(diff: &'d Diff, kind: &str) -> Vec<&'d Thing> {
    diff.things.iter().filter(|thing| thing.subject.kind.word() == kind).collect()
}

#[test]
fn the_same_scan_twice_has_no_drift() {
    let diff = drift(|_| {});
    assert!(diff.things.is_empty(), "{:#?}", diff.things);
    assert!(diff.files.is_empty() && diff.unread.is_empty());
}

#[test]
fn a_setting_that_a_rule_keeps_is_drift_with_its_target() {
    let diff = drift(|answers| {
        *within(answers, "TaskDefinition", "/containerDefinitions/0/user") = json!("4242");
    });
    let things = of_kind(&diff, "task definition");
    assert_eq!(things.len(), 1, "{diff:#?}");
    let Change::Changed(settings) = &things[0].change else { panic!("{things:#?}") };
    let user =
        settings.iter().find(|setting| setting.path == "containerDefinitions[app].user").unwrap();
    assert_eq!(user.new.as_deref(), Some("4242"));
    assert!(user.target.as_deref().unwrap().contains("securityContext"), "{user:?}");
    assert!(things[0].service.is_some());
    assert!(
        diff.files.values().flatten().any(|path| path.starts_with("apps/")),
        "{:?}",
        diff.files
    );
}

#[test]
fn state_is_no_drift() {
    let diff = drift(|answers| {
        let service = within(answers, "CreateService", "");
        service["runningCount"] = json!(77);
        service["pendingCount"] = json!(7);
        service["events"] = json!([{"message": "has reached a steady state"}]);
    });
    assert!(diff.things.is_empty(), "{:#?}", diff.things);
}

#[test]
fn another_order_of_variables_is_no_drift() {
    let diff = drift(|answers| {
        let list = within(answers, "TaskDefinition", "/containerDefinitions/0/environment");
        list.as_array_mut().unwrap().reverse();
    });
    assert!(of_kind(&diff, "task definition").is_empty(), "{:#?}", diff.things);
}

#[test]
fn a_new_value_of_a_credential_is_told_and_not_shown() {
    let plant = |value: &'static str| {
        move |answers: &mut BTreeMap<String, Value>| {
            let list = within(answers, "TaskDefinition", "/containerDefinitions/0/environment");
            list.as_array_mut().unwrap().push(json!({"name": "DB_PASSWORD", "value": value}));
        }
    };
    let diff = drift(plant("hunter2-hunter2-9"));
    let text = serde_json::to_string(&diff).unwrap();
    assert!(text.contains("DB_PASSWORD"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_rule_that_went_is_told_and_what_was_not_read_is_told_apart() {
    let gone = drift(|answers| {
        within(answers, "DescribeRules", "/Rules").as_array_mut().unwrap().remove(0);
    });
    assert!(gone.unread.is_empty());
    let rules = of_kind(&gone, "listener rule");
    assert_eq!(rules.len(), 1, "{gone:#?}");
    assert_eq!(rules[0].change, Change::Removed);
    let unread = drift(|answers| {
        answers.retain(|name, _| !name.contains("TargetGroups"));
    });
    assert_eq!(unread.unread, ["target groups"]);
    assert!(of_kind(&unread, "target group").is_empty());
}
