//! Requests of clients on their way through DNS, balancers and copies, and the account of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]

mod conservation;
mod copies;
mod groups;
mod names;
mod orders;
mod rules;
mod support;
