//! The two fleets: what runs on each side, and that it is up.

use std::net::SocketAddr;
use std::time::Duration;

use live::{Balancer, Processes};
use model::Reason;
use model::code::live as code;
use model::ports::{Cloud as _, Cluster as _};
use serde_json::{Value, json};

use super::overlay::{Played, REPLICAS};

/// Target group of the old side; also the side's name in answers.
pub(super) const OLD: &str = "old";
/// Target group of the new side.
pub(super) const NEW: &str = "new";
/// The balancer's rule.
pub(super) const RULE: &str = "front";

/// Kinds that the local world plays; the rest of what was rendered is named and left out.
const PLAYED: [&str; 4] = ["Deployment", "ConfigMap", "Secret", "Service"];

/// Annotation that names what runs instead of the image.
const COMMAND: &str = "segue.dev/command";

/// Arguments of the demo's service on one side.
pub(super) fn command(side: &str) -> Vec<String> {
    ["segue", "demo-service", "--side", side, "--port", "$(PORT)", "--pod", "$(SEGUE_POD)"]
        .map(str::to_owned)
        .to_vec()
}

/// The old fleet as a Deployment. ECS has no manifest: what its service says (two tasks, a port, a
/// health check) is put into the words that this machine plays.
pub(super) fn old(service: &str, health_path: &str) -> Value {
    let command = serde_json::to_string(&command(OLD)).unwrap_or_default();
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": format!("ecs-{service}") },
        "spec": { "replicas": REPLICAS, "template": {
            "metadata": { "annotations": { COMMAND: command } },
            "spec": { "containers": [{
                "name": "app",
                "ports": [{ "containerPort": 8080 }],
                "readinessProbe": {
                    "httpGet": { "path": health_path, "port": 8080 }, "periodSeconds": 1,
                },
            }] },
        } },
    })
}

/// The objects of the new fleet that are played here, and the kinds that are not. A bad release is
/// made here, on the way to the processes: the tree holds none.
pub(super) fn new(played: &Played, fail_rate: u8) -> (Vec<Value>, Vec<String>) {
    let kind = |object: &Value| object["kind"].as_str().unwrap_or_default().to_owned();
    let (mut here, mut left) = (Vec::new(), Vec::new());
    for object in &played.objects {
        let other =
            object["kind"] == "Deployment" && object["metadata"]["name"] != *played.workload;
        if PLAYED.contains(&kind(object).as_str()) && !other {
            let mut object = object.clone();
            if fail_rate > 0 && object["kind"] == "Deployment" {
                spoil(&mut object, fail_rate);
            }
            here.push(object);
        } else {
            left.push(kind(object));
        }
    }
    left.sort();
    left.dedup();
    (here, left)
}

/// Makes the demo's service fail a share of its requests; another program is left as it is.
fn spoil(deployment: &mut Value, fail_rate: u8) {
    let command = &mut deployment["spec"]["template"]["metadata"]["annotations"][COMMAND];
    let words = command.as_str().and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
    if let Some(mut words) = words.filter(|words| words.iter().any(|word| word == "demo-service")) {
        words.extend(["--fail-rate".to_owned(), fail_rate.to_string()]);
        *command = serde_json::to_string(&words).unwrap_or_default().into();
    }
}

/// Waits until both groups have all their targets healthy.
pub(super) async fn up(balancer: &Balancer, wait: Duration, logs: &str) -> Result<(), Reason> {
    let all_up = async {
        loop {
            let old = balancer.group(OLD).await.map_err(|fault| fault.because)?;
            let new = balancer.group(NEW).await.map_err(|fault| fault.because)?;
            if old.healthy >= REPLICAS && new.healthy >= REPLICAS {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    if let Ok(up) = tokio::time::timeout(wait, all_up).await {
        return up;
    }
    let old = balancer.group(OLD).await.map_err(|fault| fault.because)?;
    let (side, seen) = if old.healthy < REPLICAS {
        (OLD, old)
    } else {
        (NEW, balancer.group(NEW).await.map_err(|fault| fault.because)?)
    };
    Err(Reason::new(&code::NOT_UP)
        .with("side", side)
        .with("waited", wait.as_secs())
        .with("ready", seen.healthy)
        .with("wanted", REPLICAS)
        .with("logs", logs))
}

/// Where the pods of a workload listen.
pub(super) async fn addresses(processes: &Processes, workload: &str) -> Vec<SocketAddr> {
    let seen = processes.workloads().await.unwrap_or_default();
    let pods = seen.into_iter().filter(|seen| seen.name == workload).flat_map(|seen| seen.pods);
    pods.filter_map(|pod| pod.address).collect()
}
