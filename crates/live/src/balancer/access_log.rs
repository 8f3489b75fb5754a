//! The access log: one line of JSON a request, with the names of an ALB's access-log fields where
//! it has them.
//!
//! Off by default. A thread of its own writes; who serves only puts a line into a queue, and
//! where that is full the line is dropped and counted rather than waited for. Values of query
//! strings may be secrets, so they are left out unless they are asked for.

mod record;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};

use super::Balancer;
use crate::LiveError;
use crate::limits::{LOG_BATCH, LOG_LINES_MAX};

pub(super) use record::{Done, Record};

/// An access log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessLogConfig {
    /// Where its lines go.
    pub to: LogTo,
    /// Whether query strings are written, which may hold secrets.
    #[serde(default)]
    pub query: bool,
}

/// Where lines go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogTo {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// The end of a file, which only its owner may read. Opened anew at each change of the
    /// configuration, so that it may be moved away before.
    File(PathBuf),
}

/// A log that is open.
#[derive(Debug)]
pub(super) struct Log {
    query: bool,
    lines: SyncSender<Entry>,
    dropped: Arc<AtomicU64>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// What the writer gets.
#[derive(Debug)]
enum Entry {
    Line(String),
    /// Nothing more is to be written.
    End,
}

impl Log {
    /// Opens what `config` names. Lines that are lost are counted in `dropped`.
    pub(super) fn open(
        config: &AccessLogConfig,
        dropped: &Arc<AtomicU64>,
    ) -> Result<Arc<Self>, LiveError> {
        let out: Box<dyn Write + Send> = match &config.to {
            LogTo::Stdout => Box::new(io::stdout()),
            LogTo::Stderr => Box::new(io::stderr()),
            LogTo::File(path) => {
                let failed = |source| LiveError::File { doing: "open", path: path.clone(), source };
                let mut options = OpenOptions::new();
                let file = options.append(true).create(true).mode(0o600).open(path);
                Box::new(file.map_err(failed)?)
            }
        };
        let (lines, queue) = sync_channel(LOG_LINES_MAX);
        let lost = Arc::clone(dropped);
        let thread = std::thread::Builder::new().name("access-log".to_owned());
        let failed = |source| LiveError::Process {
            doing: "start",
            what: "the writer of the access log".to_owned(),
            source,
        };
        let writer = thread.spawn(move || write_all(&queue, out, &lost)).map_err(failed)?;
        let (dropped, writer) = (Arc::clone(dropped), Mutex::new(Some(writer)));
        Ok(Arc::new(Self { query: config.query, lines, dropped, writer }))
    }

    /// Puts a line into the queue, or drops it.
    fn put(&self, line: String) {
        if self.lines.try_send(Entry::Line(line)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything is written. Blocks.
    pub(super) fn close(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer.filter(|_| self.lines.send(Entry::End).is_ok()) {
            let _ = writer.join();
        }
    }
}

/// Writes what comes, and what is there already in one go with it.
fn write_all(queue: &Receiver<Entry>, mut out: Box<dyn Write + Send>, dropped: &AtomicU64) {
    let mut batch = Vec::new();
    while let Ok(Entry::Line(first)) = queue.recv() {
        let (mut lines, mut next) = (0, Some(Entry::Line(first)));
        while let Some(Entry::Line(line)) = &next {
            batch.extend_from_slice(line.as_bytes());
            lines += 1;
            next = if batch.len() < LOG_BATCH { queue.try_recv().ok() } else { None };
        }
        if out.write_all(&batch).and_then(|()| out.flush()).is_err() {
            // A full disk: what comes next may have room again.
            dropped.fetch_add(lines, Ordering::Relaxed);
        }
        if matches!(next, Some(Entry::End)) {
            return;
        }
        batch.clear();
    }
}

impl Balancer {
    /// Lines of the access log that were dropped since the start.
    pub fn log_lines_dropped(&self) -> u64 {
        self.shared.log_dropped.load(Ordering::Relaxed)
    }
}
