//! The ports: small traits behind which all I/O lives. `live` and `twin` implement them.
//!
//! At most ten methods each. Asynchronous ones return `impl Future + Send`, so that no runtime is
//! named here. What a port cannot do it says with a [`Fault`]: a reason, and whether to try again.

pub mod fault;
pub mod repo;

pub use fault::{Fault, Retry};
pub use repo::{ChangeSet, Repo};
