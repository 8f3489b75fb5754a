//! What went wrong outside: each variant says what was being done.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::Reason;
use model::code::live as code;
use model::ports::{Fault, Retry};

/// A failure of the world: files, and later processes and sockets.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// The verb: `read`, `write`, `delete`.
        doing: &'static str,
        /// The file in question.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A path leads out of its tree.
    #[error("{} leads out of {}: {cause}", path.display(), root.display())]
    Outside {
        /// The path as given.
        path: PathBuf,
        /// The tree that it must stay in.
        root: PathBuf,
        /// How it would leave: a link, `..`, an absolute path.
        cause: String,
    },
    /// A file name is not UTF-8.
    #[error("the name of {} is not valid UTF-8", path.display())]
    Name {
        /// The path, shown as well as it can be.
        path: PathBuf,
    },
    /// More in a tree or a file than anyone can have meant.
    #[error("{} holds more than {limit}", path.display())]
    TooMuch {
        /// Where the bound was passed.
        path: PathBuf,
        /// The bound with its unit.
        limit: String,
    },
    /// Nothing can be served at an address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// An order of an engine that has a successor.
    #[error("rule {rule}: an order of epoch {given} came after one of epoch {present}")]
    Epoch {
        /// The rule.
        rule: String,
        /// The order's epoch.
        given: u64,
        /// The epoch obeyed last.
        present: u64,
    },
    /// A record of an older engine than the one that took over.
    #[error("{subject}: epoch {present} took over from epoch {given}")]
    Fenced {
        /// What the journal is about.
        subject: String,
        /// The record's epoch.
        given: u64,
        /// The epoch taken last.
        present: u64,
    },
    /// A rule, group or workload that is not here.
    #[error("there is no {kind} {name}")]
    Unknown {
        /// What it would be.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Another process holds a folder.
    #[error("{} is held by another process", path.display())]
    Taken {
        /// The journal.
        path: PathBuf,
    },
    /// A manifest cannot be run on this machine.
    #[error("workload {workload}: {cause}")]
    Manifest {
        /// The workload.
        workload: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Something that a manifest asks for is not there on this machine.
    #[error("{}", reason.sentence())]
    Unrunnable {
        /// Which, and why.
        reason: Box<Reason>,
    },
    /// A process could not be started.
    #[error("cannot {doing} {what}: {source}")]
    Process {
        /// The verb.
        doing: &'static str,
        /// The command.
        what: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A rule of a balancer cannot be obeyed.
    #[error("rule {rule}: {cause}")]
    Rule {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        cause: String,
    },
    /// Another process of this balancer serves, or is about to.
    #[error("another process takes this balancer over")]
    HandedOver,
    /// An admin socket does not do what it should.
    #[error("the balancer at {address}: {cause}")]
    Admin {
        /// The socket.
        address: String,
        /// What went wrong.
        cause: String,
    },
    /// A certificate of a balancer cannot be used.
    #[error("certificate {}: {cause}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never what is in it.
        cause: String,
    },
    /// No room for one more.
    #[error("{what} holds {limit} already")]
    Full {
        /// What is full.
        what: String,
        /// Its bound with the unit.
        limit: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

impl LiveError {
    /// The reason for people, out of the table of codes.
    pub fn reason(&self) -> Reason {
        match self {
            Self::File { doing, path, source } => {
                about(Reason::new(&code::FILE), path).with("doing", doing).with("cause", source)
            }
            Self::Outside { path, root, cause } => about(Reason::new(&code::OUTSIDE), path)
                .with("root", root.display())
                .with("cause", cause),
            Self::Name { path } => about(Reason::new(&code::NAME), path),
            Self::TooMuch { path, limit } => {
                about(Reason::new(&code::TOO_MUCH), path).with("limit", limit)
            }
            Self::Listen { address, source } => {
                Reason::new(&code::LISTEN).with("address", address).with("cause", source)
            }
            Self::Fenced { subject, given, present } => Reason::new(&code::FENCED)
                .with("subject", subject)
                .with("given", given)
                .with("present", present),
            Self::Epoch { rule, given, present } => Reason::new(&code::EPOCH)
                .with("rule", rule)
                .with("given", given)
                .with("present", present),
            Self::Unknown { kind, name } => {
                Reason::new(&code::UNKNOWN).with("kind", kind).with("name", name)
            }
            Self::Taken { path } => about(Reason::new(&code::TAKEN), path),
            Self::Manifest { workload, cause } => {
                Reason::new(&code::MANIFEST).with("workload", workload).with("cause", cause)
            }
            Self::Rule { rule, cause } => {
                Reason::new(&code::RULE).with("rule", rule).with("cause", cause)
            }
            Self::HandedOver => Reason::new(&code::HANDED_OVER),
            Self::Admin { address, cause } => {
                Reason::new(&code::ADMIN).with("address", address).with("cause", cause)
            }
            Self::Certificate { path, cause } => {
                about(Reason::new(&code::CERTIFICATE), path).with("cause", cause)
            }
            Self::Unrunnable { reason } => Reason::clone(reason),
            Self::Process { doing, what, source } => Reason::new(&code::PROCESS)
                .with("doing", doing)
                .with("what", what)
                .with("cause", source),
            Self::Full { what, limit } => {
                Reason::new(&code::FULL).with("what", what).with("limit", limit)
            }
            Self::Store(error) => error.reason(),
        }
    }

    /// Whether asking again may help.
    pub fn retry(&self) -> Retry {
        match self {
            Self::File { source, .. } => match source.kind() {
                io::ErrorKind::Interrupted => Retry::Now,
                io::ErrorKind::StorageFull | io::ErrorKind::ResourceBusy => {
                    Retry::After(Duration::from_secs(5))
                }
                _ => Retry::Never,
            },
            Self::HandedOver => Retry::After(Duration::from_millis(100)),
            Self::Admin { .. } => Retry::After(Duration::from_millis(500)),
            Self::Full { .. } | Self::Process { .. } | Self::Taken { .. } => {
                Retry::After(Duration::from_secs(5))
            }
            Self::Store(error) => error.retry(),
            Self::Outside { .. }
            | Self::Name { .. }
            | Self::TooMuch { .. }
            | Self::Listen { .. }
            | Self::Epoch { .. }
            | Self::Fenced { .. }
            | Self::Manifest { .. }
            | Self::Unrunnable { .. }
            | Self::Rule { .. }
            | Self::Certificate { .. }
            | Self::Unknown { .. } => Retry::Never,
        }
    }
}

/// The file and its folder as facts, for the sentence and the next command.
fn about(reason: Reason, path: &Path) -> Reason {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    reason.with("path", path.display()).with("folder", folder.unwrap_or(Path::new(".")).display())
}

impl From<LiveError> for Fault {
    fn from(error: LiveError) -> Self {
        Self { because: error.reason(), retry: error.retry() }
    }
}

impl From<&LiveError> for Reason {
    fn from(error: &LiveError) -> Self {
        error.reason()
    }
}

impl From<LiveError> for Reason {
    fn from(error: LiveError) -> Self {
        error.reason()
    }
}
