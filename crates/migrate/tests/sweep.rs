//! The sweep against the example estate, whose answers stand in for AWS, and against estates of a
//! known size: what is asked, how often, and what the plan makes of it.
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it is about")]
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "sweep/aws.rs"]
mod aws;
#[path = "sweep/counts.rs"]
mod counts;
#[path = "sweep/example.rs"]
mod example;
