//! Moves requests from an old fleet to a new one by weights, in steps, and back at the first sign
//! of trouble. [`plan`] is a pure, synchronous, deterministic function of what was seen.
//!
//! A step is: intent (journalled) → effect (absolute weights) → read-back (the control plane says
//! what was asked, and the measured share agrees) → observation (ticks with requests on both
//! sides) → the next step, or everything back to the old side.
//!
//! - [`goal`]: what is wanted, and every constant with its unit and its reason
//! - [`seen`]: what was observed
//! - [`action`]: what may be done, and what the journal holds
//! - [`step`]: the state of a shift and how journal entries change it
//! - [`gate`]: what must be true before a step, and what sends everything back
//! - [`weight`]: measured shares
//!
//! Not here: the loop, the ports, time. First version: fixed steps and a fixed error floor.

pub mod action;
mod crossing;
pub mod gate;
pub mod goal;
pub mod preflight;
pub mod seen;
pub mod step;
pub mod weight;

pub use action::{Action, Entry, Intent};
pub use crossing::plan;
pub use goal::{Goal, Hold, Steps};
pub use seen::{Counted, Seen};
pub use step::{Phase, State};
