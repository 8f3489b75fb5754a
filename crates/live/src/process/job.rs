//! A Job: pods that run to their end, so many well, so many failures at most.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ProcessEvent;
use super::pod::PodTask;
use super::record::{self, Outcome};
use super::spec::{PodSpec, Reader, Restart, count};
use super::world::World;
use crate::{LiveError, disk};

/// First wait before a failed pod of a job is followed by another, and the longest: Kubernetes'.
const RETRY_FIRST: Duration = Duration::from_secs(10);
const RETRY_MAX: Duration = Duration::from_mins(6);

/// What a Job asks for; defaults are Kubernetes'.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JobWanted {
    pub(super) pod: Arc<PodSpec>,
    pub(super) revision: String,
    pub(super) completions: u32,
    pub(super) parallelism: u32,
    pub(super) failures_max: u32,
    pub(super) deadline: Option<Duration>,
    pub(super) suspend: bool,
    pub(super) left: Vec<Reason>,
}

/// What is kept of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobSaved {
    pub(super) name: String,
    /// The CronJob that it was made by.
    pub(super) owner: Option<String>,
    pub(super) revision: String,
    pub(super) began: Timestamp,
    /// Number of the next pod.
    pub(super) next: u32,
    /// How its pods ended, each counted once.
    pub(super) ended: BTreeMap<u32, Outcome>,
    /// When the last one failed.
    pub(super) failed_at: Option<Timestamp>,
    /// When and how it was over.
    pub(super) over: Option<(Timestamp, Over)>,
}

/// How a job was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Over {
    Complete,
    BackoffLimitExceeded,
    DeadlineExceeded,
    /// Its manifest has changed, so that no pod can follow one that was lost.
    Changed,
}

/// One job with its pods.
pub(super) struct Job {
    pub(super) wanted: Option<JobWanted>,
    pub(super) saved: JobSaved,
    pub(super) pods: BTreeMap<u32, Arc<PodTask>>,
    pub(super) deleted: bool,
}

impl JobWanted {
    /// Reads the `spec` of a Job, or that of a CronJob's template.
    pub(super) fn read(
        name: &str,
        object: &Value,
        spec: &Value,
        reader: &Reader<'_>,
    ) -> Result<Self, LiveError> {
        let template = &spec["template"];
        let restart = match template["spec"]["restartPolicy"].as_str() {
            Some("OnFailure") => Restart::OnFailure,
            _ => Restart::Never,
        };
        let read = reader.pod(name, object, template, restart)?;
        let completions = count(&spec["completions"], 1);
        Ok(Self {
            revision: read.spec.revision(),
            pod: Arc::new(read.spec),
            completions,
            parallelism: count(&spec["parallelism"], 1).min(crate::limits::REPLICAS_MAX),
            failures_max: count(&spec["backoffLimit"], 6),
            deadline: spec["activeDeadlineSeconds"].as_u64().map(Duration::from_secs),
            suspend: spec["suspend"] == true,
            left: read.left,
        })
    }
}

impl JobSaved {
    pub(super) fn new(name: &str, owner: Option<&str>, wanted: &JobWanted, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            owner: owner.map(str::to_owned),
            revision: wanted.revision.clone(),
            began: now,
            next: 0,
            ended: BTreeMap::new(),
            failed_at: None,
            over: None,
        }
    }

    fn file(folder: &Path, name: &str) -> PathBuf {
        folder.join("jobs").join(format!("{}.json", record::file_name(name)))
    }

    pub(super) fn save(&self, world: &World) -> Result<(), LiveError> {
        let kept = &world.kept;
        record::save(&Self::file(&kept.folder, &self.name), self)
    }

    pub(super) fn remove(&self, world: &World) {
        let kept = &world.kept;
        let _ = disk::remove_file(&Self::file(&kept.folder, &self.name));
    }

    /// How many of its pods ended so.
    pub(super) fn count(&self, outcome: Outcome) -> u32 {
        let ended = self.ended.values().filter(|ended| **ended == outcome);
        u32::try_from(ended.count()).unwrap_or(u32::MAX)
    }
}

impl Job {
    /// The name that its pods are owned by.
    pub(super) fn owner(name: &str) -> String {
        format!("job:{name}")
    }

    /// The job that an owner of a pod is, if it is one.
    pub(super) fn owned(owner: &str) -> Option<&str> {
        owner.strip_prefix("job:")
    }

