//! What the team accepts is on the page with who accepted it, until when, and why.

use serde_json::Value;

use crate::{html, planned, read, report};

/// A finding of one service in one environment of a severity that can be waived.
fn finding<'f>(findings: &'f [Value], severity: &str, code: Option<&str>) -> &'f Value {
    let fits =
        |one: &&Value| one["severity"] == severity && code.is_none_or(|code| one["code"] == code);
    findings.iter().find(fits).unwrap()
}

fn waive(config: &std::path::Path, waivers: &[(&Value, &str, &str)]) {
    let entry = |(finding, expires, reason): &(&Value, &str, &str)| {
        let id = finding["id"].as_str().unwrap();
        format!("- finding: {id}\n  name: mina\n  reason: {reason}\n  expires: {expires}\n")
    };
    let text: String = waivers.iter().map(entry).collect();
    std::fs::write(config.join("plan/waivers.yaml"), format!("waivers:\n{text}")).unwrap();
}

#[test]
fn who_accepted_a_finding_until_when_and_why() {
    let (_dir, config) = planned();
    let findings = read(&config, "plan/findings.json");
    let findings = findings.as_array().unwrap();
    let blocker = finding(findings, "B", Some("SG-M215"));
    let common = finding(findings, "H", Some("SG-M128"));
    waive(
        &config,
        &[
            (blocker, "2999-01-31", "the queue gets <its> consumer"),
            (common, "2999-02-28", "the role changes in March"),
        ],
    );
    for (lang, own, topic) in [
        (
            "en",
            "accepted by mina until 2999-01-31: the queue gets &lt;its&gt; consumer",
            "Accepted by the team",
        ),
        (
            "ko",
            "mina 승인, 2999-01-31까지 예외: the queue gets &lt;its&gt; consumer",
            "팀에서 예외로 승인한 항목",
        ),
    ] {
        let page = report(&config, lang);
        html::check(&page);
        assert!(page.contains(own), "{lang}");
        // What most services have is told once for all, so the table is where it can be seen.
        let table = page.split(topic).nth(1).unwrap().split("</table>").next().unwrap();
        for words in ["mina", "2999-01-31", "2999-02-28", "the role changes in March", "SG-M128"] {
            assert!(table.contains(words), "{lang}: {words}\n{table}");
        }
    }
}

#[test]
fn a_waiver_that_has_ended_is_not_on_the_page() {
    let (_dir, config) = planned();
    let findings = read(&config, "plan/findings.json");
    let blocker = finding(findings.as_array().unwrap(), "B", Some("SG-M215"));
    waive(&config, &[(blocker, "2001-01-31", "the team had a plan")]);
    let page = report(&config, "en");
    assert!(!page.contains("Accepted by the team") && !page.contains("the team had a plan"));
}
