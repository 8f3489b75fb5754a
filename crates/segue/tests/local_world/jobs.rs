//! Jobs, by themselves and by schedule.

use std::collections::BTreeSet;

use live::process::JobStatus;
use model::ports::{Cluster as _, Epoch, Fleets as _, JobOrder, ScaleOrder};
use serde_json::{Value, json};

use super::world::{World, deployment, merge, poll};

/// A Job with one container that runs a script.
fn job(name: &str, script: &str, spec: &Value) -> Value {
    let mut job = json!({
        "kind": "Job", "metadata": { "name": name },
        "spec": { "template": { "spec": {
            "restartPolicy": "Never",
            "containers": [{ "name": "app", "command": ["/bin/sh", "-c", script] }],
        } } },
    });
    merge(&mut job["spec"], spec);
    job
}

/// A CronJob of the same, whose next time is far away unless the test moves it.
fn cron(script: &str, spec: &Value) -> Value {
    let template = json!({ "spec": job("", script, &json!({}))["spec"] });
    let mut cron = json!({
        "kind": "CronJob", "metadata": { "name": "nightly" },
        "spec": { "schedule": "0 0 1 1 *", "jobTemplate": template },
    });
    merge(&mut cron["spec"], spec);
    cron
}

impl World {
    fn job(&self, name: &str) -> Option<JobStatus> {
        self.processes().jobs().into_iter().find(|job| job.name == name)
    }

    async fn until_job(&self, name: &str, so: impl Fn(&JobStatus) -> bool) {
        poll(|| self.job(name).as_ref().is_some_and(&so), name).await;
    }

    /// A schedule's record, changed as if time had passed.
    fn turn_back(&self, to: &str) {
        let path = self.dir.path().join("cronjobs/nightly.json");
        let mut record: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        record["since"] = json!(to);
        std::fs::write(path, record.to_string()).unwrap();
    }
}

#[tokio::test]
async fn a_job_runs_once_and_is_not_run_again() {
    let mut world = World::new();
    let count = world.dir.path().join("count");
    let script = format!("echo x >> {}; sleep 0.2", count.display());
    let once = job("once", &script, &json!({ "completions": 3, "parallelism": 2 }));
    world.apply(std::slice::from_ref(&once)).await;
    world.until_job("job/once", |job| job.succeeded == 3).await;
    world.crash();
    world.begin();
    world.apply(&[once]).await;
    world.until_job("job/once", |job| job.succeeded == 3 && job.running == 0).await;
    assert_eq!(std::fs::read_to_string(&count).unwrap(), "x\nx\nx\n");
    let other = job("once", "true", &json!({}));
    let fault = world.processes().apply(&[other]).await.unwrap_err();
    assert_eq!(fault.because.code.id, "SG-L031");
    world.end().await;
}

#[tokio::test]
async fn a_job_that_runs_is_taken_over() {
    let mut world = World::new();
    let go = world.dir.path().join("go");
    let script = format!("while [ ! -e {} ]; do sleep 0.05; done", go.display());
    world.apply(&[job("long", &script, &json!({}))]).await;
    world.until_job("job/long", |job| job.running == 1).await;
    poll(|| world.dir.path().join("pods/long-run-0/container-app.json").exists(), "it runs").await;
    world.crash();
    // It ends while nobody looks: that is counted all the same, and once.
    std::fs::write(&go, "").unwrap();
    poll(
        || {
            let file = world.dir.path().join("pods/long-run-0/container-app.json");
            std::fs::read_to_string(file).unwrap().contains("\"exit\": 0")
        },
        "its end is written down",
    )
    .await;
    world.begin();
    world.apply(&[job("long", &script, &json!({}))]).await;
    world.until_job("job/long", |job| job.succeeded == 1 && job.running == 0).await;
    world.end().await;
}

#[tokio::test]
async fn failures_and_time_are_bounded() {
    let world = World::new();
    world
        .apply(&[
            job("fails", "exit 3", &json!({ "backoffLimit": 2 })),
            job("hangs", "sleep 600", &json!({ "activeDeadlineSeconds": 1,
                "template": { "spec": { "restartPolicy": "Never", "terminationGracePeriodSeconds": 1,
                    "containers": [{ "name": "app", "command": ["sleep", "600"] }] } } })),
        ])
        .await;
    let over = |name: &str| {
        let file = world.dir.path().join(format!("jobs/{name}.json"));
        let record: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        record["over"][1].clone()
    };
    poll(|| over("fails") == "backoffLimitExceeded", "it fails").await;
    assert_eq!(world.job("job/fails").unwrap().failed, 3, "backoffLimit counts retries");
    poll(|| over("hangs") == "deadlineExceeded", "it is too late").await;
    world.until_job("job/hangs", |job| job.running == 0).await;
    world.end().await;
}

