//! The report of the example estate: what is on the page, that it holds together, and what refuses.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start the program and look at its files"
)]

#[path = "report/html.rs"]
mod html;
#[path = "report/korean.rs"]
mod korean;
#[path = "report/many.rs"]
mod many;
#[path = "report/waived.rs"]
mod waived;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use migrate::cost::Range;
use migrate::plan::MigrationPlan;
use serde_json::Value;

/// A page must fit into a mail, also for a large estate.
const BYTES_MAX: usize = 1_000_000;

fn segue(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_segue")).args(args).env("NO_COLOR", "1").output().unwrap()
}

/// A plan of the example estate, made once; each test has its own copy of the documents.
fn planned() -> (tempfile::TempDir, PathBuf) {
    static PLANNED: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        let estate = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
        let out = dir.path().to_str().unwrap();
        let said = segue(&["migrate", "plan", estate.to_str().unwrap(), "--out", out, "--yes"]);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        dir
    });
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    std::fs::create_dir_all(config.join("plan")).unwrap();
    for file in std::fs::read_dir(PLANNED.path().join("plan")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), config.join("plan").join(file.file_name())).unwrap();
    }
    (dir, config)
}

fn report(config: &Path, lang: &str) -> String {
    let out = config.join(format!("report.{lang}.html"));
    let args = [
        "migrate",
        "report",
        config.to_str().unwrap(),
        "--lang",
        lang,
        "--out",
        out.to_str().unwrap(),
    ];
    let said = segue(&args);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    std::fs::read_to_string(out).unwrap()
}

fn read(config: &Path, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(config.join(file)).unwrap()).unwrap()
}

