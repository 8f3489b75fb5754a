//! The ports: small traits behind which all I/O lives. `live` and `twin` implement them.
//!
//! At most ten methods each. Asynchronous ones return `impl Future + Send`, so that no runtime is
//! named here. What a port cannot do it says with a [`Fault`]: a reason, and whether to try again.

pub mod aws;
pub mod clock;
pub mod cloud;
pub mod cluster;
pub mod fault;
pub mod fleets;
pub mod journal;
pub mod latency;
pub mod prober;
pub mod repo;

pub use aws::{Aws, Call};
pub use clock::Clock;
pub use cloud::{Cloud, Counts, GroupSeen, RuleSeen, Weight, WeightOrder, Weights};
pub use cluster::{Cluster, Pod, PodPhase, WorkloadSeen};
pub use fault::{Fault, Retry};
pub use fleets::{FleetSeen, Fleets, JobOrder, JobSeen, ScaleOrder};
pub use journal::{Epoch, Journal, Record};
pub use latency::Latency;
pub use prober::{DrillOrder, Prober};
pub use repo::{ChangeSet, Repo};
