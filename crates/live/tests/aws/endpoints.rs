//! Endpoints that the environment and the profile name, as the AWS CLI understands them. Each test
//! starts a process of its own, whose environment it may choose.

use std::collections::BTreeMap;
use std::process::Command;

use live::SystemClock;
use live::aws::{Client, Settings};

/// What a child says: a service and where it is, or the fault.
const MARK: &str = "endpoint: ";

/// Runs in the child only: says where each service is.
#[tokio::test]
#[ignore = "is started by the other tests of this file, with an environment of theirs"]
async fn child() {
    let variable = std::env::var("TEST_FLAG").ok();
    let settings = Settings { endpoint_url: variable, ..Settings::default() };
    match Client::new(settings, SystemClock).await {
        Ok(client) => {
            for (service, (url, named)) in client.endpoints() {
                println!("{MARK}{service} {url} {named:?}");
            }
        }
        Err(fault) => println!("{MARK}fault {} {fault}", fault.because.code.id),
    }
}

/// Where each service is with `config` as the shared file and `variables` as the environment.
fn found(config: &str, variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config"), config).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "endpoints::child", "--ignored", "--nocapture"])
        .env_clear()
        .env("HOME", folder.path())
        .env("AWS_CONFIG_FILE", folder.path().join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let lines = said.lines().filter_map(|line| line.split_once(MARK)?.1.split_once(' '));
    let all: BTreeMap<_, _> =
        lines.map(|(service, at)| (service.to_owned(), at.to_owned())).collect();
    assert!(!all.is_empty(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    all
}

const ECS: &str = "https://ecs.eu-west-1.amazonaws.com ByAws";

#[test]
fn one_of_a_service_wins_over_one_for_all() {
    let all = found(
        "",
        &[
            ("AWS_ENDPOINT_URL", "http://all:1"),
            ("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", "http://elb:2/"),
        ],
    );
    assert_eq!(all["ecs"], "http://all:1 BySettings");
    assert_eq!(all["elasticloadbalancing"], "http://elb:2 BySettings");
    let all = found("", &[("AWS_ENDPOINT_URL_ROUTE_53", "http://dns:3")]);
    assert_eq!((&*all["ecs"], &*all["route53"]), (ECS, "http://dns:3 BySettings"));
    assert_eq!(found("", &[("AWS_ENDPOINT_URL", "")])["ecs"], ECS);
}

const PROFILE: &str = "[default]\nservices = local\nendpoint_url = http://profile:1\n\
                       [services local]\n\
                       ecs =\n  endpoint_url = http://ecs:2\n\
                       application_auto_scaling =\n  endpoint_url = http://scaling:3\n";

#[test]
fn a_profile_names_them_too_and_the_environment_wins() {
    let all = found(PROFILE, &[]);
    assert_eq!(all["ecs"], "http://ecs:2 BySettings");
    assert_eq!(all["application-autoscaling"], "http://scaling:3 BySettings");
    assert_eq!(all["iam"], "http://profile:1 BySettings");
    let all = found(PROFILE, &[("AWS_ENDPOINT_URL_ECS", "http://env:4")]);
    assert_eq!(all["ecs"], "http://env:4 BySettings");
    assert_eq!(all["iam"], "http://profile:1 BySettings");
}

#[test]
fn they_can_be_ignored_and_the_flag_wins_over_all() {
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assert_eq!(found(PROFILE, &[ignore, ("AWS_ENDPOINT_URL_ECS", "http://env:4")])["ecs"], ECS);
    let config = format!("{PROFILE}[profile x]\nignore_configured_endpoint_urls = true\n");
    let profile = [("AWS_PROFILE", "x"), ("AWS_ENDPOINT_URL", "http://env:4")];
    assert_eq!(found(&config, &profile)["ecs"], ECS);
    let all = found(PROFILE, &[ignore, ("TEST_FLAG", "http://flag:5")]);
    assert!(all.values().all(|at| at == "http://flag:5 ByCaller"), "{all:?}");
}

#[test]
fn one_that_is_no_url_is_refused_with_the_service_it_is_for() {
    let all = found("", &[("AWS_ENDPOINT_URL_ECS", "localhost:4566")]);
    assert!(all["fault"].starts_with("SG-A015") && all["fault"].contains("for ecs"), "{all:?}");
}
