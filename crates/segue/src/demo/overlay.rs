//! The `local` overlay: what a service needs to be played on this machine instead of a cluster.
//!
//! Written beside the generated overlays when it is not there; one that is there is a person's and
//! is left alone.

use std::collections::{BTreeMap, BTreeSet};

use gitops::Tree;
use model::Reason;
use model::code::live as code;
use model::ports::{ChangeSet, Repo};
use serde_json::Value;

/// Overlays that the local one may stand on, the first that is there.
const BASES: [&str; 4] = ["dev", "default", "stag", "prod"];

/// Copies of the service on each side: two, so that one may fail.
pub(super) const REPLICAS: u32 = 2;

/// A service, rendered from its local overlay.
#[derive(Debug)]
pub(super) struct Played {
    /// The objects.
    pub(super) objects: Vec<Value>,
    /// Its Deployment's name.
    pub(super) workload: String,
    /// Path of the readiness probe, for the balancer's own checks.
    pub(super) health_path: String,
    /// Files that were written to make it so.
    pub(super) written: Vec<String>,
}

/// Renders `apps/<service>/overlays/local`, writing that overlay first if it is not there.
/// `command` is what runs instead of the image.
pub(super) fn play(repo: &impl Repo, service: &str, command: &[String]) -> Result<Played, Reason> {
    let folder = format!("apps/{service}");
    let mut tree = read(repo)?;
    let local = format!("{folder}/overlays/local");
    let mut written = Vec::new();
    if !tree.has_dir(&local) {
        let changes = make(&tree, service, &folder, command)?;
        repo.apply(&changes).map_err(|fault| fault.because)?;
        for (path, bytes) in changes.write {
            tree.insert(&path, bytes);
            written.push(path);
        }
    }
    let objects = render(&tree, service, &local)?;
    let deployment = deployment(&objects, service)?;
    Ok(Played {
        workload: name(deployment).to_owned(),
        health_path: health_path(deployment),
        written,
        objects,
    })
}

/// The whole tree: an overlay may stand on components that all services share.
fn read(repo: &impl Repo) -> Result<Tree, Reason> {
    let mut tree = Tree::new();
    for path in repo.list("").map_err(|fault| fault.because)? {
        if let Some(bytes) = repo.read(&path).map_err(|fault| fault.because)? {
            tree.insert(&path, bytes);
        }
    }
    Ok(tree)
}

fn render(tree: &Tree, service: &str, folder: &str) -> Result<Vec<Value>, Reason> {
    let rendered = gitops::render(tree, folder).map_err(|error| {
        Reason::new(&code::MANIFESTS).with("service", service).with("cause", error)
    })?;
    Ok(rendered.objects)
}

/// The overlay: two copies, the command, a brisk probe, a short preStop, and the secrets that a
/// cluster would have.
fn make(tree: &Tree, service: &str, folder: &str, command: &[String]) -> Result<ChangeSet, Reason> {
    let base = BASES.iter().find(|base| tree.has_dir(&format!("{folder}/overlays/{base}")));
    let base = base.ok_or_else(|| nothing(service, "it has no overlay"))?;
    let objects = render(tree, service, &format!("{folder}/overlays/{base}"))?;
    let deployment = deployment(&objects, service)?;
    let secrets = missing_secrets(deployment, &objects);
    let mut files = BTreeMap::from([
        ("kustomization.yaml", kustomization(base, name(deployment), !secrets.is_empty())),
        ("deployment.yaml", patch(deployment, command)),
    ]);
    if !secrets.is_empty() {
        files.insert("secrets.yaml", secrets.iter().map(secret).collect::<Vec<_>>().join("---\n"));
    }
    let write = files
        .into_iter()
        .map(|(file, text)| (format!("{folder}/overlays/local/{file}"), text.into_bytes()));
    Ok(ChangeSet { write: write.collect(), delete: BTreeSet::new() })
}

