//! Pods as a kubelet runs them.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use live::ProcessEvent;
use model::ports::Cluster as _;
use serde_json::{Value, json};

use super::world::{World, deployment, poll};

const WAIT_FOR_TERM: &str = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

#[tokio::test]
async fn init_containers_come_first_and_sidecars_go_last() {
    let world = World::new();
    let dir = Arc::clone(&world.dir);
    let path = dir.path().join("order");
    let file = path.display();
    let say = |what: &str| json!(["/bin/sh", "-c", format!("echo {what} >> {file}")]);
    let beside = format!(
        "echo beside >> {file}; trap 'echo beside ends >> {file}; exit 0' TERM; \
         while :; do sleep 0.05; done"
    );
    let pod = json!({ "initContainers": [
        { "name": "one", "command": say("one") },
        { "name": "beside", "command": ["/bin/sh", "-c", beside], "restartPolicy": "Always",
          "startupProbe": { "exec": { "command": ["grep", "-q", "beside", path] },
                            "periodSeconds": 0 } },
        { "name": "two", "command": say("two") },
    ] });
    let main = format!(
        "echo main >> {file}; trap 'sleep 0.3; echo main ends >> {file}; exit 0' TERM; \
         while :; do sleep 0.05; done"
    );
    world.apply(&[deployment(&main, 1, &json!({}), &pod)]).await;
    world.ready(1).await;
    let read = || std::fs::read_to_string(&path).unwrap();
    poll(|| read().contains("main"), "it runs").await;
    world.end().await;
    assert_eq!(read(), "one\nbeside\ntwo\nmain\nmain ends\nbeside ends\n");
}

#[tokio::test]
async fn probes_start_hold_back_and_start_again() {
    let world = World::new();
    let at = |name: &str| world.dir.path().join(name).display().to_string();
    let has = |name: &str| {
        json!({ "exec": { "command": ["test", "-e", at(name)] },
                                   "periodSeconds": 0, "failureThreshold": 1 })
    };
    let mut startup = has("started");
    startup["failureThreshold"] = json!(100_000);
    let container = json!({
        "startupProbe": startup,
        "readinessProbe": has("ready"),
        "livenessProbe": has("alive"),
    });
    world.apply(&[deployment(WAIT_FOR_TERM, 1, &container, &json!({}))]).await;
    world.until(|workload| workload.pods.len() == 1).await;
    let touch = |name: &str| std::fs::write(at(name), "").unwrap();
    // Not alive, but nobody asks before it has started.
    touch("ready");
    poll(|| world.pids().contains_key("shop-0"), "it runs").await;
    let seen = world.processes().workloads().await.unwrap();
    assert_eq!((seen[0].ready(), seen[0].pods[0].restarts), (0, 0));
    touch("alive");
    touch("started");
    world.ready(1).await;
    std::fs::remove_file(at("ready")).unwrap();
    world.until(|workload| workload.ready() == 0).await;
    touch("ready");
    world.ready(1).await;
    std::fs::remove_file(at("alive")).unwrap();
    world.until(|workload| workload.pods[0].restarts >= 1).await;
    touch("alive");
    world.ready(1).await;
    let events = world.events.lock().unwrap().clone();
    let failed = ProcessEvent::Failed { pod: "shop-0".to_owned(), probe: "liveness" };
    assert!(events.contains(&failed), "{events:?}");
    world.end().await;
}

