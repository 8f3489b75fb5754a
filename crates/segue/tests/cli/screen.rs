//! Whole screens, at the widths that terminals have; colour only where it is wanted.

use std::fmt::Write as _;
use std::process::Stdio;

use crate::estate;
use crate::support::{Case, said};

const ESCAPE: char = '\u{1b}';

/// A service with something of every ruling, and a blocker.
const RENDER: &str = r#""image": "registry.example/render:2.1.0", "user": "root", "essential": true,
  "portMappings": [{"containerPort": 9000, "hostPort": 9000, "protocol": "tcp"}],
  "environment": [{"name": "CACHE_DIR", "value": "/var/cache/render"}],
  "secrets": [{"name": "API_TOKEN", "valueFrom": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:render/api-AbCdEf"}],
  "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost:9000/healthz || exit 1"], "startPeriod": 30},
  "linuxParameters": {"initProcessEnabled": true, "sharedMemorySize": 256},
  "ulimits": [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}],
  "mountPoints": [{"sourceVolume": "gone", "containerPath": "/data"}]"#;
const RENDER_SERVICE: &str = r#"{"serviceName": "render", "taskDefinition": "render", "desiredCount": 3,
  "deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 66}}"#;

fn planned(columns: &'static str) -> Case {
    let case = Case::wide(columns);
    estate::kept_files(&case, "defs");
    estate::task(&case, "defs", "render", RENDER);
    case.write("defs/services/render.json", RENDER_SERVICE);
    case.done("migrate scan --from-files defs --out taken");
    case
}

/// No line is wider than the terminal, but for words that cannot be broken.
fn fits(text: &str, columns: usize) {
    for line in text.lines() {
        let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        let wide = line.chars().count() > columns;
        assert!(!wide || longest * 2 > columns, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn plan_and_explain_at_80_columns() {
    let case = planned("80");
    let plan = case.done("migrate plan taken --out config");
    insta::assert_snapshot!("plan_80", plan);
    insta::assert_snapshot!("plan_again_80", case.done("migrate plan taken --out config"));
    let explain = case.done("migrate explain render --plan config");
    insta::assert_snapshot!("explain_80", explain);
    fits(&plan, 80);
    fits(&explain, 80);
}

#[test]
fn plan_and_explain_at_120_columns() {
    let case = planned("120");
    let plan = case.done("migrate plan taken --out config");
    insta::assert_snapshot!("plan_120", plan);
    let explain = case.done("migrate explain render --plan config --all");
    insta::assert_snapshot!("explain_120", explain);
    fits(&explain, 120);
}

#[test]
fn help_is_the_same_by_every_way() {
    let case = Case::wide("80");
    let mut all = String::new();
    for command in ["", "migrate ", "migrate scan ", "migrate plan ", "migrate explain ", "demo "] {
        let page = case.done(&format!("{command}--help"));
        let _ = writeln!(all, "$ segue {command}--help\n{page}");
        assert_eq!(case.done(&format!("help {command}")), case.done(&format!("{command}--help")));
    }
    let _ = writeln!(all, "$ segue help exit-codes\n{}", case.done("help exit-codes"));
    let _ = writeln!(all, "$ segue help SG-M071\n{}", case.done("help SG-M071"));
    fits(&all, 80);
    insta::assert_snapshot!("help", all);
    let bare = case.segue("");
    assert_eq!((bare.code, bare.stdout.as_str()), (2, ""));
}

#[test]
fn colour_is_for_terminals_and_those_who_ask() {
    let case = planned("100");
    let plan = "migrate plan taken";
    assert!(!case.done(plan).contains(ESCAPE), "a pipe gets no colour");
    assert!(case.done(&format!("{plan} --color always")).contains(ESCAPE));
    assert!(!case.done(&format!("{plan} --color never")).contains(ESCAPE));
    let with = |name: &str, value: &str, line: &str| {
        let mut command = case.command(line);
        command.env(name, value);
        said(command)
    };
    assert!(with("CLICOLOR_FORCE", "1", plan).stdout.contains(ESCAPE));
    assert!(!with("CLICOLOR_FORCE", "0", plan).stdout.contains(ESCAPE));
    assert!(!with("NO_COLOR", "1", plan).stdout.contains(ESCAPE));
    let asked = with("NO_COLOR", "1", &format!("{plan} --color always"));
    assert!(asked.stdout.contains(ESCAPE), "a flag is stronger than the environment");
    let wrong = with("CLICOLOR_FORCE", "1", "migrate plan nowhere");
    assert!(wrong.stderr.contains(ESCAPE) && wrong.code == 1, "{}", wrong.stderr);
    assert!(!case.segue("migrate plan nowhere").stderr.contains(ESCAPE));
}

#[test]
fn a_reader_that_has_enough() {
    let case = planned("100");
    case.done("migrate plan taken --out config");
    for line in
        ["migrate explain render --plan config --all", "help codes", "--help", "migrate plan taken"]
    {
        let mut command = case.command(line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "segue {line} | head");
    }
}
