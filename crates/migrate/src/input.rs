//! What was read: a snapshot of raw answers, and the inventory of the things in them.

pub mod inventory;
pub mod json;
pub mod node;
pub mod section;
pub mod snapshot;
