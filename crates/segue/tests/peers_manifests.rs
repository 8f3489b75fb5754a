//! Everything that is generated, beside the real programs: `kubectl kustomize` prints the same
//! bytes as the renderer, and a real API server takes every object of every overlay.
//!
//! The figures are printed: `cargo test -p segue --test peers_manifests -- --nocapture`.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "runs real programs on files that it writes, and stops at what it did not expect"
)]

#[path = "support/repository.rs"]
mod repository;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use gitops::Rendered;
use migrate::verify::verify;
use repository::{Repository, root};
use serde_json::{Value, json};
use xtask::controlplane::ControlPlane;
use xtask::peers::{Crd, Peer, require};

/// kubectl processes at a time.
const AT_ONCE: usize = 3;
/// What kubectl passes on of the API server that is no fault of the manifests: the namespace asks
/// to be warned of what `restricted` would refuse, and enforces only what its pods can keep; two
/// containers of a bridge task may listen on one port, which is a finding (SG-M170).
const EXPECTED_WARNINGS: [&str; 2] = ["would violate PodSecurity", "duplicate port definition"];

#[test]
fn kubectl_renders_the_example_estate_to_the_same_bytes() {
    same_bytes(&Repository::of_example());
}

#[test]
fn the_objects_of_the_example_estate_fit_together() {
    fits_together(&Repository::of_example());
}

#[test]
fn a_real_api_server_takes_the_example_estate() {
    accepted(&Repository::of_example());
}

/// Task definitions of other people lie beside the repository where it is developed, not in it.
#[test]
fn the_corpus_beside_the_repository_passes_the_same_checks() {
    let corpus = root().join("../shared/corpus/taskdefs");
    if !corpus.is_dir() {
        println!("nothing to do: there are no task definitions in ../shared/corpus/taskdefs");
        return;
    }
    let repository = Repository::of_files(&corpus);
    fits_together(&repository);
    same_bytes(&repository);
    accepted(&repository);
}

fn same_bytes(repository: &Repository) {
    let kubectl = require(Peer::Kubectl).unwrap();
    let folders = Mutex::new(repository.rendered().iter());
    let different = Mutex::new(Vec::new());
    let compare = |folder: &str, rendered: &Rendered| {
        let mut command = Command::new(&kubectl);
        let output = command.arg("kustomize").arg(repository.path(folder)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{folder}: {said}");
        let theirs = String::from_utf8(output.stdout).unwrap();
        if rendered.to_yaml() != theirs {
            different.lock().unwrap().push(folder.to_owned());
        }
    };
    let next = || folders.lock().unwrap().next();
    let work = || {
        while let Some((folder, rendered)) = next() {
            compare(folder, rendered);
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let different = different.into_inner().unwrap();
    assert!(different.is_empty(), "rendered otherwise than by kubectl: {different:?}");
    println!("{} folders: the same bytes as kubectl kustomize", repository.rendered().len());
}

/// What belongs to one service in one environment is looked at together, the objects for a later
/// step included: they refer to the ones of today.
fn fits_together(repository: &Repository) {
    let mut sets: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for (folder, rendered) in repository.rendered() {
        let parts: Vec<&str> = folder.split('/').collect();
        let key = match parts[..] {
            ["apps", service, "overlays" | "ingress", env] => (service.to_owned(), env.to_owned()),
            _ => (folder.clone(), String::new()),
        };
        sets.entry(key).or_default().extend(rendered.objects.iter().cloned());
    }
    let problems: Vec<String> = sets
        .iter()
        .flat_map(|((service, env), objects)| {
            verify(objects).into_iter().map(move |problem| format!("{service} {env}: {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
    println!("{} sets of objects fit together", sets.len());
}

/// One environment after the other: all clusters use the same names, and nothing but namespaces is
/// stored, so that the next environment finds the server as the first did.
fn accepted(repository: &Repository) {
    let plane = ControlPlane::start().unwrap();
    plane.install_crds(&Crd::ALL).unwrap();
    plane.apply("{apiVersion: v1, kind: Namespace, metadata: {name: argocd}}").unwrap();
    let mut environments: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (folder, rendered) in repository.rendered() {
        let env = folder.rsplit('/').next().unwrap().to_owned();
        environments.entry(env).or_default().extend(rendered.objects.iter().cloned());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (env, objects) in &environments {
        let (namespaces, rest): (Vec<_>, Vec<_>) =
            objects.iter().partition(|object| object["kind"] == "Namespace");
        plane.apply(&documents(&namespaces)).unwrap();
        let pods: Vec<Value> = rest.iter().filter_map(|object| pod(object)).collect();
        dry_run(&plane, env, &rest);
        dry_run(&plane, env, &pods.iter().collect::<Vec<_>>());
        for object in namespaces.iter().chain(&rest) {
            *counts.entry(object["kind"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        *counts.entry("(pods of workloads)".to_owned()).or_default() += pods.len();
    }
    println!("accepted by kube-apiserver: {} {counts:?}", counts.values().sum::<usize>());
}

/// Admission looks at pods, not at what makes them: so each workload's pod is tried as well, under
/// the Pod Security Standard that its namespace enforces.
fn pod(object: &Value) -> Option<Value> {
    let template = match object["kind"].as_str()? {
        "Deployment" | "DaemonSet" => &object["spec"]["template"],
        "CronJob" => &object["spec"]["jobTemplate"]["spec"]["template"],
        _ => return None,
    };
    let mut metadata = template["metadata"].clone();
    metadata["namespace"] = object["metadata"]["namespace"].clone();
    metadata["name"] = object["metadata"]["name"].clone();
    let kind = object["kind"].as_str()?.to_lowercase();
    metadata["name"] = json!(format!("{}-{kind}", metadata["name"].as_str()?));
    Some(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}))
}

fn dry_run(plane: &ControlPlane, env: &str, objects: &[&Value]) {
    let args = ["apply", "--server-side", "--validate=strict", "--dry-run=server", "-f", "-"];
    let outcome = plane.kubectl(&args, &documents(objects)).unwrap();
    let expected = |line: &str| EXPECTED_WARNINGS.iter().any(|warning| line.contains(warning));
    let refused: Vec<&str> =
        outcome.stderr.lines().filter(|line| !line.trim().is_empty() && !expected(line)).collect();
    assert!(outcome.succeeded && refused.is_empty(), "{env}:\n{}", refused.join("\n"));
    assert_eq!(outcome.stdout.lines().count(), objects.len(), "{env}");
}

/// JSON is YAML, too.
fn documents(objects: &[&Value]) -> String {
    let texts: Vec<String> = objects.iter().map(ToString::to_string).collect();
    texts.join("\n---\n")
}
