//! One pod: what is known of it, and what people and balancers see of it.
//!
//! It goes on over restarts of this program: everything that must be known again is in its
//! [`PodRecord`], which is written before the effect that it speaks of.

mod end;
mod probe;
mod run;
mod start;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use model::ports::{Clock as _, Pod, PodPhase};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::ProcessEvent;
use super::record::{self, ContainerState, Outcome, PodRecord};
use super::spec::PodSpec;
use super::world::World;
use crate::{LiveError, SystemClock, disk};

/// A pod under supervision.
pub(super) struct PodTask {
    world: Arc<World>,
    record: Mutex<PodRecord>,
    /// What it is made of; of an adopted pod, without the values of variables until the manifests
    /// were read again.
    spec: watch::Sender<Known>,
    stop: CancellationToken,
}

/// What is known of a pod's spec.
#[derive(Debug, Clone)]
struct Known {
    spec: Arc<PodSpec>,
    /// Enough to start a container.
    whole: bool,
}

impl PodTask {
    /// A pod that has not been started yet: `BASE-INDEX`, a copy of `owner`.
    pub(super) fn new(
        world: &Arc<World>,
        owner: &str,
        base: &str,
        index: u32,
        spec: &Arc<PodSpec>,
    ) -> Self {
        let state = |container: &super::spec::Container| {
            (container.name.clone(), ContainerState::default())
        };
        let record = PodRecord {
            pod: format!("{base}-{index}"),
            owner: owner.to_owned(),
            index,
            revision: spec.revision(),
            created: SystemClock.now(),
            ready_since: None,
            ending: None,
            outcome: None,
            grace: spec.grace,
            ports: Vec::new(),
            containers: spec.all().map(state).collect(),
            spec: spec.bare(),
        };
        Self::of(world, record, Known { spec: Arc::clone(spec), whole: true })
    }

    /// A pod that an earlier run of this program has left.
    pub(super) fn adopted(world: &Arc<World>, record: PodRecord) -> Self {
        world.ports.keep(&record.ports);
        let known = Known { spec: Arc::new(record.spec.clone()), whole: false };
        let pod = Self::of(world, record, known);
        if pod.record().ending.is_some() {
            pod.stop.cancel();
        }
        pod
    }

    fn of(world: &Arc<World>, record: PodRecord, known: Known) -> Self {
        Self {
            world: Arc::clone(world),
            record: Mutex::new(record),
            spec: watch::Sender::new(known),
            stop: CancellationToken::new(),
        }
    }

    /// What is known of it now.
    pub(super) fn record(&self) -> MutexGuard<'_, PodRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The manifests were read: this is what it was made of, and how it is started again.
    pub(super) fn complete(&self, spec: &Arc<PodSpec>) {
        self.spec.send_if_modified(|known| {
            let news = !known.whole;
            *known = Known { spec: Arc::clone(spec), whole: true };
            news
        });
    }

    /// Tells it to end.
    pub(super) fn end(&self) {
        // An end that cannot be written down is ordered all the same; it is ordered again by the
        // next start if this one is cut short.
        let _ = self.update(|record| record.ending = record.ending.or(Some(SystemClock.now())));
        self.stop.cancel();
    }

    /// Forgets a pod that has ended.
    pub(super) fn remove(&self) {
        let record = self.record().clone();
        self.world.ports.give_back(&record.ports);
        disk::remove_dir(&self.folder());
        if let Ok(cgroups) = &self.world.cgroups {
            record.containers.keys().for_each(|name| cgroups.remove(&record.pod, name));
        }
    }

    /// The pod as others see it.
    pub(super) fn seen(&self) -> Pod {
        self.record().seen()
    }

    pub(super) fn name(&self) -> String {
        self.record().pod.clone()
    }

    /// Its folder.
    fn folder(&self) -> PathBuf {
        self.world.kept.pods.join(record::file_name(&self.record().pod))
    }

    /// Changes what is known, writes it down, and tells everybody.
    fn update(&self, change: impl FnOnce(&mut PodRecord)) -> Result<(), LiveError> {
        let folder = self.folder();
        let (before, after, saved) = {
            let mut record = self.record();
            let before = record.is_ready();
            change(&mut record);
            let after = record.is_ready();
            if before != after {
                record.ready_since = after.then(|| SystemClock.now());
            }
            // Under the lock, so that an older state never replaces a newer one.
            let saved = save(&folder, &record);
            (before, after, saved)
        };
        self.world.changed();
        let pod = self.name();
        match (before, after) {
            (false, true) => self.world.event(ProcessEvent::Ready { pod }),
            (true, false) => self.world.event(ProcessEvent::Unready { pod }),
            _ => {}
        }
        saved
    }

    /// Changes what is known of one container. A full disk stops no container that runs: what is
    /// not written down is found out again by the next start, or is a count that is one too low.
    fn update_container(&self, name: &str, change: impl FnOnce(&mut ContainerState)) {
        let saved = self.update(|record| {
            if let Some(state) = record.containers.get_mut(name) {
                change(state);
            }
        });
        if let Err(error) = saved {
            self.world.event(ProcessEvent::Note(error.reason()));
        }
    }

    fn state(&self, container: &str) -> ContainerState {
        self.record().containers.get(container).cloned().unwrap_or_default()
    }
}

fn save(folder: &Path, record: &PodRecord) -> Result<(), LiveError> {
    disk::make_dir_private(folder)?;
    record::save(&record::pod_file(folder), record)
}

impl PodRecord {
    /// Whether it takes requests: every container that stays has started and is ready.
    pub(super) fn is_ready(&self) -> bool {
        let staying = |name: &String| {
            let init = self.spec.init.iter().find(|container| container.name == *name);
            init.is_none_or(|container| container.sidecar)
        };
        let mut staying = self.containers.iter().filter(|(name, _)| staying(name)).peekable();
        self.ending.is_none()
            && self.outcome.is_none()
            && staying.peek().is_some()
            && staying.all(|(_, state)| state.ready)
    }

    /// Whether it has taken requests for as long as its workload asks before it counts.
    pub(super) fn is_available(&self, now: Timestamp, min_ready: std::time::Duration) -> bool {
        let since = self.ready_since.filter(|_| self.is_ready());
        since.is_some_and(|since| {
            std::time::Duration::try_from(now.duration_since(since)).unwrap_or_default()
                >= min_ready
        })
    }

    /// How often its containers were started again, in all.
    pub(super) fn restarts(&self) -> u32 {
        self.containers.values().map(|state| state.restarts).sum()
    }

    fn seen(&self) -> Pod {
        let waits = self.containers.values().any(|state| state.again_at.is_some());
        let over = self.outcome == Some(Outcome::Failed);
        let phase = if self.ending.is_some() {
            PodPhase::Terminating
        } else if waits || over {
            PodPhase::BackOff
        } else if self.is_ready() {
            PodPhase::Ready
        } else {
            PodPhase::Starting
        };
        let serving = self.spec.containers.iter().find(|container| !container.ports.is_empty());
        let lives = serving.is_none_or(|container| {
            let state = self.containers.get(&container.name);
            state.is_some_and(|state| state.life > 0 && state.again_at.is_none())
        });
        let port = self.ports.first().filter(|_| lives);
        Pod {
            name: self.pod.clone(),
            address: port.map(|(_, port)| SocketAddr::from((Ipv4Addr::LOCALHOST, *port))),
            ports: if lives { self.ports.clone() } else { Vec::new() },
            phase,
            restarts: self.restarts(),
        }
    }
}

impl Outcome {
    pub(super) fn well(self) -> bool {
        self == Self::Succeeded
    }
}
