//! One life of a container: how it is started, seen and ended. A shim runs it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::identity::Identity;
use super::record::{self, Ended, LifeRecord};
use super::shim::Order;
use crate::limits::SHIM_LOOK;

/// A process that runs, or has.
#[derive(Debug, Clone)]
pub(super) struct Life {
    /// The process.
    pub(super) process: Identity,
    ended: watch::Receiver<Option<Ended>>,
}

/// A shim that waits for its order.
pub(super) struct Shim {
    child: Child,
    pub(super) identity: Identity,
}

impl Life {
    /// Follows a life that a shim runs, from its record.
    ///
    /// Returns once the process runs; the error is how it ended if it never did.
    pub(super) async fn kept(shim: Identity, file: &Path, life: u64) -> Result<Self, Ended> {
        let record = loop {
            let over = !shim.alive();
            let record: Option<LifeRecord> = record::load(file);
            if let Some(record) = record.filter(|record| record.life == life) {
                break record;
            }
            if over {
                return Err(Ended::Unseen);
            }
            tokio::time::sleep(SHIM_LOOK).await;
        };
        let Some(process) = record.process else {
            return Err(record.ended.map_or(Ended::Unseen, |(_, how)| how));
        };
        let (tell, ended) = watch::channel(None);
        let file = file.to_owned();
        tokio::spawn(async move {
            tokio::select! {
                () = shim.ended() => {}
                // Nobody is left to be told.
                () = tell.closed() => return,
            }
            let record: Option<LifeRecord> = record::load(&file);
            let how = record.filter(|record| record.life == life).and_then(|record| record.ended);
            if how.is_none() {
                // The shim was killed: nobody keeps the output, and nobody saw how it went.
                process.signal(Signal::KILL);
                process.ended().await;
            }
            let _ = tell.send(Some(how.map_or(Ended::Unseen, |(_, how)| how)));
        });
        Ok(Self { process, ended })
    }

    /// Waits for its end.
    pub(super) async fn over(&self) -> Ended {
        let mut ended = self.ended.clone();
        let how = ended.wait_for(Option::is_some).await;
        how.ok().and_then(|how| how.clone()).unwrap_or(Ended::Unseen)
    }
}

impl Shim {
    /// Starts a shim; it does nothing before it has its order, and ends if none comes.
    pub(super) fn start(words: &[String]) -> std::io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let identity = child.id().and_then(Identity::of).ok_or(std::io::ErrorKind::NotFound)?;
        Ok(Self { child, identity })
    }

    /// Tells it what to run. It goes on by itself from here.
    pub(super) async fn order(mut self, order: &Order) -> std::io::Result<()> {
        let bytes = serde_json::to_vec(order)?;
        let mut input = self.child.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
        input.write_all(&bytes).await?;
        input.shutdown().await
    }
}

/// Runs a command beside a container: an exec probe or a hook. The code if it ended in time.
pub(super) async fn run_beside(
    command: &[String],
    env: &[(String, String)],
    wait: Duration,
) -> Option<i32> {
    let (program, arguments) = command.split_first()?;
    let mut beside = Command::new(program);
    beside.args(arguments).envs(env.iter().map(|(name, value)| (name, value)));
    // A log that a shim keeps is nobody else's to write to.
    beside.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    beside.process_group(0).kill_on_drop(true);
    let mut child = beside.spawn().ok()?;
    let group = child.id().and_then(Identity::of);
    let ended = tokio::time::timeout(wait, child.wait()).await;
    if let Some(group) = group {
        group.signal(Signal::KILL);
    }
    ended.ok()?.ok()?.code()
}
