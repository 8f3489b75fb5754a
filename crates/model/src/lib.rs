//! The vocabulary of Segue: plans, reasons, codes, and the ports behind which all I/O lives.
//!
//! Pure: no clock, no files, no network, no processes. A noun enters this crate only when two
//! crates use it.

pub mod code;
pub mod facts;
pub mod plan;
pub mod ports;
pub mod reason;

pub use plan::{Held, Plan, Step, Subject};
pub use reason::Reason;
