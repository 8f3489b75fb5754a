//! `segue.yaml` decides: the word of the organisation and the size of waves change the plan.

use serde_json::Value;

use crate::estate;
use crate::support::Case;

const PLAN: &str = "migrate plan estate.snapshot --out config --yes";

/// A snapshot of three services, planned once.
fn planned() -> Case {
    let case = Case::new();
    estate::small(&case, "estate.snapshot", &["gateway"]);
    case.done(PLAN);
    case
}

fn plan(case: &Case) -> Value {
    serde_json::from_str(&case.read("config/plan/plan.json")).unwrap()
}

fn clusters(plan: &Value) -> Vec<&str> {
    let clusters = plan["consolidation"]["clusters"].as_array().unwrap();
    clusters.iter().map(|one| one["name"].as_str().unwrap()).collect()
}

/// The most services of one wave in an environment, and how many waves it has.
fn waves(plan: &Value, environment: &str) -> (usize, usize) {
    let size = |wave: &Value| {
        let units = wave["units"].as_array().unwrap().iter();
        units.map(|unit| unit["services"].as_array().unwrap().len()).sum()
    };
    let waves = plan["order"]["waves"].as_array().unwrap().iter();
    let sizes: Vec<usize> =
        waves.filter(|wave| wave["environment"] == environment).map(size).collect();
    (sizes.iter().copied().max().unwrap(), sizes.len())
}

#[test]
fn the_first_file_changes_nothing() {
    let case = planned();
    let before = case.files("config");
    case.done(PLAN);
    assert_eq!(case.files("config"), before);
}

#[test]
fn the_word_of_the_organisation_names_the_clusters() {
    let case = planned();
    let first = case.read("config/segue.yaml");
    let with = |word: &str| {
        case.write("config/segue.yaml", format!("{first}organization: {word}\n"));
        case.done(PLAN);
        let plan = plan(&case);
        assert_eq!(plan["consolidation"]["organisation"]["evidence"][0], "segue.yaml");
        clusters(&plan).join(" ")
    };
    assert_eq!(with("acme-learn"), "acme-learn-dev acme-learn-prod acme-learn-stag");
    assert_eq!(with("\"\""), "dev prod stag");
    case.write("config/segue.yaml", &first);
    case.done(PLAN);
    assert_ne!(plan(&case)["consolidation"]["organisation"]["evidence"][0], "segue.yaml");
}

#[test]
fn the_size_of_waves_is_what_the_team_can_watch() {
    let case = planned();
    assert!(waves(&plan(&case), "dev").0 > 1);
    let first = case.read("config/segue.yaml");
    case.write("config/segue.yaml", format!("{first}waves: {{maxServices: 1}}\n"));
    case.done(PLAN);
    let one = plan(&case);
    assert_eq!(one["order"]["waveSizeMax"], 1);
    for environment in ["dev", "stag", "prod"] {
        assert_eq!(waves(&one, environment).0, 1, "{environment}");
    }
    let own = first.replace("- name: prod\n", "- name: prod\n  waves: {maxServices: 1}\n");
    case.write("config/segue.yaml", own);
    case.done(PLAN);
    let own = plan(&case);
    assert_eq!(own["order"]["waveSizeMaxIn"]["prod"], 1);
    assert!(waves(&own, "dev").0 > 1);
    assert_eq!(waves(&own, "prod").0, 1);
}
