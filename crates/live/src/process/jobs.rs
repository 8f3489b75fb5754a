//! Jobs and schedules among everything that runs: reading, looking, asking.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::ports::{Clock as _, PodPhase};
use serde_json::Value;

use super::controller::State;
use super::cron::{CronJob, CronSaved, CronWanted, Policy};
use super::job::{Job, JobSaved, JobWanted, Over, since};
use super::pod::PodTask;
use super::record::{self, Outcome};
use super::spec::Reader;
use super::world::World;
use super::{ProcessEvent, Processes, workload};
use crate::{LiveError, SystemClock, disk};

/// Longest time between two looks at a schedule: a clock that was set is noticed.
const LOOK_MAX: Duration = Duration::from_secs(30);

/// A Job or a CronJob as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStatus {
    /// `job/NAME` or `cronjob/NAME`.
    pub name: String,
    /// Whether it may start work.
    pub enabled: bool,
    /// Pods at work.
    pub running: u32,
    /// Pods that did their work; of a CronJob, jobs that are remembered.
    pub succeeded: u32,
    /// Pods that failed; of a CronJob, jobs that are remembered.
    pub failed: u32,
    /// When its next job is due.
    pub next: Option<Timestamp>,
}

/// Jobs and schedules by name.
#[derive(Default)]
pub(super) struct Jobs {
    pub(super) jobs: BTreeMap<String, Job>,
    pub(super) crons: BTreeMap<String, CronJob>,
}

impl Processes {
    /// Every Job and CronJob, the jobs of schedules among them.
    pub fn jobs(&self) -> Vec<JobStatus> {
        let (state, now) = (self.inner.state(), SystemClock.now());
        let jobs = state.jobs.jobs.iter().map(|(name, job)| JobStatus {
            name: format!("job/{name}"),
            enabled: job.wanted.as_ref().is_some_and(|wanted| !wanted.suspend),
            running: job.running(),
            succeeded: job.saved.count(Outcome::Succeeded),
            failed: job.saved.count(Outcome::Failed),
            next: None,
        });
        let crons = state.jobs.crons.iter().map(|(name, cron)| {
            let ended = |well: bool| state.jobs.ended(name, well).len();
            let count = |ended: usize| u32::try_from(ended).unwrap_or(u32::MAX);
            JobStatus {
                name: format!("cronjob/{name}"),
                enabled: cron.enabled(),
                running: state.jobs.running_of(name),
                succeeded: count(ended(true)),
                failed: count(ended(false)),
                next: cron.next(now),
            }
        });
        jobs.chain(crons).collect()
    }
}

impl Job {
    pub(super) fn running(&self) -> u32 {
        let at_work = |pod: &&Arc<PodTask>| pod.seen().phase != PodPhase::Terminating;
        u32::try_from(self.pods.values().filter(at_work).count()).unwrap_or(u32::MAX)
    }
}

impl Jobs {
    /// Takes over what an earlier run has kept.
    pub(super) fn adopt(&mut self, world: &World) -> Result<(), LiveError> {
        let kept = &world.kept;
        for file in disk::files_in(&kept.folder.join("jobs"))? {
            if let Some(saved) = record::load::<JobSaved>(&file) {
                let (name, pods) = (saved.name.clone(), BTreeMap::new());
                self.jobs.insert(name, Job { wanted: None, saved, pods, deleted: false });
            }
        }
        for file in disk::files_in(&kept.folder.join("cronjobs"))? {
            if let Some(saved) = record::load::<CronSaved>(&file) {
                self.crons.insert(saved.name.clone(), CronJob { wanted: None, saved });
            }
        }
        Ok(())
    }

    /// Takes over a pod of a job; one of no job that is known ends.
    pub(super) fn adopt_pod(&mut self, job: &str, index: u32, pod: Arc<PodTask>) {
        let Some(job) = self.jobs.get_mut(job) else {
            pod.end();
            return;
        };
        job.pods.insert(index, pod);
    }

    /// Obeys one Job.
    pub(super) fn want_job(
        &mut self,
        name: &str,
        object: &Value,
        reader: &Reader<'_>,
        world: &World,
    ) -> Result<(), LiveError> {
        let wanted = JobWanted::read(name, object, &object["spec"], reader)?;
        let new = || {
            let saved = JobSaved::new(name, None, &wanted, SystemClock.now());
            saved.save(world)?;
            wanted.left.iter().for_each(|left| world.event(ProcessEvent::Note(left.clone())));
            Ok::<_, LiveError>(Job { wanted: None, saved, pods: BTreeMap::new(), deleted: false })
        };
        let job = match self.jobs.get_mut(name) {
            Some(job) => job,
            None => self.jobs.entry(name.to_owned()).or_insert(new()?),
        };
        if job.saved.revision != wanted.revision {
            let reason = Reason::new(&model::code::live::CHANGED).with("workload", name);
            return Err(LiveError::Unrunnable { reason: Box::new(reason) });
        }
        job.wanted = Some(wanted);
        Ok(())
    }

    /// Obeys one CronJob.
    pub(super) fn want_cron(
        &mut self,
        name: &str,
        object: &Value,
        reader: &Reader<'_>,
        world: &World,
    ) -> Result<(), LiveError> {
        let wanted = CronWanted::read(name, object, reader)?;
        let of = |job: &&mut Job| job.saved.owner.as_deref() == Some(name) && job.wanted.is_none();
        for job in self.jobs.values_mut().filter(of) {
            job.wanted = Some(wanted.job.clone());
        }
        let cron = self.crons.entry(name.to_owned()).or_insert_with(|| {
            let saved = CronSaved::load(world, name, SystemClock.now());
            saved.save(world);
            CronJob { wanted: None, saved }
        });
        if cron.wanted.as_ref() != Some(&wanted) {
            let left = wanted.job.left.iter();
            left.for_each(|left| world.event(ProcessEvent::Note(left.clone())));
        }
        cron.wanted = Some(wanted);
        Ok(())
    }

