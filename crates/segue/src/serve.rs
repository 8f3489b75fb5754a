//! The loops: observe, plan, act. Each is generic over the ports, so that it cannot tell whether
//! it runs on the live, the local or the twin world.

pub mod api;
pub mod balance;
pub mod bind;
pub mod book;
pub mod engine;
pub mod instance;
pub mod local;
pub mod pace;
pub mod proof;
pub mod shift;
pub(crate) mod signals;
pub mod sweep;
