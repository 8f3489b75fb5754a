//! A CronJob: jobs by schedule, as Kubernetes makes them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use model::ports::Epoch;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ProcessEvent;
use super::job::JobWanted;
use super::record;
use super::schedule::Schedule;
use super::spec::{Reader, count};
use super::world::World;
use crate::{LiveError, disk};

/// What a CronJob asks for; defaults are Kubernetes'.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CronWanted {
    pub(super) schedule: Schedule,
    pub(super) job: JobWanted,
    pub(super) policy: Policy,
    /// How late a job may begin.
    pub(super) deadline: Option<Duration>,
    pub(super) suspend: bool,
    /// Ended jobs that are remembered: well, failed.
    pub(super) history: (u32, u32),
}

/// What becomes of a job that is due while one before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// Both run.
    Allow,
    /// It waits, and is left out when the next is due.
    Forbid,
    /// The one before is ended.
    Replace,
}

/// What is kept of a CronJob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CronSaved {
    pub(super) name: String,
    /// Nothing that was due before is made up for.
    pub(super) since: Timestamp,
    /// The last order to let it run or not.
    pub(super) order: Option<Order>,
}

/// An order to let a schedule run, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    pub(super) enabled: bool,
    /// What the manifest said then: when it says something else, that counts.
    pub(super) suspend: bool,
    pub(super) epoch: Epoch,
}

/// One schedule.
pub(super) struct CronJob {
    pub(super) wanted: Option<CronWanted>,
    pub(super) saved: CronSaved,
}

impl CronWanted {
    pub(super) fn read(name: &str, object: &Value, reader: &Reader<'_>) -> Result<Self, LiveError> {
        let spec = &object["spec"];
        let wrong = |cause: String| LiveError::Manifest { workload: name.to_owned(), cause };
        let policy = match spec["concurrencyPolicy"].as_str() {
            None | Some("Allow") => Policy::Allow,
            Some("Forbid") => Policy::Forbid,
            Some("Replace") => Policy::Replace,
            Some(other) => return Err(wrong(format!("concurrencyPolicy {other} is not known"))),
        };
        Ok(Self {
            schedule: Schedule::read(spec).map_err(wrong)?,
            job: JobWanted::read(name, object, &spec["jobTemplate"]["spec"], reader)?,
            policy,
            deadline: spec["startingDeadlineSeconds"].as_u64().map(Duration::from_secs),
            suspend: spec["suspend"] == true,
            history: (
                count(&spec["successfulJobsHistoryLimit"], 3),
                count(&spec["failedJobsHistoryLimit"], 1),
            ),
        })
    }
}

impl CronSaved {
    /// As it was kept, or new from `now` on.
    pub(super) fn load(world: &World, name: &str, now: Timestamp) -> Self {
        let none = || Self { name: name.to_owned(), since: now, order: None };
        let kept = &world.kept;
        record::load(&Self::file(&kept.folder, name)).unwrap_or_else(none)
    }

    fn file(folder: &Path, name: &str) -> PathBuf {
        folder.join("cronjobs").join(format!("{}.json", record::file_name(name)))
    }

    pub(super) fn save(&self, world: &World) {
        let kept = &world.kept;
        if let Err(error) = record::save(&Self::file(&kept.folder, &self.name), self) {
            world.event(ProcessEvent::Note(error.reason()));
        }
    }

    pub(super) fn remove(&self, world: &World) {
        let kept = &world.kept;
        let _ = disk::remove_file(&Self::file(&kept.folder, &self.name));
    }
}

impl CronJob {
    /// Whether it starts jobs.
    pub(super) fn enabled(&self) -> bool {
        let Some(wanted) = &self.wanted else { return false };
        let order = self.saved.order.filter(|order| order.suspend == wanted.suspend);
        order.map_or(!wanted.suspend, |order| order.enabled)
    }

    /// When the next job is due, after now.
    pub(super) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        self.wanted.as_ref().filter(|_| self.enabled())?.schedule.next(now)
    }

    /// The time that is due now, if one is.
    pub(super) fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let wanted = self.wanted.as_ref().filter(|_| self.enabled())?;
        wanted.schedule.due(self.saved.since, now, wanted.deadline)
    }

    /// The name of the job of one time, the same at every start.
    pub(super) fn job_at(&self, at: Timestamp) -> String {
        format!("{}-{}", self.saved.name, at.as_second() / 60)
    }
}
