//! The folder outside the clone where installed programs stay, so that no clone builds them twice.
//!
//! **Invariant:** a folder under its final name is complete. It is made under a temporary name,
//! behind a file lock, and renamed at the end; a run that is killed leaves only temporary folders,
//! which the next run for the same key removes.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// The cache folder of this user.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The folder that the environment names: `SEGUE_CACHE`, else the user's cache folder.
    pub fn open() -> Result<Self> {
        let root = location(|name| env::var_os(name));
        root.map(|root| Self { root }).context(
            "there is no place to keep programs: neither SEGUE_CACHE, XDG_CACHE_HOME nor HOME is \
             set to an absolute path; set SEGUE_CACHE",
        )
    }

    /// A cache in a folder of the caller's choice.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The complete folder of `key`, if it was ever made.
    pub fn find(&self, key: &str) -> Option<PathBuf> {
        Some(self.peers().join(key)).filter(|path| path.is_dir())
    }

    /// The folder of `key`; if it is not there, `make` fills it, once across all processes.
    pub fn install(&self, key: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        let peers = self.peers();
        fs::create_dir_all(&peers).with_context(|| format!("cannot make {}", peers.display()))?;
        let _lock = lock(&peers.join(format!(".{key}.lock")), key)?;
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        remove_unfinished(&peers, &building(key))?;
        let unfinished = tempfile::Builder::new().prefix(&building(key)).tempdir_in(&peers)?;
        make(unfinished.path())?;
        let complete = peers.join(key);
        fs::rename(unfinished.path(), &complete)
            .with_context(|| format!("cannot rename to {}", complete.display()))?;
        // The folder has moved: there is nothing left for the guard to remove.
        let _moved = unfinished.keep();
        Ok(complete)
    }

    fn peers(&self) -> PathBuf {
        self.root.join("peers")
    }
}

/// The cache folder by the rules of the XDG base directory specification, which says that a
/// relative path is to be ignored.
fn location(var: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("SEGUE_CACHE")
        .or_else(|| absolute("XDG_CACHE_HOME").map(|cache| cache.join("segue")))
        .or_else(|| absolute("HOME").map(|home| home.join(".cache/segue")))
}

fn building(key: &str) -> String {
    format!(".building-{key}-")
}

/// Takes the lock of `key`, and says so when another process holds it.
fn lock(path: &Path, key: &str) -> Result<File> {
    let file = File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("  {key}: waiting for another run that is installing it");
            file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Err(TryLockError::Error(err)) => bail!("cannot lock {}: {err}", path.display()),
    }
    Ok(file)
}

/// Removes what a killed run left. Safe under the lock: nobody else is building this key.
fn remove_unfinished(peers: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(peers)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    fn names(cache: &Cache) -> Vec<String> {
        let entries = fs::read_dir(cache.peers()).unwrap();
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_most_specific_variable_wins_and_relative_paths_are_ignored() {
        let vars = |set: &'static [(&str, &str)]| {
            location(|name| set.iter().find(|(k, _)| *k == name).map(|(_, v)| OsString::from(v)))
        };
        let all = &[("HOME", "/h"), ("XDG_CACHE_HOME", "/x"), ("SEGUE_CACHE", "/s")];
        assert_eq!(vars(all), Some("/s".into()));
        assert_eq!(vars(&all[..2]), Some("/x/segue".into()));
        assert_eq!(vars(&all[..1]), Some("/h/.cache/segue".into()));
        assert_eq!(
            vars(&[("SEGUE_CACHE", "here"), ("HOME", "/h")]),
            Some("/h/.cache/segue".into())
        );
        assert_eq!(vars(&[]), None);
    }

    #[test]
    fn two_runs_make_a_folder_once() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path());
        let made = AtomicUsize::new(0);
        let fill = |path: &Path| {
            made.fetch_add(1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(20));
            Ok(fs::write(path.join("program"), "x")?)
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| cache.install("a-1", fill).unwrap());
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
        assert!(cache.find("a-1").unwrap().join("program").is_file());
        assert_eq!(names(&cache), [".a-1.lock", "a-1"]);
    }

    #[test]
    fn a_failed_or_killed_run_leaves_nothing_that_looks_complete() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::at(dir.path());
        assert!(cache.install("a-1", |_| bail!("no network")).is_err());
        assert_eq!(cache.find("a-1"), None);
        assert_eq!(names(&cache), [".a-1.lock"]);

        fs::create_dir(cache.peers().join(".building-a-1-killed")).unwrap();
        cache.install("a-1", |_| Ok(())).unwrap();
        assert_eq!(names(&cache), [".a-1.lock", "a-1"]);
    }
}
