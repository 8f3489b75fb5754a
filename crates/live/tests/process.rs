//! Deployments as real processes.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use live::process::BackOff;
use live::{ProcessEvent, Processes, ProcessesConfig};
use model::ports::{Cluster as _, PodPhase, WorkloadSeen};
use serde_json::{Value, json};

/// Processes whose events are kept.
struct World {
    processes: Processes,
    events: Arc<Mutex<Vec<ProcessEvent>>>,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&events);
        let processes = Processes::new(ProcessesConfig {
            tether: Vec::new(),
            programs: BTreeMap::from([("shell".to_owned(), "/bin/sh".into())]),
            logs: dir.path().join("logs"),
            events: Arc::new(move |event| sink.lock().unwrap().push(event)),
            keep: None,
            engines: Vec::new(),
            back_off: BackOff::default(),
        });
        Self { processes: processes.unwrap(), events, dir }
    }

    /// Waits for a state that will come.
    async fn until(&self, wanted: impl Fn(&WorkloadSeen) -> bool) -> WorkloadSeen {
        let mut changes = self.processes.changes();
        loop {
            let seen = self.processes.workloads().await.unwrap();
            if let Some(workload) = seen.into_iter().find(&wanted) {
                return workload;
            }
            changes.changed().await.unwrap();
        }
    }

    fn groups(&self) -> Vec<u32> {
        let events = self.events.lock().unwrap();
        let pids = events.iter().filter_map(|event| match event {
            ProcessEvent::Started { pid, .. } => Some(*pid),
            _ => None,
        });
        pids.collect()
    }

    fn log(&self, pod: &str) -> String {
        read(&self.dir.path().join(format!("logs/{pod}.log")))
    }

    fn stopped(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        let stopped = events.iter().filter_map(|event| match event {
            ProcessEvent::Stopped { how, .. } => Some(how.clone()),
            _ => None,
        });
        stopped.collect()
    }
}

/// Whether a process of the group still runs; one that only waits to be reaped does not.
fn alive(group: u32) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap();
    processes.filter_map(Result::ok).any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // `pid (name) state parent group …`; the name may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
        fields.get(3) == Some(&group.to_string().as_str()) && fields[1] != "Z"
    })
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn deployment(script: &str, replicas: u32, container: &Value, pod: &Value) -> Value {
    let command = serde_json::to_string(&["shell", "-c", script]).unwrap();
    let mut object = json!({
        "kind": "Deployment",
        "metadata": { "name": "shop" },
        "spec": { "replicas": replicas, "template": {
            "metadata": { "annotations": { "segue.dev/command": command } },
            "spec": { "containers": [{ "name": "app" }] },
        } },
    });
    let spec = &mut object["spec"]["template"]["spec"];
    merge(&mut spec["containers"][0], container);
    merge(spec, pod);
    object
}

fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().unwrap() {
        into[key] = value.clone();
    }
}

