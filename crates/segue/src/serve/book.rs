//! What a running Segue knows and can be told: the one thing that command line, API, console and
//! demo stand on.
//!
//! Reading gives values that are whole and of one moment; nothing here waits for a world.

mod shift;

use std::future::Future;

use jiff::Timestamp;
use model::Reason;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use traffic::Deed;

pub use shift::{
    Bank, Decision, Fate, Gate, Moment, Probes, Sample, Shares, ShiftStatus, Standing, StepStatus,
};

/// What is known, and what can be said.
pub trait Book: Send + Sync + 'static {
    /// Everything that is known now, without the long parts of each shift.
    fn overview(&self) -> Overview;

    /// One shift with all that is known of it; `None` if there is none of that name.
    fn shift(&self, name: &str) -> Option<ShiftStatus>;

    /// Rings when anything has changed; at most some times a second.
    fn changes(&self) -> watch::Receiver<u64>;

    /// What people and engines did, newest first, at most `limit`.
    fn activity(&self, limit: usize) -> impl Future<Output = Result<Vec<Act>, Reason>> + Send;

    /// Begins a shift of the repository; one that runs already is left alone.
    fn start(&self, shift: &str, by: &str) -> impl Future<Output = Result<(), Reason>> + Send;

    /// Says something about a shift that runs; it is in the journal when this returns.
    fn say(
        &self,
        shift: &str,
        by: &str,
        what: Deed,
    ) -> impl Future<Output = Result<(), Reason>> + Send;

    /// Takes over what a foreign writer left of a frozen shift, which goes on from there.
    fn adopt(&self, shift: &str, by: &str) -> impl Future<Output = Result<(), Reason>> + Send;
}

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// When.
    pub at: Timestamp,
    /// Since when this instance serves.
    pub since: Timestamp,
    /// The configuration repository, as the user named it.
    pub repository: String,
    /// The world: `local` today.
    pub world: String,
    /// The shifts, by name, without history and series.
    pub shifts: Vec<ShiftStatus>,
    /// What runs on this machine.
    pub workloads: Vec<WorkloadStatus>,
    /// What was not done, and why.
    pub held: Vec<HeldStatus>,
}

/// One workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadStatus {
    /// Name, as `deployment/NAME`.
    pub name: String,
    /// How many pods were asked for.
    pub wanted: u32,
    /// How many are ready.
    pub ready: u32,
    /// How often its pods were started again.
    pub restarts: u32,
}

/// Something that was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldStatus {
    /// What, as `kind/name`.
    pub what: String,
    /// Why.
    pub because: Reason,
}

/// One line of the activity page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// Who: a person's name, or `segue`.
    pub by: String,
    /// About what, as `kind/name`.
    pub subject: String,
    /// What, in a few words: `weights old 75 %, new 25 %`, `paused`.
    pub what: String,
    /// Why; absent where a person did it.
    pub because: Option<Reason>,
}
