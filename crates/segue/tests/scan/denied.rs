//! Operations that may not be called: the scan goes on, and the plan says what it does not know.

use xtask::fakeaws::Settings;

use crate::support::{Case, OUT, done};

#[test]
fn the_plan_says_what_is_missing() {
    let deny = ["cloudwatch:DescribeAlarms", "elasticloadbalancing:DescribeRules"];
    let case = Case::new();
    let fake = case.fake(Settings { deny: deny.map(Into::into).into(), ..Settings::default() });
    let (stdout, stderr) = done(&mut case.scan(&fake));
    assert!(stdout.contains("2 operations refused"), "{stdout}");
    assert!(stderr.contains("▲ cloudwatch:DescribeAlarms not allowed, 1 call: "), "{stderr}");
    assert!(stderr.contains("▲ elasticloadbalancing:DescribeRules not allowed, "), "{stderr}");
    case.plan(&case.path(OUT), "config");
    // Rules are what routes are made of; alarms are evidence.
    for (code, severity, operation) in [
        ("SG-A030", "H", "elasticloadbalancing:DescribeRules"),
        ("SG-A031", "M", "cloudwatch:DescribeAlarms"),
    ] {
        let findings = case.findings("config", code);
        let [finding] = findings.as_slice() else { panic!("{code}: {findings:#?}") };
        assert_eq!(finding["severity"], severity);
        let message = finding["message"].as_str().unwrap();
        let missing = migrate::sweep::operation(operation).unwrap().missing;
        assert!(message.contains(operation) && message.contains(missing), "{message}");
        assert!(message.contains("111122223333 ap-northeast-2"), "{message}");
        let next = finding["next"].as_str().unwrap();
        assert!(next.contains(&format!("allow {operation}")), "{next}");
    }
}

#[test]
fn a_region_without_clusters_is_told() {
    let case = Case::new();
    let fake = case.fake(Settings { empty: true, ..Settings::default() });
    let (_, stderr) = done(&mut case.scan(&fake));
    assert!(
        stderr.contains("▲ there is no ECS cluster in 111122223333 ap-northeast-2"),
        "{stderr}"
    );
    assert!(case.has(OUT));
}