#[tokio::test]
async fn the_environment_and_the_ports_are_told() {
    let world = World::new();
    let object = deployment(
        "echo $GREETING $ADDRESS $SEGUE_POD; echo ports $PORT $PORT_8080 $PORT_9090; cat",
        2,
        &json!({
            "ports": [{ "containerPort": 8080, "name": "http" }, { "containerPort": 9090 }],
            "env": [{ "name": "GREETING", "valueFrom":
                        { "configMapKeyRef": { "name": "words", "key": "hello" } } },
                    { "name": "ADDRESS", "value": "$(GREETING)/x" }],
        }),
        &json!({}),
    );
    let words = json!({ "kind": "ConfigMap", "metadata": { "name": "words" },
                        "data": { "hello": "annyeong" } });
    world.processes.apply(&[object.clone(), words.clone()]).await.unwrap();
    let seen = world.until(|workload| workload.ready() == 2).await;
    let ports: Vec<u16> = seen.pods.iter().map(|pod| pod.address.unwrap().port()).collect();
    assert_ne!(ports[0], ports[1]);
    while world.log("shop-1").lines().count() < 2 {
        tokio::task::yield_now().await;
    }
    let log = world.log("shop-1");
    assert!(log.starts_with("annyeong annyeong/x shop-1\nports "), "{log}");
    assert!(log.contains(&format!("ports {0} {0} ", ports[1])), "{log}");
    world.processes.apply(&[object, words]).await.unwrap();
    assert_eq!(world.groups().len(), 2, "an unchanged workload is left alone");
    world.processes.stop().await;
    for group in world.groups() {
        // A killed process needs a moment to go; one that was not killed stays for ever.
        while alive(group) {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn readiness_waits_for_the_probe() {
    let world = World::new();
    let probe = json!({ "tcpSocket": { "port": 8080 }, "periodSeconds": 0 });
    let container = json!({ "ports": [{ "containerPort": 8080 }], "readinessProbe": probe });
    world.processes.apply(&[deployment("sleep 600", 1, &container, &json!({}))]).await.unwrap();
    let seen = world.until(|workload| workload.pods[0].address.is_some()).await;
    assert_eq!(seen.pods[0].phase, PodPhase::Starting);
    let _listener = tokio::net::TcpListener::bind(seen.pods[0].address.unwrap()).await.unwrap();
    world.until(|workload| workload.ready() == 1).await;
    world.processes.delete("shop").await.unwrap();
    assert_eq!(world.processes.workloads().await.unwrap(), []);
}

#[tokio::test]
async fn a_process_that_falls_is_started_again() {
    let world = World::new();
    let container = json!({ "ports": [{ "containerPort": 1 }] });
    world.processes.apply(&[deployment("exit 3", 1, &container, &json!({}))]).await.unwrap();
    // The first time it is started at once, and without a probe a running process is ready.
    let seen = world.until(|workload| workload.pods[0].phase == PodPhase::BackOff).await;
    assert!(seen.pods[0].restarts > 0);
    let fell =
        world.events.lock().unwrap().iter().any(
            |event| matches!(event, ProcessEvent::Ended { how, .. } if how == "exit status: 3"),
        );
    assert!(fell);
    world.processes.stop().await;
}

#[tokio::test]
async fn pre_stop_then_term_then_kill() {
    let world = World::new();
    let hook = json!({ "lifecycle": { "preStop":
        { "exec": { "command": ["/bin/sh", "-c", "echo hook"] } } } });
    let script = "trap 'echo term; exit 0' TERM; echo up; while :; do sleep 0.05; done";
    world.processes.apply(&[deployment(script, 1, &hook, &json!({}))]).await.unwrap();
    world.until(|workload| workload.ready() == 1).await;
    while !world.log("shop-0").contains("up") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.processes.stop().await;
    // The shell may say of itself that its `sleep` was terminated.
    let log = world.log("shop-0").replace("Terminated\n", "");
    assert_eq!(log, "up\nhook\nterm\n");
    assert_eq!(world.stopped(), ["exit status: 0"]);

    let deaf = World::new();
    let script = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    let short = json!({ "terminationGracePeriodSeconds": 0 });
    deaf.processes.apply(&[deployment(script, 1, &json!({}), &short)]).await.unwrap();
    deaf.until(|workload| workload.ready() == 1).await;
    while !deaf.log("shop-0").contains("up") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    deaf.processes.stop().await;
    assert_eq!(deaf.stopped(), ["killed after 0 s of grace"]);
}

#[tokio::test]
async fn what_cannot_run_is_said() {
    let world = World::new();
    let mut object = deployment("true", 1, &json!({}), &json!({}));
    object["spec"]["template"]["metadata"] = json!({});
    object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("shop:1");
    let fault = world.processes.apply(&[object]).await.unwrap_err();
    let said =
        "shop: container app does not run here: no annotation segue.dev/command says what to run";
    assert_eq!(fault.because.sentence(), said);
    let held = world.processes.held();
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!((held[0].0.as_str(), held[0].1.sentence().as_str()), ("shop", said));
    let limits = json!({ "resources": { "limits": { "memory": "1Gi" } }, "livenessProbe": {} });
    world.processes.apply(&[deployment("sleep 600", 1, &limits, &json!({}))]).await.unwrap();
    let events = world.events.lock().unwrap().clone();
    let note = events.iter().find_map(|event| match event {
        ProcessEvent::Note(note) => Some(note.facts["what"].clone()),
        _ => None,
    });
    assert_eq!(note.as_deref(), Some("livenessProbe, resource limits"));
    world.processes.stop().await;
}
