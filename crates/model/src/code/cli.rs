//! Codes of the command line itself (area C).

use super::{ErrorKind, Kind, codes};

codes! {
    /// The command line could not be understood.
    USAGE = "SG-C001", Kind::Error(ErrorKind::Usage), "{what}",
        next: "segue --help",
        help: "The command line has a word or a flag that Segue does not know, or lacks one that it needs. The message names it.";
    /// A command was interrupted by Ctrl-C.
    INTERRUPTED = "SG-C002", Kind::Error(ErrorKind::World), "interrupted",
        next: "run the same command again",
        help: "Ctrl-C, or a signal, ended the command before its work was done. Exit code 130. What it had started was stopped; nothing is left half-written.";
}
