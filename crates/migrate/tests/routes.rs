//! Listener rules of today against the generated Ingress objects: equal for every request, and
//! every planted difference is found.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it is about")]

#[path = "routes/estate.rs"]
mod estate;
#[path = "routes/given.rs"]
mod given;
#[path = "routes/plants.rs"]
mod plants;
