//! Runs Deployments as processes of this machine: what a kubelet does with containers, thinly.
//!
//! What runs is named by the annotation `segue.dev/command` (a JSON list), since there is no image
//! here. Honoured: replicas, env (values, `ConfigMap`s, `Secret`s, `$(NAME)`), container ports (each
//! mapped to a free port, told by `PORT` and `PORT_<number>`), the readiness probe, restart with
//! back-off, preStop and the grace period. Not here yet, and said so by a note when a manifest
//! asks for it: other containers, liveness and startup probes, volumes, limits, rolling updates.

mod environment;
mod fleet;
mod spawn;
mod spec;
mod supervise;
mod tether;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use model::Reason;
use model::ports::{Cluster, Epoch, Fault, Pod, WorkloadSeen};
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::LiveError;
use spawn::Spawner;
use spec::Workload;

pub use tether::{lifeline, tether};

/// Where and how processes run.
#[derive(Clone)]
pub struct ProcessesConfig {
    /// Words that stand before every command: a program that ties it to this process's life
    /// (`segue tether --parent PID --`). Empty: only the life line on standard input ties it.
    pub tether: Vec<String>,
    /// Programs that commands name by a plain word, such as `segue`, with where they are.
    pub programs: BTreeMap<String, PathBuf>,
    /// Folder for the output of the processes, one file a pod.
    pub logs: PathBuf,
    /// Told of everything that happens, as it happens.
    pub events: Arc<dyn Fn(ProcessEvent) + Send + Sync>,
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
    /// It ended by itself.
    Ended {
        /// The pod.
        pod: String,
        /// How, in words.
        how: String,
        /// When it is started again.
        again_in: std::time::Duration,
    },
    /// It was told to stop and has.
    Stopped {
        /// The pod.
        pod: String,
        /// How, in words.
        how: String,
    },
    /// Something of a manifest is not done here.
    Note(Reason),
}

/// The processes of this machine that manifests asked for.
pub struct Processes {
    config: ProcessesConfig,
    spawner: Arc<Spawner>,
    running: Mutex<BTreeMap<String, Running>>,
    changes: watch::Sender<u64>,
}

/// One workload with its pods.
struct Running {
    spec: Workload,
    stop: CancellationToken,
    tasks: TaskTracker,
    pods: BTreeMap<u32, Copy>,
    /// Of the last order to scale it that was obeyed.
    epoch: Epoch,
}

/// One pod, and what ends it alone.
struct Copy {
    pod: Arc<Mutex<Pod>>,
    stop: CancellationToken,
    /// Told to end; it is on the list until it has.
    leaving: bool,
}

impl Running {
    /// Tells every pod to end; the tracker says when they have.
    fn end(&self) -> TaskTracker {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.clone()
    }
}

impl Processes {
    /// Nothing runs yet. Call inside a tokio runtime.
    pub fn new(config: ProcessesConfig) -> Result<Self, LiveError> {
        crate::disk::make_dir_private(&config.logs)?;
        Ok(Self {
            config,
            spawner: Arc::new(Spawner::start()?),
            running: Mutex::default(),
            changes: watch::Sender::new(0),
        })
    }

    /// Rings whenever a pod has changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Stops everything, gracefully, all at the same time.
    pub async fn stop(&self) {
        let ending: Vec<_> = self.running().values().map(Running::end).collect();
        for tasks in ending {
            tasks.wait().await;
        }
        self.running().clear();
    }

    fn running(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a workload that is not running; one that runs unchanged is left alone.
    fn start(&self, spec: Workload) -> Result<(), LiveError> {
        let mut running = self.running();
        if let Some(present) = running.get(&spec.name) {
            if present.spec == spec {
                return Ok(());
            }
            return Err(LiveError::Changed { workload: spec.name });
        }
        if let Some(note) = &spec.note {
            (self.config.events)(ProcessEvent::Note(note.clone()));
        }
        let mut workload = Running {
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            pods: BTreeMap::new(),
            epoch: Epoch::default(),
            spec,
        };
        for index in 0..workload.spec.replicas {
            self.start_pod(&mut workload, index);
        }
        running.insert(workload.spec.name.clone(), workload);
        Ok(())
    }
}

impl Processes {
    /// Starts the pod `index` of a workload.
    fn start_pod(&self, workload: &mut Running, index: u32) {
        let name = format!("{}-{index}", workload.spec.name);
        let pod = Arc::new(Mutex::new(supervise::starting(&name)));
        let stop = workload.stop.child_token();
        let supervisor = supervise::Supervisor {
            name,
            spec: workload.spec.clone(),
            config: self.config.clone(),
            spawner: Arc::clone(&self.spawner),
            pod: Arc::clone(&pod),
            changes: self.changes.clone(),
            stop: stop.clone(),
        };
        workload.tasks.spawn(supervisor.run());
        workload.pods.insert(index, Copy { pod, stop, leaving: false });
    }
}

impl Cluster for Processes {
    async fn apply(&self, objects: &[Value]) -> Result<(), Fault> {
        let mut workloads = Vec::new();
        for object in objects.iter().filter(|object| object["kind"] == "Deployment") {
            workloads.push(spec::read(object, objects, &self.config.programs)?);
        }
        for workload in workloads {
            self.start(workload)?;
        }
        Ok(())
    }

    async fn workloads(&self) -> Result<Vec<WorkloadSeen>, Fault> {
        let read = |copy: &Copy| copy.pod.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let running = self.running();
        let seen = running.iter().map(|(name, running)| WorkloadSeen {
            name: name.clone(),
            wanted: running.spec.replicas,
            pods: running.pods.values().map(read).collect(),
        });
        Ok(seen.collect())
    }

    async fn delete(&self, name: &str) -> Result<(), Fault> {
        let ending = {
            let running = self.running();
            let unknown = || LiveError::Unknown { kind: "workload", name: name.to_owned() };
            running.get(name).ok_or_else(unknown)?.end()
        };
        ending.wait().await;
        self.running().remove(name);
        Ok(())
    }
}
