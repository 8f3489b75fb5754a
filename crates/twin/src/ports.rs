//! The ports of `model` on this world, one file a port.

mod clock;
mod cloud;
mod fleets;
mod journal;
mod prober;
