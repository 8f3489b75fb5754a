//! The end of everything at once: no grace, no hooks, no requests waited for.

use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use super::Processes;
use super::identity::Identity;
use super::pod::PodTask;
use super::record::{self, LifeRecord};
use crate::limits::PROCESS_LOOK;

/// How long a shim may take to write down what it has just started.
const WAIT: Duration = Duration::from_secs(2);

impl Processes {
    /// Kills every kept process and looks after nothing any more. Tied ones end with this value.
    /// Returns when all have ended, or when that takes too long.
    pub async fn kill(&self) {
        self.leave();
        let ended = async {
            while self.kill_some() {
                tokio::time::sleep(PROCESS_LOOK).await;
            }
        };
        let _ = tokio::time::timeout(WAIT, ended).await;
    }

    /// Kills what runs by now; true if something may still be there.
    fn kill_some(&self) -> bool {
        let kept = &self.inner.world.kept;
        let state = self.inner.state();
        let pods = state.workloads.values().flat_map(|running| running.pods.values());
        let jobs = state.jobs.jobs.values().flat_map(|job| job.pods.values());
        let mut left = false;
        for pod in pods.chain(jobs) {
            left |= kill(pod, &kept.pods);
        }
        left
    }
}

/// Kills the containers of a pod. A shim ends by itself, when it has written down how they went;
/// one that is about to start something is waited for.
fn kill(pod: &PodTask, pods: &Path) -> bool {
    let record = pod.record().clone();
    let mut left = false;
    for (name, container) in &record.containers {
        if !container.shim.is_some_and(Identity::alive) {
            continue;
        }
        left = true;
        let file = record::life_file(&pods.join(record::file_name(&record.pod)), name);
        let life: Option<LifeRecord> = record::load(&file);
        let life = life.filter(|life| life.life == container.life);
        if let Some(process) = life.and_then(|life| life.process) {
            process.signal(Signal::KILL);
        }
    }
    left
}
