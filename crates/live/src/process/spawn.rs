//! Starting processes, from one thread that lives as long as they do.
//!
//! The kernel's parent-death signal is tied to the *thread* that started a child. A runtime's
//! threads come and go; this one stays until the last child was told to stop.

use std::io;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use tokio::process::{Child, Command};
use tokio::sync::oneshot;

use crate::LiveError;

/// What to start.
pub(super) struct Launch {
    pub(super) command: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    pub(super) log: std::fs::File,
}

/// The thread that starts processes.
#[derive(Debug)]
pub(super) struct Spawner {
    orders: mpsc::Sender<(Launch, oneshot::Sender<io::Result<Child>>)>,
}

impl Spawner {
    /// Starts the thread. Call inside a tokio runtime.
    pub(super) fn start() -> Result<Self, LiveError> {
        let (orders, incoming) = mpsc::channel::<(Launch, oneshot::Sender<io::Result<Child>>)>();
        let runtime = tokio::runtime::Handle::current();
        let work = move || {
            let _inside = runtime.enter();
            for (launch, reply) in incoming {
                let _ = reply.send(spawn(launch));
            }
        };
        thread::Builder::new().name("spawner".to_owned()).spawn(work).map_err(|source| {
            LiveError::Process { doing: "start", what: "a thread".to_owned(), source }
        })?;
        Ok(Self { orders })
    }

    /// Starts a process as the leader of its own group, so that a Ctrl-C for us is not one for it.
    pub(super) async fn spawn(&self, launch: Launch) -> io::Result<Child> {
        let (reply, child) = oneshot::channel();
        let gone = || io::Error::other("the spawner has ended");
        self.orders.send((launch, reply)).map_err(|_| gone())?;
        child.await.map_err(|_| gone())?
    }
}

fn spawn(launch: Launch) -> io::Result<Child> {
    let (program, arguments) = launch.command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let errors = launch.log.try_clone()?;
    Command::new(program)
        .args(arguments)
        .envs(launch.env)
        // The life line: closes when we end, however we end.
        .stdin(Stdio::piped())
        .stdout(Stdio::from(launch.log))
        .stderr(Stdio::from(errors))
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}
