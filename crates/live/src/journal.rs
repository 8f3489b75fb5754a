//! The port `Journal` as a file of JSON lines, each forced to the disk before it counts.
//!
//! One process holds the file at a time. A last line that a crash cut short never counted: it is
//! taken off and reported. Anything else that is not a record is an error, never passed over.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::Reason;
use model::code::live as code;
use model::ports::{Epoch, Fault, Journal, Record};

use crate::LiveError;
use crate::limits::JOURNAL_BYTES_MAX;

/// A journal in one file.
#[derive(Debug, Clone)]
pub struct JournalFile {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: File,
    records: Vec<Record>,
    /// Bytes of the records that count.
    length: u64,
    /// The epoch taken last, by subject.
    taken: BTreeMap<String, Epoch>,
}

impl JournalFile {
    /// Opens or makes the journal at `path` (mode 0600). The reason, if any, says that a cut line
    /// was taken off.
    pub fn open(path: &Path) -> Result<(Self, Option<Reason>), LiveError> {
        let named = |source| LiveError::File { doing: "open", path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path).map_err(named)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LiveError::Taken { path: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(named(source)),
        }
        let mut inner = Inner {
            path: path.to_owned(),
            file,
            records: Vec::new(),
            length: 0,
            taken: BTreeMap::new(),
        };
        let cut = inner.load()?;
        Ok((Self { inner: Arc::new(Mutex::new(inner)) }, cut))
    }
}

impl Journal for JournalFile {
    async fn read(&self, subject: &str) -> Result<Vec<Record>, Fault> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.records.iter().filter(|record| record.subject == subject).cloned().collect())
    }

    async fn take(&self, subject: &str) -> Result<Epoch, Fault> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let epoch = inner.present(subject).next();
        inner.taken.insert(subject.to_owned(), epoch);
        Ok(epoch)
    }

    async fn append(&self, record: &Record) -> Result<(), Fault> {
        let (inner, record) = (Arc::clone(&self.inner), record.clone());
        // Forcing a write takes milliseconds; the other tasks go on meanwhile.
        let written = tokio::task::spawn_blocking(move || {
            inner.lock().unwrap_or_else(PoisonError::into_inner).append(record)
        });
        match written.await {
            Ok(written) => Ok(written?),
            Err(error) => Err(Fault::never(
                Reason::new(&code::FILE)
                    .with("doing", "write")
                    .with("path", "the journal")
                    .with("folder", ".")
                    .with("cause", error),
            )),
        }
    }
}

impl Inner {
    /// Reads what is there; takes off a last line that was cut short.
    fn load(&mut self) -> Result<Option<Reason>, LiveError> {
        let size = self.file.metadata().map_err(self.named("read"))?.len();
        if size > JOURNAL_BYTES_MAX {
            return Err(LiveError::TooMuch {
                path: self.path.clone(),
                limit: format!("{} MB", JOURNAL_BYTES_MAX >> 20),
            });
        }
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(self.named("read"))?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        for (index, line) in bytes[..whole].split_inclusive(|byte| *byte == b'\n').enumerate() {
            let record = serde_json::from_slice(line).map_err(|error| LiveError::Journal {
                path: self.path.clone(),
                line: index + 1,
                cause: error.to_string(),
            })?;
            self.records.push(record);
        }
        self.length = u64::try_from(whole).unwrap_or(u64::MAX);
        if whole == bytes.len() {
            return Ok(None);
        }
        self.file.set_len(self.length).map_err(self.named("mend"))?;
        self.file.sync_all().map_err(self.named("mend"))?;
        Ok(Some(
            Reason::new(&code::CUT)
                .with("path", self.path.display())
                .with("bytes", bytes.len() - whole),
        ))
    }

    /// The epoch of `subject` that counts: the one taken last, or that of its last record.
    fn present(&self, subject: &str) -> Epoch {
        let written = self.records.iter().filter(|record| record.subject == subject);
        let written = written.map(|record| record.epoch).max().unwrap_or_default();
        self.taken.get(subject).copied().unwrap_or(written)
    }

    /// Writes one line and forces it; on failure the file is as it was.
    fn append(&mut self, record: Record) -> Result<(), LiveError> {
        let present = self.present(&record.subject);
        if record.epoch < present {
            return Err(LiveError::Fenced {
                subject: record.subject,
                given: record.epoch.0,
                present: present.0,
            });
        }
        let mut line = serde_json::to_vec(&record).map_err(|error| LiveError::Journal {
            path: self.path.clone(),
            line: self.records.len() + 1,
            cause: error.to_string(),
        })?;
        line.push(b'\n');
        if let Err(source) = self.write(&line) {
            // Half a line would stand in the way of the next one.
            let _ = self.file.set_len(self.length);
            return Err(self.named("write")(source));
        }
        self.length += u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.records.push(record);
        Ok(())
    }

    fn write(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(line)?;
        self.file.sync_data()
    }

    fn named(&self, doing: &'static str) -> impl FnOnce(std::io::Error) -> LiveError + use<> {
        let path = self.path.clone();
        move |source| LiveError::File { doing, path, source }
    }
}
