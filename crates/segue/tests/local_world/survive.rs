//! What goes on when the program is gone, and what the next one makes of it.

use std::process::{Command, Stdio};
use std::time::Duration;

use model::ports::{Cluster as _, PodPhase};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::world::{WAIT, World, alive, config, deployment, merge, poll};

/// Says its port and goes on until it is told to end.
const SERVE: &str = "echo up $PORT; trap 'echo bye; exit 0' TERM; while :; do sleep 0.1; done";

fn shop(replicas: u32) -> Value {
    let ports = json!({ "ports": [{ "containerPort": 8080 }] });
    deployment(SERVE, replicas, &ports, &json!({ "terminationGracePeriodSeconds": 20 }))
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.cast_signed()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

#[tokio::test]
async fn pods_go_on_and_are_taken_over_as_they_are() {
    let mut world = World::new();
    world.apply(&[shop(2)]).await;
    let before = world.ready(2).await;
    let pids = world.pids();
    world.crash();
    assert!(pids.values().all(|pid| alive(*pid)));
    world.begin();
    let adopted = world.ready(2).await;
    assert_eq!(adopted, before, "the same before any manifest was read");
    world.apply(&[shop(2)]).await;
    assert_eq!(world.ready(2).await, before);
    assert_eq!(world.pids(), pids);
    assert_eq!(world.log("shop-0.log").lines().count(), 1, "started once");

    // What falls after that is started again, with the port that it had.
    kill(pids["shop-0"]);
    let after =
        world.until(|workload| workload.pods[0].restarts == 1 && workload.ready() == 2).await;
    assert_eq!(after.pods[0].address, before.pods[0].address);
    assert_eq!(after.pods[1], before.pods[1]);
    world.end().await;
}

/// Run by the test below in a process of its own.
#[tokio::test]
#[ignore = "a part of the test below, which starts it"]
async fn a_program_to_be_killed() {
    let Some(dir) = std::env::var_os("SEGUE_TEST_STATE") else { return };
    let processes = live::Processes::new(config(dir.as_ref())).unwrap();
    let dir = dir.into_string().unwrap();
    processes.apply(&[shop_of(&dir)]).await.unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_killed_program_leaves_its_fleet_running() {
    let mut world = World::new();
    world.crash();
    // Killed at whatever moment: before, while and after the pods are started.
    for wait in [0, 20, 60, 150, 400] {
        let name = "survive::a_program_to_be_killed";
        let mut program = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--ignored", "--nocapture"])
            .env("SEGUE_TEST_STATE", world.dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        program.kill().unwrap();
        program.wait().unwrap();
    }
    world.begin();
    let state = world.dir.path().display().to_string();
    world.apply(&[shop_of(&state)]).await;
    let seen = world.ready(3).await;
    assert!(seen.pods.iter().all(|pod| pod.restarts == 0), "{seen:?}");
    // Whatever was started is known: three pods, one process each.
    poll(|| processes_of(&state) == 3, "one process a pod").await;
    world.end().await;
    poll(|| processes_of(&state) == 0, "nothing is left").await;
}

/// Three pods whose processes are known by the state folder in their command.
fn shop_of(state: &str) -> Value {
    deployment(&format!("{SERVE} # {state}"), 3, &json!({}), &json!({}))
}

/// How many processes have that command.
fn processes_of(state: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let line = |entry: &std::fs::DirEntry| {
        std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default()
    };
    processes.filter(|entry| line(entry).contains(state)).count()
}

#[tokio::test]
async fn a_spec_that_changed_in_between_is_rolled() {
    let mut world = World::new();
    world.apply(&[shop(2)]).await;
    world.ready(2).await;
    let pids = world.pids();
    world.crash();
    let mut changed = shop(2);
    let env = json!({ "env": [{ "name": "GREETING", "value": "hello" }] });
    merge(&mut changed["spec"]["template"]["spec"]["containers"][0], &env);
    changed["spec"]["strategy"] =
        json!({ "rollingUpdate": { "maxSurge": 1, "maxUnavailable": 0 } });
    world.begin();
    world.apply(&[changed]).await;
    poll(|| pids.values().all(|pid| !alive(*pid)), "the old ones go").await;
    world.ready(2).await;
    assert!(world.log("shop-0.log").contains("bye"), "told to end, not killed");
    world.end().await;
}

#[tokio::test]
async fn a_process_id_that_was_given_again_is_not_taken_over() {
    let mut world = World::new();
    world.apply(&[shop(1)]).await;
    world.ready(1).await;
    let pid = world.pids()["shop-0"];
    world.crash();
    let folder = world.dir.path().join("pods/shop-0");
    let edit = |file: &str, change: &dyn Fn(&mut Value)| {
        let path = folder.join(file);
        let mut record: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        change(&mut record);
        std::fs::write(&path, record.to_string()).unwrap();
    };
    kill(pid);
    poll(|| !alive(pid), "it goes").await;
    // The ids are those of another process now, which began at another time.
    let mut stranger = Command::new("sleep").arg("600").spawn().unwrap();
    let other = json!({ "pid": stranger.id(), "start": 1 });
    edit("pod.json", &|record| record["containers"]["app"]["shim"] = other.clone());
    edit("container-app.json", &|record| {
        record["process"] = other.clone();
        record["ended"] = Value::Null;
    });
    world.begin();
    world.apply(&[shop(1)]).await;
    world.until(|workload| workload.ready() == 1 && workload.pods[0].restarts == 1).await;
    assert_ne!(world.pids()["shop-0"], stranger.id());
    world.end().await;
    assert!(stranger.try_wait().unwrap().is_none(), "a stranger was killed");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn a_shim_that_is_killed_takes_its_process_with_it() {
    let world = World::new();
    world.apply(&[shop(1)]).await;
    world.ready(1).await;
    let pid = world.pids()["shop-0"];
    let record = std::fs::read(world.dir.path().join("pods/shop-0/pod.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    let shim = record["containers"]["app"]["shim"]["pid"].as_u64().unwrap();
    kill(u32::try_from(shim).unwrap());
    world.until(|workload| workload.ready() == 1 && workload.pods[0].restarts == 1).await;
    assert!(!alive(pid), "two of one pod");
    world.end().await;
}

#[tokio::test]
async fn the_count_of_restarts_and_the_wait_are_kept() {
    let mut world = World::new();
    let falls = deployment("exit 7", 1, &json!({ "ports": [{ "containerPort": 1 }] }), &json!({}));
    world.apply(std::slice::from_ref(&falls)).await;
    world.until(|workload| workload.pods[0].restarts >= 3).await;
    world.crash();
    let record = std::fs::read(world.dir.path().join("pods/shop-0/pod.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    let state = &record["containers"]["app"];
    assert_eq!(state["last"], json!({ "exit": 7 }));
    let before = state["restarts"].as_u64().unwrap();
    world.begin();
    let seen = world.processes().workloads().await.unwrap();
    assert!(u64::from(seen[0].pods[0].restarts) >= before, "{seen:?}");
    world.apply(&[falls]).await;
    let grows =
        |workload: &model::ports::WorkloadSeen| u64::from(workload.pods[0].restarts) > before + 1;
    world.until(grows).await;
    let held = world.processes().held();
    assert_eq!(held[0].1.sentence(), "shop: 0 of 1 copies are ready: exit status: 7");
    world.end().await;
}

#[tokio::test]
async fn an_end_that_was_cut_short_is_finished() {
    let mut world = World::new();
    let slow = deployment(
        "trap 'sleep 0.5; echo late; exit 0' TERM; echo up; while :; do sleep 0.05; done",
        1,
        &json!({}),
        &json!({ "terminationGracePeriodSeconds": 50 }),
    );
    world.apply(&[slow]).await;
    world.ready(1).await;
    poll(|| world.log("shop-0.log").contains("up"), "it is up").await;
    let pid = world.pids()["shop-0"];
    let deleted =
        tokio::time::timeout(Duration::from_millis(100), world.processes().delete("shop"));
    assert!(deleted.await.is_err(), "it takes half a second to end");
    world.crash();
    world.begin();
    let seen = world.processes().workloads().await.unwrap();
    assert!(seen.iter().all(|workload| workload.pods[0].phase == PodPhase::Terminating));
    tokio::time::timeout(WAIT, async {
        while !world.processes().workloads().await.unwrap().iter().all(|w| w.pods.is_empty()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    assert!(!alive(pid));
    assert!(world.log("shop-0.log").contains("late"), "it had its grace");
}
