//! `segue migrate scan` as a person runs it: the program against the small AWS of `xtask::fakeaws`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests start the program and look at its files"
)]

mod denied;
mod held;
mod places;
mod refused;
mod resumed;
mod screen;
mod small;
mod support;
