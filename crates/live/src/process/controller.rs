//! Keeps what runs as it is wanted: reads manifests, starts and ends pods, one look after another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::code::live as code;
use model::ports::{Clock as _, WorkloadSeen};
use serde_json::Value;

use super::job::Job;
use super::jobs::Jobs;
use super::pod::PodTask;
use super::record::{self, PodRecord};
use super::rollout::{self, Copy};
use super::spec::Reader;
use super::workload::{self, Saved, Wanted};
use super::world::World;
use super::{Inner, ProcessEvent};
use crate::{LiveError, SystemClock, disk};

/// Time between two looks while something is on its way that rings no bell.
const LOOK: Duration = Duration::from_millis(500);

/// Time between two looks when nothing is.
const LOOK_MAX: Duration = Duration::from_mins(1);

/// Everything that runs.
#[derive(Default)]
pub(super) struct State {
    pub(super) workloads: BTreeMap<String, Running>,
    pub(super) jobs: Jobs,
    /// Manifests that are not obeyed, and why.
    refused: BTreeMap<String, Reason>,
}

/// One workload with its pods.
pub(super) struct Running {
    /// What its manifest says; none yet if it was adopted.
    pub(super) wanted: Option<Wanted>,
    pub(super) saved: Saved,
    pub(super) pods: BTreeMap<u32, Arc<PodTask>>,
    /// It goes when its last pod has ended.
    pub(super) deleted: bool,
    /// When its new revision last got anywhere.
    moved: Timestamp,
}

/// Looks whenever something has changed, until this program ends.
pub(super) async fn run(inner: Arc<Inner>) {
    let mut changes = inner.world.changes.subscribe();
    let closed = inner.world.closed.clone();
    loop {
        changes.mark_unchanged();
        let wait = inner.reconcile();
        tokio::select! {
            () = closed.cancelled() => return,
            rung = changes.changed() => if rung.is_err() { return },
            () = tokio::time::sleep(wait) => {}
        }
    }
}

impl Inner {
    /// Takes over the pods that an earlier run has left.
    pub(super) fn adopt(&self) -> Result<(), LiveError> {
        let kept = &self.world.kept;
        let mut state = self.state();
        state.jobs.adopt(&self.world)?;
        for folder in disk::folders_in(&kept.pods)? {
            let Some(record) = record::load::<PodRecord>(&record::pod_file(&folder)) else {
                // It was cut short before it ran anything.
                disk::remove_dir(&folder);
                continue;
            };
            let (owner, index, over) =
                (record.owner.clone(), record.index, record.outcome.is_some());
            let pod = Arc::new(PodTask::adopted(&self.world, record));
            if !over {
                tokio::spawn(Arc::clone(&pod).run());
            }
            match Job::owned(&owner) {
                // Its end is counted with the first look.
                Some(job) => state.jobs.adopt_pod(job, index, pod),
                None => drop(state.running(&owner, &self.world).pods.insert(index, pod)),
            }
        }
        Ok(())
    }

    /// Obeys every manifest that can be; the error is of the first that cannot.
    pub(super) fn apply(&self, objects: &[Value]) -> Result<(), LiveError> {
        let engine = self.world.engine().clone();
        let none = "no annotation segue.dev/command says what to run";
        let reader = Reader {
            objects,
            programs: &self.world.config.programs,
            engine: match &engine {
                Some(Ok(engine)) => Ok(engine),
                Some(Err(cause)) => Err(cause),
                None => Err(none),
            },
        };
        let (mut read, mut failed) = (BTreeMap::new(), BTreeMap::new());
        for object in objects.iter().filter(|object| object["kind"] == "Deployment") {
            let Some(name) = workload::name(object) else {
                let cause = "a Deployment has no name".to_owned();
                failed
                    .insert(String::new(), LiveError::Manifest { workload: "?".to_owned(), cause });
                continue;
            };
            let outcome = if read.contains_key(&name) || failed.contains_key(&name) {
                read.remove(&name);
                let cause = "two manifests have this name".to_owned();
                Err(LiveError::Manifest { workload: name.clone(), cause })
            } else {
                Wanted::read(&name, object, &reader)
            };
            match outcome {
                Ok(wanted) => drop(read.insert(name, wanted)),
                Err(error) => drop(failed.insert(name, error)),
            }
        }
        let mut state = self.state();
        state.refused.clear();
        for (name, error) in &failed {
            state.refused.insert(name.clone(), error.reason());
        }
        for (name, wanted) in read {
            state.want(&name, wanted, &self.world);
        }
        let jobs = objects.iter().filter(|one| one["kind"] == "Job" || one["kind"] == "CronJob");
        for object in jobs {
            if let Err(error) = state.want_jobs(object, &reader, &self.world) {
                let name = workload::name(object).unwrap_or_default();
                state.refused.insert(name.clone(), error.reason());
                failed.entry(name).or_insert(error);
            }
        }
        drop(state);
        self.reconcile();
        self.world.changed();
        failed.into_values().next().map_or(Ok(()), Err)
    }

