//! Which process is meant: its id alone is given to another one some day.
#![expect(clippy::disallowed_methods, reason = "the kernel tells about processes in files")]

use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::process::{
    Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, test_kill_process_group,
};
use serde::{Deserialize, Serialize};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// A process, for good: no other one has both values until the machine starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identity {
    /// Its id; it leads the process group of the same number.
    pub(super) pid: u32,
    /// When it began, in ticks since the machine started (field 22 of `/proc/PID/stat`).
    pub(super) start: u64,
}

impl Identity {
    /// The process that has this id now.
    pub(super) fn of(pid: u32) -> Option<Self> {
        Some(Self { pid, start: stat(pid)?.1 })
    }

    /// Whether it runs; one that only waits to be reaped does not.
    pub(super) fn alive(self) -> bool {
        stat(self.pid).is_some_and(|(state, start)| start == self.start && state != 'Z')
    }

    /// Sends a signal to its whole group, unless the group is somebody else's by now.
    ///
    /// While a member of the group is left nobody else gets its leader's id, whether the leader
    /// has ended or not.
    pub(super) fn signal(self, signal: Signal) {
        let Some(group) = Pid::from_raw(self.pid.cast_signed()) else { return };
        let other = stat(self.pid).is_some_and(|(_, start)| start != self.start);
        if !other && test_kill_process_group(group).is_ok() {
            // No such group: all its members have ended meanwhile.
            let _ = kill_process_group(group, signal);
        }
    }

    /// Returns when it has ended; also when it is no child of ours.
    pub(super) async fn ended(self) {
        let watched = self.watch();
        if !self.alive() {
            return;
        }
        if let Some(watched) = watched {
            let _ = watched.readable().await;
            return;
        }
        // A kernel without such descriptors, or no descriptor left.
        while self.alive() {
            tokio::time::sleep(crate::limits::PROCESS_LOOK).await;
        }
    }

    /// A descriptor that becomes readable when the process ends.
    #[expect(deprecated, reason = "its successor is unsafe; an owned descriptor stays open")]
    fn watch(self) -> Option<AsyncFd<OwnedFd>> {
        let pid = Pid::from_raw(self.pid.cast_signed())?;
        let descriptor = pidfd_open(pid, PidfdFlags::NONBLOCK).ok()?;
        AsyncFd::with_interest(descriptor, Interest::READABLE).ok()
    }

    /// The variables that it was started with.
    pub(super) fn environment(self) -> Vec<(String, String)> {
        let bytes = std::fs::read(format!("/proc/{}/environ", self.pid)).unwrap_or_default();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pairs = bytes.split(|byte| *byte == 0).filter_map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            Some((text(&pair[..at]), text(&pair[at + 1..])))
        });
        if self.alive() { pairs.collect() } else { Vec::new() }
    }
}

/// Whether the process `pid` runs the very file that lies at `program` now; `None` where the kernel
/// does not tell.
pub fn runs(pid: u32, program: &Path) -> Option<bool> {
    let file = |path: &Path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    Some(file(Path::new(&format!("/proc/{pid}/exe")))? == file(program)?)
}

/// State and start time of the process that has this id.
fn stat(pid: u32) -> Option<(char, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // `pid (name) state …`; the name may hold anything, brackets too.
    let mut fields = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_is_known_by_id_and_start() {
        let own = Identity::of(std::process::id()).unwrap();
        assert!(own.alive());
        let reused = Identity { start: own.start + 1, ..own };
        assert!(!reused.alive());
        assert_eq!(reused.environment(), []);
    }

    #[tokio::test]
    async fn its_end_is_seen_and_a_stranger_is_not_signalled() {
        use std::os::unix::process::CommandExt as _;
        let mut child = Command::new("cat").process_group(0).stdin(Stdio::piped()).spawn().unwrap();
        let cat = Identity::of(child.id()).unwrap();
        Identity { start: cat.start + 1, ..cat }.signal(Signal::KILL);
        Identity { start: cat.start + 1, ..cat }.ended().await;
        assert!(cat.alive(), "a signal for another process of the same id");
        cat.signal(Signal::TERM);
        cat.ended().await;
        child.wait().unwrap();
        assert!(!cat.alive());
    }
}
