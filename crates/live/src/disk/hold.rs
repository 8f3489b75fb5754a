//! Holding a folder for one process at a time.
//!
//! The lock is the kernel's: it ends with the process that holds it, however that ends, so nothing
//! has to be cleaned up by hand. The file it hangs on says whose it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{make_dir_private, raw, read_file};
use crate::LiveError;

/// Attempts at a lock whose file or folder is being taken away by its last holder.
const ATTEMPTS_MAX: usize = 100;

/// A folder that is held; let go of when this is dropped.
#[derive(Debug)]
pub struct Hold {
    file: File,
    path: PathBuf,
}

impl Hold {
    /// Holds the folder of the lock file `path`; it is made (mode 0700) if it is not there.
    ///
    /// # Errors
    ///
    /// [`LiveError::Taken`] if another process holds it.
    pub fn take(path: &Path) -> Result<Self, LiveError> {
        for _ in 0..ATTEMPTS_MAX {
            if let Some(file) = locked(path)? {
                let mut hold = Self { file, path: path.to_owned() };
                // The last holder took the file away after we had opened it: nobody else would
                // see this lock.
                if hold.is_in_place() {
                    hold.sign()?;
                    return Ok(hold);
                }
            }
        }
        Err(LiveError::Taken { path: path.to_owned() })
    }

    /// The process that holds the lock file `path`, if it says so.
    pub fn holder(path: &Path) -> Option<u32> {
        String::from_utf8(read_file(path).ok()?).ok()?.trim().parse().ok()
    }

    fn is_in_place(&self) -> bool {
        let (Ok(ours), Ok(there)) = (self.file.metadata(), self.path.metadata()) else {
            return false;
        };
        (ours.dev(), ours.ino()) == (there.dev(), there.ino())
    }

    /// Writes whose the lock is.
    fn sign(&mut self) -> Result<(), LiveError> {
        let text = format!("{}\n", std::process::id());
        let written = self.file.set_len(0).and_then(|()| self.file.write_all(text.as_bytes()));
        written.map_err(raw::named("write", &self.path))
    }
}

impl Drop for Hold {
    /// Takes away the lock file, and the folder if nothing else is in it.
    fn drop(&mut self) {
        if self.is_in_place() {
            // One that stays is taken over by the next holder.
            drop(raw::unlink(&self.path));
            if let Some(folder) = self.path.parent() {
                raw::rmdir(folder);
            }
        }
    }
}

/// The lock file, locked; none if its folder went away meanwhile.
fn locked(path: &Path) -> Result<Option<File>, LiveError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        match make_dir_private(folder) {
            Err(LiveError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return Ok(None);
            }
            made => made?,
        }
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(raw::named("open", path))?,
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(LiveError::Taken { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(raw::named("lock", path)(source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_and_is_as_before_when_let_go_of() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("a/lock");
        let first = Hold::take(&lock).unwrap();
        assert!(matches!(Hold::take(&lock), Err(LiveError::Taken { .. })));
        assert_eq!(Hold::holder(&lock), Some(std::process::id()));
        drop(first);
        assert!(!dir.path().join("a").exists());
        let second = Hold::take(&lock).unwrap();
        crate::disk::write_file(&dir.path().join("a/kept"), b"").unwrap();
        drop(second);
        assert!(dir.path().join("a/kept").exists() && !lock.exists());
    }

    #[test]
    fn one_that_was_put_in_the_place_of_ours_is_not_taken_away() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("a/lock");
        let first = Hold::take(&lock).unwrap();
        raw::unlink(&lock).unwrap();
        let second = Hold::take(&lock).unwrap();
        drop(first);
        assert!(lock.exists() && second.is_in_place());
    }

    #[test]
    fn of_many_at_once_one_holds_at_any_time() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("a/lock");
        let (holders, turns) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let Ok(hold) = Hold::take(&lock) else { continue };
                        assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                        turns.fetch_add(1, Ordering::SeqCst);
                        std::thread::yield_now();
                        holders.fetch_sub(1, Ordering::SeqCst);
                        drop(hold);
                    }
                });
            }
        });
        assert!(turns.load(Ordering::SeqCst) > 10, "{turns:?}");
        assert!(!dir.path().join("a").exists());
    }
}
