//! What a port answers when it could not do its part.

use std::fmt;
use std::time::Duration;

use crate::reason::Reason;

/// Why a port could not do what it was asked, and whether asking again may help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What was being done and what went wrong, with the next command.
    pub because: Reason,
    /// Whether to ask again.
    pub retry: Retry,
}

/// Whether asking again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// At once: the fault was momentary.
    Now,
    /// After this long.
    After(Duration),
    /// Never: a person has to change something first.
    Never,
}

impl Fault {
    /// A fault that no repetition heals.
    pub fn never(because: Reason) -> Self {
        Self { because, retry: Retry::Never }
    }

    /// A fault that may be gone after `wait`.
    pub fn after(wait: Duration, because: Reason) -> Self {
        Self { because, retry: Retry::After(wait) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.because.fmt(f)
    }
}

impl std::error::Error for Fault {}
