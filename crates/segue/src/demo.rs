//! The demo: one service of the example estate goes from an old fleet to a new one, on this machine,
//! with real processes, real sockets and real requests.
//!
//! [`manifests`] and [`release`] change the configuration repository, [`rehearsal`] plays the shift
//! on the twin, [`run`] does it all and ends with the [`Account`]. It stands on what `segue serve`
//! is made of; what is its own is a prober, and a person who starts the shift, brings a bad release
//! in and mends it. The fleets' processes are hidden subcommands of this same program ([`Hidden`]).

mod account;
mod earlier;
mod fleets;
mod hidden;
mod look;
pub mod manifests;
mod next;
mod person;
pub mod place;
mod proof;
pub mod rehearsal;
pub mod release;
mod screen;
pub mod service;
mod story;

pub use account::{Account, Outcome, SideAccount};
pub use hidden::Hidden;
pub use look::{Colour, Look, Signs};
pub use story::{DemoOptions, run};
