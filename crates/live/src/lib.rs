//! The ports for real: files on disk today, with more worlds to come.
//!
//! The only crate besides `segue` that does I/O. It decides nothing: it reads, writes, runs and
//! reports, and says of every failure what was being done and whether to try again.

pub mod balancer;
pub mod clock;
pub mod disk;
pub mod error;
pub mod limits;

pub use balancer::{Balancer, BalancerConfig, HealthCheck};
pub use clock::SystemClock;
pub use error::LiveError;
