//! What a Deployment asks for, read into what a process needs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use model::Reason;
use model::code::live as code;
use serde_json::Value;

use super::environment::{self, Variable};
use crate::LiveError;
use crate::limits::REPLICAS_MAX;

/// Annotation that names the argument list to run instead of an image.
const COMMAND: &str = "segue.dev/command";

/// A workload, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Workload {
    pub(super) name: String,
    pub(super) replicas: u32,
    pub(super) command: Vec<String>,
    pub(super) env: Vec<Variable>,
    /// Container ports; the first is told as `PORT`.
    pub(super) ports: Vec<u16>,
    pub(super) readiness: Option<Probe>,
    pub(super) pre_stop: Option<PreStop>,
    pub(super) grace: Duration,
    /// What the manifest asks for and is not done here.
    pub(super) note: Option<Reason>,
}

/// A readiness probe; defaults are Kubernetes'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Probe {
    /// Path of an HTTP probe; a TCP probe has none.
    pub(super) path: Option<String>,
    /// Container port.
    pub(super) port: u16,
    pub(super) initial_delay: Duration,
    pub(super) period: Duration,
    pub(super) timeout: Duration,
    pub(super) success_after: u32,
    pub(super) failure_after: u32,
}

/// What is done before a process is told to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PreStop {
    /// Wait.
    Sleep(Duration),
    /// Run a command.
    Command(Vec<String>),
}

/// Reads one Deployment; `objects` are searched for its `ConfigMap`s and `Secret`s.
pub(super) fn read(
    object: &Value,
    objects: &[Value],
    programs: &BTreeMap<String, PathBuf>,
) -> Result<Workload, LiveError> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let wrong =
        |cause: &str| LiveError::Manifest { workload: name.clone(), cause: cause.to_owned() };
    let template = &object["spec"]["template"];
    let replicas = count(&object["spec"]["replicas"], 1);
    if name.is_empty() || replicas > REPLICAS_MAX {
        return Err(wrong(&format!("it needs a name and at most {REPLICAS_MAX} replicas")));
    }
    let command = annotation(object, template)
        .ok_or_else(|| wrong(&format!("no annotation {COMMAND} says what to run")))?;
    let mut command: Vec<String> = serde_json::from_str(command)
        .map_err(|error| wrong(&format!("{COMMAND} is not a JSON list of words: {error}")))?;
    let program = command.first_mut().ok_or_else(|| wrong(&format!("{COMMAND} is empty")))?;
    if let Some(path) = programs.get(program) {
        *program = path.display().to_string();
    }
    let containers = template["spec"]["containers"].as_array();
    let containers = containers.map(Vec::as_slice).unwrap_or_default();
    let container = containers
        .iter()
        .find(|container| container["ports"].is_array())
        .or(containers.first())
        .ok_or_else(|| wrong("it has no container"))?;
    Ok(Workload {
        replicas,
        command,
        env: environment::read(&name, container, objects)?,
        ports: ports(container),
        readiness: readiness(container).map_err(wrong)?,
        pre_stop: pre_stop(container).map_err(wrong)?,
        grace: secs(&template["spec"]["terminationGracePeriodSeconds"], 30),
        note: note(&name, template, container, containers),
        name,
    })
}

fn annotation<'a>(object: &'a Value, template: &'a Value) -> Option<&'a str> {
    [template, object]
        .into_iter()
        .find_map(|place| place["metadata"]["annotations"][COMMAND].as_str())
}

fn ports(container: &Value) -> Vec<u16> {
    let listed = container["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    listed.iter().filter_map(|port| port16(&port["containerPort"])).collect()
}

fn port16(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|port| u16::try_from(port).ok())
}

fn readiness(container: &Value) -> Result<Option<Probe>, &'static str> {
    let probe = &container["readinessProbe"];
    if probe.is_null() {
        return Ok(None);
    }
    let (target, path) = if probe["httpGet"].is_object() {
        (&probe["httpGet"], Some(probe["httpGet"]["path"].as_str().unwrap_or("/").to_owned()))
    } else if probe["tcpSocket"].is_object() {
        (&probe["tcpSocket"], None)
    } else {
        return Err("its readiness probe is neither httpGet nor tcpSocket");
    };
    let port = probe_port(&target["port"], container).ok_or("its readiness probe has no port")?;
    Ok(Some(Probe {
        path,
        port,
        initial_delay: secs(&probe["initialDelaySeconds"], 0),
        period: secs(&probe["periodSeconds"], 10),
        timeout: secs(&probe["timeoutSeconds"], 1),
        success_after: count(&probe["successThreshold"], 1),
        failure_after: count(&probe["failureThreshold"], 3),
    }))
}

/// A port by number, or by the name that the container gives it.
fn probe_port(port: &Value, container: &Value) -> Option<u16> {
    let Some(name) = port.as_str() else {
        return port16(port);
    };
    let listed = container["ports"].as_array()?;
    let named = listed.iter().find(|listed| listed["name"] == name)?;
    port16(&named["containerPort"])
}

fn pre_stop(container: &Value) -> Result<Option<PreStop>, &'static str> {
    let hook = &container["lifecycle"]["preStop"];
    if hook.is_null() {
        return Ok(None);
    }
    if hook["sleep"].is_object() {
        return Ok(Some(PreStop::Sleep(secs(&hook["sleep"]["seconds"], 0))));
    }
    let words =
        hook["exec"]["command"].as_array().ok_or("its preStop is neither sleep nor exec")?;
    let words = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Some(PreStop::Command(words)))
}

/// What is not done here, so that nobody thinks it was.
fn note(name: &str, template: &Value, container: &Value, all: &[Value]) -> Option<Reason> {
    let others = all.iter().filter(|other| !std::ptr::eq(*other, container));
    let mut left: Vec<String> = others
        .map(|other| format!("container {}", other["name"].as_str().unwrap_or("without a name")))
        .collect();
    if template["spec"]["initContainers"].as_array().is_some_and(|list| !list.is_empty()) {
        left.push("initContainers".to_owned());
    }
    for field in ["livenessProbe", "startupProbe", "volumeMounts"] {
        if !container[field].is_null() {
            left.push(field.to_owned());
        }
    }
    if container["resources"]["limits"].is_object() {
        left.push("resource limits".to_owned());
    }
    let what = left.join(", ");
    (!left.is_empty())
        .then(|| Reason::new(&code::NOT_HERE).with("workload", name).with("what", what))
}

fn secs(value: &Value, default: u64) -> Duration {
    Duration::from_secs(value.as_u64().unwrap_or(default))
}

fn count(value: &Value, default: u32) -> u32 {
    value.as_u64().map_or(default, |count| u32::try_from(count).unwrap_or(u32::MAX))
}