fn kustomization(base: &str, deployment: &str, secrets: bool) -> String {
    let secrets = if secrets { "- secrets.yaml\n" } else { "" };
    format!(
        "# Plays this service on one machine; written by `segue demo`, yours to change.\n\
         apiVersion: kustomize.config.k8s.io/v1beta1\n\
         kind: Kustomization\n\
         resources:\n\
         - ../{base}\n\
         {secrets}\
         patches:\n\
         - path: deployment.yaml\n\
         \x20 target:\n\
         \x20   kind: Deployment\n\
         \x20   name: {deployment}\n"
    )
}

fn patch(deployment: &Value, command: &[String]) -> String {
    let command = serde_json::to_string(command).unwrap_or_default().replace('\'', "''");
    let (name, container) = (name(deployment), container(deployment));
    let container_name = container["name"].as_str().unwrap_or("app");
    let probe = if container["readinessProbe"].is_object() {
        "        readinessProbe:\n\
         \x20         initialDelaySeconds: 0\n\
         \x20         periodSeconds: 1\n"
    } else {
        ""
    };
    format!(
        "apiVersion: apps/v1\n\
         kind: Deployment\n\
         metadata:\n\
         \x20 name: {name}\n\
         spec:\n\
         \x20 replicas: {REPLICAS}\n\
         \x20 template:\n\
         \x20   metadata:\n\
         \x20     annotations:\n\
         \x20       # There is no image on this machine: this runs instead.\n\
         \x20       segue.dev/command: '{command}'\n\
         \x20   spec:\n\
         \x20     containers:\n\
         \x20     - name: {container_name}\n\
         {probe}\
         \x20       lifecycle:\n\
         \x20         preStop:\n\
         \x20           # The balancer of this machine hears at once that a pod leaves.\n\
         \x20           exec: null\n\
         \x20           sleep:\n\
         \x20             seconds: 1\n"
    )
}

fn secret((name, keys): (&String, &BTreeSet<String>)) -> String {
    let mut text = format!(
        "# Stands in for what the cluster's secret store would bring.\n\
         apiVersion: v1\n\
         kind: Secret\n\
         metadata:\n\
         \x20 name: {name}\n\
         stringData:\n"
    );
    for key in keys {
        text.push_str("  ");
        text.push_str(key);
        text.push_str(": stand-in\n");
    }
    if keys.is_empty() {
        text.truncate(text.len() - "stringData:\n".len());
    }
    text
}

/// Secrets that the Deployment names and the manifests do not hold, with the keys it needs.
fn missing_secrets(deployment: &Value, objects: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let container = container(deployment);
    let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in list(&container["envFrom"]) {
        if let Some(name) = source["secretRef"]["name"].as_str() {
            needed.entry(name.to_owned()).or_default();
        }
    }
    for variable in list(&container["env"]) {
        let reference = &variable["valueFrom"]["secretKeyRef"];
        if let (Some(name), Some(key)) = (reference["name"].as_str(), reference["key"].as_str()) {
            needed.entry(name.to_owned()).or_default().insert(key.to_owned());
        }
    }
    let held = |wanted: &str| {
        objects.iter().any(|object| object["kind"] == "Secret" && name(object) == wanted)
    };
    needed.retain(|name, _| !held(name));
    needed
}

/// The Deployment that is the service: the one of its name, or the only one.
fn deployment<'a>(objects: &'a [Value], service: &str) -> Result<&'a Value, Reason> {
    let mut deployments = objects.iter().filter(|object| object["kind"] == "Deployment");
    let named = deployments.clone().find(|object| name(object) == service);
    named
        .or_else(|| deployments.next())
        .ok_or_else(|| nothing(service, "its overlay renders no Deployment"))
}

fn health_path(deployment: &Value) -> String {
    let path = container(deployment)["readinessProbe"]["httpGet"]["path"].as_str();
    path.unwrap_or("/healthz").to_owned()
}

/// The container that serves: the first with a port.
fn container(deployment: &Value) -> &Value {
    let containers = list(&deployment["spec"]["template"]["spec"]["containers"]);
    let serving = containers.iter().find(|container| container["ports"].is_array());
    serving.or(containers.first()).unwrap_or(&Value::Null)
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn nothing(service: &str, cause: &str) -> Reason {
    Reason::new(&code::MANIFESTS).with("service", service).with("cause", cause)
}
