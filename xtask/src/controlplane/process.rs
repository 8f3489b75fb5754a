//! A process that lives as long as its owner, however the owner ends.
//!
//! - The owner is dropped, also by a panic: the process is killed and waited for.
//! - The owner's program is killed: the kernel kills the process too, because `setpriv` set its
//!   parent-death signal. That signal is bound to the *thread* that started the process, so a
//!   thread is kept for it; a test's own thread may end before an owner in a static does.

use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

/// How much of a log an error carries.
const LOG_LINES_SHOWN: usize = 30;

/// A process of ours.
#[derive(Debug)]
pub(crate) struct Running {
    name: String,
    child: Child,
    log: PathBuf,
    /// Dropped to end the keeper.
    stop: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts `command`; its output goes to `<program>.log` in `folder`.
    pub(crate) fn start(command: Command, folder: &Path) -> Result<Self> {
        let name = Path::new(command.get_program()).file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let log = folder.join(format!("{name}.log"));
        let out = File::create(&log)?;
        let mut command = dying_with_parent(command);
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
        let (started, child) = mpsc::channel();
        let (stop, stopped) = mpsc::channel();
        let keeper = thread::spawn(move || {
            if started.send(command.spawn()).is_ok() {
                // Ends with an error as soon as the owner drops its end; nothing is ever sent.
                let _ended = stopped.recv();
            }
        });
        let child = child.recv()?.with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, child, log, stop: Some(stop), keeper: Some(keeper) })
    }

    /// An error with the end of the log when the process has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended ({status})\n{}", self.name, self.log()),
        }
    }

    /// The last lines of what the process wrote.
    pub(crate) fn log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when the process has ended already, which is what is wanted.
        let _killed = self.child.kill();
        let _status = self.child.wait();
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take() {
            let _joined = keeper.join();
        }
    }
}

/// `command` under `setpriv`, which keeps the process id; as it is where there is no `setpriv`.
fn dying_with_parent(command: Command) -> Command {
    let setpriv = Command::new("setpriv").arg("--version").output();
    if !setpriv.is_ok_and(|output| output.status.success()) {
        return command;
    }
    let mut wrapped = Command::new("setpriv");
    wrapped.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program()).args(command.get_args());
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic;
    use std::time::Duration;

    fn sleeper(folder: &Path) -> Running {
        let mut command = Command::new("/bin/sleep");
        command.arg("300");
        Running::start(command, folder).unwrap()
    }

    /// Whether there is such a process that is not a zombie. (Its command line would not tell: it
    /// is empty for a moment while `setpriv` becomes the program.)
    fn is_alive(id: u32) -> bool {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
    }

    #[test]
    fn a_panic_leaves_no_process_behind() {
        let dir = tempfile::tempdir().unwrap();
        let running = sleeper(dir.path());
        let id = running.id();
        assert!(is_alive(id));
        let caught = panic::catch_unwind(panic::AssertUnwindSafe(move || {
            let _owned = running;
            panic!("a failing test");
        }));
        assert!(caught.is_err());
        assert!(!is_alive(id));
    }

    #[test]
    fn a_process_outlives_the_thread_that_asked_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut running = thread::scope(|s| s.spawn(|| sleeper(dir.path())).join().unwrap());
        thread::sleep(Duration::from_millis(50));
        running.check().unwrap();
        assert!(is_alive(running.id()));
    }

    #[test]
    fn an_early_end_is_reported_with_the_log() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo cannot listen; exit 7"]);
        let mut running = Running::start(command, dir.path()).unwrap();
        let err = until(|| running.check().err()).to_string();
        assert!(
            err.contains("sh ended (exit status: 7)") && err.contains("cannot listen"),
            "{err}"
        );
    }

    /// The other half of the next test: does nothing unless that one starts it.
    #[test]
    fn owner_that_waits_to_be_killed() {
        let Some(folder) = std::env::var_os(OWNER_FOLDER) else {
            return;
        };
        let folder = PathBuf::from(folder);
        let running = sleeper(&folder);
        fs::write(folder.join("unfinished"), running.id().to_string()).unwrap();
        fs::rename(folder.join("unfinished"), folder.join("id")).unwrap();
        thread::sleep(Duration::from_mins(1));
    }

    #[test]
    fn a_killed_owner_takes_its_process_along() {
        let dir = tempfile::tempdir().unwrap();
        let mut owner = Command::new(std::env::current_exe().unwrap());
        owner.args(["--exact", "controlplane::process::tests::owner_that_waits_to_be_killed"]);
        let mut owner = owner.env(OWNER_FOLDER, dir.path()).stdout(Stdio::null()).spawn().unwrap();
        let id = until(|| fs::read_to_string(dir.path().join("id")).ok());
        let id = id.parse().unwrap();
        assert!(is_alive(id));
        owner.kill().unwrap();
        owner.wait().unwrap();
        until(|| (!is_alive(id)).then_some(()));
    }

    const OWNER_FOLDER: &str = "SEGUE_TEST_OWNER_FOLDER";

    fn until<T>(mut found: impl FnMut() -> Option<T>) -> T {
        for _ in 0..500 {
            if let Some(found) = found() {
                return found;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it did not happen in 5 s");
    }
}
