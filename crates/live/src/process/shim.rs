//! What stands beside one container while it runs, so that it outlives the program that started
//! it: it keeps the output, sees the end, and writes both down.
//!
//! One shim runs one life of one container and ends with it. It decides nothing: probes, restarts
//! and the end of a pod are the business of whoever supervises it, as a kubelet does over its
//! runtime's shims. It is told everything on standard input, since arguments can be read by all.

mod log;

use std::io::{self, Read as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use model::ports::Clock as _;
use rustix::process::{Signal, setsid};
use serde::{Deserialize, Serialize};

use super::cgroup;
use super::identity::Identity;
use super::record::{self, Ended, LifeRecord};
use crate::{LiveError, SystemClock};
use log::Log;

/// How long output may still come from outside the process's group after its end.
const OUTPUT_WAIT: Duration = Duration::from_secs(1);

/// Bytes of stack of the thread that keeps the output.
const STACK: usize = 128 << 10;

/// What to run, and where to write it down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Order {
    /// Program and arguments.
    pub(super) command: Vec<String>,
    /// Variables, beside those of the program that started it.
    pub(super) env: Vec<(String, String)>,
    /// Where it runs.
    pub(super) directory: Option<PathBuf>,
    /// User and group, if they are others than ours.
    pub(super) user: Option<(u32, u32)>,
    /// Control group that bounds it.
    pub(super) cgroup: Option<PathBuf>,
    /// Its output.
    pub(super) log: PathBuf,
    /// Bytes after which the output goes on in a new file.
    pub(super) log_bytes_max: u64,
    /// The record of this life.
    pub(super) record: PathBuf,
    /// Its number.
    pub(super) life: u64,
}

/// Runs what standard input says, to its end. Returns without a word if nothing is said: whoever
/// started it has ended first.
pub fn shim() -> Result<(), LiveError> {
    // A session of its own: neither a closed terminal nor a Ctrl-C ends it. Leading one already is
    // as good.
    let _ = setsid();
    let mut text = String::new();
    let read = io::stdin().lock().read_to_string(&mut text);
    let Some(order) = read.ok().and_then(|_| serde_json::from_str::<Order>(&text).ok()) else {
        return Ok(());
    };
    drop(text);
    order.run()
}

impl Order {
    fn run(self) -> Result<(), LiveError> {
        let mut record = LifeRecord {
            life: self.life,
            process: None,
            began: SystemClock.now(),
            ended: None,
            output_lost: 0,
        };
        let started = self.start();
        let (mut child, output) = match started {
            Ok(started) => started,
            Err(error) => {
                let cause = self.in_words(&error);
                record.ended = Some((SystemClock.now(), Ended::NotStarted(cause)));
                return record::save(&self.record, &record);
            }
        };
        record.process = Identity::of(child.id());
        // A full disk must not end what runs: the supervisor then sees the end, not how it was.
        let _ = record::save(&self.record, &record);
        let ended = child.wait();
        if let Some(process) = record.process {
            // Whatever it left behind in its group goes with it.
            process.signal(Signal::KILL);
        }
        record.output_lost = output.recv_timeout(OUTPUT_WAIT).unwrap_or_default();
        let ended = ended.map_or(Ended::Unseen, |status| self.in_record(status));
        record.ended = Some((SystemClock.now(), ended));
        record::save(&self.record, &record)
    }

    /// Starts the process and the thread that keeps its output; that says at its end how many
    /// bytes it lost.
    fn start(&self) -> io::Result<(Child, mpsc::Receiver<u64>)> {
        let log = Log::open(&self.log, self.log_bytes_max);
        let (output, input) = io::pipe()?;
        let child = self.spawn(input)?;
        let (done, lost) = mpsc::channel();
        let keep = move || {
            let _ = done.send(log.keep(output));
        };
        thread::Builder::new().name("output".to_owned()).stack_size(STACK).spawn(keep)?;
        Ok((child, lost))
    }

    fn spawn(&self, input: io::PipeWriter) -> io::Result<Child> {
        let (program, arguments) = self.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = command(program);
        command.args(arguments).envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(input.try_clone()?).stderr(input).process_group(0);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        // A child is born into its parent's control group: we go there and come back.
        let back = self.cgroup.as_deref().map(cgroup::enter).transpose()?;
        let child = command.spawn();
        back.into_iter().for_each(cgroup::Entered::leave);
        child
    }

    fn in_record(&self, status: ExitStatus) -> Ended {
        if self.cgroup.as_deref().is_some_and(cgroup::out_of_memory) {
            return Ended::OutOfMemory;
        }
        match (status.code(), status.signal()) {
            (Some(code), _) => Ended::Exit(code),
            (None, Some(signal)) => Ended::Signal(signal),
            (None, None) => Ended::Unseen,
        }
    }

    fn in_words(&self, error: &io::Error) -> String {
        let program = self.command.first().map_or("", String::as_str);
        let user = self.user.map(|(user, _)| format!(" as user {user}")).unwrap_or_default();
        let folder = self.directory.as_deref().map(Path::display);
        let folder = folder.map(|folder| format!(" in {folder}")).unwrap_or_default();
        format!("{program}{user}{folder}: {error}")
    }
}

#[expect(clippy::disallowed_methods, reason = "the process that the shim is there for")]
fn command(program: &str) -> Command {
    Command::new(program)
}
