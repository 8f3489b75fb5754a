//! A fleet and its copies as data.

use std::collections::BTreeMap;

use model::facts;
use model::ports::Epoch;

use crate::process::CopyId;
use crate::script::{Behaviour, Platform, PodTerms};
use crate::time::Micros;

/// The copies of one side of a service.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// Its name, such as `ecs/dev/shop`.
    pub name: String,
    /// Its service.
    pub service: String,
    /// Which side of it.
    pub side: facts::Side,
    /// The target group of its copies.
    pub group: String,
    /// What runs it.
    pub platform: Platform,
    /// How its copies behave that are started from now on.
    pub behaviour: Behaviour,
    /// Kubernetes only: what protects a pod that ends.
    pub pod: PodTerms,
    /// Database connections that a copy holds.
    pub connections_per_copy: u32,
    /// How many copies were asked for.
    pub wanted: u32,
    /// The last order that it obeyed.
    pub last: (Epoch, u64),
    /// Its copies, until nothing is left of them.
    pub members: BTreeMap<CopyId, Member>,
    /// The fault that explains what copies lose that are started from now on.
    pub(crate) explained_by: Option<&'static str>,
    /// Additional time to ready of copies that are started from now on.
    pub(crate) slow_start: Micros,
    /// Time from its start to a copy's end out of memory; 0: never.
    pub(crate) out_of_memory: Micros,
    /// Ends out of memory so far: each makes the next start wait longer.
    pub(crate) crashes: u32,
    /// No start before this moment.
    pub(crate) not_before: Micros,
    /// Whether a pass of its scheduler is planned.
    pub(crate) pass_planned: bool,
    /// Whether a pass of the binding controller is planned.
    pub(crate) bind_planned: bool,
}

/// One copy as its fleet knows it.
#[derive(Debug, Clone)]
pub struct Member {
    /// The zone in which it runs.
    pub zone: u8,
    /// Kubernetes only: its node.
    pub node: Option<u32>,
    /// How far it is.
    pub phase: Phase,
    /// Whether it is in its target group.
    pub registered: Registered,
    /// Whether its target group says that it is healthy.
    pub healthy: bool,
    /// Kubernetes only: whether its readiness gate is True.
    pub gate_open: bool,
    /// When it was started.
    pub started: Micros,
}

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Started, has not said ready yet.
    Starting,
    /// Has said ready.
    Running,
    /// Told to end: it drains, or finishes its work.
    Leaving,
    /// Its process has ended and nobody has noticed yet.
    Dead,
    /// Its process has ended.
    Over,
}

/// Whether a copy is in its target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// Not, or not any more.
    No,
    /// It is.
    Yes,
    /// It is being taken out.
    Draining,
}

impl Fleet {
    /// Copies that run, ready or not, those that are ending among them.
    pub fn running(&self) -> u32 {
        let runs = |member: &&Member| {
            matches!(member.phase, Phase::Starting | Phase::Running | Phase::Leaving)
        };
        count(self.members.values().filter(runs))
    }

    /// Copies that are ready for requests, as the platform states it: on ECS those that their
    /// target group finds healthy, on Kubernetes those whose readiness (and gate) is True.
    pub fn ready(&self) -> u32 {
        let ready = |member: &&Member| member.phase == Phase::Running && self.is_ready(member);
        count(self.members.values().filter(ready))
    }

    fn is_ready(&self, member: &Member) -> bool {
        match self.platform {
            Platform::Ecs => member.healthy,
            Platform::Kubernetes => !self.pod.readiness_gate || member.gate_open,
        }
    }

    /// Copies that are to stay and that their target group finds healthy.
    pub fn healthy(&self) -> u32 {
        let stays = |member: &&Member| member.phase == Phase::Running && member.healthy;
        count(self.members.values().filter(stays))
    }

    /// Copies that count for the number wanted: those that are to stay.
    pub fn staying(&self) -> u32 {
        let stays = |member: &&Member| {
            matches!(member.phase, Phase::Starting | Phase::Running | Phase::Dead)
        };
        count(self.members.values().filter(stays))
    }

    /// Pods that may be taken away on purpose now, as the budget counts them.
    pub fn disruptions_allowed(&self) -> u32 {
        match self.platform {
            Platform::Kubernetes => self.ready().saturating_sub(self.pod.min_available),
            Platform::Ecs => self.ready(),
        }
    }

    /// How many of its copies are to stay in each of the three zones.
    pub(crate) fn by_zone(&self) -> [u32; 3] {
        let mut zones = [0_u32; 3];
        for member in self.members.values() {
            if matches!(member.phase, Phase::Starting | Phase::Running)
                && let Some(zone) = zones.get_mut(usize::from(member.zone))
            {
                *zone += 1;
            }
        }
        zones
    }
}

fn count<'a>(members: impl Iterator<Item = &'a Member>) -> u32 {
    u32::try_from(members.count()).unwrap_or(u32::MAX)
}
