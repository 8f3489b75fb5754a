//! The port `Fleets` on the processes of this machine: more or fewer copies of a workload.

use std::sync::{Arc, PoisonError};

use model::ports::{Fault, FleetSeen, Fleets, JobOrder, JobSeen, Pod, PodPhase, ScaleOrder};

use super::{Copy, Processes, Running};
use crate::LiveError;

/// A workload of this machine, as shifts name it.
const KIND: &str = "process/";

impl Fleets for Processes {
    async fn fleet(&self, fleet: &str) -> Result<FleetSeen, Fault> {
        let running = self.running();
        let workload = running.get(name(fleet)?).ok_or_else(|| unknown("fleet", fleet))?;
        let pods: Vec<Pod> = workload.pods.values().filter_map(Copy::alive).collect();
        let count = |ready: bool| {
            let pods = pods.iter().filter(|pod| !ready || pod.phase == PodPhase::Ready);
            u32::try_from(pods.count()).unwrap_or(u32::MAX)
        };
        Ok(FleetSeen { wanted: workload.wanted(), running: count(false), ready: count(true) })
    }

    async fn scale(&self, order: &ScaleOrder) -> Result<(), Fault> {
        let mut running = self.running();
        let name = name(&order.fleet)?;
        let workload = running.get_mut(name).ok_or_else(|| unknown("fleet", &order.fleet))?;
        if order.epoch < workload.epoch {
            let (given, present) = (order.epoch.0, workload.epoch.0);
            let rule = order.fleet.clone();
            return Err(LiveError::Epoch { rule, given, present }.into());
        }
        workload.epoch = order.epoch;
        workload.pods.retain(|_, copy| copy.alive().is_some());
        let mut present = workload.wanted();
        while present < order.replicas {
            let taken = |index: &u32| workload.pods.contains_key(index);
            let index = (0..u32::MAX).find(|index| !taken(index)).unwrap_or(u32::MAX);
            self.start_pod(workload, index);
            present += 1;
        }
        let above = workload.pods.values_mut().rev().filter(|copy| !copy.leaving);
        for copy in above.take(usize::try_from(present - order.replicas).unwrap_or(0)) {
            copy.leaving = true;
            copy.stop.cancel();
        }
        Ok(())
    }

    async fn job(&self, job: &str) -> Result<JobSeen, Fault> {
        // Nothing here runs by schedule.
        Err(unknown("schedule or worker", job).into())
    }

    async fn set_job(&self, order: &JobOrder) -> Result<(), Fault> {
        Err(unknown("schedule or worker", &order.job).into())
    }
}

impl Running {
    /// Copies that are to run.
    fn wanted(&self) -> u32 {
        let staying = self.pods.values().filter(|copy| !copy.leaving).count();
        u32::try_from(staying).unwrap_or(u32::MAX)
    }
}

impl Copy {
    /// The pod, unless it was told to end and has: its supervisor let go of it.
    fn alive(&self) -> Option<Pod> {
        let ended = self.leaving && Arc::strong_count(&self.pod) == 1;
        (!ended).then(|| self.pod.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn name(fleet: &str) -> Result<&str, LiveError> {
    fleet.strip_prefix(KIND).ok_or_else(|| unknown("fleet", fleet))
}

fn unknown(kind: &'static str, name: &str) -> LiveError {
    LiveError::Unknown { kind, name: name.to_owned() }
}