#[tokio::test]
async fn a_missed_time_is_made_up_for_once() {
    let mut world = World::new();
    let monthly = cron("echo ran", &json!({ "schedule": "0 0 1 * *" }));
    world.apply(std::slice::from_ref(&monthly)).await;
    let name = "cronjob/nightly";
    world.until_job(name, |job| job.enabled && job.next.is_some()).await;
    assert_eq!(world.job(name).unwrap().succeeded, 0, "nothing before it was there");
    world.crash();
    world.turn_back("2020-01-01T00:00:00Z");
    world.begin();
    world.apply(std::slice::from_ref(&monthly)).await;
    world.until_job(name, |job| job.succeeded == 1 && job.running == 0).await;
    world.crash();
    world.begin();
    world.apply(&[monthly]).await;
    world.until_job(name, |job| job.succeeded == 1 && job.running == 0).await;
    // With a deadline, what is long past is left out.
    world.crash();
    world.turn_back("2020-01-01T00:00:00Z");
    world.begin();
    let late = cron("echo ran", &json!({ "schedule": "0 0 1 1 *", "startingDeadlineSeconds": 60 }));
    world.apply(&[late]).await;
    world.until_job(name, |job| job.enabled).await;
    assert_eq!(world.job(name).unwrap().succeeded, 1);
    world.end().await;
}

#[tokio::test]
async fn a_schedule_runs_when_it_is_told_to() {
    let mut world = World::new();
    let suspended = cron("echo ran", &json!({ "schedule": "0 0 1 * *", "suspend": true }));
    world.apply(std::slice::from_ref(&suspended)).await;
    world.crash();
    world.turn_back("2020-01-01T00:00:00Z");
    world.begin();
    world.apply(std::slice::from_ref(&suspended)).await;
    let order = |enabled, epoch| JobOrder {
        job: "cronjob/default/nightly".to_owned(),
        enabled,
        epoch: Epoch(epoch),
        seq: 1,
    };
    let fleets = || world.processes();
    assert!(!fleets().job("cronjob/nightly").await.unwrap().enabled);
    fleets().set_job(&order(true, 2)).await.unwrap();
    assert!(fleets().job("cronjob/nightly").await.unwrap().enabled);
    // Whoever ran it before has run what was due.
    world.until_job("cronjob/nightly", |job| job.next.is_some()).await;
    assert_eq!(world.job("cronjob/nightly").unwrap().succeeded, 0);
    let older = world.processes().set_job(&order(false, 1)).await.unwrap_err();
    assert_eq!(older.because.code.id, "SG-L011");
    world.crash();
    world.begin();
    world.apply(&[suspended]).await;
    assert!(world.processes().job("cronjob/nightly").await.unwrap().enabled, "it is kept");
    world.processes().keep_only(&[], &BTreeSet::new());
    assert_eq!(world.job("cronjob/nightly"), None);
}

#[tokio::test]
async fn an_order_to_scale_is_kept_until_the_manifest_says_otherwise() {
    let mut world = World::new();
    let shop = |replicas| {
        let script = "trap 'exit 0' TERM; while :; do sleep 0.05; done";
        deployment(script, replicas, &json!({}), &json!({}))
    };
    world.apply(&[shop(1)]).await;
    let order = |replicas, epoch| ScaleOrder {
        fleet: "deployment/shop".to_owned(),
        replicas,
        epoch: Epoch(epoch),
        seq: 1,
    };
    world.processes().scale(&order(3, 5)).await.unwrap();
    world.ready(3).await;
    let older = world.processes().scale(&order(1, 4)).await.unwrap_err();
    assert_eq!(older.because.code.id, "SG-L011");
    world.crash();
    world.begin();
    world.apply(&[shop(1)]).await;
    world.ready(3).await;
    let seen = world.processes().fleet("deployment/default/shop").await.unwrap();
    assert_eq!((seen.wanted, seen.running, seen.ready), (3, 3, 3));
    world.apply(&[shop(2)]).await;
    world.ready(2).await;
    world.end().await;
}
