//! The port `Fleets` on the processes of this machine: more or fewer copies of a workload.

use model::ports::{Clock as _, Epoch, Fault, FleetSeen, Fleets, JobOrder, JobSeen, ScaleOrder};

use super::Processes;
use super::controller::State;
use super::cron::Order;
use super::workload::Scaled;
use crate::limits::REPLICAS_MAX;
use crate::{LiveError, SystemClock};

/// How shifts name a schedule of this machine.
const SCHEDULE: &str = "cronjob/";

/// How shifts may name a workload of this machine.
const KINDS: [&str; 2] = ["deployment/", "process/"];

impl Fleets for Processes {
    async fn fleet(&self, fleet: &str) -> Result<FleetSeen, Fault> {
        let state = self.inner.state();
        let name = state.named(fleet)?;
        let seen = state.workloads[&name].seen(&name);
        let count = |pods: usize| u32::try_from(pods).unwrap_or(u32::MAX);
        Ok(FleetSeen {
            wanted: seen.wanted,
            running: count(seen.pods.len()),
            ready: count(seen.ready()),
        })
    }

    async fn scale(&self, order: &ScaleOrder) -> Result<(), Fault> {
        let mut state = self.inner.state();
        let name = state.named(&order.fleet)?;
        let Some(running) = state.workloads.get_mut(&name) else { return Ok(()) };
        let present = running.saved.scaled.map_or(Epoch::default(), |scaled| scaled.epoch);
        if order.epoch < present {
            let (given, present) = (order.epoch.0, present.0);
            return Err(LiveError::Epoch { rule: order.fleet.clone(), given, present }.into());
        }
        if order.replicas > REPLICAS_MAX {
            let limit = format!("{REPLICAS_MAX} copies at most");
            return Err(LiveError::Full { what: order.fleet.clone(), limit }.into());
        }
        let manifest =
            running.wanted.as_ref().map_or(running.saved.wanted, |wanted| wanted.replicas);
        let scaled = Scaled { replicas: order.replicas, manifest, epoch: order.epoch };
        running.saved.scaled = Some(scaled);
        running.saved.wanted = order.replicas;
        running.saved.save(&self.inner.world);
        drop(state);
        self.inner.reconcile();
        self.inner.world.changed();
        Ok(())
    }

    async fn job(&self, job: &str) -> Result<JobSeen, Fault> {
        let Some(name) = job.strip_prefix(SCHEDULE) else {
            // A worker is a fleet that takes its work from a queue: it works while it has copies.
            let fleet = self.fleet(job).await?;
            return Ok(JobSeen { enabled: fleet.wanted > 0, running: fleet.running });
        };
        let state = self.inner.state();
        let name = named(name, state.jobs.crons.keys()).ok_or_else(|| unknown("schedule", job))?;
        let enabled = state.jobs.crons[&name].enabled();
        Ok(JobSeen { enabled, running: state.jobs.running_of(&name) })
    }

    async fn set_job(&self, order: &JobOrder) -> Result<(), Fault> {
        let Some(name) = order.job.strip_prefix(SCHEDULE) else {
            return self.set_worker(order).await;
        };
        let mut state = self.inner.state();
        let name = named(name, state.jobs.crons.keys());
        let name = name.ok_or_else(|| unknown("schedule", &order.job))?;
        let Some(cron) = state.jobs.crons.get_mut(&name) else { return Ok(()) };
        let present = cron.saved.order.map_or(Epoch::default(), |present| present.epoch);
        if order.epoch < present {
            let (given, present) = (order.epoch.0, present.0);
            return Err(LiveError::Epoch { rule: order.job.clone(), given, present }.into());
        }
        if order.enabled && !cron.enabled() {
            // Whoever ran it before has run what was due until now.
            cron.saved.since = SystemClock.now();
        }
        let suspend = cron.wanted.as_ref().is_some_and(|wanted| wanted.suspend);
        cron.saved.order = Some(Order { enabled: order.enabled, suspend, epoch: order.epoch });
        cron.saved.save(&self.inner.world);
        drop(state);
        self.inner.world.changed();
        Ok(())
    }
}

impl Processes {
    /// A worker that is to work has the copies of its manifest, another one none.
    async fn set_worker(&self, order: &JobOrder) -> Result<(), Fault> {
        let replicas = {
            let state = self.inner.state();
            let running = &state.workloads[&state.named(&order.job)?];
            running.wanted.as_ref().map_or(1, |wanted| wanted.replicas).max(1)
        };
        let replicas = if order.enabled { replicas } else { 0 };
        let (fleet, epoch, seq) = (order.job.clone(), order.epoch, order.seq);
        self.scale(&ScaleOrder { fleet, replicas, epoch, seq }).await
    }
}

impl State {
    /// The workload that a shift calls `fleet`: with its namespace, or without if only one has the
    /// name.
    fn named(&self, fleet: &str) -> Result<String, LiveError> {
        let name = KINDS.iter().find_map(|kind| fleet.strip_prefix(kind));
        let name = name.ok_or_else(|| unknown("fleet", fleet))?;
        named(name, self.workloads.keys()).ok_or_else(|| unknown("fleet", fleet))
    }
}

/// The one of `all` that `name` means.
pub(super) fn named<'a>(
    name: &str,
    mut all: impl Iterator<Item = &'a String> + Clone,
) -> Option<String> {
    let name = name.strip_prefix("default/").unwrap_or(name);
    if let Some(exact) = all.clone().find(|one| *one == name) {
        return Some(exact.clone());
    }
    let fits = |one: &&String| one.rsplit_once('/').is_some_and(|(_, short)| short == name);
    let found = all.find(fits)?;
    (!all.any(|one| fits(&one))).then(|| found.clone())
}

fn unknown(kind: &'static str, name: &str) -> LiveError {
    LiveError::Unknown { kind, name: name.to_owned() }
}