#[tokio::test]
async fn volumes_are_private_folders_that_are_told() {
    let world = World::new();
    let pod = json!({ "volumes": [
        { "name": "settings", "configMap": { "name": "settings" } },
        { "name": "keys", "secret": { "secretName": "keys",
                                      "items": [{ "key": "k", "path": "deep/key" }] } },
        { "name": "tmp", "emptyDir": {} },
        { "name": "me", "downwardAPI": { "items": [
            { "path": "name", "fieldRef": { "fieldPath": "metadata.name" } }] } },
    ] });
    let container = json!({ "volumeMounts": [
        { "name": "settings", "mountPath": "/etc/shop" },
        { "name": "keys", "mountPath": "/keys", "readOnly": true },
        { "name": "tmp", "mountPath": "/tmp" },
        { "name": "me", "mountPath": "/me" },
    ] });
    let script = "cat $SEGUE_MOUNT_ETC_SHOP/a.conf $SEGUE_MOUNT_KEYS/deep/key; \
                  echo x > $TMPDIR/x && cat $TMPDIR/x $SEGUE_MOUNT_ME/name; \
                  trap 'exit 0' TERM; while :; do sleep 0.05; done";
    let objects = [
        deployment(script, 1, &container, &pod),
        json!({ "kind": "ConfigMap", "metadata": { "name": "settings" }, "data": { "a.conf": "a=1\n" } }),
        json!({ "kind": "Secret", "metadata": { "name": "keys" }, "data": { "k": "aHVzaAo=" } }),
    ];
    world.apply(&objects).await;
    world.ready(1).await;
    poll(|| world.log("shop-0.log").ends_with("shop-0"), "all is said").await;
    assert_eq!(world.log("shop-0.log"), "a=1\nhush\nx\nshop-0");
    let key = world.dir.path().join("pods/shop-0/volumes/keys/deep/key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let record = std::fs::read_to_string(world.dir.path().join("pods/shop-0/pod.json")).unwrap();
    assert!(!record.contains("hush") && !record.contains("aHVzaAo"), "a secret in a record");
    world.end().await;
    assert!(!key.exists());
}

#[tokio::test]
async fn output_goes_on_in_a_new_file_and_a_full_disk_stops_nobody() {
    let world = World::new();
    let script = "head -c 22000000 /dev/zero | tr '\\0' x; echo; echo end; \
                  trap 'exit 0' TERM; while :; do sleep 0.05; done";
    std::fs::create_dir_all(world.dir.path().join("logs")).unwrap();
    let full = world.dir.path().join("logs/shop-1.log");
    std::os::unix::fs::symlink("/dev/full", full).unwrap();
    world.apply(&[deployment(script, 2, &json!({}), &json!({}))]).await;
    world.ready(2).await;
    poll(|| world.log("shop-0.log").ends_with("end\n"), "all is written").await;
    let size = |name: &str| {
        std::fs::metadata(world.dir.path().join("logs").join(name)).map_or(0, |m| m.len())
    };
    for name in ["shop-0.log.1", "shop-0.log.2"] {
        let size = size(name);
        assert!((10 << 20..(10 << 20) + (64 << 10)).contains(&size), "{name}: {size}");
    }
    assert_eq!(size("shop-0.log") + size("shop-0.log.1") + size("shop-0.log.2"), 22_000_005);
    // The one whose output nobody can keep runs all the same.
    let seen = world.ready(2).await;
    assert!(seen.pods.iter().all(|pod| pod.restarts == 0), "{seen:?}");
    world.end().await;
}

#[tokio::test]
async fn what_cannot_run_is_held_and_the_rest_goes_on() {
    let world = World::new();
    let named = |mut object: Value, name: &str| {
        object["metadata"]["name"] = json!(name);
        object
    };
    let grpc = json!({ "readinessProbe": { "grpc": { "port": 1 } } });
    let claim = json!({ "volumeMounts": [{ "name": "data", "mountPath": "/data" }] });
    let claimed =
        json!({ "volumes": [{ "name": "data", "persistentVolumeClaim": { "claimName": "d" } }] });
    let mut image = deployment("true", 1, &json!({ "image": "shop:1" }), &json!({}));
    image["spec"]["template"]["metadata"] = json!({});
    let objects = [
        deployment(WAIT_FOR_TERM, 1, &json!({}), &json!({})),
        named(deployment(WAIT_FOR_TERM, 1, &grpc, &json!({})), "grpc"),
        named(deployment(WAIT_FOR_TERM, 1, &claim, &claimed), "claim"),
        named(image, "image"),
        named(deployment("true", 1, &json!({}), &json!({})), "twice"),
        named(deployment("true", 2, &json!({}), &json!({})), "twice"),
        json!({ "kind": "Deployment", "metadata": { "name": "empty" }, "spec": {} }),
    ];
    assert!(world.processes().apply(&objects).await.is_err());
    world.ready(1).await;
    let held = world.processes().held();
    let said: Vec<(String, String)> =
        held.iter().map(|(_, why)| (why.sentence(), why.code.id.to_owned())).collect();
    insta::assert_debug_snapshot!(said);
    world.end().await;
}

/// A container engine in ten lines: it runs the image's name as a program of this machine.
const ENGINE: &str = r#"#!/bin/sh
echo "$@" >> "$(dirname "$0")/asked"
case "$1" in
info) exit 0 ;;
run) shift
  while [ "$1" != image:1 ]; do shift; done
  echo "runs with $KEY"; shift; exec "$@" ;;
esac
"#;

#[tokio::test]
async fn an_image_is_run_by_the_engine_that_answers() {
    let tools = tempfile::tempdir().unwrap();
    let engine = tools.path().join("engine");
    std::fs::write(&engine, ENGINE).unwrap();
    std::fs::set_permissions(&engine, std::fs::Permissions::from_mode(0o755)).unwrap();
    let world = World::with_engines(&["/nowhere/podman".as_ref(), &engine]);
    let container = json!({
        "image": "image:1", "args": ["sh", "-c", WAIT_FOR_TERM],
        "ports": [{ "containerPort": 8080 }],
        "env": [{ "name": "KEY", "value": "hush" }],
        "resources": { "limits": { "memory": "64Mi", "cpu": "250m" } },
        "volumeMounts": [{ "name": "tmp", "mountPath": "/tmp" }],
        "securityContext": { "runAsUser": 10001, "readOnlyRootFilesystem": true },
    });
    let mut object =
        deployment("", 1, &container, &json!({ "volumes": [{ "name": "tmp", "emptyDir": {} }] }));
    object["spec"]["template"]["metadata"] = json!({});
    world.apply(&[object]).await;
    let seen = world.ready(1).await;
    poll(|| world.log("shop-0.log").contains("runs with hush"), "it runs").await;
    let asked = std::fs::read_to_string(tools.path().join("asked")).unwrap();
    let port = seen.pods[0].address.unwrap().port();
    let folder = world.dir.path().join("pods/shop-0/volumes/tmp");
    assert_eq!(
        asked,
        format!(
            "info\nrun --rm --name segue-shop-0-app-1 --label segue.dev/managed=true \
             --publish 127.0.0.1:{port}:8080 --env KEY --volume {}:/tmp --memory 67108864b \
             --cpus 0.250 --user 10001:0 --read-only image:1 sh -c {WAIT_FOR_TERM}\n",
            folder.display()
        )
    );
    world.end().await;
}