fn names(plan: &Value) -> BTreeSet<String> {
    plan["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_page_holds_together_in_both_languages_and_is_the_same_each_time() {
    let (_dir, config) = planned();
    let plan = read(&config, "plan/plan.json");
    for lang in ["en", "ko"] {
        let page = report(&config, lang);
        assert_eq!(page, report(&config, lang), "{lang}: two runs differ");
        html::check(&page);
        assert!(page.len() < BYTES_MAX, "{lang}: {} bytes", page.len());
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        let matrix = page
            .split("<table class=\"matrix\">")
            .nth(1)
            .unwrap()
            .split("</table>")
            .next()
            .unwrap();
        for name in names(&plan) {
            assert_eq!(matrix.matches(&format!(">{name}</a></th>")).count(), 1, "{lang}: {name}");
        }
        // A cell has its letter beside its colour.
        assert_eq!(matrix.matches("<td class=\"c b").count(), matrix.matches("✖ B ").count());
        assert!(matrix.matches("▲ H ").count() > 20);
        for code in codes(&config) {
            assert!(page.contains(&format!("id=\"{code}\"")), "{lang}: {code} is not told");
        }
    }
}

fn codes(config: &Path) -> BTreeSet<String> {
    let findings = read(config, "plan/findings.json");
    findings
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_page_needs_no_network_and_shows_no_secret() {
    let (_dir, config) = planned();
    let page = report(&config, "en");
    let outside = ["src=", "@import", "url(http", "href=\"http", "<link", "<iframe"];
    for word in outside {
        assert!(!page.contains(word), "{word}");
    }
    // Whatever the plan redacted must not come back by another way.
    let estate = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/estate/answers/ecs/DescribeTaskDefinition");
    let mut secrets = 0;
    for file in std::fs::read_dir(estate).unwrap() {
        let task: Value =
            serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        for container in
            task["taskDefinition"]["containerDefinitions"].as_array().into_iter().flatten()
        {
            for variable in container["environment"].as_array().into_iter().flatten() {
                let name = variable["name"].as_str().unwrap_or_default();
                let value = variable["value"].as_str().unwrap_or_default();
                if name.ends_with("PASSWORD") && value.len() >= 8 {
                    secrets += 1;
                    assert!(!page.contains(value), "the value of {name} is on the page");
                }
            }
        }
    }
    assert!(secrets > 0, "the estate has no literal password to look for");
}

#[test]
fn findings_of_weight_are_told_in_korean() {
    let (_dir, config) = planned();
    let page = report(&config, "ko");
    for finding in read(&config, "plan/findings.json").as_array().unwrap() {
        let code = finding["code"].as_str().unwrap();
        if !"BH".contains(finding["severity"].as_str().unwrap()) {
            continue;
        }
        let told = page.split(&format!("id=\"{code}\"")).nth(1).unwrap();
        let head = told.split("</div>").next().unwrap();
        assert!(!head.contains("lang=\"en\""), "{code} has no Korean sentence");
    }
}

#[test]
fn two_hundred_services_in_three_environments_stay_below_a_megabyte() {
    let (_dir, config) = planned();
    many::grow(&config);
    let plan: MigrationPlan = serde_json::from_value(read(&config, "plan/plan.json")).unwrap();
    let held = plan.order.held.len();
    assert_eq!((plan.services.len(), many::moved(&plan).len() + held), (600, 600));
    assert!(plan.order.waves.len() >= 114, "{} waves", plan.order.waves.len());
    for lang in ["en", "ko"] {
        let page = report(&config, lang);
        assert!(page.len() < BYTES_MAX, "{lang}: {} bytes", page.len());
        html::check(&page);
        let matrix = page.split("<table class=\"matrix\">").nth(1).unwrap();
        let matrix = matrix.split("</table>").next().unwrap();
        assert_eq!(matrix.matches("</a></th>").count(), 200, "{lang}");
        let waves = page.split("<table class=\"wavelist\">").nth(1).unwrap();
        let waves = waves.split("</table>").next().unwrap();
        assert_eq!(waves.matches("scope=\"row\"").count(), plan.order.waves.len(), "{lang}");
        for (service, _) in many::moved(&plan) {
            assert!(waves.contains(&service), "{lang}: {service} is in no wave of the page");
        }
        assert_eq!(page.matches("class=\"dot\"").count(), 600, "{lang}");
        let today = plan.cost.today.total.expected.whole();
        let sum: Range = plan.cost.today.lines.iter().map(|line| line.amount).sum();
        assert_eq!(sum, plan.cost.today.total);
        assert!(page.contains(&format!("${today}")), "{lang}: ${today}");
    }
}

#[test]
fn one_service_without_findings_is_a_page_too() {
    let (_dir, config) = planned();
    let mut plan = read(&config, "plan/plan.json");
    plan["services"].as_array_mut().unwrap().truncate(1);
    std::fs::write(config.join("plan/plan.json"), plan.to_string()).unwrap();
    std::fs::write(config.join("plan/findings.json"), "[]").unwrap();
    let page = report(&config, "en");
    html::check(&page);
    assert!(page.contains("The one workload can move to Kubernetes"));
}

#[test]
fn names_from_the_estate_are_text_and_never_markup() {
    let (_dir, config) = planned();
    let mut plan = read(&config, "plan/plan.json");
    plan["services"][0]["name"] = "<script>alert(1)</script>\"'&한글".into();
    plan["services"][0]["environment"] = "dev\"><b>".into();
    std::fs::write(config.join("plan/plan.json"), plan.to_string()).unwrap();
    let page = report(&config, "ko");
    html::check(&page);
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn only_a_report_is_replaced() {
    let (_dir, config) = planned();
    let out = config.join("mine.html");
    std::fs::write(&out, "<h1>mine</h1>").unwrap();
    let args = ["migrate", "report", config.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let said = segue(&args);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("SG-M433"));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "<h1>mine</h1>");
}

#[test]
fn a_plan_of_another_format_is_refused_with_the_next_command() {
    let (_dir, config) = planned();
    let out = config.join("r.html");
    let mut plan = read(&config, "plan/plan.json");
    let mut refused = |version: u32, code: &str| {
        plan["formatVersion"] = version.into();
        std::fs::write(config.join("plan/plan.json"), plan.to_string()).unwrap();
        let said =
            segue(&["migrate", "report", config.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        let text = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(1), "{text}");
        assert!(text.contains(code) && text.contains("segue migrate plan"), "{text}");
        assert!(!out.exists());
    };
    refused(1, "SG-M430");
    refused(999, "SG-M431");
    std::fs::remove_file(config.join("plan/plan.json")).unwrap();
    let said =
        segue(&["migrate", "report", config.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("SG-M070"));
}
