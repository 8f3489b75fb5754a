//! Cron jobs and queue workers: who runs them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Known, Side, Sides};

/// What is known of jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Jobs {
    /// Every schedule of the service by its name; none says that it has none. Source: EventBridge,
    /// `CronJobs`, lease table.
    pub schedules: Known<BTreeMap<String, Schedule>>,
    /// Every queue that the service takes from; none says that it takes from none. Source: SQS,
    /// declarations of the shift.
    pub queues: Known<BTreeMap<String, Queue>>,
}

/// A schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The sides on which it is enabled now.
    pub enabled: BTreeSet<Side>,
    /// Whether the shift hands it over in a fenced step: off on the old side, read back, then on.
    pub fenced: bool,
    /// Whether runs that are missed meanwhile are made up for, once.
    pub missed_runs_once: bool,
    /// Whether it is being handed over at this moment, so that nobody owns it.
    pub in_hand_over: bool,
}

/// A queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    /// Whether the team declares that a message may be worked on twice.
    pub idempotent: bool,
    /// Whether a message was sent twice and worked on without harm; `None` if nobody tried.
    pub duplicate_test: Option<bool>,
    /// How each side takes from it.
    pub sides: Sides<Consumer>,
}

/// How a side takes messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumer {
    /// How long a message is hidden while it is worked on.
    pub visibility_secs: u32,
    /// Where messages go that fail too often; empty if nowhere.
    pub dead_letters: String,
}
