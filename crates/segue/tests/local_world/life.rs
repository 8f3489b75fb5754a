//! One container from its start to its end.

use std::sync::Arc;

use live::ProcessEvent;
use model::ports::{Cluster as _, PodPhase};
use serde_json::json;

use super::world::{World, deployment, poll};

#[tokio::test]
async fn the_environment_and_the_ports_are_told() {
    let world = World::new();
    let object = deployment(
        "echo $GREETING $ADDRESS $SEGUE_POD; echo ports $PORT $PORT_8080 $PORT_9090; sleep 600",
        2,
        &json!({
            "ports": [{ "containerPort": 8080, "name": "http" }, { "containerPort": 9090 }],
            "env": [{ "name": "GREETING", "valueFrom":
                        { "configMapKeyRef": { "name": "words", "key": "hello" } } },
                    { "name": "ADDRESS", "value": "$(GREETING)/x" }],
        }),
        &json!({ "terminationGracePeriodSeconds": 0 }),
    );
    let words = json!({ "kind": "ConfigMap", "metadata": { "name": "words" },
                        "data": { "hello": "annyeong" } });
    world.apply(&[object.clone(), words.clone()]).await;
    let seen = world.ready(2).await;
    let ports: Vec<u16> = seen.pods.iter().map(|pod| pod.address.unwrap().port()).collect();
    assert_ne!(ports[0], ports[1]);
    poll(|| world.log("shop-1.log").lines().count() == 2, "it says both lines").await;
    let log = world.log("shop-1.log");
    assert!(log.starts_with("annyeong annyeong/x shop-1\nports "), "{log}");
    assert!(log.contains(&format!("ports {0} {0} ", ports[1])), "{log}");
    let pids = world.pids();
    world.apply(&[object, words]).await;
    world.ready(2).await;
    assert_eq!(world.pids(), pids, "an unchanged workload is left alone");
    world.end().await;
}

#[tokio::test]
async fn readiness_waits_for_the_port() {
    let world = World::new();
    let probe = json!({ "tcpSocket": { "port": 8080 }, "periodSeconds": 0 });
    let container = json!({ "ports": [{ "containerPort": 8080 }], "readinessProbe": probe });
    let pod = json!({ "terminationGracePeriodSeconds": 0 });
    world.apply(&[deployment("sleep 600", 1, &container, &pod)]).await;
    let address = |seen: &model::ports::WorkloadSeen| seen.pods.first().and_then(|pod| pod.address);
    let seen = world.until(|workload| address(workload).is_some()).await;
    assert_eq!(seen.pods[0].phase, PodPhase::Starting);
    let _listener = tokio::net::TcpListener::bind(address(&seen).unwrap()).await.unwrap();
    world.ready(1).await;
    world.processes().delete("shop").await.unwrap();
    assert_eq!(world.processes().workloads().await.unwrap(), []);
    world.end().await;
}

#[tokio::test]
async fn a_process_that_falls_is_started_again() {
    let world = World::new();
    world.apply(&[deployment("exit 3", 1, &json!({}), &json!({}))]).await;
    // The first time it is started at once, and without a probe a running process is ready.
    let waits = |pod: &model::ports::Pod| pod.phase == PodPhase::BackOff && pod.restarts > 0;
    world.until(|workload| workload.pods.iter().any(waits)).await;
    let fell =
        world.events.lock().unwrap().iter().any(
            |event| matches!(event, ProcessEvent::Ended { how, .. } if how == "exit status: 3"),
        );
    assert!(fell);
    world.end().await;
}

/// How the pods ended that were told to.
fn stopped(events: &[ProcessEvent]) -> Vec<String> {
    let how = events.iter().filter_map(|event| match event {
        ProcessEvent::Stopped { how, .. } => Some(how.clone()),
        _ => None,
    });
    how.collect()
}

#[tokio::test]
async fn pre_stop_then_term_then_kill() {
    let world = World::new();
    let (dir, events) = (Arc::clone(&world.dir), Arc::clone(&world.events));
    let file = dir.path().join("order");
    let say = |what: &str| format!("echo {what} >> {}", file.display());
    let hook = json!({ "lifecycle": { "preStop":
        { "exec": { "command": ["/bin/sh", "-c", say("hook")] } } } });
    let script =
        format!("trap '{}; exit 0' TERM; {}; while :; do sleep 0.05; done", say("term"), say("up"));
    world.apply(&[deployment(&script, 1, &hook, &json!({}))]).await;
    world.ready(1).await;
    poll(|| file.exists(), "it is up").await;
    world.end().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "up\nhook\nterm\n");
    assert_eq!(stopped(&events.lock().unwrap()), ["exit status: 0"]);

    let deaf = World::new();
    let events = Arc::clone(&deaf.events);
    let script = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    let short = json!({ "terminationGracePeriodSeconds": 0 });
    deaf.apply(&[deployment(script, 1, &json!({}), &short)]).await;
    deaf.ready(1).await;
    poll(|| deaf.log("shop-0.log").contains("up"), "it is up").await;
    deaf.end().await;
    assert_eq!(stopped(&events.lock().unwrap()), ["killed after 0 s of grace"]);
}
