//! A change of one service changes its own folder and its own lines under `plan/`, nothing else.

use std::collections::BTreeSet;

use crate::estate;
use crate::support::{Case, differing};

const PLAN: &str = "migrate plan taken --out config";
const SERVICE: &str = "lecture-api";

/// Lines of files under `plan/` that are in one tree only.
fn changed_lines(before: &str, after: &str) -> Vec<String> {
    let lines = |text: &str| -> BTreeSet<String> {
        text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect()
    };
    lines(before).symmetric_difference(&lines(after)).cloned().collect()
}

/// Whether a line of the plan speaks of another service, and not of the whole estate.
fn is_of_another(line: &str) -> bool {
    let names = |key: &str, other: &str| line.contains(&format!("\"{key}\":\"{other}\""));
    let mut others = ["lecture-api", "search", "grading"].into_iter();
    others.any(|other| names("name", other) || names("service", other))
}

/// Plans, applies `edit` to the production task definition, plans again; returns the paths that
/// changed.
fn after(edit: &dyn Fn(&Case, &str)) -> Vec<String> {
    let case = Case::new();
    estate::small(&case, "taken", &["search", "grading"]);
    case.done(PLAN);
    let before = case.files("config");
    edit(&case, &estate::task_file(&case, "taken", &format!("prod-{SERVICE}")));
    case.done(PLAN);
    let paths = differing(&before, &case.files("config"));
    for path in &paths {
        let own = format!("apps/{SERVICE}/");
        assert!(path.starts_with(&own) || path.starts_with("plan/"), "{path} changed too");
        if path.starts_with("plan/") {
            let text = String::from_utf8_lossy(&before[path]);
            for line in changed_lines(&text, &case.read(&format!("config/{path}"))) {
                let whole = path == "plan/plan.json" && !is_of_another(&line);
                let ours = line.contains(SERVICE) || line.contains("\"plan/") || whole;
                assert!(ours, "{path} changed in a line of others: {line}");
            }
        }
    }
    paths
}

#[test]
fn a_new_value_of_a_variable() {
    let paths = after(&|case, file| case.edit(file, "\"value\": \"info\"", "\"value\": \"debug\""));
    assert!(paths.iter().any(|path| path.starts_with("apps/lecture-api/")), "{paths:?}");
    assert!(paths.len() < 8, "{paths:?}");
}

#[test]
fn a_new_variable() {
    let new = "\"environment\": [ { \"name\": \"NEW_FEATURE\", \"value\": \"on\" },";
    let paths = after(&|case, file| case.edit(file, "\"environment\": [", new));
    assert!(paths.contains(&"plan/findings.md".to_owned()), "drift is told: {paths:?}");
    assert!(paths.contains(&"plan/rulings.json".to_owned()), "{paths:?}");
}

#[test]
fn a_new_tag_of_the_image() {
    let paths = after(&|case, file| {
        let text = case.read(file);
        let image = text.lines().find(|line| line.contains("\"image\":")).unwrap();
        let old = image.rsplit(':').next().unwrap().trim_matches(['"', ',', ' ']);
        case.edit(file, &format!(":{old}\""), ":9.9.9\"");
        let tasks = format!("taken/answers/ecs/DescribeTasks/prod-{SERVICE}.json");
        let digest = case.read(&tasks);
        let digest = digest.split("\"sha256:").nth(1).unwrap().split('"').next().unwrap();
        let text = case.read(&tasks).replace(digest, &"9".repeat(64));
        case.write(&tasks, text);
    });
    let overlay = "apps/lecture-api/overlays/prod/kustomization.yaml";
    assert!(paths.contains(&overlay.to_owned()), "{paths:?}");
    let elsewhere = |path: &&String| path.starts_with("apps/") && *path != overlay;
    assert_eq!(paths.iter().find(elsewhere), None, "a promotion is one line of one overlay");
}
