//! What a service's crossing is held to: given with the script, not read from a planner.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::script::{Dial, Script, Service};
use crate::time::{Micros, SECOND};

/// What the crossing of one service is held to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Terms {
    /// The rule or record set whose weights move.
    pub rule: String,
    /// The side that has all requests at the start.
    pub old: SideTerms,
    /// The side that is to get them.
    pub new: SideTerms,
    /// The way up in percent, the last is 100.
    pub steps: Vec<u32>,
    /// What each step has to show before the next.
    pub hold: HoldTerms,
    /// Who wrote the shift; nobody approves his own removal of the old side.
    pub author: String,
    /// Services with split traffic at the same time; 0: no limit.
    pub blast_radius: u32,
    /// The database that the service shares with those of the same name; empty: its own.
    pub database: String,
    /// How long the shift gives a weight to reach everybody before it counts anything.
    pub settle_secs: u64,
    /// Connections that one copy holds, of either side.
    pub connections_per_copy: u32,
    /// Connections that the services between two fleets may hold together; 0: no limit.
    pub connections_max: u32,
    /// The shift has ended this many seconds after the start of the run.
    pub deadline_secs: u64,
    /// Jobs that change hands.
    pub jobs: Vec<JobTerms>,
    /// Whether the old side may be removed at all.
    pub may_decommission: bool,
    /// For so many seconds no request has reached the old side before it may be removed.
    pub quiet_secs: u64,
    /// Services that have to be across before this one begins.
    pub requires: Vec<String>,
    /// Within so many seconds an engine that can act leaves a side without a healthy target.
    pub react_secs: u64,
    /// What an engine knows may be so many seconds old when it asks for something.
    pub knowledge_secs: u64,
}

/// One side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SideTerms {
    /// Its target group.
    pub group: String,
    /// Its fleet.
    pub fleet: String,
    /// Copies that carry all requests.
    pub need: u32,
}

/// What each step has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HoldTerms {
    /// Milliseconds between two observations.
    pub tick_millis: u64,
    /// Observations with fresh requests on both sides.
    pub ticks: u32,
    /// Requests that the new side has ended.
    pub requests_min: u64,
}

/// A job that changes hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct JobTerms {
    /// Its name on the old side.
    pub old: String,
    /// Its name on the new side.
    pub new: String,
    /// Whether two owners at once do harm. False: both sides may run it.
    pub single_owner: bool,
}

impl Default for JobTerms {
    fn default() -> Self {
        Self { old: String::new(), new: String::new(), single_owner: true }
    }
}

impl Default for HoldTerms {
    fn default() -> Self {
        Self { tick_millis: 5_000, ticks: 6, requests_min: 0 }
    }
}

impl HoldTerms {
    /// The length of a tick.
    pub fn tick(&self) -> Micros {
        self.tick_millis.saturating_mul(1_000)
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            rule: String::new(),
            old: SideTerms::default(),
            new: SideTerms::default(),
            steps: vec![1, 10, 50, 100],
            hold: HoldTerms::default(),
            author: String::new(),
            blast_radius: 0,
            database: String::new(),
            settle_secs: 30,
            connections_per_copy: 0,
            connections_max: 0,
            deadline_secs: 24 * 3_600,
            jobs: Vec::new(),
            may_decommission: true,
            quiet_secs: 120,
            requires: Vec::new(),
            react_secs: 60,
            knowledge_secs: 15,
        }
    }
}

impl Terms {
    /// What a script says of a service, and the defaults for what it does not say.
    pub fn of(service: &Service) -> Self {
        let rule = match &service.dial {
            Dial::Rule { rule, .. } | Dial::Records { rule, .. } => rule.clone(),
        };
        let side = |side: &crate::script::Side| SideTerms {
            group: side.group.clone(),
            fleet: side.fleet.clone(),
            need: side.replicas,
        };
        let job = |job: &crate::script::Job| JobTerms {
            old: job.old.clone(),
            new: job.new.clone(),
            single_owner: true,
        };
        Self {
            rule,
            old: side(&service.old),
            new: side(&service.new),
            connections_per_copy: service.connections_per_copy,
            connections_max: service.connections_max,
            jobs: service.jobs.iter().map(job).collect(),
            ..Self::default()
        }
    }

    /// The terms of every service of a script.
    pub fn of_all(script: &Script) -> BTreeMap<String, Self> {
        script.services.iter().map(|(name, service)| (name.clone(), Self::of(service))).collect()
    }

    /// The first step above `share`; 100 above the last.
    pub fn step_after(&self, share: u32) -> u32 {
        self.steps.iter().copied().find(|step| *step > share).unwrap_or(100)
    }

    /// `secs` of the terms as moments count.
    pub(super) fn micros(secs: u64) -> Micros {
        secs.saturating_mul(SECOND)
    }
}
