//! The sweep through our own client, against the small AWS of `xtask::fakeaws`: pages, limits,
//! throttling, permissions, expired keys, a clock that is off, connections that break.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start programs and look at files"
)]

#[path = "support/swept.rs"]
mod swept;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use live::aws::{GivenKeys, Keys};
use migrate::sweep::Sweep;
use swept::{all, client, estate, go_on, keys, place, recorded, things};
use xtask::fakeaws::{FakeAws, SECRET_ACCESS_KEY, Settings};

const REGION: &str = "ap-northeast-2";

fn fake(settings: Settings) -> FakeAws {
    FakeAws::start(&estate(), settings).unwrap()
}

async fn swept(fake: &FakeAws) -> swept::Swept {
    all(client(&fake.url(), REGION, keys()).await.unwrap()).await
}

/// Everything that the snapshot holds was found, thing by thing.
fn assert_complete(swept: &swept::Swept) {
    let found = things(swept.sweep.answered().map(|(_, asked, answer)| (asked.operation, answer)));
    let recorded = recorded(&estate());
    let wanted = things(recorded.iter().map(|(operation, _, answer)| (operation.clone(), answer)));
    for (list, wanted) in &wanted {
        let none = std::collections::BTreeSet::new();
        let found = found.get(list).unwrap_or(&none);
        let missing: Vec<_> = wanted.difference(found).take(2).collect();
        let more: Vec<_> = found.difference(wanted).take(2).collect();
        assert!(missing.is_empty(), "{list} lacks {missing:#?}, has instead {more:#?}");
    }
}

#[tokio::test]
async fn a_sweep_finds_all_that_was_recorded_and_asks_nothing_twice() {
    let fake = fake(Settings::default());
    let swept = swept(&fake).await;
    assert_eq!(swept.refused, [].into());
    assert_eq!(fake.refused(), [].into());
    assert_eq!(fake.repeated(), Vec::<String>::new());
    assert_complete(&swept);
    let core = ["ecs:", "elasticloadbalancing:", "application-autoscaling:"];
    let counts = fake.counts();
    let of_core = counts.iter().filter(|(name, _)| core.iter().any(|one| name.starts_with(one)));
    let calls: u64 = of_core.map(|(_, calls)| calls).sum();
    println!("core sweep {calls} calls, whole scan {} calls", fake.calls());
    assert!(calls <= 820, "{calls} calls: {counts:#?}");
    assert_eq!(swept.client.sent(), counts);
}

#[tokio::test]
async fn small_pages_hold_the_same_things() {
    let fake = fake(Settings { page_max: Some(7), ..Settings::default() });
    let swept = swept(&fake).await;
    assert_eq!(fake.refused(), [].into());
    assert_eq!(fake.repeated(), Vec::<String>::new());
    assert!(fake.counts()["ecs:ListClusters"] >= 9);
    assert_complete(&swept);
}

