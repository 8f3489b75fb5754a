//! The one table of codes: every error, finding, held item and reason, with its words.
//!
//! `segue help SG-…` prints an entry, `docs/reference/codes.md` is made from the table, and the
//! sentence is the same in CLI, console, log and report. A code, once released, keeps its meaning.

pub mod aws;
pub mod cli;
pub mod console;
pub mod consolidate;
pub mod convert;
pub mod cost;
pub mod evidence;
pub mod gitops;
pub mod live;
pub mod migrate;
pub mod preflight;
pub mod proof;
pub mod rehearsal;
pub mod report;
pub mod routes;
pub mod scan;
pub mod serve;
pub mod store;
pub mod traffic;
pub mod twin;
pub mod waves;

/// An entry of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable identifier, `SG-` + area letter + three digits.
    pub id: &'static str,
    /// What sort of statement it is.
    pub kind: Kind,
    /// One plain sentence with `{facts}`; no full stop at the end.
    pub sentence: &'static str,
    /// The next command, or what a person should do, with `{facts}`.
    pub next: &'static str,
    /// A paragraph for `segue help CODE`: what it means and why it matters.
    pub help: &'static str,
}

/// What sort of statement a code makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something about a service that a person must know before it moves.
    Finding(Severity),
    /// A step was taken for this reason.
    Because,
    /// Something was not done for this reason.
    Held,
    /// A command could not do what it was asked.
    Error(ErrorKind),
}

/// How much a finding weighs (spec of the migration, "Severity").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated for the service until it is answered.
    Blocker,
    /// Behaviour changes, or there is a risk of an outage.
    High,
    /// Needs a look.
    Medium,
    /// A note.
    Low,
}

impl Severity {
    /// The letter that people see: B, H, M or L.
    pub fn letter(self) -> char {
        match self {
            Self::Blocker => 'B',
            Self::High => 'H',
            Self::Medium => 'M',
            Self::Low => 'L',
        }
    }
}

/// Whose problem an error is; decides the exit code (`segue help exit-codes`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The command line was wrong: exit 2.
    Usage,
    /// Input files or settings are wrong: exit 1.
    Config,
    /// A machine, cluster or cloud did not do its part: exit 1.
    World,
    /// Not logged in or not allowed: exit 4.
    Denied,
    /// Held, waits for a person: exit 5.
    Held,
    /// A defect of Segue: exit 1.
    Internal,
}

/// Every entry, ordered by area and number.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        aws::ALL,
        cli::ALL,
        console::ALL,
        consolidate::ALL,
        convert::ALL,
        cost::ALL,
        evidence::ALL,
        gitops::ALL,
        live::ALL,
        migrate::ALL,
        preflight::ALL,
        proof::ALL,
        rehearsal::ALL,
        report::ALL,
        routes::ALL,
        scan::ALL,
        serve::ALL,
        store::ALL,
        traffic::ALL,
        twin::ALL,
        waves::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The entry with this id, whatever its case.
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id))
}

/// Declares the codes of one area and the list `ALL` of them.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $kind:expr, $sentence:literal, next: $next:literal, help: $help:literal;)*) => {
        $($(#[$doc])* pub static $name: $crate::code::Code = $crate::code::Code {
            id: $id, kind: $kind, sentence: $sentence, next: $next, help: $help,
        };)*
        /// Every code of this area.
        pub(super) const ALL: &[&$crate::code::Code] = &[$(&$name),*];
    };
}
use codes;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for code in all() {
            assert!(seen.insert(code.id), "{} is there twice", code.id);
            let (area, number) = code.id.strip_prefix("SG-").unwrap().split_at(1);
            assert!(area.chars().all(|c| c.is_ascii_uppercase()), "{}", code.id);
            assert!(number.len() == 3 && number.chars().all(|c| c.is_ascii_digit()), "{}", code.id);
        }
    }

    #[test]
    fn every_code_says_what_and_what_next() {
        for code in all() {
            assert!(code.sentence.len() > 3 || code.sentence.contains('{'), "{}", code.id);
            assert!(!code.sentence.ends_with('.'), "{}: full stop", code.id);
            assert!(code.next.len() > 8, "{} has no next command", code.id);
            assert!(code.help.len() > 20, "{} has no help", code.id);
        }
    }
}
