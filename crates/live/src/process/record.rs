//! What is known of pods on disk, so that the next start finds them as they are.
//!
//! A pod has a folder of its own. `pod.json` is written by whoever supervises it, and
//! `<container>.json` by the shim that runs one life of the container: each file has one writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::identity::Identity;
use super::spec::PodSpec;
use crate::{LiveError, disk};

/// One pod.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PodRecord {
    /// Its name.
    pub(super) pod: String,
    /// What it is a copy of.
    pub(super) owner: String,
    /// Number among the copies.
    pub(super) index: u32,
    /// Hash of what it was made from.
    pub(super) revision: String,
    /// When it was made.
    pub(super) created: Timestamp,
    /// Since when all its containers are ready.
    pub(super) ready_since: Option<Timestamp>,
    /// When it was told to end.
    pub(super) ending: Option<Timestamp>,
    /// How it ended for good.
    pub(super) outcome: Option<Outcome>,
    /// How long it may take to end.
    pub(super) grace: Duration,
    /// Container port → port of this machine.
    pub(super) ports: Vec<(u16, u16)>,
    /// Its containers.
    pub(super) containers: BTreeMap<String, ContainerState>,
    /// What it is made of, without anything that may be secret.
    pub(super) spec: PodSpec,
}

/// How a pod ended for good; the later one weighs more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Outcome {
    /// All its containers have done their work.
    Succeeded,
    /// It was told to end.
    Stopped,
    /// A container failed that is not started again.
    Failed,
}

/// One container, over all its lives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContainerState {
    /// Number of the present or last life; 0 before the first.
    pub(super) life: u64,
    /// What runs this life.
    pub(super) shim: Option<Identity>,
    /// How often it was started again.
    pub(super) restarts: u32,
    /// The wait before the life after next; none yet: the next begins at once.
    pub(super) back_off: Option<Duration>,
    /// When the next life begins, while it waits.
    pub(super) again_at: Option<Timestamp>,
    /// When this life began.
    pub(super) since: Option<Timestamp>,
    /// Its startup probe has been answered.
    pub(super) started: bool,
    /// Its readiness probe is answered.
    pub(super) ready: bool,
    /// It has ended for good, and well: an init container, or one of a job.
    pub(super) done: bool,
    /// How the last life ended.
    pub(super) last: Option<Ended>,
}

/// One life of a container, as its shim writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LifeRecord {
    /// Its number.
    pub(super) life: u64,
    /// The process; none if it could not be started.
    pub(super) process: Option<Identity>,
    /// When it was started.
    pub(super) began: Timestamp,
    /// How and when it ended.
    pub(super) ended: Option<(Timestamp, Ended)>,
    /// Bytes of output that could not be kept.
    pub(super) output_lost: u64,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Ended {
    /// By itself, with this code.
    Exit(i32),
    /// By a signal.
    Signal(i32),
    /// The kernel ended it: it took more memory than its limit.
    OutOfMemory,
    /// It never ran: what the operating system said.
    NotStarted(String),
    /// Nobody saw it.
    Unseen,
}

impl Ended {
    /// Whether it did what it was there for.
    pub(super) fn well(&self) -> bool {
        *self == Self::Exit(0)
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit status: {code}"),
            Self::Signal(signal) => write!(f, "signal: {signal}"),
            Self::OutOfMemory => f.write_str("OOMKilled"),
            Self::NotStarted(cause) => write!(f, "cannot be started: {cause}"),
            Self::Unseen => f.write_str("ended unseen"),
        }
    }
}

/// Name of a folder or file for a pod or workload, whose name may hold a namespace.
pub(super) fn file_name(name: &str) -> String {
    name.replace('/', "_")
}

/// Reads a record; `None` if there is none, or none that can be read: then it says nothing.
pub(super) fn load<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&disk::read_file(path).ok()?).ok()
}

/// Writes a record by rename. Not forced to the disk: what it speaks of ends with the machine too.
pub(super) fn save<T: Serialize>(path: &Path, record: &T) -> Result<(), LiveError> {
    let bytes = serde_json::to_vec_pretty(record).map_err(|source| LiveError::File {
        doing: "write",
        path: path.to_owned(),
        source: source.into(),
    })?;
    disk::write_private_unforced(path, &bytes)
}

/// The record of a pod in its folder.
pub(super) fn pod_file(folder: &Path) -> PathBuf {
    folder.join("pod.json")
}

/// The record of a container's life in the folder of its pod.
pub(super) fn life_file(folder: &Path, container: &str) -> PathBuf {
    folder.join(format!("container-{container}.json"))
}