#[tokio::test]
async fn the_plan_of_the_sweep_is_the_plan_of_the_files() {
    let fake = fake(Settings::default());
    let swept = swept(&fake).await;
    let dir = tempfile::tempdir().unwrap();
    swept::write(&swept.sweep, &dir.path().join("snapshot"));
    let plan = |snapshot: &std::path::Path, out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(["migrate", "plan"]).arg(snapshot).arg("--out").arg(dir.path().join(out));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    plan(&dir.path().join("snapshot"), "swept");
    plan(&estate(), "files");
    // Objects are all below apps/ and clusters/; plan/ names the answers by their paths.
    let diff = Command::new("diff")
        .args(["-rq", "--exclude=plan", "swept", "files"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&diff.stdout), "");
    assert!(dir.path().join("swept/apps").is_dir());
    // The bill of both, with the smaller sizes that fourteen days of figures allow.
    let bill = |out: &str| -> serde_json::Value {
        let text = std::fs::read(dir.path().join(out).join("plan/plan.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&text).unwrap()["cost"].clone()
    };
    let (scan, files) = (bill("swept"), bill("files"));
    assert_eq!(scan, files);
    assert_eq!(files["measured"], true);
    assert_ne!(files["later"]["total"], files["first"]["total"]);
}

#[tokio::test]
async fn a_sweep_that_was_cut_off_goes_on_without_asking_again() {
    let fake = fake(Settings { page_max: Some(20), ..Settings::default() });
    let first = client(&fake.url(), REGION, keys()).await.unwrap();
    let half = go_on(first, Sweep::new(place()), 400).await;
    assert_eq!(fake.calls(), 400);
    let mut resumed = Sweep::new(place());
    for (path, asked, answer) in half.sweep.answered() {
        let call = model::ports::Call { operation: asked.operation, request: asked.request };
        resumed.restore(path, call, answer.clone());
    }
    let second = client(&fake.url(), REGION, keys()).await.unwrap();
    let whole = go_on(second, resumed, usize::MAX).await;
    assert_eq!(fake.repeated(), Vec::<String>::new());
    assert_complete(&whole);
}

#[tokio::test]
async fn throttling_and_broken_connections_are_waited_out() {
    let fake = fake(Settings {
        throttle: vec![5..8, 100..102, 400..401],
        hang_up: vec![50..51, 300..301],
        broken: std::iter::once(200..201).collect(),
        ..Settings::default()
    });
    let swept = swept(&fake).await;
    assert_eq!(swept.refused, [].into());
    assert_eq!(fake.repeated(), Vec::<String>::new());
    let throttled: u64 = fake.refused().values().sum();
    assert_eq!(throttled, 7, "{:?}", fake.refused());
    assert_complete(&swept);
}

#[tokio::test]
async fn what_may_not_be_asked_is_left_out_and_named() {
    let denied = [
        "ecs:ListTasks",
        "iam:GetAccountAuthorizationDetails",
        "route53:ListHostedZones",
        "ec2:DescribeSubnets",
        "scheduler:ListSchedules",
        "elasticloadbalancing:DescribeTags",
    ];
    let deny = denied.iter().map(ToString::to_string).collect();
    let fake = fake(Settings { deny, ..Settings::default() });
    let swept = swept(&fake).await;
    let wanted = denied.map(|operation| (operation.to_owned(), "SG-A003".to_owned()));
    assert_eq!(swept.refused, wanted.into());
    assert!(swept.sweep.answered().count() > 400);
}

#[tokio::test]
async fn no_permission_at_all_is_told_for_each_operation_once() {
    let fake = fake(Settings { deny: vec!["*".into()], ..Settings::default() });
    let swept = swept(&fake).await;
    assert_eq!(swept.sweep.answered().count(), 1, "who asks is always told");
    assert!(swept.refused.iter().all(|(_, code)| code == "SG-A003"), "{:?}", swept.refused);
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected_by_the_date_of_the_answer() {
    for ahead in [400, -400] {
        let fake = fake(Settings { clock_ahead_secs: ahead, ..Settings::default() });
        let swept = swept(&fake).await;
        assert_eq!(swept.refused, [].into(), "{:?}", fake.refused());
        assert!((swept.client.clock_offset_secs() - ahead).abs() <= 2);
        assert_complete(&swept);
    }
}

#[tokio::test]
async fn keys_that_expire_in_the_middle_are_asked_for_again() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let fake = fake(Settings { expire_at: Some(300), ..Settings::default() });
    let fresh = GivenKeys::by(|| Keys {
        id: format!("ASIAFAKE{:012}", ASKED.fetch_add(1, Ordering::SeqCst)),
        secret: SECRET_ACCESS_KEY.to_owned(),
        token: Some("a session".to_owned()),
    });
    let whole = all(client(&fake.url(), REGION, fresh).await.unwrap()).await;
    assert_eq!(whole.refused, [].into(), "{:?}", fake.refused());
    assert_eq!(fake.refused().values().sum::<u64>(), 1, "{:?}", fake.refused());
    assert_complete(&whole);
}

#[tokio::test]
async fn keys_that_stay_expired_end_with_their_code() {
    let fake = fake(Settings { expire_at: Some(3), ..Settings::default() });
    let half =
        go_on(client(&fake.url(), REGION, keys()).await.unwrap(), Sweep::new(place()), 10).await;
    assert!(half.refused.iter().all(|(_, code)| code == "SG-A002"), "{:?}", half.refused);
    assert!(!half.refused.is_empty());
}

#[tokio::test]
async fn a_wrong_region_and_a_wrong_secret_are_refused_credentials() {
    let fake = fake(Settings::default());
    let wrong = GivenKeys::fixed("AKIAFAKE000000000001", "another secret");
    for (region, keys) in [("us-west-2", keys()), (REGION, wrong)] {
        let client = client(&fake.url(), region, keys).await.unwrap();
        let few = go_on(client, Sweep::new(place()), 5).await;
        assert!(few.refused.iter().all(|(_, code)| code == "SG-A004"), "{:?}", few.refused);
        assert_eq!(few.sweep.answered().count(), 0);
    }
}

#[tokio::test]
async fn a_slow_account_is_swept_to_its_end_and_an_empty_one_is_empty() {
    let settings = Settings { empty: true, delay: Duration::from_millis(5), ..Settings::default() };
    let fake = fake(settings);
    let swept = swept(&fake).await;
    assert_eq!(swept.refused, [].into());
    assert!(fake.calls() < 60, "{}", fake.calls());
}
