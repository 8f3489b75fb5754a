//! The ports of `model` on this world, one file a port.

mod clock;
mod fleets;
mod journal;