    /// Ends what `objects` do not name.
    pub(super) fn keep_only(&self, objects: &[Value], spared: &BTreeSet<String>) {
        let name = |object: &Value| {
            let kind = object["kind"].as_str()?.to_owned();
            Some((kind, workload::name(object)?))
        };
        let mut keep: BTreeSet<(String, String)> = objects.iter().filter_map(name).collect();
        let mut state = self.state();
        let spare = |name: &&String| {
            let (namespace, short) = name.split_once('/').unwrap_or((name, name));
            spared.contains(namespace) || spared.contains(short)
        };
        let all = |names: &mut dyn Iterator<Item = &String>, kind: &str| {
            names.filter(spare).map(|name| (kind.to_owned(), name.clone())).collect::<Vec<_>>()
        };
        keep.extend(all(&mut state.workloads.keys(), "Deployment"));
        keep.extend(all(&mut state.jobs.jobs.keys(), "Job"));
        keep.extend(all(&mut state.jobs.crons.keys(), "CronJob"));
        for (name, running) in &mut state.workloads {
            if !keep.contains(&("Deployment".to_owned(), name.clone())) {
                running.deleted = true;
                for pod in running.pods.values() {
                    pod.end();
                }
            }
        }
        state.jobs.keep_only(&keep, &self.world);
        drop(state);
        self.world.changed();
    }

    /// Tells a workload to end.
    pub(super) fn delete(&self, name: &str) -> Result<(), LiveError> {
        let mut state = self.state();
        state.refused.remove(name);
        let unknown = || LiveError::Unknown { kind: "workload", name: name.to_owned() };
        let running = state.workloads.get_mut(name).ok_or_else(unknown)?;
        running.deleted = true;
        running.pods.values().for_each(|pod| pod.end());
        drop(state);
        self.world.changed();
        Ok(())
    }

    /// One look; the time to the next.
    pub(super) fn reconcile(&self) -> Duration {
        let mut state = self.state();
        let now = SystemClock.now();
        let (mut soon, mut gone) = (false, BTreeSet::new());
        for (name, running) in &mut state.workloads {
            soon |= running.reconcile(name, now, &self.world);
            if running.deleted && running.pods.is_empty() {
                gone.insert(name.clone());
            }
        }
        for name in &gone {
            state.workloads.remove(name);
            let _ = disk::remove_file(&Saved::file(&self.world.kept.folder, name));
        }
        let jobs = state.jobs.jobs.len();
        let wait = state.jobs.reconcile(now, &self.world);
        let news = !gone.is_empty() || state.jobs.jobs.len() != jobs;
        drop(state);
        if news {
            self.world.changed();
        }
        let wait = wait.unwrap_or(LOOK_MAX).clamp(Duration::from_millis(10), LOOK_MAX);
        if soon { wait.min(LOOK) } else { wait }
    }
}

impl State {
    /// The workload `name`, new if there is none.
    fn running(&mut self, name: &str, world: &World) -> &mut Running {
        self.workloads.entry(name.to_owned()).or_insert_with(|| Running {
            wanted: None,
            saved: Saved::load(world, name),
            pods: BTreeMap::new(),
            deleted: false,
            moved: SystemClock.now(),
        })
    }

    fn want(&mut self, name: &str, wanted: Wanted, world: &Arc<World>) {
        let running = self.running(name, world);
        running.deleted = false;
        if running.wanted.as_ref() == Some(&wanted) {
            return;
        }
        for left in &wanted.left {
            world.event(ProcessEvent::Note(left.clone()));
        }
        running.moved = SystemClock.now();
        running.saved.wanted = running.saved.replicas(wanted.replicas);
        running.wanted = Some(wanted);
        running.saved.save(world);
    }

