//! A Deployment: how many copies of which pod, and how it goes from one revision to the next.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::Reason;
use model::ports::Epoch;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record;
use super::rollout::{self, Strategy};
use super::spec::{PodSpec, Reader, Restart, list};
use crate::LiveError;
use crate::limits::REPLICAS_MAX;

/// What a Deployment asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) pod: Arc<PodSpec>,
    pub(super) revision: String,
    pub(super) replicas: u32,
    pub(super) strategy: Strategy,
    pub(super) min_ready: Duration,
    /// How long a new revision may take to get anywhere.
    pub(super) progress: Duration,
    /// What is not done of it.
    pub(super) left: Vec<Reason>,
}

/// What is kept of a workload beside its pods.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Saved {
    pub(super) name: String,
    /// Copies that were wanted last.
    pub(super) wanted: u32,
    /// The last order to scale it.
    pub(super) scaled: Option<Scaled>,
}

/// An order to scale that was obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scaled {
    pub(super) replicas: u32,
    /// What the manifest said then: when it says something else, that counts.
    pub(super) manifest: u32,
    pub(super) epoch: Epoch,
}

impl Saved {
    /// Where it is kept below `folder`.
    pub(super) fn file(folder: &std::path::Path, name: &str) -> PathBuf {
        folder.join("workloads").join(format!("{}.json", record::file_name(name)))
    }

    /// Copies to run when the manifest says `replicas`.
    pub(super) fn replicas(&self, replicas: u32) -> u32 {
        let scaled = self.scaled.filter(|scaled| scaled.manifest == replicas);
        scaled.map_or(replicas, |scaled| scaled.replicas)
    }
}

/// Whether an image is to run that no annotation replaces; only then is an engine looked for.
pub(super) fn asks_for_engine(objects: &[Value]) -> bool {
    let pods = objects.iter().filter_map(|object| Some((object, template(object)?)));
    pods.into_iter().any(|(object, template)| {
        let named = |container: &Value, serving: bool| {
            let own = format!(
                "{}.{}",
                super::spec::COMMAND,
                container["name"].as_str().unwrap_or_default()
            );
            let keys = [Some(own.as_str()), serving.then_some(super::spec::COMMAND)];
            let places = [&template["metadata"]["annotations"], &object["metadata"]["annotations"]];
            keys.into_iter().flatten().any(|key| places.iter().any(|place| place[key].is_string()))
        };
        let containers = list(&template["spec"]["containers"]);
        let init = list(&template["spec"]["initContainers"]);
        let all = containers.iter().map(|container| (container, true));
        let all = all.chain(init.iter().map(|container| (container, false)));
        all.into_iter().any(|(one, serving)| one["image"].is_string() && !named(one, serving))
    })
}

/// The pod template of an object that has one.
pub(super) fn template(object: &Value) -> Option<&Value> {
    match object["kind"].as_str()? {
        "Deployment" | "Job" => Some(&object["spec"]["template"]),
        "CronJob" => Some(&object["spec"]["jobTemplate"]["spec"]["template"]),
        _ => None,
    }
}

/// What an object is called here: with its namespace, unless that is the default one.
pub(super) fn name(object: &Value) -> Option<String> {
    let name = object["metadata"]["name"].as_str().filter(|name| !name.is_empty())?;
    let namespace = object["metadata"]["namespace"].as_str();
    let namespace = namespace.filter(|namespace| !["", "default"].contains(namespace));
    Some(namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}")))
}

impl Wanted {
    /// Reads a Deployment.
    pub(super) fn read(name: &str, object: &Value, reader: &Reader<'_>) -> Result<Self, LiveError> {
        let wrong = |cause: String| LiveError::Manifest { workload: name.to_owned(), cause };
        let spec = &object["spec"];
        let replicas = match &spec["replicas"] {
            Value::Null => lowest(object, reader.objects),
            given => given
                .as_u64()
                .and_then(|given| u32::try_from(given).ok())
                .ok_or_else(|| wrong(format!("replicas is a number, not {given}")))?,
        };
        if replicas > REPLICAS_MAX {
            return Err(wrong(format!("it has at most {REPLICAS_MAX} replicas")));
        }
        let read = reader.pod(name, object, &spec["template"], Restart::Always)?;
        Ok(Self {
            revision: read.spec.revision(),
            pod: Arc::new(read.spec),
            replicas,
            strategy: Strategy::read(&spec["strategy"]).map_err(wrong)?,
            min_ready: rollout::min_ready(spec),
            progress: super::spec::secs(&spec["progressDeadlineSeconds"], 600),
            left: read.left,
        })
    }
}

/// Copies of a Deployment that leaves the number to an autoscaler: its lower bound, since nothing
/// scales by itself here, and at least one.
fn lowest(object: &Value, objects: &[Value]) -> u32 {
    let same = |other: &&Value| {
        let target = &other["spec"]["scaleTargetRef"];
        target["name"] == object["metadata"]["name"]
            && other["metadata"]["namespace"] == object["metadata"]["namespace"]
    };
    let scaler = objects.iter().filter(same).find_map(|other| match other["kind"].as_str() {
        Some("HorizontalPodAutoscaler") => other["spec"]["minReplicas"].as_u64(),
        Some("ScaledObject") => other["spec"]["minReplicaCount"].as_u64(),
        _ => None,
    });
    scaler.and_then(|count| u32::try_from(count).ok()).unwrap_or(1).max(1)
}
