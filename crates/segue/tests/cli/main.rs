//! The command line as a person meets it: what it prints, what it writes, how it ends.
//!
//! Every case starts the program in a folder of its own. What it prints is compared as a whole;
//! what it writes is compared file by file.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start the program and look at its files"
)]

mod bad_input;
mod bad_settings;
mod change;
mod estate;
mod estate_settings;
mod hand_edits;
mod review;
mod scan;
mod screen;
mod strict;
mod support;
mod tree;