    /// What is not done, by workload.
    pub(super) fn held(&self) -> Vec<(String, Reason)> {
        let refused = self.refused.iter().map(|(name, reason)| (name.clone(), reason.clone()));
        let left = self.workloads.iter().flat_map(|(name, running)| {
            let wanted = running.wanted.iter().flat_map(|wanted| wanted.left.clone());
            wanted.chain(running.stuck(name)).map(|reason| (name.clone(), reason))
        });
        refused.chain(left).collect()
    }
}

impl Running {
    /// One look at one workload; true if there is to be another soon.
    fn reconcile(&mut self, name: &str, now: Timestamp, world: &Arc<World>) -> bool {
        let over: Vec<u32> = self
            .pods
            .iter()
            .filter(|(_, pod)| pod.record().outcome.is_some())
            .map(|(index, _)| *index)
            .collect();
        for index in over {
            if let Some(pod) = self.pods.remove(&index) {
                pod.remove();
                self.moved = now;
            }
        }
        let Some(wanted) = self.wanted.as_ref().filter(|_| !self.deleted) else { return false };
        let copies: Vec<Copy> = self
            .pods
            .iter()
            .map(|(index, pod)| {
                let record = pod.record();
                let new = record.revision == wanted.revision;
                let available = record.is_available(now, wanted.min_ready);
                Copy { index: *index, new, available, leaving: record.ending.is_some() }
            })
            .collect();
        for copy in copies.iter().filter(|copy| copy.new) {
            self.pods[&copy.index].complete(&wanted.pod);
        }
        let moves = rollout::moves(wanted.strategy, self.saved.wanted, &copies);
        for index in &moves.end {
            self.pods[index].end();
        }
        for _ in 0..moves.start {
            let index =
                (0..u32::MAX).find(|index| !self.pods.contains_key(index)).unwrap_or(u32::MAX);
            let pod = Arc::new(PodTask::new(world, name, name, index, &wanted.pod));
            tokio::spawn(Arc::clone(&pod).run());
            self.pods.insert(index, pod);
        }
        if moves != rollout::Moves::default() {
            self.moved = now;
        }
        // A copy becomes available by the passing of time alone.
        !copies.iter().all(|copy| copy.new && copy.available)
    }

    /// A new revision that gets nowhere.
    fn stuck(&self, name: &str) -> Option<Reason> {
        let wanted = self.wanted.as_ref()?;
        let waited = SystemClock.now().duration_since(self.moved);
        let waited = Duration::try_from(waited).unwrap_or_default();
        let ready = self.seen(name).ready();
        let short = ready < usize::try_from(self.saved.wanted).unwrap_or(usize::MAX);
        let last = self.pods.values().find_map(|pod| {
            let record = pod.record();
            record.containers.values().find_map(|state| state.last.clone())
        });
        let loops = self.pods.values().any(|pod| pod.record().restarts() > 1);
        (short && (waited >= wanted.progress || loops)).then(|| {
            let cause = last
                .map_or_else(|| "its probes are not answered".to_owned(), |last| last.to_string());
            Reason::new(&code::STUCK)
                .with("workload", name)
                .with("ready", ready)
                .with("wanted", self.saved.wanted)
                .with("cause", cause)
        })
    }

    pub(super) fn seen(&self, name: &str) -> WorkloadSeen {
        WorkloadSeen {
            name: name.to_owned(),
            wanted: self.saved.wanted,
            pods: self.pods.values().map(|pod| pod.seen()).collect(),
        }
    }
}

impl Saved {
    fn load(world: &World, name: &str) -> Self {
        let kept = &world.kept;
        let none = || Self { name: name.to_owned(), ..Self::default() };
        record::load(&Self::file(&kept.folder, name)).unwrap_or_else(none)
    }

    /// Writes it down; a failure is told, and tried again with the next change.
    pub(super) fn save(&self, world: &World) {
        let kept = &world.kept;
        if let Err(error) = record::save(&Self::file(&kept.folder, &self.name), self) {
            world.event(ProcessEvent::Note(error.reason()));
        }
    }
}
