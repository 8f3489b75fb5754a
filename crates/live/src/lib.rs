//! The ports for real, on one machine: files, a store, a clock, processes, a balancer, a prober.
//!
//! The only crate besides `segue` that does I/O. It decides nothing: it reads, writes, runs and
//! reports, and says of every failure what was being done and whether to try again.

pub mod aws;
pub mod balancer;
pub mod clock;
pub mod disk;
pub mod error;
pub mod inherited;
pub mod limits;
pub mod prober;
pub mod process;
pub mod store;
pub mod unprobed;

pub use balancer::{Balancer, BalancerConfig, HealthCheck, Sockets};
pub use clock::SystemClock;
pub use error::LiveError;
pub use prober::{Prober, ProberConfig, Tally};
pub use process::{ProcessEvent, Processes, ProcessesConfig};
pub use store::{Database, Store};
pub use unprobed::Unprobed;
