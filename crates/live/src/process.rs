//! Runs manifests as processes of this machine: what a cluster does with containers, on one node.
//!
//! What runs is named by the annotation `segue.dev/command` (a JSON list) in place of an image, or
//! a container engine runs the image itself. Each container port is mapped to a free port, which is
//! told by `PORT` and `PORT_<number>`.
//!
//! Every container has a shim and goes on when this program ends, however it ends; the next start
//! takes it over as it is. docs/reference/local-world.md says what is honoured.

mod cgroup;
mod controller;
mod cron;
mod detached;
mod engine;
mod environment;
mod fleet;
mod identity;
mod job;
mod jobs;
mod kill;
mod life;
mod pod;
mod ports;
mod record;
mod rollout;
mod schedule;
mod shim;
mod spec;
mod volume;
mod workload;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::Reason;
use model::ports::{Cluster, Fault, WorkloadSeen};
use serde_json::Value;
use tokio::sync::watch;

use crate::limits::{BACK_OFF_FIRST, BACK_OFF_MAX, BACK_OFF_RESET};
use crate::{LiveError, disk};
use controller::State;
use world::{Kept, World};

pub use detached::{Detached, detached};
pub use identity::runs;
pub use jobs::JobStatus;
pub use shim::shim;

/// Where and how processes run.
#[derive(Clone)]
pub struct ProcessesConfig {
    /// Programs that commands name by a plain word, such as `segue`, with where they are.
    pub programs: BTreeMap<String, PathBuf>,
    /// Folder for the output of the processes, one file a container.
    pub logs: PathBuf,
    /// Told of everything that happens, as it happens.
    pub events: Arc<dyn Fn(ProcessEvent) + Send + Sync>,
    /// How processes outlive this program.
    pub keep: Keep,
    /// Container engines that are asked, in this order, when an image is to run.
    pub engines: Vec<String>,
    /// How long a process that fell waits for its next start.
    pub back_off: BackOff,
}

/// How processes outlive this program.
#[derive(Debug, Clone)]
pub struct Keep {
    /// Words that start a shim: a program that calls [`shim`].
    pub shim: Vec<String>,
    /// Folder of the records; one program uses it at a time.
    pub folder: PathBuf,
}

/// Waits before a process that fell is started again. The first time it is at once.
#[derive(Debug, Clone, Copy)]
pub struct BackOff {
    /// The second time; each later wait doubles.
    pub first: Duration,
    /// No wait is longer.
    pub max: Duration,
    /// Who ran for this long has recovered.
    pub reset: Duration,
}

impl Default for BackOff {
    /// The kubelet's: 10 s, doubled up to 5 min, forgotten after 10 min.
    fn default() -> Self {
        Self { first: BACK_OFF_FIRST, max: BACK_OFF_MAX, reset: BACK_OFF_RESET }
    }
}

/// Something that happened to a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProcessEvent {
    /// A process runs; each container port with the port of this machine that it was mapped to.
    Started {
        /// The pod.
        pod: String,
        /// Its process, which leads a group of its own.
        pid: u32,
        /// Container port → port of this machine.
        ports: Vec<(u16, u16)>,
    },
    /// It answers its readiness probe.
    Ready {
        /// The pod.
        pod: String,
    },
    /// It no longer does.
    Unready {
        /// The pod.
        pod: String,
    },
    /// A probe says that a process must be started again.
    Failed {
        /// The pod.
        pod: String,
        /// `startup` or `liveness`.
        probe: &'static str,
    },
    /// It ended by itself.
    Ended {
        /// The pod.
        pod: String,
        /// How, in words.
        how: String,
        /// When it is started again.
        again_in: Duration,
    },
    /// It was told to stop and has, or it is not started again.
    Stopped {
        /// The pod.
        pod: String,
        /// How, in words.
        how: String,
    },
    /// Something of a manifest is not done here, or could not be written down.
    Note(Reason),
}

/// The processes of this machine that manifests asked for. When it is dropped, they go on.
pub struct Processes {
    inner: Arc<Inner>,
}

/// What the controller shares with callers.
struct Inner {
    world: Arc<World>,
    state: Mutex<State>,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Processes {
    /// Takes over what an earlier run has kept; else nothing runs yet. Call inside a tokio runtime.
    pub fn new(config: ProcessesConfig) -> Result<Self, LiveError> {
        disk::make_dir_private(&config.logs)?;
        let keep = &config.keep;
        let pods = keep.folder.join("pods");
        disk::make_dir_private(&pods)?;
        for folder in ["workloads", "jobs", "cronjobs"] {
            disk::make_dir_private(&keep.folder.join(folder))?;
        }
        let kept = Kept { shim: keep.shim.clone(), pods, folder: keep.folder.clone() };
        let world = Arc::new(World::new(config, kept));
        let inner = Arc::new(Inner { world, state: Mutex::default() });
        inner.adopt()?;
        tokio::spawn(controller::run(Arc::clone(&inner)));
        Ok(Self { inner })
    }

    /// Rings whenever a pod has changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.world.changes.subscribe()
    }

    /// What of the manifests is not done here, and why: by workload.
    pub fn held(&self) -> Vec<(String, Reason)> {
        self.inner.state().held()
    }

    /// Looks after nothing any more. The processes go on for the next start.
    pub fn leave(&self) {
        self.inner.world.closed.cancel();
    }

    /// Stops everything, gracefully, all at the same time.
    pub async fn stop(&self) {
        self.keep_only(&[], &BTreeSet::new());
        self.until(|state| state.workloads.is_empty() && state.jobs.jobs.is_empty()).await;
    }

    /// Ends what `objects` do not name, and forgets it: everything that runs here was made from
    /// manifests. `spared` are namespaces, or names, that cannot be read now and stay as they are.
    pub fn keep_only(&self, objects: &[Value], spared: &BTreeSet<String>) {
        self.inner.keep_only(objects, spared);
    }

    /// Waits until something is so.
    async fn until(&self, so: impl Fn(&State) -> bool) {
        let mut changes = self.changes();
        while !so(&self.inner.state()) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Cluster for Processes {
    async fn apply(&self, objects: &[Value]) -> Result<(), Fault> {
        let engines = !self.inner.world.config.engines.is_empty();
        if engines && workload::asks_for_engine(objects) {
            self.inner.world.find_engine().await;
        }
        Ok(self.inner.apply(objects)?)
    }

    async fn workloads(&self) -> Result<Vec<WorkloadSeen>, Fault> {
        let state = self.inner.state();
        Ok(state.workloads.iter().map(|(name, running)| running.seen(name)).collect())
    }

    async fn delete(&self, name: &str) -> Result<(), Fault> {
        self.inner.delete(name)?;
        self.until(|state| !state.workloads.contains_key(name)).await;
        Ok(())
    }
}
