//! Several accounts and regions in one run, and folders that belong to others.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use xtask::fakeaws::{ACCESS_KEY_ID, FakeAws, SECRET_ACCESS_KEY, Settings};

use crate::support::{Case, OUT, REGION, assert_same_objects, done};

/// A second account, in another region, that holds one cluster.
fn other(case: &Case) -> FakeAws {
    let folder = case.path("other");
    let cluster = "arn:aws:ecs:us-east-1:444455556666:cluster/lab";
    let mut answers = json!({});
    let mut put = |operation: &str, request: Value, answer: Value| {
        let path = format!("answers/{}.json", operation.replace(':', "-"));
        write(&folder.join(&path), &answer);
        answers[path] = json!({"operation": operation, "request": request});
    };
    let arn = "arn:aws:iam::444455556666:user/reader";
    put(
        "sts:GetCallerIdentity",
        json!({}),
        json!({"Account": "444455556666", "Arn": arn, "UserId": "AIDA"}),
    );
    put("ecs:ListClusters", json!({}), json!({"clusterArns": [cluster]}));
    let lab = json!({"clusterArn": cluster, "clusterName": "lab", "status": "ACTIVE"});
    put(
        "ecs:DescribeClusters",
        json!({"clusters": [cluster]}),
        json!({"clusters": [lab], "failures": []}),
    );
    write(&folder.join("snapshot.json"), &json!({"regions": ["us-east-1"], "answers": answers}));
    FakeAws::start(&folder, Settings::default()).unwrap()
}

fn write(path: &Path, value: &Value) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, value.to_string()).unwrap();
}

/// The shared file with a profile for each of `profiles`: its name, its region, its endpoint.
fn environment(case: &Case, profiles: &[(&str, &str, String)]) -> Vec<(&'static str, String)> {
    let mut text = String::new();
    for (name, region, url) in profiles {
        let keys = format!(
            "aws_access_key_id = {ACCESS_KEY_ID}\naws_secret_access_key = {SECRET_ACCESS_KEY}\n"
        );
        writeln!(text, "[profile {name}]\nregion = {region}\nendpoint_url = {url}\n{keys}")
            .unwrap();
    }
    std::fs::write(case.path("config"), text).unwrap();
    vec![
        ("AWS_CONFIG_FILE", case.path("config").display().to_string()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}

#[test]
fn two_accounts_in_two_regions_are_planned_together() {
    let case = Case::new();
    let (main, lab) = (case.fake(Settings::default()), other(&case));
    let profiles = [
        ("main", REGION, main.url()),
        ("lab", "us-east-1", lab.url()),
        ("twin", REGION, main.url()),
    ];
    let environment = environment(&case, &profiles);
    let scan = |profiles: &str, out: &str| {
        case.segue(&format!("migrate scan {profiles} --pace 10 --out {out}"), &environment)
    };
    let (stdout, stderr) = done(&mut scan("--profile main --profile lab", OUT));
    assert!(stderr.contains("Scanning 111122223333 ap-northeast-2"), "{stderr}");
    assert!(stderr.contains("Scanning 444455556666 us-east-1"), "{stderr}");
    assert!(stdout.contains("7  clusters"), "{stdout}");
    let bytes = std::fs::read(case.path(OUT).join("snapshot.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(manifest["accounts"], json!(["111122223333", "444455556666"]));
    assert_eq!(manifest["regions"], json!([REGION, "us-east-1"]));

    // The lab has no services: what is generated is that of the one estate.
    std::thread::scope(|scope| {
        let scanned = scope.spawn(|| case.plan(&case.path(OUT), "scanned"));
        let files = case.plan(&case.estate(), "files");
        let mut scanned = scanned.join().unwrap();
        // Where an answer lies is told in a comment, and begins with account and region here.
        for bytes in scanned.values_mut() {
            let text = String::from_utf8(std::mem::take(bytes)).unwrap();
            *bytes = text.replace("answers/111122223333-ap-northeast-2/", "answers/").into_bytes();
        }
        assert_same_objects(&scanned, &files);
    });

    // The folder belongs to these two places, in whatever order.
    let before = main.calls() + lab.calls();
    let output = scan("--profile lab", OUT).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("SG-A033") && said.contains("next: name another folder"), "{said}");
    assert_eq!(main.calls() + lab.calls(), before + 1, "only who asks is asked");
    assert_eq!(std::fs::read(case.path(OUT).join("snapshot.json")).unwrap(), bytes);

    // Two names of one place.
    let output = scan("--profile main --profile twin", "twice").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("SG-A036") && said.contains("by main and by twin"), "{said}");
    assert!(!case.has("twice") && !case.has("twice.partial"));
}

#[test]
fn an_interrupted_scan_of_another_place_is_not_gone_on_with() {
    let case = Case::new();
    let (main, lab) = (case.fake(Settings::default()), other(&case));
    let profiles = [("main", REGION, main.url()), ("lab", "us-east-1", lab.url())];
    let environment = environment(&case, &profiles);
    let scan = |line: &str| case.segue(&format!("migrate scan {line} --out {OUT}"), &environment);
    main.set(Settings {
        hang_up: std::iter::once(40..usize::MAX).collect(),
        ..Settings::default()
    });
    let output = scan("--profile main").output().unwrap();
    case.assert_failed(&output, "SG-A038", 1);
    let kept = case.kept();
    assert!(kept > 20, "{kept}");
    let said = case.assert_failed(&scan("--profile lab").output().unwrap(), "SG-A033", 1);
    assert!(said.contains("111122223333 ap-northeast-2"), "{said}");
    assert_eq!(case.kept(), kept, "nothing was changed");
    // Begun anew, the folder is the other's.
    let (stdout, _) = done(&mut scan("--profile lab --fresh"));
    assert!(stdout.contains("1  clusters"), "{stdout}");
    let text = std::fs::read_to_string(case.path(OUT).join("snapshot.json")).unwrap();
    assert!(!text.contains("111122223333"), "{text}");
}
