//! Ties the life of a child to that of its parent, from the child's side.
//!
//! Three ties, since none is enough alone: the parent stops its children when it ends in order;
//! the kernel kills a child when its parent dies ([`tether`], Linux and FreeBSD); and a child that
//! reads its standard input sees it close ([`lifeline`], everywhere).
#![expect(clippy::disallowed_methods, reason = "a process is replaced by another one here")]

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};
use tokio_util::sync::CancellationToken;

use crate::LiveError;

/// Becomes `command`, to be killed by the kernel when the process `parent` ends. Returns only if
/// that is not possible.
pub fn tether(parent: u32, command: &[String]) -> LiveError {
    let named = |source| LiveError::Process { doing: "start", what: command.join(" "), source };
    let Some((program, arguments)) = command.split_first() else {
        return named(std::io::ErrorKind::InvalidInput.into());
    };
    if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
        return named(error.into());
    }
    // The parent may have ended before the line above: then nobody would ever send the signal.
    let present = getppid().map(Pid::as_raw_nonzero).map(|pid| pid.get().unsigned_abs());
    if present != Some(parent) {
        return named(std::io::Error::other("the parent has ended"));
    }
    named(Command::new(program).args(arguments).exec())
}

/// Cancelled when standard input closes: whoever started this process has ended. The reading
/// thread is left to the end of the process, since nothing can wake it from a read.
pub fn lifeline() -> Result<CancellationToken, LiveError> {
    let closed = CancellationToken::new();
    let read = {
        let closed = closed.clone();
        move || {
            let mut bytes = [0; 64];
            while matches!(std::io::stdin().lock().read(&mut bytes), Ok(read) if read > 0) {}
            closed.cancel();
        }
    };
    std::thread::Builder::new().name("lifeline".to_owned()).spawn(read).map_err(|source| {
        LiveError::Process { doing: "start", what: "a thread".to_owned(), source }
    })?;
    Ok(closed)
}
