//! The estate is what its tables say: sixty clusters, each fault at its place, nothing planted outside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use super::catalog::{Env, services};
use super::dice::Dice;
use super::{Options, SEED, cell, faults, folder, generate, names, planted};

fn files() -> &'static BTreeMap<String, String> {
    static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| generate(SEED).unwrap());
    &FILES
}

fn json(files: &BTreeMap<String, String>, path: &str) -> Value {
    serde_json::from_str(&files[path]).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(files(), &generate(SEED).unwrap());
    assert_ne!(files(), &generate(SEED + 1).unwrap());
}

#[test]
fn the_committed_files_are_what_the_seed_gives() {
    let differences = folder::differences(&folder::committed(), files()).unwrap();
    assert!(differences.is_empty(), "run `cargo xtask gen estate`: {differences:#?}");
}

#[test]
fn there_are_sixty_clusters_with_a_service_each() {
    let files = files();
    let list = json(files, "answers/ecs/ListClusters/1.json");
    let arns: BTreeSet<&str> =
        list["clusterArns"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(arns.len(), 60);
    let described = files.keys().filter(|path| path.contains("/DescribeServices/")).count();
    assert_eq!(described, 60);
    assert_eq!(services().filter(|service| service.is_clean()).count(), 8);
}

#[test]
fn a_quarter_of_the_names_deviates_and_no_clean_one() {
    assert_eq!(names::DEVIATIONS.len() * 4, 60);
    let clean: Vec<_> = services().filter(|service| service.is_clean()).collect();
    for (service, env, ..) in names::DEVIATIONS {
        assert!(clean.iter().all(|clean| clean.name != *service), "{service} in {env:?}");
    }
}

#[test]
fn every_fault_is_where_it_is_said_to_be() {
    let files = files();
    let cells = cell::cells(Dice::new(SEED));
    let mut ids = BTreeSet::new();
    for fault in faults::faults() {
        assert!(ids.insert(fault.id), "{} is there twice", fault.id);
        assert_eq!(fault.cells(&cells).count(), fault.envs.len(), "{}", fault.id);
        for cell in fault.cells(&cells) {
            assert!(!cell.service.is_clean(), "{}", fault.id);
            assert!(fault.file(cell, files).is_some(), "{} in {:?}", fault.id, cell.env);
        }
    }
}

#[test]
fn planted_secrets_are_in_the_answers_and_not_on_the_page() {
    let files = files();
    for secret in planted::PLANTED_SECRETS {
        let has = |(path, text): (&String, &String)| text.contains(secret).then(|| path.clone());
        let found: Vec<String> = files.iter().filter_map(has).collect();
        assert!(!found.is_empty(), "{secret} is nowhere");
        assert!(found.iter().all(|path| path.starts_with("answers/")), "{secret}: {found:?}");
    }
}

#[test]
fn names_that_aws_limits_are_within_the_limit() {
    let files = files();
    let groups = json(files, "answers/elasticloadbalancing/DescribeTargetGroups/1.json");
    let balancers = json(files, "answers/elasticloadbalancing/DescribeLoadBalancers/1.json");
    let of = |list: &Value, member: &str| -> Vec<String> {
        let names = list.as_array().unwrap().iter();
        names.map(|item| item[member].as_str().unwrap().to_owned()).collect()
    };
    let mut names = of(&groups["TargetGroups"], "TargetGroupName");
    names.extend(of(&balancers["LoadBalancers"], "LoadBalancerName"));
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    for name in &names {
        let charset = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        assert!(name.len() <= 32 && charset, "{name}");
    }
}

#[test]
fn ecs_names_the_rule_that_it_shifts() {
    let files = files();
    let service = json(files, "answers/ecs/DescribeServices/product-catalog.json");
    let advanced = &service["services"][0]["loadBalancers"][0]["advancedConfiguration"];
    let rule = advanced["productionListenerRule"].as_str().unwrap();
    assert!(
        files["answers/elasticloadbalancing/DescribeRules/prod-edge-alb-443.json"].contains(rule)
    );
}

#[test]
fn what_tasks_refer_to_exists_but_for_the_planted_gap() {
    let files = files();
    let listed: String = files
        .iter()
        .filter(|(path, _)| path.contains("ListSecrets"))
        .map(|(_, text)| text.as_str())
        .collect();
    assert!(!listed.contains(super::drift::MISSING_SECRET));
    assert!(listed.contains("\"Name\": \"dev/payments/pg-api-key\""));
    assert!(listed.contains("\"Name\": \"prod/payments/webhook-signing\""));
}

#[test]
fn the_flags_are_read() {
    let read = |args: &[&str]| Options::read(args.iter().map(ToString::to_string));
    assert_eq!(read(&[]).unwrap(), Options { seed: SEED, check: false });
    assert_eq!(read(&["--seed", "7", "--check"]).unwrap(), Options { seed: 7, check: true });
    assert!(read(&["--seed"]).is_err() && read(&["--quick"]).is_err());
    assert_eq!(Env::ALL.map(Env::word), ["dev", "stag", "prod"]);
}
