//! Writing: beside the target first, then by rename, so that no reader sees half a file.

use std::collections::BTreeSet;
use std::fs::{OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use model::ports::ChangeSet;

use super::{path, raw};
use crate::LiveError;

/// How our half-written files end; readers pass them over, the next write replaces them.
pub(super) const TEMP_SUFFIX: &str = ".segue-tmp";

/// Mode of a new file that people and programs read; the process's mask still applies.
const MODE_SHARED: u32 = 0o666;
/// Files that are forced to the disk at one time: more do not shorten it (measured).
const FORCED_AT_ONCE: usize = 16;

/// Mode of a file that only its owner may read.
const MODE_PRIVATE: u32 = 0o600;

/// Writes and deletes everything in `changes` under `dir`, which is made if it is not there.
///
/// All paths are checked and all new content is on disk beside its target before the first file
/// is replaced; if that fails, nothing was changed. Existing files keep their mode. A link that
/// stays in the tree is written through; one that leads out is refused. Not forced to the disk: a
/// tree lives in Git and can be made again, and 2,000 forced writes take a second (measured).
pub fn apply(dir: &Path, changes: &ChangeSet) -> Result<(), LiveError> {
    raw::folders(dir)?;
    let root = path::root(dir)?;
    let delete = check_deletes(&root, changes)?;
    let staged = stage_all(&root, changes)?;
    for file in &staged {
        raw::rename(&file.temp, &file.target)?;
    }
    for file in &delete {
        raw::unlink(file)?;
        prune(&root, file);
    }
    Ok(())
}

/// Writes one file by rename; an existing one keeps its mode, a link is written through.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), LiveError> {
    replace(path, bytes, MODE_SHARED)
}

/// Writes one file that only its owner may read (mode 0600, also if it existed with another).
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), LiveError> {
    replace(path, bytes, MODE_PRIVATE)
}

/// The same without forcing it to the disk, for many files: a forced one takes 5 to 20 ms. After a
/// loss of power it may be empty or gone, see [`force_all`].
pub fn write_private_unforced(path: &Path, bytes: &[u8]) -> Result<(), LiveError> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let file = stage(target, bytes, MODE_PRIVATE)?;
    raw::rename(&file.temp, &file.target).inspect_err(|_| drop(raw::unlink(&file.temp)))
}

/// Forces files that were written before, and the entries of their folders, to the disk. Many at a
/// time: the file system then commits them together.
pub fn force_all(files: &[PathBuf]) -> Result<(), LiveError> {
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    let places: Vec<&Path> = files.iter().map(PathBuf::as_path).chain(folders).collect();
    let share = places.len().div_ceil(FORCED_AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let force_share = |places: &[&Path]| places.iter().try_for_each(|place| force(place));
        let threads: Vec<_> =
            places.chunks(share).map(|places| scope.spawn(move || force_share(places))).collect();
        // A thread that panicked has forced nothing, which is no reason to go on as if it had.
        let ended = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| lost()));
        ended.collect()
    })
}

fn lost() -> Result<(), LiveError> {
    let source = std::io::Error::other("a thread ended too early");
    Err(LiveError::File { doing: "write", path: PathBuf::new(), source })
}

/// Makes a folder and those above it; one that exists is left as it is.
pub fn make_dir(path: &Path) -> Result<(), LiveError> {
    raw::folders(path)
}

/// Makes a folder that only its owner may enter (mode 0700), and those above it with the usual
/// mode. One that exists is left as it is: it may be shared on purpose.
pub fn make_dir_private(path: &Path) -> Result<(), LiveError> {
    if path.is_dir() {
        return Ok(());
    }
    raw::folders(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o700))
        .map_err(raw::named("make private", path))
}

/// Gives a file or folder another name on the same disk.
pub fn rename(from: &Path, to: &Path) -> Result<(), LiveError> {
    raw::rename(from, to)
}

/// Deletes a folder of ours with all that is in it, as far as that is possible.
pub(crate) fn remove_dir(path: &Path) {
    // What cannot be deleted is found by the next start, which tries again.
    let _ = raw::remove_all(path);
}

/// Deletes one file; one that is gone is no fault.
pub fn remove_file(path: &Path) -> Result<(), LiveError> {
    raw::unlink(path)
}

/// A file whose new content waits beside it.
struct Staged {
    temp: PathBuf,
    target: PathBuf,
}

fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), LiveError> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let kept = if mode == MODE_PRIVATE { None } else { mode_of(&target) };
    let file = stage(target, bytes, kept.unwrap_or(mode))?;
    force(&file.temp).inspect_err(|_| drop(raw::unlink(&file.temp)))?;
    raw::rename(&file.temp, &file.target).inspect_err(|_| drop(raw::unlink(&file.temp)))?;
    let folder = file.target.parent().filter(|folder| !folder.as_os_str().is_empty());
    force(folder.unwrap_or(Path::new(".")))
}

/// The places of the files to delete. A link is deleted itself, so only its folder is resolved.
fn check_deletes(root: &Path, changes: &ChangeSet) -> Result<Vec<PathBuf>, LiveError> {
    let mut places = Vec::new();
    for name in &changes.delete {
        let place = match name.rsplit_once('/') {
            Some((folder, file)) => path::inside(root, folder)?.join(plain(root, name, file)?),
            None => root.join(plain(root, name, name)?),
        };
        match place.symlink_metadata() {
            Ok(meta) if meta.is_dir() => {
                let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
                return Err(LiveError::File { doing: "delete", path: place, source });
            }
            Ok(_) => places.push(place),
            Err(error) if path::absent(&error) => {}
            Err(error) => return Err(raw::named("look at", &place)(error)),
        }
    }
    Ok(places)
}

/// `file` if it is one plain name.
fn plain<'a>(root: &Path, whole: &str, file: &'a str) -> Result<&'a str, LiveError> {
    if matches!(file, "" | "." | "..") || file.contains('\0') {
        return Err(LiveError::Outside {
            path: PathBuf::from(whole),
            root: root.to_owned(),
            cause: "not a plain relative path".to_owned(),
        });
    }
    Ok(file)
}

/// Puts all new content beside its target; on the first failure takes it all away again.
fn stage_all(root: &Path, changes: &ChangeSet) -> Result<Vec<Staged>, LiveError> {
    let mut places = Vec::new();
    for (name, bytes) in &changes.write {
        places.push((path::inside(root, name)?, bytes));
    }
    let mut staged: Vec<Staged> = Vec::new();
    for (target, bytes) in places {
        let mode = mode_of(&target).unwrap_or(MODE_SHARED);
        match stage(target, bytes, mode) {
            Ok(file) => staged.push(file),
            Err(error) => {
                for file in &staged {
                    drop(raw::unlink(&file.temp));
                }
                return Err(error);
            }
        }
    }
    Ok(staged)
}

fn mode_of(target: &Path) -> Option<u32> {
    target.metadata().ok().map(|meta| meta.permissions().mode() & 0o7777)
}

/// Writes `bytes` beside `target`.
fn stage(target: PathBuf, bytes: &[u8], mode: u32) -> Result<Staged, LiveError> {
    if target.is_dir() {
        let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
        return Err(LiveError::File { doing: "write", path: target, source });
    }
    if let Some(folder) = target.parent() {
        raw::folders(folder)?;
    }
    let temp = beside(&target);
    raw::unlink(&temp)?;
    let written = write_new(&temp, &target, bytes, mode);
    if written.is_err() {
        drop(raw::unlink(&temp));
    }
    written.map(|()| Staged { temp, target })
}

fn write_new(temp: &Path, target: &Path, bytes: &[u8], mode: u32) -> Result<(), LiveError> {
    // `create_new` never follows a link that somebody put in the way.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(temp)
        .map_err(raw::named("write", target))?;
    file.write_all(bytes).map_err(raw::named("write", target))?;
    if mode != MODE_SHARED {
        file.set_permissions(Permissions::from_mode(mode))
            .map_err(raw::named("set the mode of", target))?;
    }
    Ok(())
}

/// `folder/.name.segue-tmp`: hidden, in the same folder so that the rename is one step.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}{TEMP_SUFFIX}"))
}

/// Brings a file, or the entries of a folder, to the disk.
fn force(path: &Path) -> Result<(), LiveError> {
    let handle = OpenOptions::new().read(true).open(path).map_err(raw::named("open", path))?;
    handle.sync_all().map_err(raw::named("write", path))
}

/// Deletes the folders above `file` that were left empty, never the root.
fn prune(root: &Path, file: &Path) {
    let mut folder = file.parent();
    while let Some(place) = folder.filter(|place| *place != root && place.starts_with(root)) {
        if !raw::rmdir(place) {
            return;
        }
        folder = place.parent();
    }
}