    /// One look; the time to the next if there is to be one without a bell.
    pub(super) fn reconcile(&mut self, now: Timestamp, world: &Arc<World>) -> Option<Duration> {
        if let Err(error) = self.count_ended(now, world) {
            // It is counted again later: nothing may be started on a count that may get lost.
            world.event(ProcessEvent::Note(error.reason()));
            return Some(Duration::from_secs(5));
        }
        if self.saved.over.is_none() && !self.deleted {
            self.judge(now, world);
        }
        let suspended = self.wanted.as_ref().is_some_and(|wanted| wanted.suspend);
        if self.deleted || self.saved.over.is_some() || suspended {
            self.pods
                .values()
                .filter(|pod| pod.record().ending.is_none())
                .for_each(|pod| pod.end());
            return None;
        }
        let wanted = self.wanted.clone()?;
        for pod in self.pods.values() {
            pod.complete(&wanted.pod);
        }
        let wait = self.start_more(&wanted, now, world);
        let left =
            wanted.deadline.map(|deadline| deadline.saturating_sub(since(self.saved.began, now)));
        wait.into_iter().chain(left).min()
    }

    /// Counts pods that have ended, and forgets them. The count is kept first.
    fn count_ended(&mut self, now: Timestamp, world: &World) -> Result<(), LiveError> {
        let ended: Vec<(u32, Outcome)> = self
            .pods
            .iter()
            .filter_map(|(index, pod)| Some((*index, pod.record().outcome?)))
            .collect();
        for (index, outcome) in ended {
            if self.saved.ended.insert(index, outcome).is_none() && outcome == Outcome::Failed {
                self.saved.failed_at = Some(now);
            }
            self.saved.save(world)?;
            if let Some(pod) = self.pods.remove(&index) {
                pod.remove();
            }
        }
        Ok(())
    }

    /// Says whether it is over.
    fn judge(&mut self, now: Timestamp, world: &World) {
        let Some(wanted) = &self.wanted else { return };
        let again: u32 = self.pods.values().map(|pod| pod.record().restarts()).sum();
        let failures = self.saved.count(Outcome::Failed).saturating_add(again);
        let late = wanted.deadline.is_some_and(|deadline| since(self.saved.began, now) >= deadline);
        let over = if self.saved.count(Outcome::Succeeded) >= wanted.completions {
            Over::Complete
        } else if failures > wanted.failures_max {
            Over::BackoffLimitExceeded
        } else if late {
            Over::DeadlineExceeded
        } else if wanted.revision != self.saved.revision && self.pods.is_empty() {
            Over::Changed
        } else {
            return;
        };
        self.saved.over = Some((now, over));
        if let Err(error) = self.saved.save(world) {
            world.event(ProcessEvent::Note(error.reason()));
        }
        world.changed();
    }

    fn start_more(
        &mut self,
        wanted: &JobWanted,
        now: Timestamp,
        world: &Arc<World>,
    ) -> Option<Duration> {
        if wanted.revision != self.saved.revision {
            return None;
        }
        let failed = self.saved.count(Outcome::Failed);
        if let Some(at) = self.saved.failed_at {
            let first = RETRY_FIRST.min(world.config.back_off.first);
            let wait = first.saturating_mul(1 << failed.saturating_sub(1).min(16)).min(RETRY_MAX);
            let left = wait.saturating_sub(since(at, now));
            if !left.is_zero() {
                return Some(left);
            }
        }
        let well = self.saved.count(Outcome::Succeeded);
        let active = u32::try_from(self.pods.len()).unwrap_or(u32::MAX);
        let more = wanted.completions.saturating_sub(well).min(wanted.parallelism);
        for _ in active..more {
            let index = self.saved.next;
            self.saved.next += 1;
            // A number is used once, also when the program ends right here.
            if let Err(error) = self.saved.save(world) {
                world.event(ProcessEvent::Note(error.reason()));
                return Some(Duration::from_secs(5));
            }
            let (owner, base) = (Self::owner(&self.saved.name), format!("{}-run", self.saved.name));
            let pod = Arc::new(PodTask::new(world, &owner, &base, index, &wanted.pod));
            tokio::spawn(Arc::clone(&pod).run());
            self.pods.insert(index, pod);
        }
        None
    }
}

/// How long ago something was; nothing if it is ahead.
pub(super) fn since(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}
