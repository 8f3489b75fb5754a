//! The standard chain of credentials: each test is a process of its own, since the chain reads the
//! environment, and a test must not change its own.

use std::path::Path;
use std::process::Command;

use live::SystemClock;
use live::aws::{Client, Settings};
use model::ports::{Aws as _, Call};
use serde_json::json;

use super::server::{Answer, Server};

/// What a child says: the region and who signed, or the code of the fault.
const MARK: &str = "chain says ";

/// Runs in the child only: asks once with what the environment gives.
#[tokio::test]
#[ignore = "is started by the other tests of this file, with an environment of theirs"]
async fn child() {
    let server = Server::start([Answer::ok("{}")]).await;
    let settings = Settings { endpoint_url: Some(server.url.clone()), ..Settings::default() };
    match Client::new(settings, SystemClock).await {
        Ok(client) => {
            client.call(&Call::new("ecs:ListClusters", json!({}))).await.unwrap();
            let asked = server.last();
            let authorization = asked.header("authorization");
            let id = authorization.split(['=', '/']).nth(1).unwrap();
            println!("{MARK}{} {id} {}", client.region(), asked.header("x-amz-security-token"));
        }
        Err(fault) => println!("{MARK}{} {fault}", fault.because.code.id),
    }
}

/// What the chain finds with `variables` and the files in `folder`.
fn found(folder: &Path, variables: &[(&str, &str)]) -> String {
    let config = folder.join("config");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "chain::child", "--ignored", "--nocapture"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", folder)
        .env("AWS_CONFIG_FILE", &config)
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find_map(|line| line.split_once(MARK));
    line.unwrap_or_else(|| panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr)))
        .1
        .to_owned()
}

#[test]
fn the_environment_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("config"),
        "[default]\nregion = eu-west-1\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n",
    )
    .unwrap();
    assert_eq!(found(folder.path(), &[]), "eu-west-1 AKIDFILE ");
    let variables = [
        ("AWS_REGION", "ap-northeast-2"),
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_SESSION_TOKEN", "t"),
    ];
    assert_eq!(found(folder.path(), &variables), "ap-northeast-2 AKIDENV t");
}

#[test]
fn a_profile_may_ask_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let answer = json!({"Version": 1, "AccessKeyId": "AKIDPROGRAM", "SecretAccessKey": "s",
        "SessionToken": "from-program", "Expiration": "2099-01-01T00:00:00Z"});
    let file = folder.path().join("answer.json");
    std::fs::write(&file, answer.to_string()).unwrap();
    std::fs::write(
        folder.path().join("config"),
        format!(
            "[profile work]\nregion = ap-northeast-2\ncredential_process = cat {}\n",
            file.display()
        ),
    )
    .unwrap();
    let said = found(folder.path(), &[("AWS_PROFILE", "work")]);
    assert_eq!(said, "ap-northeast-2 AKIDPROGRAM from-program");
}

#[test]
fn no_credentials_and_no_region_are_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    assert!(found(folder.path(), &[]).starts_with("SG-A005 "));
    let said = found(folder.path(), &[("AWS_REGION", "ap-northeast-2")]);
    assert!(said.starts_with("SG-A001 no AWS credentials were found: "), "{said}");
    let said = found(folder.path(), &[("AWS_REGION", "evil.example/")]);
    assert!(said.starts_with("SG-A016 "), "{said}");
}
