//! A repository, played on one machine: requests go through the balancer to real processes.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use segue::serve::local::{Local, LocalConfig, Objects, read};
use serde_json::{Value, json};

use super::world::{alive, poll};

/// The manifests of a shop whose processes are the demo's service.
fn shop(side: &str) -> Vec<Value> {
    let command =
        ["segue", "demo-service", "--side", side, "--port", "$(PORT)", "--pod", "$(SEGUE_POD)"];
    vec![
        json!({
            "kind": "Deployment", "metadata": { "name": "shop" },
            "spec": { "replicas": 2, "template": {
                "metadata": {
                    "labels": { "app": "shop" },
                    "annotations": { "segue.dev/command": serde_json::to_string(&command).unwrap() },
                },
                "spec": { "terminationGracePeriodSeconds": 20, "containers": [{
                    "name": "app", "image": "shop:1",
                    "ports": [{ "name": "http", "containerPort": 8080 }],
                    "readinessProbe": { "httpGet": { "path": "/healthz", "port": "http" },
                                        "periodSeconds": 1 },
                }] },
            } },
        }),
        json!({
            "kind": "Service", "metadata": { "name": "shop" },
            "spec": { "selector": { "app": "shop" }, "ports": [{ "port": 80, "targetPort": "http" }] },
        }),
        json!({
            "kind": "Ingress", "metadata": { "name": "shop", "annotations": {
                "alb.ingress.kubernetes.io/group.name": "public",
            } },
            "spec": { "rules": [{ "host": "shop.example", "http": { "paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": { "service": { "name": "shop", "port": { "number": 80 } } },
            }] } }] },
        }),
    ]
}

async fn start(dir: &Path, ports: &[(&str, u16)]) -> Arc<Local> {
    let mut config = LocalConfig::new(dir.to_owned(), env!("CARGO_BIN_EXE_segue").into());
    config.ports = ports.iter().map(|(name, port)| ((*name).to_owned(), *port)).collect();
    Local::start(config).await.unwrap()
}

/// Status and body of the answer to one request.
fn get(address: SocketAddr, host: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, text)
}

/// The processes of all pods, as the records say.
fn pids(dir: &Path) -> BTreeMap<String, u32> {
    let pods = std::fs::read_dir(dir.join("pods")).unwrap().filter_map(Result::ok);
    let pid = |pod: &std::fs::DirEntry| {
        let record = std::fs::read(pod.path().join("container-app.json")).ok()?;
        let record: Value = serde_json::from_slice(&record).ok()?;
        u32::try_from(record["process"]["pid"].as_u64()?).ok()
    };
    pods.filter_map(|pod| Some((pod.file_name().into_string().ok()?, pid(&pod)?))).collect()
}