    /// One look at all; the time to the next.
    pub(super) fn reconcile(&mut self, now: Timestamp, world: &Arc<World>) -> Option<Duration> {
        let names: Vec<String> = self.crons.keys().cloned().collect();
        let mut wait = names.iter().filter_map(|name| self.tick(name, now, world)).min();
        for job in self.jobs.values_mut() {
            wait = wait.into_iter().chain(job.reconcile(now, world)).min();
        }
        self.forget(world);
        wait
    }

    /// One look at one schedule.
    fn tick(&mut self, name: &str, now: Timestamp, world: &Arc<World>) -> Option<Duration> {
        let cron = self.crons.get(name)?;
        let next = cron.next(now)?;
        let wait = since(now, next).min(LOOK_MAX);
        let (Some(at), Some(wanted)) = (cron.due(now), cron.wanted.clone()) else {
            return Some(wait);
        };
        let of =
            |job: &&mut Job| job.saved.owner.as_deref() == Some(name) && job.saved.over.is_none();
        if wanted.policy != Policy::Allow {
            let mut before = self.jobs.values_mut().filter(of).peekable();
            if wanted.policy == Policy::Forbid && before.peek().is_some() {
                return Some(wait);
            }
            before.for_each(|job| job.deleted = true);
        }
        let job = self.crons.get(name)?.job_at(at);
        if let Entry::Vacant(place) = self.jobs.entry(job) {
            let saved = JobSaved::new(place.key(), Some(name), &wanted.job, now);
            // First the job, then that its time is past: a job is never left out, and the name
            // keeps it from being made twice.
            if let Err(error) = saved.save(world) {
                world.event(ProcessEvent::Note(error.reason()));
                return Some(Duration::from_secs(5));
            }
            let (wanted, pods) = (Some(wanted.job), BTreeMap::new());
            place.insert(Job { wanted, saved, pods, deleted: false });
        }
        let cron = self.crons.get_mut(name)?;
        cron.saved.since = at;
        cron.saved.save(world);
        Some(wait)
    }

    /// Jobs of a schedule that have ended, well or not, oldest first.
    fn ended(&self, cron: &str, well: bool) -> Vec<String> {
        let of = |job: &&Job| job.saved.owner.as_deref() == Some(cron);
        let so =
            |job: &&Job| job.saved.over.is_some_and(|(_, over)| (over == Over::Complete) == well);
        let mut jobs: Vec<&Job> = self.jobs.values().filter(of).filter(so).collect();
        jobs.sort_by_key(|job| job.saved.began);
        jobs.iter().map(|job| job.saved.name.clone()).collect()
    }

    /// Pods at work for a schedule.
    pub(super) fn running_of(&self, cron: &str) -> u32 {
        let of = |job: &&Job| job.saved.owner.as_deref() == Some(cron);
        self.jobs.values().filter(of).map(Job::running).sum()
    }

    /// Forgets what was deleted, and ended jobs of schedules beyond what is remembered.
    fn forget(&mut self, world: &World) {
        for (name, cron) in &self.crons {
            let Some(wanted) = &cron.wanted else { continue };
            for (well, most) in [(true, wanted.history.0), (false, wanted.history.1)] {
                let ended = self.ended(name, well);
                let beyond =
                    ended.len().saturating_sub(usize::try_from(most).unwrap_or(usize::MAX));
                for name in &ended[..beyond] {
                    if let Some(job) = self.jobs.get_mut(name) {
                        job.deleted = true;
                    }
                }
            }
        }
        let gone = |job: &Job| job.deleted && job.pods.is_empty();
        let names: BTreeSet<String> =
            self.jobs.iter().filter(|(_, job)| gone(job)).map(|(name, _)| name.clone()).collect();
        for name in names {
            let Some(job) = self.jobs.remove(&name) else { continue };
            job.saved.remove(world);
            for index in 0..job.saved.next {
                let log = format!("{}-run-{index}.log", record::file_name(&name));
                let _ = disk::remove_file(&world.config.logs.join(log));
            }
        }
    }

    /// Ends what `keep` does not name.
    pub(super) fn keep_only(&mut self, keep: &BTreeSet<(String, String)>, world: &World) {
        let named = |kind: &str, name: &str| keep.contains(&(kind.to_owned(), name.to_owned()));
        let gone: Vec<String> =
            self.crons.keys().filter(|name| !named("CronJob", name)).cloned().collect();
        for name in &gone {
            if let Some(cron) = self.crons.remove(name) {
                cron.saved.remove(world);
            }
        }
        for (name, job) in &mut self.jobs {
            let stays = match &job.saved.owner {
                Some(owner) => !gone.contains(owner),
                None => named("Job", name),
            };
            job.deleted |= !stays;
        }
    }
}

impl State {
    /// What a manifest of a job says, obeyed.
    pub(super) fn want_jobs(
        &mut self,
        object: &Value,
        reader: &Reader<'_>,
        world: &World,
    ) -> Result<(), LiveError> {
        let Some(name) = workload::name(object) else { return Ok(()) };
        match object["kind"].as_str() {
            Some("Job") => self.jobs.want_job(&name, object, reader, world),
            Some("CronJob") => self.jobs.want_cron(&name, object, reader, world),
            _ => Ok(()),
        }
    }
}
