//! What a manifest asks for, read into what processes need.

mod container;
mod probe;
mod volume;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use model::Reason;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::engine::Engine;
use super::environment;
use crate::LiveError;

pub(super) use container::{Container, Limits, Run, quantity};
pub(super) use probe::{Ask, Probe, Way};
pub(super) use volume::{Bytes, Content, Mount};

/// Annotation that names the argument list to run instead of an image; with `.CONTAINER` behind
/// it, that of one container.
pub(super) const COMMAND: &str = "segue.dev/command";

/// What a pod is made of. Two pods of equal specs are copies of each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PodSpec {
    /// Containers that run before the others, one after the other; sidecars among them go on.
    pub(super) init: Vec<Container>,
    /// Containers that run side by side; the first with a port serves.
    pub(super) containers: Vec<Container>,
    /// Folders by name.
    pub(super) volumes: BTreeMap<String, Content>,
    /// How long it may take to end.
    pub(super) grace: Duration,
    /// Which containers are started again.
    pub(super) restart: Restart,
}

/// Which containers are started again after their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Restart {
    /// Every one.
    Always,
    /// One that failed.
    OnFailure,
    /// None.
    Never,
}

/// What is done before a process is told to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum PreStop {
    /// Wait.
    Sleep(Duration),
    /// Run a command.
    Command(Vec<String>),
    /// Ask for a page.
    Get(Ask),
}

/// A pod's spec with what was left out of it.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) spec: PodSpec,
    /// What the manifest asks for and is not done here.
    pub(super) left: Vec<Reason>,
}

/// What a manifest is read with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    /// Where `ConfigMap`s and `Secret`s are found.
    pub(super) objects: &'a [Value],
    /// Programs that commands name by a plain word, with where they are.
    pub(super) programs: &'a BTreeMap<String, PathBuf>,
    /// What runs images, or why nothing does.
    pub(super) engine: Result<&'a Engine, &'a str>,
}

/// One pod template while it is read.
pub(super) struct Cx<'a> {
    pub(super) reader: Reader<'a>,
    /// The workload, as people call it.
    pub(super) workload: &'a str,
    pub(super) namespace: &'a str,
    pub(super) template: &'a Value,
    /// Annotations of the object itself, which may hold the command as well.
    pub(super) outer: &'a Value,
    pub(super) left: Vec<Reason>,
}

impl PodSpec {
    /// A short hash of all of it: equal specs, equal hashes.
    pub(super) fn revision(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        let hash = Sha256::digest(text);
        let number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{number:016x}")
    }

    /// The same without values of variables and without files: what may be kept in a record.
    pub(super) fn bare(&self) -> Self {
        let bare = |containers: &[Container]| {
            let bare = |container: &Container| Container { env: Vec::new(), ..container.clone() };
            containers.iter().map(bare).collect()
        };
        let volumes = self.volumes.keys().map(|name| (name.clone(), Content::Empty)).collect();
        Self { init: bare(&self.init), containers: bare(&self.containers), volumes, ..self.clone() }
    }

    /// All containers in the order in which they start.
    pub(super) fn all(&self) -> impl Iterator<Item = &Container> {
        self.init.iter().chain(&self.containers)
    }

    /// Every port that a container listens on.
    pub(super) fn ports(&self) -> Vec<u16> {
        let serving = self.containers.iter().chain(&self.init);
        let mut ports: Vec<u16> = Vec::new();
        for port in serving.flat_map(|container| &container.ports) {
            if !ports.contains(&port.number) {
                ports.push(port.number);
            }
        }
        ports
    }
}

impl Reader<'_> {
    /// Reads the pod template of the workload `name`, whose own object is `object`.
    pub(super) fn pod(
        &self,
        name: &str,
        object: &Value,
        template: &Value,
        restart: Restart,
    ) -> Result<Read, LiveError> {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
        let outer = &object["metadata"]["annotations"];
        let mut cx =
            Cx { reader: *self, workload: name, namespace, template, outer, left: Vec::new() };
        let pod = &template["spec"];
        let listed = list(&pod["containers"]);
        if listed.is_empty() {
            return Err(cx.wrong("it has no container"));
        }
        let serving = listed.iter().position(|container| container["ports"].is_array());
        let serving = serving.unwrap_or(0);
        let (mut containers, mut init) = (Vec::new(), Vec::new());
        for (index, container) in listed.iter().enumerate() {
            containers.extend(cx.container(container, index == serving, false)?);
        }
        for container in list(&pod["initContainers"]) {
            init.extend(cx.container(container, false, true)?);
        }
        if restart != Restart::Always && pod["restartPolicy"] == "Always" {
            return Err(cx.wrong("the pods of a job have restartPolicy OnFailure or Never"));
        }
        let volumes = cx.volumes(&containers, &init)?;
        let grace = secs(&pod["terminationGracePeriodSeconds"], 30);
        let spec = PodSpec { init, containers, volumes, grace, restart };
        Ok(Read { spec, left: cx.left })
    }
}

impl Cx<'_> {
    pub(super) fn wrong(&self, cause: impl Into<String>) -> LiveError {
        LiveError::Manifest { workload: self.workload.to_owned(), cause: cause.into() }
    }

    /// The command that an annotation names for a container.
    pub(super) fn command(
        &self,
        container: &str,
        serving: bool,
    ) -> Result<Option<Vec<String>>, LiveError> {
        let inner = &self.template["metadata"]["annotations"];
        let own = format!("{COMMAND}.{container}");
        let keys = [Some(own.as_str()), serving.then_some(COMMAND)];
        let found = keys.into_iter().flatten().find_map(|key| {
            [inner, self.outer].into_iter().find_map(|place| place[key].as_str().map(|t| (key, t)))
        });
        let Some((key, text)) = found else { return Ok(None) };
        let mut command: Vec<String> = serde_json::from_str(text)
            .map_err(|error| self.wrong(format!("{key} is not a JSON list of words: {error}")))?;
        let program = command.first_mut().ok_or_else(|| self.wrong(format!("{key} is empty")))?;
        if let Some(path) = self.reader.programs.get(program) {
            *program = path.display().to_string();
        }
        Ok(Some(command))
    }

    /// The variables of a container.
    pub(super) fn environment(
        &self,
        container: &Value,
    ) -> Result<Vec<environment::Variable>, LiveError> {
        environment::read(self, container)
    }
}

/// A list of the manifest; what is none is empty.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Words of a list.
pub(super) fn words(value: &Value) -> Vec<String> {
    list(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn secs(value: &Value, default: u64) -> Duration {
    Duration::from_secs(value.as_u64().unwrap_or(default))
}

pub(super) fn count(value: &Value, default: u32) -> u32 {
    value.as_u64().map_or(default, |count| u32::try_from(count).unwrap_or(u32::MAX))
}