async fn answers(address: SocketAddr, host: &'static str, status: u16) {
    let got = || tokio::task::block_in_place(|| get(address, host).0 == status);
    poll(got, &format!("{host} is answered with {status}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manifests_are_served_and_outlive_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let local = start(dir.path(), &[]).await;
    local.play(&Objects::of(shop("old"))).await.unwrap();
    let before = local.addresses();
    assert_eq!(before.keys().collect::<Vec<_>>(), ["public:80", "service/shop"]);
    answers(before["service/shop"], "any", 200).await;
    answers(before["public:80"], "shop.example", 200).await;
    answers(before["public:80"], "other.example", 404).await;
    poll(|| pids(dir.path()).len() == 2, "two run").await;
    let first = pids(dir.path());
    local.close().await;
    assert!(first.values().all(|pid| alive(*pid)));

    let local = start(dir.path(), &[]).await;
    local.play(&Objects::of(shop("old"))).await.unwrap();
    assert_eq!(local.addresses(), before, "the same ports");
    answers(before["public:80"], "shop.example", 200).await;
    assert_eq!(pids(dir.path()), first, "the same processes");

    // Another release is rolled without a request that is not answered.
    local.play(&Objects::of(shop("new"))).await.unwrap();
    let address = before["public:80"];
    let mut bad = Vec::new();
    poll_mut(|| {
        let (status, text) = tokio::task::block_in_place(|| get(address, "shop.example"));
        if status != 200 {
            bad.push(text);
        }
        let now = pids(dir.path());
        now.len() == 2
            && now.values().all(|pid| !first.values().any(|old| old == pid))
            && first.values().all(|pid| !alive(*pid))
    })
    .await;
    assert_eq!(bad, Vec::<String>::new());

    // What left the manifests is taken away.
    local.play(&Objects::default()).await.unwrap();
    poll(|| pids(dir.path()).is_empty(), "it goes").await;
    assert!(local.addresses().is_empty());
    local.stop().await;
}

async fn poll_mut(mut so: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + super::world::WAIT;
    while !so() {
        assert!(std::time::Instant::now() < deadline, "it never is");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_in_use_and_a_bad_manifest_hold_themselves_alone() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let dir = tempfile::tempdir().unwrap();
    let local = start(dir.path(), &[("public:80", port)]).await;
    let mut objects = shop("old");
    objects.push(json!({ "kind": "Deployment", "metadata": { "name": "bad" }, "spec": {} }));
    objects.push(json!({ "kind": "Widget", "metadata": { "name": "w" } }));
    local.play(&Objects::of(objects)).await.unwrap();
    answers(local.addresses()["service/shop"], "any", 200).await;
    let held: Vec<(String, String)> =
        local.held().into_iter().map(|held| (held.what, held.because.code.id.to_owned())).collect();
    let is = |what: &str, code: &str| held.contains(&(what.to_owned(), code.to_owned()));
    assert!(is("workload/bad", "SG-L030"), "{held:?}");
    assert!(is("widget/w", "SG-L038"), "{held:?}");
    assert!(is("listener/public:80", "SG-L010"), "{held:?}");
    assert_eq!(held.len(), 3, "{held:?}");
    let seen = local.workloads().await;
    assert_eq!((seen.len(), seen[0].name.as_str(), seen[0].wanted), (1, "deployment/shop", 2));
    local.stop().await;
}

#[test]
fn a_service_that_cannot_be_rendered_is_held_and_spared() {
    let mut tree = gitops::Tree::new();
    let kustomization = "resources: [deployment.yaml]\n";
    tree.insert("apps/good/overlays/dev/kustomization.yaml", kustomization);
    tree.insert(
        "apps/good/overlays/dev/deployment.yaml",
        "kind: Deployment\nmetadata: {name: good}\n",
    );
    tree.insert("apps/bad/overlays/dev/kustomization.yaml", kustomization);
    let read = read(&tree, "dev");
    assert_eq!(read.objects.len(), 1);
    assert_eq!(read.held.len(), 1);
    assert_eq!(read.held[0].what, "app/bad");
    assert!(read.held[0].because.sentence().contains("deployment.yaml"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_whose_manifests_break_is_served_on() {
    let dir = tempfile::tempdir().unwrap();
    let overlay = dir.path().join("config/apps/shop/overlays/local");
    std::fs::create_dir_all(&overlay).unwrap();
    let list = "kind: Kustomization\nresources: [all.json]\n";
    std::fs::write(overlay.join("kustomization.yaml"), list).unwrap();
    let all = json!({ "apiVersion": "v1", "kind": "List", "items": shop("old") });
    std::fs::write(overlay.join("all.json"), all.to_string()).unwrap();
    let repo = live::disk::Folder::new(dir.path().join("config"));
    let local = start(&dir.path().join("state"), &[]).await;
    local.look(&repo, "dev").await.unwrap();
    let address = local.addresses()["public:80"];
    answers(address, "shop.example", 200).await;
    std::fs::write(overlay.join("all.json"), "{").unwrap();
    local.look(&repo, "dev").await.unwrap();
    assert!(local.held().iter().any(|held| held.what == "app/shop"), "{:?}", local.held());
    assert_eq!(get(address, "shop.example").0, 200);
    // A folder that is away is no reason to end what runs either.
    std::fs::rename(dir.path().join("config"), dir.path().join("away")).unwrap();
    let because = local.look(&repo, "dev").await.unwrap_err().sentence();
    assert!(because.contains("no file any more"), "{because}");
    assert_eq!(get(address, "shop.example").0, 200);
    // Nor does the next start end it: first with the folder away, then with the manifest broken.
    let first = pids(&dir.path().join("state"));
    assert_eq!(first.len(), 2);
    local.close().await;
    let local = start(&dir.path().join("state"), &[]).await;
    let because = local.look(&repo, "dev").await.unwrap_err();
    assert_eq!(because.code.id, "SG-L043");
    std::fs::rename(dir.path().join("away"), dir.path().join("config")).unwrap();
    local.look(&repo, "dev").await.unwrap();
    assert!(local.held().iter().any(|held| held.what == "app/shop"), "{:?}", local.held());
    let address = local.addresses()["public:80"];
    answers(address, "shop.example", 200).await;
    assert_eq!(pids(&dir.path().join("state")), first);
    let kept = std::fs::read_to_string(dir.path().join("state/routes.json")).unwrap();
    assert!(!kept.contains("segue.dev/command"), "{kept}");
    // Mended, it is the same again.
    std::fs::write(overlay.join("all.json"), all.to_string()).unwrap();
    local.look(&repo, "dev").await.unwrap();
    assert!(local.held().is_empty(), "{:?}", local.held());
    assert_eq!(pids(&dir.path().join("state")), first);
    local.stop().await;
}
