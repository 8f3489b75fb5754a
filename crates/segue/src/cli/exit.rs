//! Exit codes, and how an error looks.

use model::Reason;
use model::code::{ErrorKind, Kind};

use super::term::{Style, Term};

/// Done, or no difference.
pub(crate) const DONE: u8 = 0;
/// Failed.
pub(crate) const FAILED: u8 = 1;
/// The command line was wrong.
pub(crate) const USAGE: u8 = 2;
/// There is a difference (`--exit-code`).
pub(crate) const DIFFERENCE: u8 = 3;
/// Not logged in or not allowed.
const DENIED: u8 = 4;
/// Held, waits for a person.
pub(crate) const HELD: u8 = 5;
/// Ended by Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// The codes with their meaning, for `segue help exit-codes`.
pub(crate) const MEANING: &[(u8, &str)] = &[
    (DONE, "done, or no difference"),
    (FAILED, "failed; the error says what, where and what next"),
    (USAGE, "the command line was wrong"),
    (DIFFERENCE, "there is a difference (plan with --exit-code)"),
    (DENIED, "not logged in or not allowed"),
    (HELD, "held: waits for a person (plan --strict with open blockers)"),
    (INTERRUPTED, "interrupted by Ctrl-C"),
];

/// A command that could not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Reason,
    /// Further lines of the same trouble, such as the other files that cannot be read.
    more: Vec<String>,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { reason, more: Vec::new() }
    }
}

impl From<live::LiveError> for Failure {
    fn from(error: live::LiveError) -> Self {
        error.reason().into()
    }
}

impl Failure {
    /// The first of several troubles, and the others as lines under it.
    pub(crate) fn of_all(mut reasons: Vec<Reason>) -> Option<Self> {
        const SHOWN_MAX: usize = 9;
        if reasons.is_empty() {
            return None;
        }
        let first = reasons.remove(0);
        let mut more: Vec<String> = reasons.iter().take(SHOWN_MAX).map(Reason::sentence).collect();
        if reasons.len() > SHOWN_MAX {
            more.push(format!("and {} more", reasons.len() - SHOWN_MAX));
        }
        Some(Self { reason: first, more })
    }

    /// Its first trouble, for those who show it elsewhere.
    pub(crate) fn into_reason(self) -> Reason {
        self.reason
    }

    /// The exit code for what sort of trouble it is.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.reason.code.id == model::code::cli::INTERRUPTED.id {
            return INTERRUPTED;
        }
        match self.reason.code.kind {
            Kind::Error(ErrorKind::Usage) => USAGE,
            Kind::Error(ErrorKind::Denied) => DENIED,
            Kind::Error(ErrorKind::Held) | Kind::Held => HELD,
            Kind::Error(ErrorKind::Config | ErrorKind::World | ErrorKind::Internal)
            | Kind::Finding(_)
            | Kind::Because => FAILED,
        }
    }

    /// What, where, why, next.
    pub(crate) fn print(&self, term: &mut Term) {
        let head = term.paint(Style::Failed, &format!("error[{}]", self.reason.code.id));
        term.error_line(&format!("{head}: {}", self.reason.sentence()));
        for line in &self.more {
            term.error_line(&format!("  {line}"));
        }
        term.error_line(&format!("  next: {}", self.reason.next()));
        term.error_line(
            &term.paint(Style::Dim, &format!("  docs: segue help {}", self.reason.code.id)),
        );
    }
}
