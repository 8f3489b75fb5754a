//! The checkers find each breach, and nothing in a crossing by the book.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod acts;
mod ends;
mod engine;
mod journal;
mod stage;
mod weights;
mod world;
