//! A program that goes on when this one ends, and that nobody looks after.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, Command};

use crate::LiveError;

/// A program that was started. Dropping this leaves it running.
#[derive(Debug)]
pub struct Detached {
    child: Child,
}

/// Starts `words` in a process group of its own, with its output at the end of `log`, which is
/// private. Call inside a tokio runtime.
pub fn detached(words: &[String], log: &Path) -> Result<Detached, LiveError> {
    let start = || {
        let log = OpenOptions::new().create(true).append(true).mode(0o600).open(log)?;
        let (program, arguments) = words.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            .process_group(0)
            .spawn()
    };
    let what = words.join(" ");
    let child = start().map_err(|source| LiveError::Process { doing: "start", what, source })?;
    Ok(Detached { child })
}

impl Detached {
    /// Its process; `None` once it has been waited for.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Waits for its end.
    pub async fn over(&mut self) {
        // An error says that it has ended and was waited for.
        let _ = self.child.wait().await;
    }
}
