//! All that is known of one shift, as it is shown.

use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use serde::{Deserialize, Serialize};

/// One shift. Shares are percents of the requests, 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShiftStatus {
    /// Its name.
    pub name: String,
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// Who answers for it.
    pub author: String,
    /// The rule whose weights move.
    pub rule: String,
    /// How it stands.
    pub fate: Fate,
    /// The phase's name, as the journal writes it: `stepping`, `rollingBack`.
    pub phase: String,
    /// Since when it is in this phase.
    pub since: Option<Timestamp>,
    /// When it began; `None` if it has not.
    pub began: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Whether a person has stopped the way up.
    pub paused: bool,
    /// The steps up, in order.
    pub steps: Vec<StepStatus>,
    /// The share of the new side, three times.
    pub weights: Shares,
    /// The old side.
    pub old: Bank,
    /// The new side.
    pub new: Bank,
    /// What must hold, and what was measured.
    pub gates: Vec<Gate>,
    /// What holds it now.
    pub held: Vec<Reason>,
    /// What comes next, and when.
    pub next: Option<Decision>,
    /// Why the weight is what it is, or why the shift has ended.
    pub because: Option<Reason>,
    /// How long a roll back takes until it is served.
    pub roll_back: Duration,
    /// Who agreed to the removal of the old side.
    pub approved: Vec<String>,
    /// Requests that Segue sends by itself; `None` without a prober.
    pub probes: Option<Probes>,
    /// What happened, oldest first.
    pub history: Vec<Moment>,
    /// Measured every few seconds, oldest first; thinned where it gets long.
    pub series: Vec<Sample>,
}

/// How a shift stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    /// In the repository, not begun.
    Planned,
    /// On its way.
    Running,
    /// Stopped by a person.
    Paused,
    /// Waits for a person.
    Waiting,
    /// On its way back.
    RollingBack,
    /// The new side answers everything.
    Done,
    /// The old side answers everything again.
    RolledBack,
    /// The traffic stands still until a person has decided.
    Frozen,
}

/// One step up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepStatus {
    /// Share of the new side.
    pub share: u8,
    /// Where it stands.
    pub standing: Standing,
    /// Ticks observed, and wanted; both 0 unless it is the present one.
    pub ticks: (u32, u32),
    /// Requests that the new side has ended in it, and must have.
    pub requests: (u64, u64),
}

/// Where a step or a gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Passed.
    Passed,
    /// The present one.
    Now,
    /// Not yet.
    Ahead,
    /// Holds the shift.
    Holds,
    /// Sends it back.
    Failed,
    /// Nothing was measured yet.
    Unknown,
}

/// The share of the new side as it was asked for, as the balancer states it, and as counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shares {
    /// Asked for last.
    pub asked: u8,
    /// Stated by the control plane; `None` before it was read.
    pub stated: Option<u8>,
    /// Share of the requests counted since this share landed; `None` before there are any.
    pub measured: Option<f64>,
}

/// One side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bank {
    /// Its target group.
    pub group: String,
    /// What runs its copies; empty if the shift does not name it.
    pub fleet: String,
    /// Healthy targets.
    pub healthy: u32,
    /// All targets.
    pub total: u32,
    /// Requests sent here since the balancer started.
    pub requests: u64,
    /// Requests a second, lately.
    pub rps: f64,
    /// Percent of the requests that ended with a 5xx or without a target, lately.
    pub errors: f64,
    /// Milliseconds in which half of the answers came.
    pub p50: Option<f64>,
    /// … 95 of 100.
    pub p95: Option<f64>,
    /// … 99 of 100.
    pub p99: Option<f64>,
}

impl ShiftStatus {
    /// The gates that fail or hold the present step, in words; empty where none does.
    pub fn against(&self) -> Vec<String> {
        let against = |gate: &&Gate| matches!(gate.standing, Standing::Failed | Standing::Holds);
        let gates = self.gates.iter().filter(against);
        gates
            .map(|gate| format!("{} {} (wanted {})", gate.name, gate.measured, gate.limit))
            .collect()
    }
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// `errors`, `latency`, `targets`, `requests`, `weights`, or the id of a check.
    pub name: String,
    /// Where it stands.
    pub standing: Standing,
    /// What was measured, with its unit.
    pub measured: String,
    /// What it must be, with its unit.
    pub limit: String,
    /// The evidence against it: 1 says nothing, `bound` is an alarm. `None` if it is no test.
    pub evidence: Option<f64>,
    /// Evidence at which it alarms.
    pub bound: Option<f64>,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// In a few words: `25 % to 50 %`, `ada or another person approves`.
    pub what: String,
    /// When at the earliest; `None` where it waits for something else than time.
    pub at: Option<Timestamp>,
}

/// Requests that Segue itself sends through the balancer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Probes {
    /// Sent.
    pub sent: u64,
    /// Answered well by the old side.
    pub old: u64,
    /// Answered well by the new side.
    pub new: u64,
    /// Answered with a 5xx by an application.
    pub failed: u64,
    /// Without an answer of an application.
    pub lost: u64,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// The kind of the journal's entry: `asked`, `landed`, `converged`, `said`.
    pub kind: String,
    /// Who.
    pub by: String,
    /// In a few words.
    pub what: String,
    /// Share of the new side from here on, where it changed.
    pub share: Option<u8>,
    /// Why.
    pub because: Option<Reason>,
}

/// One measurement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Share asked for.
    pub asked: u8,
    /// Share stated by the control plane.
    pub stated: Option<u8>,
    /// Share of the requests since the sample before.
    pub measured: Option<f64>,
    /// Requests a second, old and new.
    pub rps: (f64, f64),
    /// Percent of bad requests, old and new.
    pub errors: (f64, f64),
    /// Milliseconds in which 95 of 100 answers came, old and new.
    pub p95: (Option<f64>, Option<f64>),
}
