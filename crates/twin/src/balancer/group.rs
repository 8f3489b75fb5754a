//! A target group: its targets as the balancer sees them, and who may get the next request.

use std::collections::BTreeSet;

use model::ports::latency::BUCKETS;
use model::ports::{Counts, GroupSeen, Latency};

use crate::clients::{Origin, why};
use crate::process::CopyId;
use crate::script::TargetGroup;
use crate::time::Micros;

/// Nodes of a balancer: one a zone.
pub const NODES: usize = 3;

/// What the health checks of a target said so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Registered, and no verdict yet.
    Initial,
    /// It gets requests.
    Healthy,
    /// It gets none, unless all are so.
    Unhealthy,
}

/// A copy in a group.
#[derive(Debug, Clone)]
pub struct Target {
    /// The copy.
    pub copy: CopyId,
    /// Its zone.
    pub zone: u8,
    /// What its checks said so far.
    pub health: Health,
    /// Good checks in a row.
    pub good: u32,
    /// Bad checks in a row.
    pub bad: u32,
    /// When its checks happen within the interval.
    pub phase: Micros,
    /// Whether the next check is planned: none is while nothing can come of it.
    pub planned: bool,
    /// Number of this registration; events of an earlier one are void.
    pub registration: u64,
    /// While it leaves: which nodes know.
    pub leaving: Option<[bool; NODES]>,
}

/// A fault that explains what a group loses.
#[derive(Debug, Clone, Copy)]
pub struct Blame {
    /// Its name.
    pub fault: &'static str,
    /// Until when it explains anything.
    pub until: Micros,
    /// How many targets were healthy before: with so many again, it is over.
    pub healthy_before: u32,
}

/// A target group.
pub struct Group {
    /// Its name.
    pub name: String,
    /// The balancer that it hangs on; a group has one at most.
    pub balancer: String,
    /// Health checks, draining, stickiness.
    pub settings: TargetGroup,
    /// Its targets, in the order of registration.
    pub targets: Vec<Target>,
    /// The fault that explains what it loses now.
    pub blame: Option<Blame>,
    /// Requests so far; the ends are counted when they come.
    pub counts: Counts,
    /// When it was chosen for a request last.
    pub last_request: Option<Micros>,
    /// How long answers took, by bucket.
    pub latency: [u64; BUCKETS],
    open: [Vec<CopyId>; NODES],
    turn: [usize; NODES],
    empty: &'static str,
}

impl Group {
    /// A group without targets.
    pub fn new(name: &str, balancer: &str, settings: &TargetGroup) -> Self {
        Self {
            name: name.to_owned(),
            balancer: balancer.to_owned(),
            settings: settings.clone(),
            targets: Vec::new(),
            blame: None,
            counts: Counts::default(),
            last_request: None,
            latency: [0; BUCKETS],
            open: [const { Vec::new() }; NODES],
            turn: [0; NODES],
            empty: why::EMPTY,
        }
    }

    /// The copy that gets the next request through `node`, or why there is none.
    pub fn pick(&mut self, node: usize) -> Result<CopyId, &'static str> {
        let open = &self.open[node];
        let turn = &mut self.turn[node];
        *turn += 1;
        if *turn >= open.len() {
            *turn = 0;
        }
        open.get(*turn).copied().ok_or(self.empty)
    }

    /// A copy that a request through `node` may reach, for a draw from 0 to 1; nobody's turn
    /// changes.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    pub fn reach(&self, node: usize, draw: f64) -> Option<CopyId> {
        let open = &self.open[node];
        open.get((draw * open.len() as f64) as usize).copied()
    }

    /// Works out anew who may get requests: the healthy; if all are unhealthy, all of those (fail
    /// open); never one that is new, or known to leave.
    pub fn refresh(&mut self) {
        for node in 0..NODES {
            let here = self.targets.iter().filter(|target| target.is_known_here(node));
            let of = |health: Health| -> Vec<CopyId> {
                let some = here.clone().filter(|target| target.health == health);
                some.map(|target| target.copy).collect()
            };
            let healthy = of(Health::Healthy);
            self.open[node] = if healthy.is_empty() { of(Health::Unhealthy) } else { healthy };
        }
        self.empty = if self.targets.is_empty() { why::EMPTY } else { why::NONE_USABLE };
    }

    /// The target of `copy`.
    pub fn target(&self, copy: CopyId) -> Option<&Target> {
        self.targets.iter().find(|target| target.copy == copy)
    }

    /// The same, to change it; [`Self::refresh`] afterwards.
    pub fn target_mut(&mut self, copy: CopyId) -> Option<&mut Target> {
        self.targets.iter_mut().find(|target| target.copy == copy)
    }

    /// Healthy targets that are not leaving.
    pub fn healthy(&self) -> u32 {
        count(self.staying().filter(|target| target.health == Health::Healthy))
    }

    /// Whether Route 53 calls a balancer with this group unhealthy: it has no healthy target.
    pub fn is_dark(&self) -> bool {
        self.healthy() == 0
    }

    /// What the control plane says of it.
    pub fn seen(&self) -> GroupSeen {
        let healthy = self.staying().filter(|target| target.health == Health::Healthy);
        let zones: BTreeSet<u8> = healthy.map(|target| target.zone).collect();
        GroupSeen {
            healthy: self.healthy(),
            total: count(self.staying()),
            zones: u32::try_from(zones.len()).unwrap_or(u32::MAX),
            counts: self.counts,
            latency: self.histogram(),
        }
    }

    /// How long the answers so far took.
    pub fn histogram(&self) -> Latency {
        (0..=u8::MAX).zip(self.latency.iter().copied()).collect()
    }

    /// Whose act it is when the group as a whole loses a request at `now`.
    pub fn origin(&self, now: Micros) -> Origin {
        let blame = self.blame.filter(|blame| now < blame.until);
        blame.map_or(Origin::Segue, |blame| Origin::Fault(blame.fault))
    }

    fn staying(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.leaving.is_none())
    }
}

impl Target {
    /// Whether `node` does not know yet that it leaves.
    fn is_known_here(&self, node: usize) -> bool {
        self.leaving.is_none_or(|knows| !knows[node])
    }

    /// Whether another check could change anything while the copy says `answer`.
    pub fn is_settled(&self, answer: bool) -> bool {
        match self.health {
            Health::Initial => false,
            Health::Healthy => answer && self.bad == 0,
            Health::Unhealthy => !answer && self.good == 0,
        }
    }

    /// Takes in a check; true if the verdict changes.
    pub fn check(&mut self, answer: bool, settings: &TargetGroup) -> bool {
        (self.good, self.bad) = if answer { (self.good + 1, 0) } else { (0, self.bad + 1) };
        let next = match self.health {
            // A new target needs one good check.
            Health::Initial if answer => Health::Healthy,
            Health::Unhealthy if self.good >= settings.healthy_threshold => Health::Healthy,
            Health::Initial | Health::Healthy if self.bad >= settings.unhealthy_threshold => {
                Health::Unhealthy
            }
            same => same,
        };
        std::mem::replace(&mut self.health, next) != next
    }
}

fn count<'a>(targets: impl Iterator<Item = &'a Target>) -> u32 {
    u32::try_from(targets.count()).unwrap_or(u32::MAX)
}
