//! What an interrupted scan leaves behind: a folder beside the snapshot, `NAME.partial`.
//!
//! `scan.json` says what is scanned and since when. Every answer is a file with what was asked, put
//! there by one rename, so that it is there whole or not at all; one that was cut off all the same
//! (a disk that was full) is not JSON and is asked again. One scan at a time holds the folder, by a
//! lock that the kernel takes back however the scan ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use live::{LiveError, disk};
use migrate::input::snapshot::ANSWERS;
use migrate::sweep::{Ask, Sweep};
use model::Reason;
use model::code::aws as code;
use model::ports::{Call, ChangeSet};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cli::exit::Failure;

/// The file that says what is scanned.
const STATE: &str = "scan.json";
/// The file whose lock one scan holds.
const LOCK: &str = "scan.lock";
/// The version of the folder's form.
const FORMAT_VERSION: u32 = 1;

/// What is scanned, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct State {
    format_version: u32,
    /// When the scan began; the figures of use end here.
    pub(super) begun: Timestamp,
    /// `ACCOUNT REGION` of every place.
    pub(super) places: Vec<String>,
}

/// An answer and what was asked for it.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    call: Call,
    answer: Value,
}

impl State {
    pub(super) fn new(begun: Timestamp, places: Vec<String>) -> Self {
        Self { format_version: FORMAT_VERSION, begun, places }
    }
}

/// The folder of a scan under way, held by this process.
pub(super) struct Partial {
    folder: PathBuf,
    _hold: disk::Hold,
}

impl Partial {
    /// Holds the one that belongs to the snapshot `out`: two scans at once would each replace what
    /// the other writes.
    pub(super) fn hold(out: &Path) -> Result<Self, Failure> {
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let folder = out.with_file_name(format!("{name}.partial"));
        let lock = folder.join(LOCK);
        match disk::Hold::take(&lock) {
            Ok(hold) => Ok(Self { folder, _hold: hold }),
            Err(LiveError::Taken { .. }) => {
                let holder = disk::Hold::holder(&lock);
                let holder = holder.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
                Err(Reason::new(&code::SCAN_RUNNING)
                    .with("folder", out.display())
                    .with("process", holder)
                    .into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The state that an earlier scan left, if there is one.
    pub(super) fn found(&self) -> Result<Option<State>, Failure> {
        let place = self.folder.join(STATE);
        if !place.exists() {
            return Ok(None);
        }
        let bad = |cause: String| {
            Reason::new(&code::SCAN_STATE).with("path", place.display()).with("cause", cause)
        };
        let bytes = disk::read_file(&place)?;
        let state: State =
            serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
        if state.format_version != FORMAT_VERSION {
            return Err(bad(format!("format version {}", state.format_version)).into());
        }
        Ok(Some(state))
    }

    /// Begins a scan.
    pub(super) fn begin(&self, state: &State) -> Result<(), Failure> {
        disk::make_dir_private(&self.folder)?;
        let text = serde_json::to_vec_pretty(state).unwrap_or_default();
        Ok(disk::write_private(&self.folder.join(STATE), &text)?)
    }

    /// Gives `sweep` what was answered before; says how many that were.
    pub(super) fn restore(&self, sweep: &mut Sweep) -> Result<usize, Failure> {
        let keep = |path: &str| path.starts_with(ANSWERS);
        let mut count = 0;
        for (path, bytes) in disk::read_tree(&self.folder, keep)? {
            let Ok(kept) = serde_json::from_slice::<Kept>(&bytes) else { continue };
            if sweep.owns(&path) {
                sweep.restore(&path, kept.call, kept.answer);
                count += 1;
            }
        }
        Ok(count)
    }

    /// Keeps one answer.
    pub(super) fn keep(&self, ask: &Ask, answer: &Value) -> Result<(), Reason> {
        let place = self.folder.join(&ask.path);
        let kept = Kept { call: ask.call.clone(), answer: answer.clone() };
        let text = serde_json::to_vec(&kept).unwrap_or_default();
        let write = || {
            if let Some(folder) = place.parent() {
                disk::make_dir_private(folder)?;
            }
            // Not forced: one that a loss of power takes is asked again.
            disk::write_private_unforced(&place, &text)
        };
        write().map_err(|error| error.reason())
    }

    /// Forgets the scan. The folder itself goes away when it is let go of.
    pub(super) fn clear(&self) -> Result<(), Failure> {
        let files = disk::read_tree(&self.folder, |path| path != LOCK)?;
        let changes = ChangeSet { write: BTreeMap::new(), delete: files.into_keys().collect() };
        Ok(disk::apply(&self.folder, &changes)?)
    }
}
