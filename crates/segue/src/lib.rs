//! The shell around the planners: the command line, the loops, and the demo that shows them.

pub mod cli;
pub mod console;
pub mod demo;
pub mod rehearse;
mod runtime;
pub mod serve;
mod view;
