//! A local world whose processes outlive it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use live::process::{BackOff, Keep};
use live::{ProcessEvent, Processes, ProcessesConfig};
use model::ports::{Cluster as _, WorkloadSeen};
use serde_json::{Value, json};

/// How long anything may take: far more than it takes on a busy machine.
pub(crate) const WAIT: Duration = Duration::from_mins(1);

/// A state folder, and who uses it now.
pub(crate) struct World {
    pub(crate) dir: Arc<tempfile::TempDir>,
    pub(crate) events: Arc<Mutex<Vec<ProcessEvent>>>,
    processes: Option<Processes>,
    engines: Vec<String>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_engines(&[])
    }

    pub(crate) fn with_engines(engines: &[&Path]) -> Self {
        let mut world = Self {
            dir: Arc::new(tempfile::tempdir().unwrap()),
            events: Arc::default(),
            processes: None,
            engines: engines.iter().map(|path| path.display().to_string()).collect(),
        };
        world.begin();
        world
    }

    /// Ends without a word, as a killed program does.
    pub(crate) fn crash(&mut self) {
        self.processes = None;
    }

    /// Begins again on what is there.
    pub(crate) fn begin(&mut self) {
        let events = Arc::clone(&self.events);
        let config = ProcessesConfig {
            events: Arc::new(move |event| events.lock().unwrap().push(event)),
            engines: self.engines.clone(),
            ..config(self.dir.path())
        };
        self.processes = Some(Processes::new(config).unwrap());
    }

    pub(crate) fn processes(&self) -> &Processes {
        self.processes.as_ref().unwrap()
    }

    pub(crate) async fn apply(&self, objects: &[Value]) {
        self.processes().apply(objects).await.unwrap();
    }

    /// Waits for a state of the workload `shop` that will come.
    pub(crate) async fn until(&self, wanted: impl Fn(&WorkloadSeen) -> bool) -> WorkloadSeen {
        let until = async {
            let mut changes = self.processes().changes();
            loop {
                let seen = self.processes().workloads().await.unwrap();
                if let Some(workload) = seen.iter().find(|workload| wanted(workload)) {
                    return workload.clone();
                }
                let _ = tokio::time::timeout(Duration::from_millis(100), changes.changed()).await;
            }
        };
        let outcome = tokio::time::timeout(WAIT, until).await;
        let said = || format!("{:?}", self.events.lock().unwrap());
        outcome.unwrap_or_else(|_| panic!("it never comes: {}", said()))
    }

    pub(crate) async fn ready(&self, pods: usize) -> WorkloadSeen {
        self.until(|workload| workload.ready() == pods && workload.pods.len() == pods).await
    }

    /// The processes of all pods, by pod: from the records of their shims.
    pub(crate) fn pids(&self) -> BTreeMap<String, u32> {
        let pods = std::fs::read_dir(self.dir.path().join("pods")).unwrap();
        let mut pids = BTreeMap::new();
        for pod in pods.map(|entry| entry.unwrap()) {
            // It is not there before the process is.
            let Ok(bytes) = std::fs::read(pod.path().join("container-app.json")) else { continue };
            let record: Value = serde_json::from_slice(&bytes).unwrap();
            if let Some(pid) = record["process"]["pid"].as_u64() {
                let name = pod.file_name().into_string().unwrap();
                pids.insert(name, u32::try_from(pid).unwrap());
            }
        }
        pids
    }

    pub(crate) fn log(&self, name: &str) -> String {
        let log = std::fs::read(self.dir.path().join("logs").join(name)).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Ends everything, and looks that nothing is left.
    pub(crate) async fn end(self) {
        let pids = self.pids();
        self.processes().stop().await;
        for pid in pids.values() {
            poll(|| !alive(*pid), "a process goes").await;
        }
        let left = std::fs::read_dir(self.dir.path().join("pods")).unwrap().count();
        assert_eq!(left, 0, "records are left");
    }
}

impl Drop for World {
    /// A test that fails leaves no process behind either.
    fn drop(&mut self) {
        self.processes = None;
        crate::fleets::end(self.dir.path());
    }
}

/// Processes that outlive this program, in `dir`.
pub(crate) fn config(dir: &Path) -> ProcessesConfig {
    let segue = env!("CARGO_BIN_EXE_segue").to_owned();
    ProcessesConfig {
        programs: BTreeMap::from([
            ("shell".to_owned(), PathBuf::from("/bin/sh")),
            ("segue".to_owned(), PathBuf::from(&segue)),
        ]),
        logs: dir.join("logs"),
        events: Arc::new(|_| ()),
        keep: Keep { shim: vec![segue, "shim".to_owned()], folder: dir.to_owned() },
        engines: Vec::new(),
        back_off: BackOff {
            first: Duration::from_millis(100),
            max: Duration::from_millis(400),
            reset: Duration::from_mins(10),
        },
    }
}

/// Whether a process runs; one that only waits to be reaped does not.
pub(crate) fn alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
}

/// Waits until something is so.
pub(crate) async fn poll(so: impl Fn() -> bool, what: &str) {
    let deadline = Instant::now() + WAIT;
    while !so() {
        assert!(Instant::now() < deadline, "it never is: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A Deployment `shop` with one container `app` that runs a script.
pub(crate) fn deployment(script: &str, replicas: u32, container: &Value, pod: &Value) -> Value {
    let mut object = json!({
        "kind": "Deployment",
        "metadata": { "name": "shop" },
        "spec": { "replicas": replicas, "template": {
            "metadata": { "annotations": {
                "segue.dev/command": serde_json::to_string(&["shell", "-c", script]).unwrap(),
            } },
            "spec": { "containers": [{ "name": "app" }] },
        } },
    });
    let spec = &mut object["spec"]["template"]["spec"];
    merge(&mut spec["containers"][0], container);
    merge(spec, pod);
    object
}

pub(crate) fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().unwrap() {
        into[key] = value.clone();
    }
}
