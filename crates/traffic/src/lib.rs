//! Moves requests from an old fleet to a new one by weights, in steps, and back at the first sign
//! of trouble. [`plan`] is a pure, synchronous, deterministic function of what was seen.
//!
//! Planned → preflight → provision → warm → rehearse → step by step → hold → hand-over → drain →
//! approval → decommission → done; from any of them before the last but one: rolling back → rolled
//! back; or frozen, where only a person can tell.
//!
//! A step is: intent (journalled) → effect (absolute weights) → read-back (the control plane says
//! what was asked, and the measured share agrees) → observation (ticks with requests on both
//! sides) → judgement → the next step, or everything back to the old side.
//!
//! - [`goal`]: what is wanted, and every constant with its unit and its reason
//! - [`seen`], [`board`]: what was observed, of this shift and of the others
//! - [`action`], [`effect`], [`evidence`]: what may be done, and what the journal holds
//! - [`step`]: the state of a shift and how journal entries change it
//! - [`adopt`]: how a shift that has ended goes on, or begins again
//! - [`preflight`]: the checks before the start
//! - [`gate`]: what must be true before a step, and what sends everything back
//! - [`guard`]: is the new side worse? A test that may be looked at all the time
//! - [`weight`]: measured shares
//! - [`planted`]: bugs that a test can plant
//!
//! Not here: the loop, the ports, time.

pub mod action;
pub mod adopt;
pub mod board;
mod crossing;
pub mod effect;
pub mod evidence;
pub mod gate;
pub mod goal;
pub mod guard;
pub mod planted;
pub mod preflight;
pub mod seen;
pub mod step;
pub mod weight;

pub use action::{Action, Deed, Entry, Intent, Order};
pub use crossing::plan;
pub use effect::Effect;
pub use goal::{Goal, Hold, Steps};
pub use seen::{Counted, Seen};
pub use step::{Phase, State};
