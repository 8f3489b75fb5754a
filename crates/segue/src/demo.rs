//! The demo's crossing: one service of a configuration repository moves from an old fleet to a new
//! one, on this machine, with real processes, real sockets and real requests.
//!
//! [`cross`] does it all and ends with the [`Account`]. The fleets' processes are hidden
//! subcommands of this same program ([`Hidden`]).

mod account;
mod crossing;
mod fleet;
mod hidden;
mod look;
mod overlay;
mod screen;
pub mod service;
mod stage;

pub use account::{Account, Outcome, SideAccount};
pub use crossing::{CrossingOptions, cross};
pub use hidden::{CrossingArgs, Hidden, TetherArgs};
pub use look::{Colour, Look, Signs};
